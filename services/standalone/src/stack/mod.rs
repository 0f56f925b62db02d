//! Services in this process, started in an order in which each finds what it needs.

mod parts;

use std::net::SocketAddr;

use switchboard_backend::{Backend, keys::KeysError};
use switchboard_chassis::{
    http::{BindError, Server},
    shutdown::Shutdown,
};

/// A service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Receives webhooks.
    Ingress,
    /// Decides.
    Router,
    /// Answers by program.
    Bot,
    /// Sends.
    Outbound,
    /// Where agents work.
    Desk,
}

impl Part {
    /// All of them: consumers first, what takes in new work last.
    pub const ALL: [Part; 5] = [Part::Router, Part::Bot, Part::Outbound, Part::Desk, Part::Ingress];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Part::Ingress => "ingress",
            Part::Router => "router",
            Part::Bot => "bot",
            Part::Outbound => "outbound",
            Part::Desk => "desk",
        }
    }
}

/// Why a service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// A key is missing.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// It cannot listen.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// Anything else, in the service's own words.
    #[error("{part} did not start: {reason}")]
    Part {
        /// Which.
        part: &'static str,
        /// Why.
        reason: String,
    },
}

/// A started service.
enum Running {
    Ingress(switchboard_ingress::Running),
    Router(switchboard_router::Running),
    Bot(switchboard_bot::Running),
    Outbound(switchboard_outbound::Running),
    Desk(switchboard_desk::Running),
}

impl Running {
    async fn stop(self) {
        match self {
            Running::Ingress(running) => running.stop().await,
            Running::Router(running) => running.stop().await,
            Running::Bot(running) => running.stop().await,
            Running::Outbound(running) => running.stop().await,
            Running::Desk(running) => running.stop().await,
        }
    }
}

/// Where parts can be reached over HTTP.
#[derive(Debug, Clone, Copy, Default)]
pub struct Addresses {
    /// The ingress.
    pub ingress: Option<SocketAddr>,
    /// The desk.
    pub desk: Option<SocketAddr>,
    /// The bot service, which takes the calls of bots of Meta's platform.
    pub bot: Option<SocketAddr>,
}

/// Services at work.
pub struct Stack {
    running: Vec<Running>,
    health: Vec<Server>,
    addresses: Addresses,
}

impl Stack {
    /// Starts the parts, in the order of [`Part::ALL`].
    ///
    /// # Errors
    /// [`StackError`]; parts that did start are stopped.
    pub async fn start(backend: &Backend, parts: &[Part]) -> Result<Self, StackError> {
        let mut stack =
            Self { running: Vec::new(), health: Vec::new(), addresses: Addresses::default() };
        for part in Part::ALL.into_iter().filter(|part| parts.contains(part)) {
            if let Err(error) = stack.add(backend, part).await {
                stack.stop().await;
                return Err(error);
            }
        }
        Ok(stack)
    }

    /// Where they can be reached.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Stops them in the opposite order: nothing new comes in, then what is in hand is done.
    pub async fn stop(mut self) {
        while let Some(running) = self.running.pop() {
            running.stop().await;
        }
        for server in self.health {
            server.stop().await;
        }
    }

    async fn add(&mut self, backend: &Backend, part: Part) -> Result<(), StackError> {
        let shutdown = Shutdown::new();
        let stop = shutdown.token();
        let settings = &backend.settings;
        match part {
            Part::Router => {
                self.health.push(backend.health.serve(settings.router.listen)?);
                self.running.push(Running::Router(parts::router(backend, &stop)?));
            }
            Part::Bot => {
                let running = parts::bot(backend, &stop).await?;
                self.addresses.bot = Some(running.addr());
                self.running.push(Running::Bot(running));
            }
            Part::Outbound => {
                self.health.push(backend.health.serve(settings.outbound.listen)?);
                self.running.push(Running::Outbound(parts::outbound(backend, &stop).await?));
            }
            Part::Desk => {
                let running = parts::desk(backend, &shutdown).await?;
                self.addresses.desk = Some(running.addr());
                self.running.push(Running::Desk(running));
            }
            Part::Ingress => {
                let running = parts::ingress(backend, &stop).await?;
                self.addresses.ingress = Some(running.addr());
                self.running.push(Running::Ingress(running));
            }
        }
        Ok(())
    }
}

//! Everything at once, with a simulator in Meta's place: a sample shop with one account on each
//! channel, a bot, two agents and an administrator.
//!
//! [`sample`] is what is in the shop, [`announce`] says where to click. The data folder keeps it
//! all, so the demo can be killed at any moment and started again.

mod announce;
mod sample;

use std::{net::SocketAddr, path::Path};

pub use announce::Announcement;
use switchboard_backend::{Backend, BackendError};
use switchboard_chassis::settings::{Settings, SettingsError};
use switchboard_simulator::SimulatorConfig;

use crate::{
    commands,
    stack::{Part, Stack, StackError},
};

/// Why the demo did not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The data folder, the queue or the database.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// A service. Ports are the usual reason.
    #[error("{0}; if a port is taken choose others with --port-base")]
    Stack(#[from] StackError),
    /// The simulator.
    #[error("the simulator did not start: {0}; if a port is taken choose others with --port-base")]
    Simulator(#[from] switchboard_simulator::Error),
    /// The sample could not be written or read.
    #[error("the sample shop cannot be set up: {0}; start with another folder: --data DIR")]
    Sample(String),
}

/// The ports of a demo; 0 is any free one.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    desk: u16,
    ingress: u16,
    simulator: u16,
    health: [u16; 3],
}

impl Ports {
    /// Six ports in a row, or any free ones for 0.
    #[must_use]
    pub fn from_base(base: u16) -> Self {
        let port = |offset: u16| if base == 0 { 0 } else { base.saturating_add(offset) };
        Self {
            desk: port(0),
            ingress: port(1),
            simulator: port(2),
            health: [port(3), port(4), port(5)],
        }
    }

    /// Where the simulator posts webhooks; unknown before the start when any free port is taken.
    /// Known early, nothing that a customer writes while the services start is lost: the simulator
    /// tries again.
    fn callback_url(&self) -> Option<String> {
        let ingress = Some(self.ingress).filter(|port| *port != 0)?;
        Some(announce::webhook_url(&format!("http://127.0.0.1:{ingress}")))
    }
}

/// The configuration of a demo: everything on this machine, in one folder. `env` goes over it.
///
/// # Errors
/// As [`Settings::load`].
pub fn settings(
    data: &Path,
    ports: &Ports,
    env: impl IntoIterator<Item = (String, String)>,
) -> Result<Settings, SettingsError> {
    let listen = |port: u16| format!("127.0.0.1:{port}");
    let [router, bot, outbound] = ports.health;
    let own = [
        ("DATA_DIR", data.display().to_string()),
        ("DESK__LISTEN", listen(ports.desk)),
        ("DESK__PUBLIC_URL", format!("http://{}", listen(ports.desk))),
        ("INGRESS__LISTEN", listen(ports.ingress)),
        ("INGRESS__PUBLIC_URL", format!("http://{}", listen(ports.ingress))),
        ("ROUTER__LISTEN", listen(router)),
        ("BOT__LISTEN", listen(bot)),
        ("OUTBOUND__LISTEN", listen(outbound)),
        // The simulator is where customers go back to after logging in.
        ("LINKING__REDIRECT_HOSTS", "facebook.com,messenger.com,127.0.0.1".to_owned()),
        // And where the files of its customers are.
        ("MEDIA__TRUSTED_HOSTS", "127.0.0.1".to_owned()),
        ("TELEMETRY__LOG", "warn".to_owned()),
    ];
    let own = own.into_iter().map(|(key, value)| (format!("SWITCHBOARD__{key}"), value));
    // Later pairs win.
    Settings::from_sources(None, own.chain(env))
}

/// A demo at work.
pub struct Demo {
    backend: Backend,
    stack: Stack,
    simulator: switchboard_simulator::Running,
    announcement: Announcement,
}

impl Demo {
    /// Starts everything; what the data folder holds already goes on where it ended.
    ///
    /// # Errors
    /// [`DemoError`]; what did start is stopped.
    pub async fn start(mut settings: Settings, ports: &Ports) -> Result<Self, DemoError> {
        let (store, keys) = switchboard_backend::open_for_administration(&settings).await?;
        let shop = sample::open(&store, &keys).await.map_err(explain)?;
        drop(store);
        let mut config = sample::simulator(&shop, ports.callback_url());
        config.listen = SocketAddr::from(([127, 0, 0, 1], ports.simulator));
        config.state_file = Some(settings.data_dir.join("simulator.jsonl"));
        // An honest phone: messages are read when somebody looks at them.
        config.settings.auto_read = false;
        // Our log-in page has no TLS here.
        config.settings.insecure_login = true;
        let simulator = switchboard_simulator::start(config).await?;
        point_outbound_at(&mut settings, &simulator)?;
        let backend = Backend::open(settings, "demo").await?;
        let stack = Stack::start(&backend, &Part::ALL).await?;
        let announcement = Announcement::new(&backend.settings, &stack, &simulator, &shop);
        if !simulator.set_callback_url(shop.meta_app_id(), announcement.webhook_url()) {
            return Err(DemoError::Sample("the simulator does not know the sample's app".into()));
        }
        Ok(Self { backend, stack, simulator, announcement })
    }

    /// Where everything is.
    #[must_use]
    pub fn announcement(&self) -> &Announcement {
        &self.announcement
    }

    /// Stops everything in order.
    pub async fn stop(self) {
        self.stack.stop().await;
        self.backend.close().await;
        if let Err(error) = self.simulator.stop().await {
            tracing::warn!(%error, "the simulator did not stop well");
        }
    }
}

/// The sample shop in the configured database, set up if it is not there, as a simulator's world:
/// for a demo whose services run elsewhere.
pub(crate) async fn world(settings: &Settings) -> Result<SimulatorConfig, DemoError> {
    let (store, keys) = switchboard_backend::open_for_administration(settings).await?;
    let shop = sample::open(&store, &keys).await.map_err(explain)?;
    let base = settings.ingress.public_url.as_str().trim_end_matches('/');
    let callback = format!("{base}/meta/webhooks/{}", sample::APP_KEY);
    let mut config = sample::simulator(&shop, Some(callback));
    // The services hand out addresses as browsers know them; the simulator may be elsewhere.
    config.settings.fetch_files = false;
    Ok(config)
}

/// The simulator's port may be known only now.
fn point_outbound_at(
    settings: &mut Settings,
    simulator: &switchboard_simulator::Running,
) -> Result<(), DemoError> {
    let url: url::Url = simulator.url().parse().map_err(|_| {
        DemoError::Sample(format!("the simulator's address {:?} is no URL", simulator.url()))
    })?;
    settings.outbound.graph_url = url.clone();
    settings.outbound.instagram_graph_url = url;
    Ok(())
}

fn explain(error: commands::Error) -> DemoError {
    DemoError::Sample(error.to_string())
}

//! Starts and stops the HTTP server.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::SimulatorConfig;
use crate::error::Error;
use crate::journal::{self, Kept};
use crate::simulator::Simulator;
use crate::state::World;
use crate::{control, cut, graph};

/// A running simulator. Dropping it does not stop it; [`Running::stop`] does.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    sim: Arc<Simulator>,
    handle: ServerHandle,
    server: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// The bound address.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Base URL without a slash at the end: the Graph API for a gateway, and
    /// the place of `/phone` and `/_sim`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.sim.base_url
    }

    /// Sets where an app's webhooks go. Returns false when there is no such app.
    #[must_use]
    pub fn set_callback_url(&self, app_id: &str, url: &str) -> bool {
        let mut world = self.sim.lock();
        let known = control::set_callback(&mut world, app_id, url);
        self.sim.release_owed(&mut world);
        known
    }

    /// Stops at once: open calls are cut, webhooks under way are given up.
    ///
    /// # Errors
    /// The HTTP server's own failure.
    pub async fn stop(self) -> Result<(), Error> {
        self.sim.stop().await;
        self.handle.stop(false).await;
        match self.server.await {
            Ok(result) => Ok(result?),
            // The task was cancelled with the runtime: it is stopped.
            Err(_) => Ok(()),
        }
    }
}

/// Starts a simulator with the given world. Needs a Tokio runtime, and returns
/// as soon as the address is bound.
///
/// # Errors
/// The address is taken, the TLS client cannot be made, or the seed names
/// something that does not exist, or the state file cannot be used.
pub async fn start(config: SimulatorConfig) -> Result<Running, Error> {
    // A second installation fails and changes nothing, which is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let clock = Clock::default();
    let mut world = World::seeded(&config, clock.now_ms())?;
    let mut journal = None;
    if let Some(path) = &config.state_file {
        let (open, advanced_ms) = journal::replay(path, &mut world)?;
        clock.advance(advanced_ms);
        tracing::info!(owed = world.owed.len(), "state file replayed");
        journal = Some(open);
    }
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let files = reqwest::Client::builder().build()?;
    let address = config.listen;
    let listener =
        TcpListener::bind(address).map_err(|source| Error::Listen { address, source })?;
    let addr = listener.local_addr()?;
    let base_url = config
        .public_url
        .clone()
        .unwrap_or_else(|| format!("http://{addr}"))
        .trim_end_matches('/')
        .to_owned();
    let sim = Arc::new(Simulator::new(Kept::new(world, journal), clock, (http, files), base_url));
    sim.release_owed(&mut sim.lock());
    let shared = web::Data::new(Arc::clone(&sim));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .configure(control::routes)
            .configure(crate::phone::routes)
            .configure(crate::login::routes)
            .route("/_media/{secret}", web::get().to(graph::download))
            .default_service(web::to(graph::handle))
    })
    .on_connect(cut::remember)
    .workers(config.workers.max(1))
    // Longer than clients keep idle connections: they, not we, close them.
    .keep_alive(Duration::from_secs(120))
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    let server = tokio::spawn(server);
    tracing::info!(%addr, "simulator listens");
    Ok(Running { addr, sim, handle, server })
}

//! Starting and stopping.

use std::{net::SocketAddr, sync::Arc};

use actix_web::web::{self, Data, ServiceConfig};
use switchboard_chassis::{
    health::Health,
    http::{self, BindError, Server},
};
use switchboard_queue::{Health as QueueHealth, SharedQueue};
use switchboard_store::{Store, seal::Keyring};
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{apps::Apps, batcher::Batcher, measures::Measures, verification, webhook};

/// What an ingress runs on.
#[derive(Clone)]
pub struct Settings {
    /// Where events go.
    pub queue: SharedQueue,
    /// Where the apps are; only read, and not needed while the secrets are in memory.
    pub store: Store,
    /// Opens the apps' secrets.
    pub keys: Arc<Keyring>,
    /// Where webhooks are received; port 0 takes any free port.
    pub listen: SocketAddr,
}

/// Why an ingress did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot listen.
    #[error(transparent)]
    Bind(#[from] BindError),
}

/// What the handlers share.
pub(crate) struct Ingress {
    pub(crate) apps: Apps,
    pub(crate) batcher: Batcher,
    pub(crate) measures: Measures,
}

/// An ingress at work.
pub struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
    refreshing: JoinHandle<()>,
}

impl Running {
    /// Where it listens, with the port it got.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Takes no new requests and waits until those in flight are answered.
    pub async fn stop(self) {
        self.stop.cancel();
        self.ended().await;
    }

    /// Waits until the token that it was started with has stopped it.
    pub async fn ended(self) {
        let _ = tokio::join!(self.serving, self.refreshing);
    }
}

/// Listens, having tried to read the apps' secrets; without the database it starts all the same,
/// and answers 503 until it has read them.
///
/// # Errors
/// [`Error::Bind`].
pub async fn start(settings: Settings, stop: &CancellationToken) -> Result<Running, Error> {
    let stop = stop.child_token();
    let Settings { queue, store, keys, listen } = settings;
    let health = checks(&queue);
    let ingress = Arc::new(Ingress {
        apps: Apps::new(store, keys),
        batcher: Batcher::new(queue),
        measures: Measures::new(),
    });
    ingress.apps.book_since(Instant::now()).await;
    let known = Arc::clone(&ingress);
    health.check("apps", move || {
        let known = known.apps.book().is_some();
        std::future::ready(known.then_some(()).ok_or_else(|| "not read yet".to_owned()))
    });
    let shared = Data::from(Arc::clone(&ingress));
    let server = http::serve(listen, move |app| mount(app, &shared, &health))?;
    let address = server.address();
    let serving = tokio::spawn(serve_until(server, stop.clone()));
    let ended = stop.clone();
    let refreshing = tokio::spawn(async move {
        ended.run_until_cancelled(ingress.apps.keep_fresh()).await;
    });
    Ok(Running { address, stop, serving, refreshing })
}

fn checks(queue: &SharedQueue) -> Health {
    let health = Health::new();
    health.watch("queue", queue.health(), |state| match state {
        QueueHealth::Up => Ok(()),
        QueueHealth::Down(why) => Err(why.clone()),
    });
    health
}

fn mount(app: &mut ServiceConfig, shared: &Data<Ingress>, health: &Health) {
    health.mount(app);
    app.app_data(shared.clone()).service(
        web::resource("/meta/webhooks/{app_key}")
            .route(web::get().to(verification::verify))
            .route(web::post().to(webhook::receive)),
    );
}

async fn serve_until(server: Server, stop: CancellationToken) {
    stop.cancelled().await;
    server.stop().await;
}

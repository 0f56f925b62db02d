//! Starting and stopping.

use std::{net::SocketAddr, sync::Arc};

use actix_web::web::{self, Data, ServiceConfig};
use switchboard_chassis::{
    health::Health,
    http::{self, BindError, Server},
    settings::LinkingSettings,
};
use switchboard_media::MediaStore;
use switchboard_queue::{Health as QueueHealth, SharedQueue};
use switchboard_store::{Store, seal::Keyring};
use switchboard_verifier::Fault;
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{
    apps::Apps,
    batcher::Batcher,
    callbacks, files,
    linking::{self, Linker},
    measures::Measures,
    pages, verification, webhook,
};

/// What an ingress runs on.
#[derive(Clone)]
pub struct Settings {
    /// Where events go.
    pub queue: SharedQueue,
    /// Where the apps are; only read, and not needed while the secrets are in memory.
    pub store: Store,
    /// Opens the apps' secrets.
    pub keys: Arc<Keyring>,
    /// Seals what account linking hands out; `None`: account linking is off.
    pub linking_keys: Option<Arc<Keyring>>,
    /// Account linking.
    pub linking: LinkingSettings,
    /// Where files are kept; only read.
    pub files: MediaStore,
    /// Where webhooks are received; port 0 takes any free port.
    pub listen: SocketAddr,
    /// The address by which Meta and customers reach us.
    pub public_url: Url,
}

/// Why an ingress did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot listen.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// Log-in services cannot be reached at all.
    #[error(transparent)]
    Linking(#[from] Fault),
}

/// What the handlers share.
pub(crate) struct Ingress {
    pub(crate) apps: Apps,
    pub(crate) batcher: Batcher,
    pub(crate) measures: Measures,
    pub(crate) linker: Linker,
    /// Where status pages are.
    pub(crate) public_url: Url,
    /// Only read: how far requests to delete data are.
    pub(crate) store: Store,
    /// Only read: what Meta is to fetch.
    pub(crate) files: MediaStore,
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
/// [`Error`].
pub async fn start(settings: Settings, stop: &CancellationToken) -> Result<Running, Error> {
    let stop = stop.child_token();
    let health = checks(&settings.queue);
    let listen = settings.listen;
    let ingress = Arc::new(Ingress::new(settings)?);
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

impl Ingress {
    fn new(settings: Settings) -> Result<Self, Fault> {
        let Settings { queue, store, keys, linking_keys, linking, public_url, files, .. } =
            settings;
        let linker = Linker::new(linking::Parts {
            store: store.clone(),
            queue: queue.clone(),
            apps: Arc::clone(&keys),
            keys: linking_keys,
            settings: linking,
            public_url: public_url.clone(),
        })?;
        Ok(Self {
            apps: Apps::new(store.clone(), keys),
            batcher: Batcher::new(queue),
            measures: Measures::new(),
            linker,
            public_url,
            store,
            files,
        })
    }
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
    app.route("/meta/page.css", web::get().to(pages::style));
    linking::mount(app);
    callbacks::mount(app);
    files::mount(app);
}

async fn serve_until(server: Server, stop: CancellationToken) {
    stop.cancelled().await;
    server.stop().await;
}

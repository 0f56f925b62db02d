//! Starts and stops the desk.

use std::{net::SocketAddr, sync::Arc};

use actix_web::{
    http::header,
    middleware::DefaultHeaders,
    web::{self, Data},
};
use switchboard_backend::{Backend, BackendError};
use switchboard_chassis::{
    http::{self, BindError, Server},
    shutdown::Shutdown,
};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::{
    Tuning, api,
    auth::{gate::Gate, password::HashError},
    bots::{BotKinds, Bots},
    desk::{Desk, Linking},
    integrators::{Integrators, deliver},
    live::{follow, hints, hub::Hub, presence},
    measures::Measures,
    notices::{Notices, send, unsubscribe},
    page,
};

/// Nothing but our own files runs in the page, nothing frames it, and it talks to nobody else.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src https: data: blob: 'self'; media-src https: 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";

/// Why the desk does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Its address cannot be had.
    #[error("desk.listen: {0}")]
    Bind(#[from] BindError),
    /// Passwords cannot be checked.
    #[error(transparent)]
    Password(#[from] HashError),
    /// Log-in services cannot be checked.
    #[error(transparent)]
    Linking(#[from] switchboard_verifier::Fault),
    /// Integrators cannot be reached.
    #[error("integrators: {0}")]
    Integrators(#[source] switchboard_outside::Fault),
    /// Nobody can be mailed.
    #[error(transparent)]
    Mail(#[from] switchboard_mail::Unusable),
    /// Files cannot be kept.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The thread that prepared it came to an end.
    #[error("starting was interrupted: {0}; start again")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// A desk that serves. Dropping it leaves it running; [`Running::stop`] it.
pub struct Running {
    server: Server,
    desk: Arc<Desk>,
}

impl Running {
    /// Where it listens, with the port it got.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.server.address()
    }

    /// The root of what it serves, e.g. `http://127.0.0.1:8081`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Closes the sockets, lets requests in flight end, and waits for all tasks.
    pub async fn stop(self) {
        self.desk.shutdown.trigger();
        self.desk.hub.close_all();
        self.server.stop().await;
        self.desk.tasks.close();
        self.desk.tasks.wait().await;
    }

    /// Serves until it is time to end, then stops.
    pub async fn run_until_shutdown(self) {
        self.desk.shutdown.wait().await;
        self.stop().await;
    }
}

/// Starts the desk on `[desk] listen`; ends with `shutdown`, or earlier by [`Running::stop`].
///
/// # Errors
/// [`Error`].
pub async fn start(
    backend: &Backend,
    shutdown: &Shutdown,
    bots: BotKinds,
) -> Result<Running, Error> {
    start_tuned(backend, shutdown, bots, Tuning::default()).await
}

/// The same, with other timings.
///
/// # Errors
/// [`Error`].
pub async fn start_tuned(
    backend: &Backend,
    shutdown: &Shutdown,
    bots: BotKinds,
    tuning: Tuning,
) -> Result<Running, Error> {
    let gate = tokio::task::spawn_blocking(Gate::new).await??;
    let desk = Arc::new(Desk {
        store: backend.store.clone(),
        queue: Arc::clone(&backend.queue),
        settings: backend.settings.desk.clone(),
        linking: linking(backend)?,
        files: backend.media()?,
        largest_file: backend.settings.media.max_bytes,
        tokens: backend.keys.tokens().ok(),
        apps: backend.keys.apps().ok(),
        bots: Bots { kinds: bots, keys: backend.keys.bots() },
        integrators: Integrators::new(&backend.settings, &backend.keys)
            .map_err(Error::Integrators)?,
        notices: Notices::new(backend)?,
        tuning,
        name: backend.name.clone(),
        replica: format!("{}/{}", backend.name, Uuid::now_v7()),
        gate,
        hub: Hub::default(),
        doubt: Notify::new(),
        measures: Measures::new(),
        tasks: TaskTracker::new(),
        shutdown: shutdown.child(),
    });
    let (data, health) = (Data::from(Arc::clone(&desk)), backend.health.clone());
    let secure = desk.settings.secure_cookies;
    let server = http::serve(desk.settings.listen, move |app| {
        health.mount(app);
        app.app_data(data.clone());
        app.service(
            web::scope("")
                .wrap(headers(secure))
                .configure(api::mount)
                .configure(unsubscribe::mount)
                .configure(page::mount),
        );
    })?;
    desk.tasks.spawn(hints::run(Arc::clone(&desk), hints::listen(&desk).await));
    desk.tasks.spawn(follow::run(Arc::clone(&desk)));
    desk.tasks.spawn(presence::hold(Arc::clone(&desk)));
    desk.tasks.spawn(presence::keep(Arc::clone(&desk)));
    desk.tasks.spawn(deliver::run(Arc::clone(&desk)));
    desk.tasks.spawn(send::run(Arc::clone(&desk)));
    Ok(Running { server, desk })
}

fn linking(backend: &Backend) -> Result<Linking, switchboard_verifier::Fault> {
    let settings = &backend.settings.linking;
    let client = switchboard_verifier::client(&switchboard_verifier::Settings {
        trusted_hosts: settings.trusted_hosts.clone(),
        timeout: settings.timeout,
    })?;
    let public_url = backend.settings.ingress.public_url.clone();
    Ok(Linking { keys: backend.keys.linking(), client, public_url })
}

fn headers(secure: bool) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::CACHE_CONTROL, "no-store"));
    // Once over https, never again without: for a year.
    let year = (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    if secure { headers.add(year) } else { headers }
}

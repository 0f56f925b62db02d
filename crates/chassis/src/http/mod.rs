//! The HTTP server of every service: bound before it is announced, stopped without cutting anyone
//! off.

mod observe;

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use actix_web::{
    App, HttpResponse, HttpServer, ResponseError,
    dev::ServerHandle,
    http::StatusCode,
    middleware::from_fn,
    web::{self, ServiceConfig},
};
use tokio::task::JoinHandle;

use crate::{problem::Problem, shutdown::Shutdown};

/// How long requests in flight may take once the server stops, in seconds; less than the 30 that
/// Kubernetes gives a pod.
const STOP_SECONDS: u64 = 10;

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {cause}; choose another address, or stop what holds it")]
pub struct BindError {
    /// The address.
    pub address: SocketAddr,
    /// What the system says.
    #[source]
    pub cause: io::Error,
}

/// A server that runs. Dropping it leaves it running; [`Server::stop`] it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    handle: ServerHandle,
    task: JoinHandle<io::Result<()>>,
}

/// Serves what `configure` mounts; it runs once in each worker. Port 0 takes any free port. Needs a
/// tokio runtime.
///
/// # Errors
/// [`BindError`].
pub fn serve<F>(address: SocketAddr, configure: F) -> Result<Server, BindError>
where
    F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let failed = |cause| BindError { address, cause };
    let listener = TcpListener::bind(address).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    let server = HttpServer::new(move || {
        App::new()
            .wrap(from_fn(observe::observe))
            .configure(answer_with_problems)
            .configure(configure.clone())
            .default_service(web::to(not_found))
    });
    let server = server.disable_signals().shutdown_timeout(STOP_SECONDS);
    let server = server.listen(listener).map_err(failed)?.run();
    let handle = server.handle();
    tracing::info!(address = %bound, "listening");
    Ok(Server { address: bound, handle, task: tokio::spawn(server) })
}

async fn not_found() -> Result<HttpResponse, Problem> {
    Err(Problem::of_status(StatusCode::NOT_FOUND))
}

/// Requests that do not parse are answered in the one way errors look.
fn answer_with_problems(app: &mut ServiceConfig) {
    app.app_data(web::JsonConfig::default().error_handler(|error, _| malformed(&error)))
        .app_data(web::FormConfig::default().error_handler(|error, _| malformed(&error)))
        .app_data(web::QueryConfig::default().error_handler(|error, _| malformed(&error)))
        .app_data(web::PathConfig::default().error_handler(|error, _| malformed(&error)));
}

fn malformed(error: &(impl ResponseError + ToString)) -> actix_web::Error {
    Problem::of_status(error.status_code()).detail(error.to_string()).into()
}

impl Server {
    /// Where it listens, with the port it got.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The root of what it serves, e.g. `http://127.0.0.1:8080`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no new requests, lets those in flight end (10 s at most), and frees the port.
    pub async fn stop(self) {
        self.handle.stop(true).await;
        match self.task.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the HTTP server ended badly"),
            Err(error) => tracing::warn!(%error, "the HTTP server was stopped hard"),
        }
    }

    /// Serves until it is time to end, then stops.
    pub async fn run_until(self, shutdown: Shutdown) {
        shutdown.wait().await;
        self.stop().await;
    }
}

//! Liveness and readiness, and the endpoints that show them.
//!
//! `GET /health/live` answers 200 as long as the process serves. `GET /health/ready` answers 200 or
//! 503 with each check's outcome. `GET /metrics` is for Prometheus. These tell what is up, never
//! what is inside.

use std::{
    fmt,
    future::Future,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use actix_web::{
    HttpResponse,
    web::{self, Data, ServiceConfig},
};
use serde::Serialize;
use tokio::sync::watch;

use crate::{
    http::{self, BindError, Server},
    metrics::{self, KeyValue},
};

/// A check that takes longer has failed.
const DEADLINE: Duration = Duration::from_secs(2);

type Outcome = Result<(), String>;
type Probe = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Outcome> + Send>> + Send + Sync>;

/// The checks of a process; cheap to clone, all clones share them.
#[derive(Clone, Default)]
pub struct Health(Arc<RwLock<Vec<(String, Probe)>>>);

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.probes().iter().map(|(name, _)| name)).finish()
    }
}

/// What all checks said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether all passed.
    pub ready: bool,
    /// Each of them, in the order they were added.
    pub checks: Vec<CheckReport>,
}

/// What one check said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Its name.
    pub name: String,
    /// Whether it passed.
    pub ok: bool,
    /// Why not; empty when it passed.
    pub detail: String,
}

impl Health {
    /// No checks yet: ready.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a check that is run at each question; it has 2 seconds. The error is shown to whoever
    /// asks: no secrets.
    pub fn check<F, Fut>(&self, name: impl Into<String>, probe: F)
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        let probe: Probe = Arc::new(move || Box::pin(probe()));
        self.0.write().unwrap_or_else(PoisonError::into_inner).push((name.into(), probe));
    }

    /// Adds a check that looks at the last value of a channel.
    pub fn watch<T, F>(&self, name: impl Into<String>, state: watch::Receiver<T>, judge: F)
    where
        T: Send + Sync + 'static,
        F: Fn(&T) -> Result<(), String> + Send + Sync + 'static,
    {
        self.check(name, move || std::future::ready(judge(&state.borrow())));
    }

    /// Runs all checks at once.
    pub async fn report(&self) -> Report {
        let running: Vec<_> = self
            .probes()
            .into_iter()
            .map(|(name, probe)| {
                (name, tokio::spawn(async move { tokio::time::timeout(DEADLINE, probe()).await }))
            })
            .collect();
        let mut checks = Vec::with_capacity(running.len());
        for (name, outcome) in running {
            let outcome = match outcome.await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => Err(format!("no answer within {} s", DEADLINE.as_secs())),
                Err(_) => Err("the check itself failed".into()),
            };
            let ok = outcome.is_ok();
            metrics::gauge("switchboard.ready", "1 when the check passed when last asked, else 0.")
                .record(f64::from(u8::from(ok)), &[KeyValue::new("check", name.clone())]);
            checks.push(CheckReport { name, ok, detail: outcome.err().unwrap_or_default() });
        }
        Report { ready: checks.iter().all(|check| check.ok), checks }
    }

    /// Mounts `/health/live`, `/health/ready` and `/metrics`.
    pub fn mount(&self, app: &mut ServiceConfig) {
        app.app_data(Data::new(self.clone()))
            .route("/health/live", web::get().to(live))
            .route("/health/ready", web::get().to(ready))
            .route("/metrics", web::get().to(show_metrics));
    }

    /// Serves these endpoints alone, for a service that has no HTTP of its own.
    ///
    /// # Errors
    /// [`BindError`].
    pub fn serve(&self, address: SocketAddr) -> Result<Server, BindError> {
        let health = self.clone();
        http::serve(address, move |app| health.mount(app))
    }

    fn probes(&self) -> Vec<(String, Probe)> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("live\n")
}

async fn ready(health: Data<Health>) -> HttpResponse {
    let report = health.report().await;
    let mut answer =
        if report.ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.json(report)
}

async fn show_metrics() -> HttpResponse {
    HttpResponse::Ok().content_type(metrics::CONTENT_TYPE).body(metrics::render())
}

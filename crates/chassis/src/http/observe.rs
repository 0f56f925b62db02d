//! What is seen of each request: a span around it, and its time by route and status.

use std::{sync::LazyLock, time::Instant};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use tracing::{Instrument, field};

use crate::metrics::{self, Histogram, KeyValue};

static TIMES: LazyLock<Histogram<f64>> =
    LazyLock::new(|| metrics::seconds("switchboard.http.request", "Time to answer a request"));

/// Shown for what matched no route, so that a stranger's paths do not become labels.
const NO_ROUTE: &str = "(none)";

/// Neither the path nor the query is recorded: both may hold what is nobody's business.
pub(super) async fn observe<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let method = known(request.method().as_str());
    let (route, status) = (field::Empty, field::Empty);
    let span = tracing::info_span!("http", method, route, status);
    let answer = next.call(request).instrument(span.clone()).await;
    let (route, status) = match &answer {
        Ok(answer) => (answer.request().match_pattern(), answer.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    let route = route.unwrap_or_else(|| NO_ROUTE.into());
    span.record("route", &route).record("status", status.as_u16());
    let labels = [
        KeyValue::new("method", method),
        KeyValue::new("route", route),
        KeyValue::new("status", i64::from(status.as_u16())),
    ];
    TIMES.record(started.elapsed().as_secs_f64(), &labels);
    answer
}

/// A method may be any word; only these become labels.
fn known(method: &str) -> &'static str {
    const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    METHODS.into_iter().find(|it| *it == method).unwrap_or("OTHER")
}

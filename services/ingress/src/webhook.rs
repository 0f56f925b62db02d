//! `POST /meta/webhooks/{app_key}`: what Meta has to tell.
//!
//! The answers tell a stranger nothing: no bodies, and one answer for whatever does not verify.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, RETRY_AFTER},
    },
    web::{Bytes, Data, Payload},
};
use futures_util::future;
use switchboard_chassis::{clock, telemetry};
use switchboard_domain::ids::AppId;
use switchboard_meta::{
    signature::Unverified,
    webhook::{self, RawEvent},
};
use tokio::time::{self, Instant};
use tracing::{Instrument, debug, field, info_span, warn};

use crate::{
    apps::Signatures,
    events::{self, Origin},
    service::Ingress,
};

/// The largest body that Meta sends is 3 MB (Cloud API, "Webhooks").
pub const MAX_BODY_BYTES: usize = 3 * 1024 * 1024;

/// How long a body may take to arrive.
const BODY_DEADLINE: Duration = Duration::from_secs(20);

/// How long the events may take to be durable; Meta gives up by then.
const PUBLISH_DEADLINE: Duration = Duration::from_secs(10);

/// What Meta may wait before it sends again. It does as it likes; others honour it.
const RETRY_SECONDS: &str = "5";

/// How a webhook ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Durable,
    TooLarge,
    Interrupted,
    Unverified,
    Malformed,
    QueueAway,
    /// The apps were never read, so nobody can be verified.
    NotReady,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Outcome::Durable => "durable",
            Outcome::TooLarge => "too_large",
            Outcome::Interrupted => "interrupted",
            Outcome::Unverified => "unverified",
            Outcome::Malformed => "malformed",
            Outcome::QueueAway => "queue_away",
            Outcome::NotReady => "not_ready",
        }
    }

    fn answer(self) -> HttpResponse {
        match self {
            Outcome::Durable => HttpResponse::Ok().finish(),
            Outcome::TooLarge => HttpResponse::new(StatusCode::PAYLOAD_TOO_LARGE),
            Outcome::Unverified => HttpResponse::Unauthorized().finish(),
            Outcome::Malformed | Outcome::Interrupted => HttpResponse::BadRequest().finish(),
            Outcome::QueueAway | Outcome::NotReady => come_back_later(),
        }
    }
}

/// 503, and when to try again.
pub(crate) fn come_back_later() -> HttpResponse {
    HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, RETRY_SECONDS)).finish()
}

/// Takes a webhook.
pub(crate) async fn receive(
    request: HttpRequest,
    payload: Payload,
    ingress: Data<Ingress>,
) -> HttpResponse {
    // A context that a stranger sends is not taken up: each webhook begins a trace.
    let span = info_span!("webhook", app = field::Empty, events = field::Empty);
    let outcome = take(&request, payload, &ingress).instrument(span).await;
    let outcome = outcome.err().unwrap_or(Outcome::Durable);
    ingress.measures.webhook(outcome.word());
    outcome.answer()
}

async fn take(request: &HttpRequest, payload: Payload, ingress: &Ingress) -> Result<(), Outcome> {
    let body = read(request, payload).await?;
    let key = request.match_info().get("app_key").unwrap_or_default();
    let app = verify(request, key, &body, ingress).await?;
    tracing::Span::current().record("app", field::display(app));
    let events = webhook::split(&body).map_err(|error| {
        warn!(%app, %error, bytes = body.len(), "a webhook with a valid signature is malformed");
        Outcome::Malformed
    })?;
    tracing::Span::current().record("events", events.len());
    drop(body);
    publish(app, key, events, ingress).await
}

async fn read(request: &HttpRequest, payload: Payload) -> Result<Bytes, Outcome> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|value| value.parse::<usize>().ok());
    if announced.is_some_and(|bytes| bytes > MAX_BODY_BYTES) {
        return Err(Outcome::TooLarge);
    }
    match time::timeout(BODY_DEADLINE, payload.to_bytes_limited(MAX_BODY_BYTES)).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Err(_)) => Err(Outcome::TooLarge),
        Ok(Ok(Err(_))) | Err(_) => Err(Outcome::Interrupted),
    }
}

async fn verify(
    request: &HttpRequest,
    key: &str,
    body: &[u8],
    ingress: &Ingress,
) -> Result<AppId, Outcome> {
    let at = Instant::now();
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let headers =
        Signatures { sha256: header("x-hub-signature-256"), sha1: header("x-hub-signature") };
    let mut book = ingress.apps.book();
    let mut verified = book.as_ref().map(|book| book.verify(key, headers, body));
    if matches!(verified, None | Some(Err(Unverified::Mismatch))) {
        // The app, or its secret, may be newer than what we know.
        book = ingress.apps.book_since(at).await;
        verified = book.as_ref().map(|book| book.verify(key, headers, body));
    }
    verified.ok_or(Outcome::NotReady)?.map_err(|error| {
        // The key is a stranger's word; only one that is an app's is told.
        let app = book.and_then(|book| book.id(key)).map(field::display);
        warn!(app, %error, bytes = body.len(), "a webhook does not verify");
        Outcome::Unverified
    })
}

async fn publish(
    app: AppId,
    key: &str,
    events: Vec<RawEvent>,
    ingress: &Ingress,
) -> Result<(), Outcome> {
    let trace = telemetry::inject_current();
    let origin = Origin { app_key: key, trace, received: clock::now() };
    let begun = Instant::now();
    let tally: Vec<_> = events.iter().map(|event| (event.channel, event.kind.clone())).collect();
    let durable = events::by_shard(events, &origin)
        .into_iter()
        .map(|(shard, envelopes)| ingress.batcher.publish(shard, envelopes));
    let failed = match time::timeout(PUBLISH_DEADLINE, future::try_join_all(durable)).await {
        Ok(Ok(_)) => {
            ingress.measures.durable_after(begun.elapsed());
            tally.iter().for_each(|(channel, kind)| ingress.measures.event(*channel, kind));
            debug!(%app, events = tally.len(), "a webhook is durable");
            return Ok(());
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} s", PUBLISH_DEADLINE.as_secs()),
    };
    warn!(%app, events = tally.len(), error = failed, "a webhook is not durable; Meta must send it again");
    Err(Outcome::QueueAway)
}

//! What Meta calls when a person leaves: `POST /meta/deauthorize/{app_key}` when they removed the app,
//! `POST /meta/data-deletion/{app_key}` when they want their data deleted; and the page that tells
//! them how far that is. (Facebook Login, "Deauthorize Callback" and "Data Deletion Callback")
//!
//! As for webhooks: 200 only when it is durable, and one answer for whatever does not verify.

use std::time::Duration;

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{self, Data, Form, FormConfig, Path, ServiceConfig},
};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use switchboard_chassis::{clock, telemetry};
use switchboard_contract::{Body, Envelope, wire::PlatformEvent};
use switchboard_domain::{ids::AppId, shard::ConversationShard};
use switchboard_meta::signature::{BadSignedRequest, SignedRequest};
use switchboard_store::deletions::{self, State};
use tokio::time::{self, Instant};
use tracing::{info, warn};

use crate::{pages, service::Ingress, webhook::come_back_later};

/// A signed request is a few hundred bytes.
const LARGEST_FORM: usize = 64 * 1024;

/// How long it may take to be durable.
const PUBLISH_DEADLINE: Duration = Duration::from_secs(10);

/// Hexadecimal digits of a confirmation code: 96 bits, so that none can be guessed.
const CODE_DIGITS: usize = 24;

/// What Meta posts.
#[derive(Deserialize)]
pub(crate) struct Signed {
    signed_request: String,
}

type Taken = Result<Form<Signed>, actix_web::Error>;

/// Mounts the callbacks and the page.
pub(crate) fn mount(app: &mut ServiceConfig) {
    let form = || FormConfig::default().limit(LARGEST_FORM);
    app.service(
        web::resource("/meta/deauthorize/{app_key}")
            .app_data(form())
            .route(web::post().to(deauthorize)),
    )
    .service(
        web::resource("/meta/data-deletion/{app_key}")
            .app_data(form())
            .route(web::post().to(delete_data)),
    )
    .route("/meta/data-deletion/{app_key}/{code}", web::get().to(status));
}

async fn deauthorize(key: Path<String>, form: Taken, ingress: Data<Ingress>) -> HttpResponse {
    match take("deauthorize", &key, form, &ingress).await {
        Ok(_) => HttpResponse::Ok().finish(),
        Err(answer) => answer,
    }
}

async fn delete_data(key: Path<String>, form: Taken, ingress: Data<Ingress>) -> HttpResponse {
    match take("data_deletion", &key, form, &ingress).await {
        Ok(code) => {
            let root = ingress.public_url.as_str().trim_end_matches('/');
            let url = format!("{root}/meta/data-deletion/{key}/{code}");
            HttpResponse::Ok().json(json!({ "url": url, "confirmation_code": code }))
        }
        Err(answer) => answer,
    }
}

/// Verifies a callback and makes it durable; gives its code, the same for the same request.
async fn take(
    kind: &'static str,
    key: &str,
    form: Taken,
    ingress: &Ingress,
) -> Result<String, HttpResponse> {
    let counted = |outcome, answer: HttpResponse| {
        ingress.measures.callback(kind, outcome);
        answer
    };
    let Ok(form) = form else {
        return Err(counted("malformed", HttpResponse::BadRequest().finish()));
    };
    let field = form.signed_request.as_str();
    let (app, told) = match verify(key, field, ingress).await {
        Some(Ok(verified)) => verified,
        Some(Err(error)) => {
            warn!(kind, %error, "a callback does not verify");
            return Err(counted("unverified", HttpResponse::Unauthorized().finish()));
        }
        None => return Err(counted("not_ready", come_back_later())),
    };
    let code = code(kind, field);
    if let Err(error) = publish(kind, key, (&code, told), ingress).await {
        warn!(kind, %app, error, "a callback is not durable; Meta must send it again");
        return Err(counted("queue_away", come_back_later()));
    }
    info!(kind, %app, code, "a callback of Meta's is durable");
    ingress.measures.callback(kind, "durable");
    Ok(code)
}

/// `None` when the apps were never read.
async fn verify(
    key: &str,
    field: &str,
    ingress: &Ingress,
) -> Option<Result<(AppId, SignedRequest), BadSignedRequest>> {
    let at = Instant::now();
    let known = ingress.apps.book().map(|book| book.signed_request(key, field));
    if !matches!(known, None | Some(Err(BadSignedRequest::Mismatch))) {
        return known;
    }
    // The app, or its secret, may be newer than what we know.
    let book = ingress.apps.book_since(at).await?;
    Some(book.signed_request(key, field))
}

fn code(kind: &str, field: &str) -> String {
    let digest = Sha256::new().chain_update(kind).chain_update([0]).chain_update(field).finalize();
    hex::encode(digest).chars().take(CODE_DIGITS).collect()
}

async fn publish(
    kind: &str,
    key: &str,
    (code, told): (&str, SignedRequest),
    ingress: &Ingress,
) -> Result<(), String> {
    let (traceparent, tracestate) = telemetry::inject_current();
    let now = clock::now().as_micros();
    let shard = ConversationShard::of(&format!("{kind}:{key}:{}", told.user_id));
    let envelope = Envelope {
        id: format!("{kind}:{code}"),
        traceparent,
        tracestate,
        created_at_us: now,
        body: Some(Body::Platform(PlatformEvent {
            app_key: key.to_owned(),
            customer: told.user_id,
            kind: kind.to_owned(),
            dedupe_key: code.to_owned(),
            at_us: now,
            raw: told.payload,
            ..PlatformEvent::default()
        })),
    };
    match time::timeout(PUBLISH_DEADLINE, ingress.batcher.publish(shard, vec![envelope])).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} s", PUBLISH_DEADLINE.as_secs())),
    }
}

/// `GET /meta/data-deletion/{app_key}/{code}`: how far it is, for the person. Names nobody.
async fn status(path: Path<(String, String)>, ingress: Data<Ingress>) -> HttpResponse {
    let (key, code) = path.into_inner();
    let plain = code.len() == CODE_DIGITS && code.bytes().all(|byte| byte.is_ascii_hexdigit());
    let Some(app) = app(&ingress, &key).await.filter(|_| plain) else { return unknown() };
    let wanted = code.clone();
    let found = ingress.store.read(move |db| deletions::of_app(db, app, &wanted)).await;
    match found {
        Ok(Some(deletion)) => {
            let (state, text) = words(deletion.state);
            pages::show(StatusCode::OK, &pages::Deletion { text, code: &code, state })
        }
        Ok(None) => unknown(),
        Err(error) => {
            warn!(%error, "a status page cannot be read");
            told(
                StatusCode::SERVICE_UNAVAILABLE,
                "Please try again in a moment",
                "The state of your request cannot be read just now. The request itself is safe.",
            )
        }
    }
}

async fn app(ingress: &Ingress, key: &str) -> Option<AppId> {
    let at = Instant::now();
    match ingress.apps.book().and_then(|book| book.id(key)) {
        Some(app) => Some(app),
        // It may be newer than what we know.
        None => ingress.apps.book_since(at).await?.id(key),
    }
}

fn words(state: State) -> (&'static str, &'static str) {
    match state {
        State::Open => (
            "received",
            "Your request has arrived. Meta does not tell us which chats are yours, so a person \
             looks for them. This can take a few days.",
        ),
        State::Erasing => ("in progress", "Your data is being deleted."),
        State::Done => ("done", "Your data is deleted: your messages, your name and your ids."),
    }
}

fn unknown() -> HttpResponse {
    told(
        StatusCode::NOT_FOUND,
        "No such request",
        "There is no request with this code here. A new one appears within a minute; check the code \
         and try again.",
    )
}

fn told(status: StatusCode, title: &str, text: &str) -> HttpResponse {
    pages::show(status, &pages::Told { title, text, back: None })
}

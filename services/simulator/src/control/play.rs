//! Playing the customer: messages, taps, reactions, reads.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{invalid, not_found};
use crate::simulator::Simulator;
use crate::state::ThreadKey;
use crate::state::media::{INBOUND_LIFE_MS, Medium, Source};
use crate::{customer, ids, login};

type Sim = web::Data<Arc<Simulator>>;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/customers/{account}/{customer}/messages", web::post().to(message))
        .route("/customers/{account}/{customer}/read", web::post().to(read))
        .route("/customers/{account}/{customer}/login", web::post().to(begin_login))
        .route("/customers/{account}/{customer}/media", web::post().to(keep))
        .route("/media/{id}", web::get().to(medium))
        .route("/sample.png", web::get().to(sample));
}

/// `POST /_sim/customers/{account}/{customer}/messages`. An unknown customer of a
/// known account is created.
async fn message(
    sim: Sim,
    path: web::Path<(String, String)>,
    body: web::Json<Map<String, Value>>,
) -> HttpResponse {
    let (account, customer) = path.into_inner();
    let now_ms = sim.clock.now_ms();
    let mut world = sim.lock();
    let world = &mut *world;
    let played = match customer::play(world, &account, &customer, &body, (&sim.base_url, now_ms)) {
        Ok(played) => played,
        Err(customer::Refusal::NoAccount) => return not_found("there is no such account"),
        Err(refusal) => return invalid(&refusal.to_string()),
    };
    sim.emit(world, played.events, Duration::ZERO);
    HttpResponse::Ok().json(json!({ "id": played.id }))
}

/// `POST /_sim/customers/{account}/{customer}/read`: the customer looks at the phone.
async fn read(sim: Sim, path: web::Path<(String, String)>) -> HttpResponse {
    let (account, customer) = path.into_inner();
    let now_ms = sim.clock.now_ms();
    let mut world = sim.lock();
    let world = &mut *world;
    let Some(events) = customer::read_all(world, &account, &customer, now_ms) else {
        return not_found("there is no such customer");
    };
    let count = events.len();
    sim.emit(world, events, Duration::ZERO);
    HttpResponse::Ok().json(json!({ "read": count }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogIn {
    /// The URL of a Log In button that the customer was sent.
    url: String,
}

/// `POST /_sim/customers/{account}/{customer}/login`: the customer taps Log In.
/// Answers the URL that the browser opens.
async fn begin_login(
    sim: Sim,
    path: web::Path<(String, String)>,
    button: web::Json<LogIn>,
) -> HttpResponse {
    let (account, customer) = path.into_inner();
    let thread = ThreadKey::new(&account, &customer);
    let now_ms = sim.clock.now_ms();
    match login::begin(&mut sim.lock(), &sim.base_url, &thread, &button.url, now_ms) {
        Ok(url) => HttpResponse::Ok().json(json!({ "url": url })),
        Err(refusal @ login::Refusal::NoCustomer) => not_found(&refusal.to_string()),
        Err(refusal) => invalid(&refusal.to_string()),
    }
}

/// `POST /_sim/customers/{account}/{customer}/media`: keeps a file that the
/// customer is about to send. Answers where it is.
async fn keep(
    sim: Sim,
    path: web::Path<(String, String)>,
    request: HttpRequest,
    bytes: Bytes,
) -> HttpResponse {
    let (account, _) = path.into_inner();
    let mut world = sim.lock();
    if !world.directory.accounts.contains_key(&account) {
        return not_found("there is no such account");
    }
    let mime_type = request.content_type().to_owned();
    let id = ids::numeric();
    world.media.insert(Medium {
        id: id.clone(),
        account,
        kind: mime_type.split('/').next().unwrap_or_default().to_owned(),
        mime_type,
        source: Source::Bytes(bytes),
        expires_at_ms: sim.clock.now_ms() + INBOUND_LIFE_MS,
    });
    HttpResponse::Ok().json(json!({ "url": format!("{}/_sim/media/{id}", sim.base_url) }))
}

/// `GET /_sim/media/{id}`: what the phone shows of a medium, without a token.
async fn medium(sim: Sim, id: web::Path<String>) -> HttpResponse {
    let found = sim.lock().media.get(&id, sim.clock.now_ms()).cloned();
    let Some(medium) = found else {
        return not_found("there is no such medium, or it expired");
    };
    match crate::graph::bytes_of(&sim, &medium.source).await {
        Some(bytes) => HttpResponse::Ok()
            .content_type(medium.mime_type)
            // Uploaded bytes must not act as a page of this origin.
            .insert_header(("Content-Security-Policy", "sandbox"))
            .insert_header(("X-Content-Type-Options", "nosniff"))
            .body(bytes),
        None => not_found("the medium's URL cannot be fetched"),
    }
}

async fn sample() -> HttpResponse {
    HttpResponse::Ok().content_type("image/png").body(customer::SAMPLE)
}

//! Who answers a conversation: routing, control, answers given elsewhere; and
//! what Meta tells about an account.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{done, invalid, not_found};
use crate::config::RoutingSeed;
use crate::elsewhere::{self, Answer, Move, Refusal};
use crate::platform;
use crate::simulator::Simulator;
use crate::state::ThreadKey;

type Sim = web::Data<Arc<Simulator>>;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/accounts/{account}/routing", web::get().to(routing))
        .route("/accounts/{account}/routing", web::put().to(set_routing))
        .route("/accounts/{account}/control", web::get().to(holder))
        .route("/accounts/{account}/control", web::post().to(hand_over))
        .route("/accounts/{account}/elsewhere", web::post().to(answer))
        .route("/accounts/{account}/events", web::post().to(event));
}

/// `GET /_sim/accounts/{account}/routing`.
async fn routing(sim: Sim, account: web::Path<String>) -> HttpResponse {
    let world = sim.lock();
    if !world.directory.accounts.contains_key(account.as_str()) {
        return not_found("there is no such account");
    }
    HttpResponse::Ok().json(world.controls.routing(&account).cloned().unwrap_or_default())
}

/// `PUT /_sim/accounts/{account}/routing`: replaces it; the account is the path's.
async fn set_routing(
    sim: Sim,
    account: web::Path<String>,
    seed: web::Json<RoutingSeed>,
) -> HttpResponse {
    let seed = RoutingSeed { account: account.into_inner(), ..seed.into_inner() };
    match sim.lock().set_routing(&seed) {
        Ok(()) => done(),
        Err(error) => invalid(&error.to_string()),
    }
}

#[derive(Deserialize)]
struct Whose {
    customer: String,
}

/// `GET /_sim/accounts/{account}/control?customer=`: who holds a conversation.
async fn holder(sim: Sim, account: web::Path<String>, whose: web::Query<Whose>) -> HttpResponse {
    let world = sim.lock();
    let key = ThreadKey::new(&account, &whose.customer);
    let held = world.controls.held(&key, sim.clock.now_ms());
    HttpResponse::Ok().json(json!({
        "app": held.map(|control| &control.owner),
        "until": held.map(|control| control.until_ms),
    }))
}

/// `POST /_sim/accounts/{account}/control`: somebody else moves control.
async fn hand_over(sim: Sim, account: web::Path<String>, change: web::Json<Move>) -> HttpResponse {
    let now_ms = sim.clock.now_ms();
    let mut world = sim.lock();
    let world = &mut *world;
    match elsewhere::hand_over(world, &account, &change, now_ms) {
        Ok(events) => {
            sim.emit(world, events, Duration::ZERO);
            done()
        }
        Err(refusal) => refused(&refusal),
    }
}

/// `POST /_sim/accounts/{account}/elsewhere`: an answer not sent by the gateway.
async fn answer(sim: Sim, account: web::Path<String>, given: web::Json<Answer>) -> HttpResponse {
    let now_ms = sim.clock.now_ms();
    let mut world = sim.lock();
    let world = &mut *world;
    match elsewhere::answer(world, &account, &given, now_ms) {
        Ok(written) => {
            sim.emit(world, written.events, Duration::ZERO);
            HttpResponse::Ok().json(json!({ "id": written.id }))
        }
        Err(refusal) => refused(&refusal),
    }
}

/// `POST /_sim/accounts/{account}/events`: what Meta tells about the account.
async fn event(
    sim: Sim,
    account: web::Path<String>,
    body: web::Json<Map<String, Value>>,
) -> HttpResponse {
    let now_ms = sim.clock.now_ms();
    let mut world = sim.lock();
    let world = &mut *world;
    match platform::event(world, &account, &body, now_ms) {
        Ok(event) => {
            let comment = platform::keep(world, &event, now_ms);
            sim.emit(world, vec![event], Duration::ZERO);
            comment.map_or_else(done, |id| HttpResponse::Ok().json(json!({ "ok": true, "id": id })))
        }
        Err(refusal @ platform::Refusal::NoAccount) => not_found(&refusal.to_string()),
        Err(refusal) => invalid(&refusal.to_string()),
    }
}

fn refused(refusal: &Refusal) -> HttpResponse {
    match refusal {
        Refusal::NoAccount | Refusal::NoCustomer => not_found(&refusal.to_string()),
        _ => invalid(&refusal.to_string()),
    }
}

//! What a node shows, and how far a number is registered.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{done, not_found};
use crate::simulator::Simulator;
use crate::state::World;

type Sim = web::Data<Arc<Simulator>>;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/nodes/{id}", web::get().to(facts)).route("/nodes/{id}", web::put().to(change));
}

/// What a call changes; the rest stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    /// Fields to show instead of the usual ones. Null shows the usual one again.
    #[serde(default)]
    fields: Map<String, Value>,
    registered: Option<bool>,
    verified: Option<bool>,
    /// Null switches two-step verification off.
    #[serde(default, deserialize_with = "given")]
    pin: Option<Option<String>>,
}

/// Tells a null from what is not there.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(from).map(Some)
}

fn exists(world: &World, id: &str) -> bool {
    world.directory.node(id).is_some()
}

/// `GET /_sim/nodes/{id}`: what is set about a node, and the code a number was sent.
async fn facts(sim: Sim, id: web::Path<String>) -> HttpResponse {
    let world = sim.lock();
    if !exists(&world, &id) {
        return not_found("there is no such account, number, business account or app");
    }
    HttpResponse::Ok().json(world.facts.get(&id).cloned().unwrap_or_default())
}

/// `PUT /_sim/nodes/{id}`.
async fn change(sim: Sim, id: web::Path<String>, change: web::Json<Change>) -> HttpResponse {
    let mut world = sim.lock();
    if !exists(&world, &id) {
        return not_found("there is no such account, number, business account or app");
    }
    let change = change.into_inner();
    let facts = world.facts.change(&id);
    for (name, value) in change.fields {
        match value {
            Value::Null => facts.fields.remove(&name),
            value => facts.fields.insert(name, value),
        };
    }
    let registration = &mut facts.registration;
    registration.registered = change.registered.unwrap_or(registration.registered);
    registration.verified = change.verified.unwrap_or(registration.verified);
    if let Some(pin) = change.pin {
        registration.pin = pin;
        registration.wrong_pins = 0;
    }
    done()
}

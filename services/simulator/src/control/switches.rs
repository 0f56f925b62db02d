//! Faults, settings, usage figures, and the clock.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{done, invalid};
use crate::faults::Fault;
use crate::settings::Settings;
use crate::simulator::Simulator;

type Sim = web::Data<Arc<Simulator>>;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/faults", web::post().to(add_fault))
        .route("/faults", web::get().to(faults))
        .route("/faults", web::delete().to(clear_faults))
        .route("/faults/{id}", web::delete().to(clear_fault))
        .route("/settings", web::get().to(settings))
        .route("/settings", web::put().to(change_settings))
        .route("/usage", web::put().to(usage))
        .route("/clock", web::get().to(clock))
        .route("/clock", web::post().to(advance));
}

async fn add_fault(sim: Sim, fault: web::Json<Fault>) -> HttpResponse {
    let id = sim.lock().faults.add(fault.into_inner());
    HttpResponse::Ok().json(json!({ "id": id }))
}

async fn faults(sim: Sim) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "faults": sim.lock().faults.list() }))
}

async fn clear_faults(sim: Sim) -> HttpResponse {
    sim.lock().faults.clear(None);
    done()
}

async fn clear_fault(sim: Sim, id: web::Path<u64>) -> HttpResponse {
    sim.lock().faults.clear(Some(*id));
    done()
}

async fn settings(sim: Sim) -> HttpResponse {
    HttpResponse::Ok().json(&sim.lock().settings)
}

/// Changes the settings that are named; the others stay.
async fn change_settings(sim: Sim, change: web::Json<Map<String, Value>>) -> HttpResponse {
    let mut world = sim.lock();
    let mut merged = match serde_json::to_value(&world.settings) {
        Ok(value) => value,
        Err(error) => return invalid(&error.to_string()),
    };
    merge(&mut merged, &Value::Object(change.into_inner()));
    match serde_json::from_value::<Settings>(merged) {
        Ok(settings) => {
            world.settings = settings;
            HttpResponse::Ok().json(&world.settings)
        }
        Err(error) => invalid(&format!("these are no settings: {error}")),
    }
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => into.clone_from(from),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ForcedUsage {
    /// App or account id.
    id: String,
    /// What the usage headers show; null to count again.
    percent: Option<u64>,
}

async fn usage(sim: Sim, usage: web::Json<ForcedUsage>) -> HttpResponse {
    sim.lock().limiter.force_usage(&usage.id, usage.percent);
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: f64,
}

async fn clock(sim: Sim) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "now_ms": sim.clock.now_ms() }))
}

async fn advance(sim: Sim, advance: web::Json<Advance>) -> HttpResponse {
    let Ok(by) = std::time::Duration::try_from_secs_f64(advance.advance_seconds) else {
        return invalid("advance_seconds must not be negative: the clock only moves forward");
    };
    let ms = i64::try_from(by.as_millis()).unwrap_or(0);
    sim.clock.advance(ms);
    sim.lock().unsaved_clock_ms += ms;
    sim.changed();
    HttpResponse::Ok().json(json!({ "now_ms": sim.clock.now_ms() }))
}

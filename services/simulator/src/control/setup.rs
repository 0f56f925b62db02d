//! Creating apps, accounts, tokens, templates and customers.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{done, invalid, not_found, set_callback};
use crate::config::{
    AppSeed, CustomerSeed, InstagramSeed, PageSeed, TemplateSeed, TokenSeed, WabaSeed,
};
use crate::error::Error;
use crate::graph::templates;
use crate::simulator::Simulator;
use crate::state::Channel;
use crate::state::templates::Template;
use crate::webhooks::verify;

type Sim = web::Data<Arc<Simulator>>;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/apps", web::post().to(add_app))
        .route("/apps/{id}", web::put().to(change_app))
        .route("/apps/{id}/verify", web::post().to(verify_app))
        .route("/pages", web::post().to(add_page))
        .route("/instagram", web::post().to(add_instagram))
        .route("/wabas", web::post().to(add_waba))
        .route("/templates", web::post().to(add_template))
        .route("/templates/{id}/review", web::post().to(review))
        .route("/tokens", web::post().to(add_token))
        .route("/customers", web::post().to(add_customer))
        .route("/accounts", web::get().to(accounts))
        .route("/address", web::get().to(address));
}

fn outcome(result: Result<(), Error>) -> HttpResponse {
    match result {
        Ok(()) => done(),
        Err(error) => invalid(&error.to_string()),
    }
}

async fn add_app(sim: Sim, seed: web::Json<AppSeed>) -> HttpResponse {
    let mut world = sim.lock();
    world.add_app(&seed);
    sim.release_owed(&mut world);
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AppChange {
    callback_url: Option<String>,
    verify_token: Option<String>,
    secret: Option<String>,
    require_proof: Option<bool>,
    development: Option<bool>,
    deauthorize_url: Option<String>,
    data_deletion_url: Option<String>,
}

async fn change_app(sim: Sim, id: web::Path<String>, change: web::Json<AppChange>) -> HttpResponse {
    let mut world = sim.lock();
    let change = change.into_inner();
    if let Some(url) = &change.callback_url {
        set_callback(&mut world, &id, url);
    }
    let Some(app) = world.directory.apps.get_mut(id.as_str()) else {
        return not_found("there is no such app");
    };
    if let Some(verify_token) = change.verify_token {
        app.verify_token = verify_token;
    }
    if let Some(secret) = change.secret {
        app.secret = secret;
    }
    if let Some(require_proof) = change.require_proof {
        app.require_proof = require_proof;
    }
    app.development = change.development.unwrap_or(app.development);
    app.deauthorize_url = change.deauthorize_url.or(app.deauthorize_url.take());
    app.data_deletion_url = change.data_deletion_url.or(app.data_deletion_url.take());
    sim.release_owed(&mut world);
    done()
}

async fn verify_app(sim: Sim, id: web::Path<String>) -> HttpResponse {
    let found = sim.lock().directory.apps.get(id.as_str()).cloned();
    let Some(app) = found else {
        return not_found("there is no such app");
    };
    let Some(url) = app.callback_url else {
        return invalid("the app has no callback_url; set it with PUT /_sim/apps/{id}");
    };
    HttpResponse::Ok().json(verify::challenge(&sim, &url, &app.verify_token).await)
}

async fn add_page(sim: Sim, seed: web::Json<PageSeed>) -> HttpResponse {
    outcome(sim.lock().add_page(&seed, sim.clock.now_ms()))
}

async fn add_instagram(sim: Sim, seed: web::Json<InstagramSeed>) -> HttpResponse {
    outcome(sim.lock().add_instagram(&seed, sim.clock.now_ms()))
}

async fn add_waba(sim: Sim, seed: web::Json<WabaSeed>) -> HttpResponse {
    outcome(sim.lock().add_waba(&seed, sim.clock.now_ms()))
}

async fn add_template(sim: Sim, seed: web::Json<TemplateSeed>) -> HttpResponse {
    let now_ms = sim.clock.now_ms();
    let mut world = sim.lock();
    let directory = &mut world.directory;
    let page =
        directory.accounts.get(&seed.owner).map(|own| own.channel) == Some(Channel::Messenger);
    if !page && !directory.wabas.contains_key(&seed.owner) {
        return invalid("there is no such WABA or Page; name it in \"owner\"");
    }
    let template = Template::seeded(&seed, now_ms);
    let id = template.id.clone();
    directory.templates.change(&seed.owner).put(template);
    HttpResponse::Ok().json(json!({ "ok": true, "id": id }))
}

/// What Meta decides about a template.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Review {
    /// APPROVED, REJECTED, PAUSED, DISABLED, FLAGGED, REINSTATED…
    event: String,
    reason: Option<String>,
}

/// `POST /_sim/templates/{id}/review`: the webhook follows.
async fn review(sim: Sim, id: web::Path<String>, review: web::Json<Review>) -> HttpResponse {
    let now_ms = sim.clock.now_ms();
    let mut world = sim.lock();
    let world = &mut *world;
    let reason = review.reason.as_deref();
    match templates::review(world, &id, &review.event, reason, now_ms) {
        Some(events) => {
            sim.emit(world, events, Duration::ZERO);
            done()
        }
        None => {
            not_found("there is no template with this id; GET /{owner}/message_templates has them")
        }
    }
}

async fn add_token(sim: Sim, seed: web::Json<TokenSeed>) -> HttpResponse {
    outcome(sim.lock().add_token(&seed, sim.clock.now_ms()))
}

async fn add_customer(sim: Sim, seed: web::Json<CustomerSeed>) -> HttpResponse {
    match sim.lock().add_customer(&seed) {
        Ok(customer) => HttpResponse::Ok().json(customer),
        Err(error) => invalid(&error.to_string()),
    }
}

/// Accounts with their customers, for the phone page.
async fn accounts(sim: Sim) -> HttpResponse {
    let world = sim.lock();
    let list: Vec<Value> = world
        .directory
        .accounts
        .values()
        .map(|account| {
            let customers: Vec<_> = world
                .directory
                .customers
                .values()
                .filter(|customer| customer.account == account.id)
                .collect();
            json!({
                "id": account.id,
                "channel": account.channel,
                "name": account.name,
                "phone": account.display_phone_number,
                "customers": customers,
            })
        })
        .collect();
    HttpResponse::Ok().json(json!({ "accounts": list }))
}

/// Where the gateway finds the simulator: the base of the URLs handed out.
async fn address(sim: Sim) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "url": sim.base_url }))
}

//! The control interface under `/_sim`: create the world, play customers, switch
//! faults, and look at what happened. Documented in the crate's README.

mod accounts;
mod callbacks;
mod nodes;
mod observe;
mod play;
mod setup;
mod switches;
mod webhooks;

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::state::World;

/// Routes of the control interface.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::scope("/_sim")
            .app_data(web::JsonConfig::default().limit(64 * 1024 * 1024))
            .app_data(web::PayloadConfig::new(64 * 1024 * 1024))
            .configure(setup::routes)
            .configure(callbacks::routes)
            .configure(play::routes)
            .configure(observe::routes)
            .configure(switches::routes)
            .configure(accounts::routes)
            .configure(nodes::routes)
            .configure(webhooks::routes)
            .default_service(web::to(unknown)),
    );
}

/// Sets the callback URL of an app for every webhook object.
pub(crate) fn set_callback(world: &mut World, app_id: &str, url: &str) -> bool {
    let Some(app) = world.directory.apps.get_mut(app_id) else {
        return false;
    };
    app.callback_url = Some(url.to_owned());
    for subscription in app.subscriptions.values_mut() {
        url.clone_into(&mut subscription.callback_url);
    }
    true
}

async fn unknown() -> HttpResponse {
    not_found("there is no such control call; see services/simulator/README.md")
}

/// 404 with a reason.
fn not_found(reason: &str) -> HttpResponse {
    HttpResponse::NotFound().json(json!({ "error": reason }))
}

/// 422 with a reason.
fn invalid(reason: &str) -> HttpResponse {
    HttpResponse::UnprocessableEntity().json(json!({ "error": reason }))
}

/// 200 with `{"ok":true}`.
fn done() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "ok": true }))
}

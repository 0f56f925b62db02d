//! A person removes the app, or wants their data deleted.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::{invalid, not_found};
use crate::simulator::Simulator;
use crate::webhooks::signed_request;

type Sim = web::Data<Arc<Simulator>>;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/apps/{id}/deauthorize", web::post().to(deauthorize))
        .route("/apps/{id}/delete-data", web::post().to(delete_data));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    /// App-scoped user id.
    user: String,
    /// `bad` signs with a wrong key.
    signature: Option<String>,
}

/// `POST /_sim/apps/{id}/deauthorize`.
async fn deauthorize(sim: Sim, id: web::Path<String>, person: web::Json<Person>) -> HttpResponse {
    let Some(app) = sim.lock().directory.apps.get(id.as_str()).cloned() else {
        return not_found("there is no such app");
    };
    let Some(url) = app.deauthorize_url else {
        return invalid("the app has no deauthorize_url; set it with PUT /_sim/apps/{id}");
    };
    let signed = signed(&sim, &app.secret, &person);
    HttpResponse::Ok().json(signed_request::post(&sim, &url, &signed).await)
}

/// `POST /_sim/apps/{id}/delete-data`.
async fn delete_data(sim: Sim, id: web::Path<String>, person: web::Json<Person>) -> HttpResponse {
    let Some(app) = sim.lock().directory.apps.get(id.as_str()).cloned() else {
        return not_found("there is no such app");
    };
    let Some(url) = app.data_deletion_url else {
        return invalid("the app has no data_deletion_url; set it with PUT /_sim/apps/{id}");
    };
    let signed = signed(&sim, &app.secret, &person);
    let mut reply = signed_request::post(&sim, &url, &signed).await;
    signed_request::check_deletion(&mut reply);
    HttpResponse::Ok().json(reply)
}

fn signed(sim: &Simulator, secret: &str, person: &Person) -> String {
    let is_bad = person.signature.as_deref() == Some("bad");
    let secret = if is_bad { "not the secret" } else { secret };
    signed_request::sign(secret, &person.user, sim.clock.now_ms())
}

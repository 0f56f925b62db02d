//! The log of webhooks, and webhooks posted by hand.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpResponse, web};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::{invalid, not_found};
use crate::simulator::Simulator;
use crate::state::World;
use crate::webhooks::deliver::post;
use crate::webhooks::escape::meta_form;
use crate::webhooks::log::Delivery;

type Sim = web::Data<Arc<Simulator>>;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/webhooks", web::get().to(list)).route("/webhooks", web::post().to(by_hand));
}

#[derive(Deserialize)]
struct Filter {
    app: Option<String>,
    account: Option<String>,
    customer: Option<String>,
    /// `pending`, `delivered` or `dropped`.
    state: Option<String>,
    #[serde(default)]
    min: usize,
    #[serde(default)]
    wait_ms: u64,
}

impl Filter {
    fn fits(&self, delivery: &Delivery) -> bool {
        let is = |own: &Option<String>, value: &str| own.as_deref().is_none_or(|own| own == value);
        let state = format!("{:?}", delivery.state).to_ascii_lowercase();
        is(&self.app, &delivery.app)
            && is(&self.account, &delivery.account)
            && is(&self.customer, &delivery.customer)
            && is(&self.state, &state)
    }

    fn list<'a>(&self, world: &'a World) -> Vec<&'a Delivery> {
        let all = world.deliveries.list.iter();
        all.filter(|delivery| self.fits(delivery)).collect()
    }
}

async fn list(sim: Sim, filter: web::Query<Filter>) -> HttpResponse {
    let wait = Duration::from_millis(filter.wait_ms.min(600_000));
    sim.wait_for(wait, |world| filter.list(world).len() >= filter.min).await;
    let world = sim.lock();
    HttpResponse::Ok().json(json!({
        "webhooks": filter.list(&world),
        "delivered": world.deliveries.delivered,
        "dropped": world.deliveries.dropped,
        "attempts": world.deliveries.attempts,
        "pending": sim.lanes.pending(),
    }))
}

#[derive(Deserialize)]
struct ByHand {
    app: String,
    /// Another place than the app's callback URL.
    url: Option<String>,
    /// Send the bytes as they are, even when they are no JSON.
    #[serde(default)]
    raw: bool,
    /// `bad` signs with a wrong key.
    signature: Option<String>,
}

/// Posts a body, signed for an app, once. The body is brought into Meta's
/// escaped form, keeping the order of keys, unless `raw` is set.
async fn by_hand(sim: Sim, query: web::Query<ByHand>, body: Bytes) -> HttpResponse {
    let found = sim.lock().directory.apps.get(&query.app).cloned();
    let Some(app) = found else {
        return not_found("there is no such app");
    };
    let Some(url) = query.url.clone().or(app.callback_url) else {
        return invalid("the app has no callback_url; set it with PUT /_sim/apps/{id}");
    };
    let bytes = if query.raw {
        body
    } else {
        match serde_json::from_slice::<&RawValue>(&body) {
            Ok(json) => Bytes::from(meta_form(json.get())),
            Err(error) => {
                return invalid(&format!(
                    "the body is no JSON ({error}); add raw=true to send it anyway"
                ));
            }
        }
    };
    let secret = if query.signature.as_deref() == Some("bad") {
        "not the secret".to_owned()
    } else {
        app.secret
    };
    let timeout = Duration::from_millis(sim.lock().settings.webhook_timeout_ms);
    HttpResponse::Ok().json(post(&sim, &url, &secret, &bytes, timeout).await)
}

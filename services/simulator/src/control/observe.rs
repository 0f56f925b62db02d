//! Looking at what happened. Reads may wait for it: `wait_ms` with `min`.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::simulator::Simulator;
use crate::state::comments::Comment;
use crate::state::thread::{Message, Side};
use crate::state::{ThreadKey, World};

type Sim = web::Data<Arc<Simulator>>;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/messages", web::get().to(messages))
        .route("/comments", web::get().to(comments))
        .route("/received", web::get().to(received))
        .route("/markers", web::get().to(markers))
        .route("/violations", web::get().to(violations))
        .route("/alerts", web::get().to(alerts))
        .route("/idle", web::get().to(idle))
        .route("/idle", web::post().to(idle));
}

/// Filters and waiting, common to all lists.
#[derive(Deserialize)]
struct Filter {
    account: Option<String>,
    customer: Option<String>,
    /// `customer` or `business`.
    from: Option<String>,
    marker: Option<String>,
    accepted: Option<bool>,
    /// Answer when there are at least this many.
    #[serde(default)]
    min: usize,
    /// Answer after this time at the latest.
    #[serde(default)]
    wait_ms: u64,
    /// Messages: answer at once when the state is no longer this one.
    version: Option<String>,
}

impl Filter {
    fn fits(&self, account: &str, customer: &str) -> bool {
        self.account.as_deref().is_none_or(|own| own == account)
            && self.customer.as_deref().is_none_or(|own| own == customer)
    }

    fn wait(&self) -> Duration {
        Duration::from_millis(self.wait_ms.min(600_000))
    }
}

async fn messages(sim: Sim, filter: web::Query<Filter>) -> HttpResponse {
    sim.wait_for(filter.wait(), |world| {
        let list = thread_messages(world, &filter);
        match &filter.version {
            Some(known) => *known != version(&list),
            None => list.len() >= filter.min,
        }
    })
    .await;
    let world = sim.lock();
    let list = thread_messages(&world, &filter);
    HttpResponse::Ok().json(json!({ "messages": list, "version": version(&list) }))
}

fn thread_messages<'a>(world: &'a World, filter: &Filter) -> Vec<&'a Message> {
    let side = match filter.from.as_deref() {
        Some("customer") => Some(Side::Customer),
        Some("business") => Some(Side::Business),
        _ => None,
    };
    let mut keys: Vec<ThreadKey> = match (&filter.account, &filter.customer) {
        (Some(account), Some(customer)) => vec![ThreadKey::new(account, customer)],
        _ => world
            .threads
            .keys()
            .filter(|key| filter.fits(&key.account, &key.customer))
            .cloned()
            .collect(),
    };
    keys.sort();
    keys.iter()
        .filter_map(|key| world.threads.get(key))
        .flat_map(|thread| &thread.messages)
        .filter(|message| side.is_none_or(|side| message.from == side))
        .collect()
}

/// `GET /_sim/comments`: comments and visitors' posts, oldest first; `customer` is the author.
async fn comments(sim: Sim, filter: web::Query<Filter>) -> HttpResponse {
    let fits = |comment: &&Comment| filter.fits(&comment.account, &comment.author);
    sim.wait_for(filter.wait(), |world| world.comments.all().filter(fits).count() >= filter.min)
        .await;
    let world = sim.lock();
    let mut list: Vec<_> = world.comments.all().filter(fits).collect();
    list.sort_by_key(|comment| comment.at);
    HttpResponse::Ok().json(json!({ "comments": list }))
}

/// Changes whenever something visible of these messages does.
fn version(list: &[&Message]) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    for message in list {
        message.id.hash(&mut hasher);
        std::mem::discriminant(&message.status).hash(&mut hasher);
        message.reaction.hash(&mut hasher);
        message.view.text.hash(&mut hasher);
        message.deleted.hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

async fn received(sim: Sim, filter: web::Query<Filter>) -> HttpResponse {
    let fits = |entry: &&crate::state::ledger::Received| {
        filter.fits(&entry.account, &entry.customer)
            && filter.accepted.is_none_or(|accepted| entry.accepted == accepted)
            && (filter.marker.is_none() || filter.marker == entry.marker)
    };
    sim.wait_for(filter.wait(), |world| {
        world.ledger.received.iter().filter(fits).count() >= filter.min
    })
    .await;
    let world = sim.lock();
    let list: Vec<_> = world.ledger.received.iter().filter(fits).collect();
    HttpResponse::Ok().json(json!({
        "received": list,
        "accepted": world.ledger.accepted,
        "refused": world.ledger.refused,
    }))
}

async fn markers(sim: Sim, filter: web::Query<Filter>) -> HttpResponse {
    sim.wait_for(filter.wait(), |world| world.ledger.markers.len() >= filter.min).await;
    let world = sim.lock();
    if let Some(marker) = &filter.marker {
        let count = world.ledger.markers.get(marker).copied().unwrap_or(0);
        return HttpResponse::Ok().json(json!({ "marker": marker, "count": count }));
    }
    HttpResponse::Ok().json(json!({ "markers": world.ledger.markers }))
}

async fn violations(sim: Sim, filter: web::Query<Filter>) -> HttpResponse {
    let world = sim.lock();
    let list: Vec<_> = world
        .ledger
        .violations
        .iter()
        .filter(|entry| filter.fits(&entry.account, &entry.customer))
        .collect();
    HttpResponse::Ok().json(json!({
        "violations": list,
        "count": world.ledger.violation_count,
    }))
}

/// `GET /_sim/alerts`: what Meta would mail to the developers.
async fn alerts(sim: Sim) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "alerts": sim.lock().alerts }))
}

#[derive(Deserialize)]
struct Wait {
    #[serde(default)]
    wait_ms: u64,
    /// The same in seconds, may have a fraction.
    wait: Option<f64>,
}

/// Waits until no webhook is queued or under way.
async fn idle(sim: Sim, wait: web::Query<Wait>) -> HttpResponse {
    let time = match wait.wait {
        Some(seconds) => Duration::try_from_secs_f64(seconds).unwrap_or_default(),
        None => Duration::from_millis(wait.wait_ms),
    };
    let pending = |world: &World| sim.lanes.pending() + world.owed.len();
    sim.wait_for(time, |world| pending(world) == 0).await;
    let pending = pending(&sim.lock());
    let body: Value = json!({ "idle": pending == 0, "pending": pending });
    HttpResponse::Ok().json(body)
}

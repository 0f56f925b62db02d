//! Gives events out to endpoints and posts them: of each conversation one at a time, in order, and
//! each endpoint by itself, so that one in trouble slows no other.
//!
//! What is delivered at least once is known by its `webhook-id`. One desk at a time delivers to an
//! endpoint, by a lease; another goes on when it lapses.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures_util::future::join_all;
use switchboard_chassis::clock;
use switchboard_domain::{
    Timestamp,
    ids::{EndpointId, WorkspaceId},
};
use switchboard_store::{
    Db, StoreError,
    webhooks::{
        deliveries::{self, Delivery, Fate},
        endpoints::{self, Endpoint},
        events,
    },
};
use tokio::{
    task::{Id, JoinError, JoinSet},
    time::{self, Instant},
};
use tracing::{info, warn};

use crate::desk::Desk;

/// Events given out in one transaction.
const GIVEN: i64 = 200;

/// Conversations that an endpoint is told of at once.
const AT_ONCE: i64 = 16;

/// How often to look without a hint: hints may be lost, and none tells that a failed try is due
/// again or that another desk's lease has lapsed.
const LOOK: Duration = Duration::from_secs(1);

/// How long a desk has an endpoint without a sign of life; longer than a round of posts.
const LEASE: Duration = Duration::from_secs(30);

/// The wait after the first failure; four times as long after each, up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(5);

const LONGEST_WAIT: Duration = Duration::from_secs(6 * 60 * 60);

/// Tries before a delivery is parked: with these waits, three days.
const MOST_TRIES: u32 = 18;

/// An endpoint that takes nothing for so long is turned off.
const PATIENCE: Duration = Duration::from_secs(5 * 24 * 60 * 60);

/// The endpoint is gone for ever. (Standard Webhooks)
const GONE: u16 = 410;

/// How often old events are forgotten.
const TIDY: Duration = Duration::from_secs(60 * 60);

/// Delivers until the desk ends.
pub(crate) async fn run(desk: Arc<Desk>) {
    if desk.integrators.keys.is_none() {
        info!("integrators are told nothing by this desk: it was not given keys.apps");
        return;
    }
    let mut serving = Serving::default();
    let mut tidied = Instant::now();
    loop {
        if let Err(error) = round(&desk, &mut serving).await {
            warn!(%error, "integrators wait for the store");
        }
        if tidied.elapsed() > TIDY {
            tidied = Instant::now();
            forget(&desk).await;
        }
        tokio::select! {
            () = desk.shutdown.wait() => break,
            () = desk.integrators.news.notified() => {}
            Some(done) = serving.tasks.join_next_with_id() => serving.ended(done),
            () = time::sleep(LOOK) => {}
        }
    }
    // Each ends after the round that it is in.
    while serving.tasks.join_next().await.is_some() {}
}

/// The endpoints that this desk is telling something.
#[derive(Default)]
struct Serving {
    tasks: JoinSet<()>,
    endpoints: HashMap<Id, EndpointId>,
}

impl Serving {
    fn ended(&mut self, done: Result<(Id, ()), JoinError>) {
        let id = match done {
            Ok((id, ())) => id,
            Err(error) => {
                warn!(%error, "delivering to an integrator broke off, will try again");
                error.id()
            }
        };
        self.endpoints.remove(&id);
    }

    fn begin(&mut self, desk: &Arc<Desk>, workspace: WorkspaceId, endpoint: EndpointId) {
        if self.endpoints.values().any(|one| *one == endpoint) {
            return;
        }
        let desk = Arc::clone(desk);
        let task = self.tasks.spawn(async move {
            match serve(&desk, workspace, endpoint).await {
                // Another desk has it: due, and not ours to tell.
                Ok(0) => pause(&desk).await,
                Ok(_) => {}
                Err(error) => {
                    warn!(%endpoint, %error, "an integrator waits for the store");
                    pause(&desk).await;
                }
            }
        });
        self.endpoints.insert(task.id(), endpoint);
    }
}

async fn pause(desk: &Desk) {
    tokio::select! {
        () = desk.shutdown.wait() => {}
        () = time::sleep(LOOK) => {}
    }
}

/// Gives out what happened, and starts to serve endpoints that have something due.
async fn round(desk: &Arc<Desk>, serving: &mut Serving) -> Result<(), StoreError> {
    while desk.store.read(deliveries::any_to_give).await? {
        let give = |db: &mut Db| deliveries::give_out(db, GIVEN, clock::now());
        if desk.store.write(give).await? == 0 {
            break;
        }
    }
    let due = desk.store.read(|db| deliveries::due_endpoints(db, clock::now())).await?;
    for (workspace, endpoint) in due {
        serving.begin(desk, workspace, endpoint);
    }
    Ok(())
}

/// Tells an endpoint all that is due, unless another desk does; tells how many tries it made.
async fn serve(desk: &Desk, workspace: WorkspaceId, id: EndpointId) -> Result<usize, StoreError> {
    let mut tried = 0_usize;
    if desk.store.read(move |db| deliveries::due(db, id, clock::now(), 1)).await?.is_empty() {
        return Ok(tried);
    }
    while !desk.shutdown.is_triggered() {
        let (owner, now) = (desk.name.clone(), clock::now());
        let lease = move |db: &mut Db| endpoints::lease(db, id, (&owner, now), LEASE);
        if !desk.store.write(lease).await? {
            return Ok(tried);
        }
        let what = move |db: &mut Db| {
            let endpoint = endpoints::get(db, workspace, id)?;
            Ok((endpoint, deliveries::due(db, id, clock::now(), AT_ONCE)?))
        };
        let (endpoint, due) = desk.store.read(what).await?;
        if due.is_empty() || endpoint.off_because.is_some() {
            break;
        }
        let tries = join_all(due.into_iter().map(|one| post(desk, &endpoint, one))).await;
        tried = tried.saturating_add(tries.len());
        desk.store.write(move |db| note(db, id, &tries)).await?;
    }
    let owner = desk.name.clone();
    desk.store.write(move |db| endpoints::release(db, id, &owner)).await?;
    Ok(tried)
}

/// A try, and what came of it.
struct Try {
    delivery: Delivery,
    status: Option<u16>,
    answer: String,
    at: Timestamp,
}

async fn post(desk: &Desk, endpoint: &Endpoint, (delivery, body): (Delivery, String)) -> Try {
    let posted = desk.integrators.post(endpoint, (&delivery.event, body), clock::now()).await;
    let at = clock::now();
    let (status, answer) = match posted {
        Ok(status) => (Some(status), format!("answered {status}")),
        Err(why) => (None, why),
    };
    let taken = status.is_some_and(is_taken);
    desk.measures.webhook(taken);
    Try { delivery, status, answer, at }
}

pub(crate) fn is_taken(status: u16) -> bool {
    (200..300).contains(&status)
}

/// Notes what came of a round of tries.
fn note(db: &mut Db, id: EndpointId, tries: &[Try]) -> Result<(), StoreError> {
    let mut gone = false;
    let (mut arrived, mut latest) = (false, Timestamp::from_micros(0));
    for one in tries {
        let attempts = one.delivery.attempts.saturating_add(1);
        let fate = fate(one.status, attempts, one.at);
        arrived |= fate == Fate::Delivered;
        gone |= one.status == Some(GONE);
        latest = latest.max(one.at);
        deliveries::tried(db, (id, one.delivery.seq), (&fate, &one.answer), (attempts, one.at))?;
    }
    let failing = endpoints::note(db, id, arrived, latest)?;
    if gone {
        warn!(endpoint = %id, "an integrator's endpoint is gone and was turned off");
        return endpoints::turn_off(db, id, "It answered 410: it is gone.");
    }
    if failing.is_some_and(|since| latest.since(since) > PATIENCE) {
        warn!(endpoint = %id, "an integrator's endpoint failed for days and was turned off");
        return endpoints::turn_off(db, id, "It took nothing for five days.");
    }
    Ok(())
}

fn fate(status: Option<u16>, attempts: u32, now: Timestamp) -> Fate {
    match status {
        Some(status) if is_taken(status) => Fate::Delivered,
        _ if attempts >= MOST_TRIES => Fate::Parked,
        _ => Fate::Again(now.plus(jittered(wait_after(attempts)))),
    }
}

/// 5 s, 20 s, 80 s... up to six hours.
fn wait_after(attempts: u32) -> Duration {
    let times = 4_u32.saturating_pow(attempts.saturating_sub(1));
    FIRST_WAIT.saturating_mul(times).min(LONGEST_WAIT)
}

/// Up to a fifth longer, so that what failed together does not come back together.
fn jittered(wait: Duration) -> Duration {
    let extra: f64 = rand::random();
    wait.saturating_add(wait.mul_f64(extra / 5.0))
}

async fn forget(desk: &Desk) {
    let days = desk.settings.webhook_days;
    let kept = i64::from(days).saturating_mul(24 * 60 * 60 * 1_000_000);
    let before = Timestamp::from_micros(clock::now().as_micros().saturating_sub(kept));
    if let Err(error) = desk.store.write(move |db| events::forget(db, before)).await {
        warn!(%error, "cannot forget old events of integrators, will try again");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_go_on_for_three_days() {
        let all: Duration = (1..MOST_TRIES).map(wait_after).sum();
        let day = Duration::from_secs(24 * 60 * 60);
        assert!(all > day * 5 / 2 && all < day * 4, "{all:?}");
        let now = Timestamp::from_micros(0);
        assert_eq!(fate(Some(503), MOST_TRIES, now), Fate::Parked);
        assert_eq!(fate(Some(204), 1, now), Fate::Delivered);
        let Fate::Again(due) = fate(None, 1, now) else { panic!("given up") };
        assert!(due.since(now) >= FIRST_WAIT && due.since(now) <= FIRST_WAIT * 6 / 5);
    }
}

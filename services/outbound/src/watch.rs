//! Finds shards with open sends that nobody works on, and wakes an owner for them.
//!
//! A broker moves a lane to another consumer when its owner dies, but the new one hears of it only
//! with the next message, and open sends wait in the store meanwhile. Every replica looks; the wake
//! has the same id from all of them and counts once.

use std::{sync::Arc, time::Duration};

use switchboard_contract::{Body, Envelope, encode, wire::Wake};
use switchboard_domain::{Timestamp, shard::AccountShard};
use switchboard_queue::{Message, Topic};
use switchboard_store::{StoreError, lanes, sends};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::context::Context;

/// How often to look.
const EVERY: Duration = Duration::from_millis(500);

/// An owner that was not seen for so long is woken, or another takes its place.
const SILENT: Duration = Duration::from_secs(2);

/// Looks until stopped, at once and then again and again.
pub(crate) async fn run(context: Arc<Context>, stop: CancellationToken) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => look(&context).await,
            () = stop.cancelled() => return,
        }
    }
}

async fn look(context: &Context) {
    let now = context.clock.now().wall;
    let abandoned = match context.store.read(move |db| abandoned(db, now)).await {
        Ok(abandoned) => abandoned,
        Err(error) => {
            warn!(%error, "cannot look for abandoned sends; will try again");
            return;
        }
    };
    if abandoned.is_empty() {
        return;
    }
    info!(shards = ?abandoned, "waking the owners of abandoned sends");
    // One for each shard in each span of silence, whoever sends it.
    let span = i64::try_from(SILENT.as_micros()).unwrap_or(1);
    let number = now.as_micros().div_euclid(span);
    let wakes = abandoned.into_iter().map(|shard| wake(shard, number, now)).collect();
    if let Err(error) = context.queue.publish(wakes).await {
        warn!(%error, "cannot wake the owners of abandoned sends; will try again");
    }
}

/// Hands what is left to whoever is next, at once. For the end of this process, when it takes no
/// messages any more.
pub(crate) async fn leave(context: &Context) {
    let now = context.clock.now().wall;
    let Ok(left) = context.store.read(sends::shards_with_open).await else { return };
    let wakes: Vec<Message> =
        left.into_iter().map(|shard| wake(shard, now.as_micros(), now)).collect();
    if !wakes.is_empty()
        && let Err(error) = context.queue.publish(wakes).await
    {
        warn!(%error, "cannot hand the open sends over; they are found a little later");
    }
}

fn abandoned(
    db: &mut switchboard_store::Db,
    now: Timestamp,
) -> Result<Vec<AccountShard>, StoreError> {
    let mut abandoned = Vec::new();
    for shard in sends::shards_with_open(db)? {
        let seen = lanes::seen_at(db, &Topic::Outbound(shard).to_string())?;
        if seen.is_none_or(|seen| now.since(seen) > SILENT) {
            abandoned.push(shard);
        }
    }
    Ok(abandoned)
}

fn wake(shard: AccountShard, number: i64, now: Timestamp) -> Message {
    let topic = Topic::Outbound(shard);
    let id = format!("wake:{topic}:{number}");
    let envelope = Envelope {
        id: id.clone(),
        created_at_us: now.as_micros(),
        body: Some(Body::Wake(Wake {})),
        ..Envelope::default()
    };
    Message { id, topic, payload: encode(vec![envelope]) }
}

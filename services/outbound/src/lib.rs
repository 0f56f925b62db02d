//! Sends what the router wants sent: the only service that holds channel tokens and calls Meta.
//!
//! Accounts are spread over shards; a shard is a lane with one owner, so that one process knows all
//! that an account sends. Taking up a send, trying it and writing what became of it are apart:
//!
//! - [`intake`]: from the lane into the store. [`watch`]: wakes owners of what was left behind.
//! - [`scheduler`]: which send goes next; pure. [`limits`]: how fast; pure. [`shard`]: the task that
//!   does what the scheduler says.
//! - [`attempt`]: one try: write ahead, check, call, conclude, write. [`committer`]: writes of many
//!   conversations in one transaction. [`outcome`], [`conclude`]: what a call's end means; pure.
//! - [`account`]: tokens, unsealed here and nowhere else.
//!
//! A send is written down as `sending` before its first byte leaves. Whatever was on its way when
//! something broke is in doubt: it waits for Meta's echo or status, and is never resent blindly.

mod account;
mod attempt;
mod clock;
mod committer;
mod conclude;
mod context;
mod intake;
mod limits;
mod load;
mod metrics;
mod outcome;
mod scheduler;
mod shard;
mod watch;

use std::{sync::Arc, time::Duration};

use switchboard_backend::{Backend, keys::KeysError};
use switchboard_domain::shard::AccountShard;
use switchboard_graph::GraphFault;
use switchboard_lane::{Lane, Tenure};
use switchboard_queue::{QueueError, Topic};
use tokio::{sync::watch as slot, task::JoinSet};
use tokio_util::sync::CancellationToken;

use context::Context;
use intake::Intake;
use shard::Shard;

/// Deliveries in one transaction at most.
const BATCH: u16 = 100;

/// News for a shard's task that may wait.
const NEWS: usize = 10_000;

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It lacks a key.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// Meta's client cannot be made.
    #[error(transparent)]
    Graph(#[from] GraphFault),
    /// A lane cannot be subscribed to.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// The running service.
#[derive(Debug)]
pub struct Running {
    draining: CancellationToken,
    stop: CancellationToken,
    shards: JoinSet<()>,
    lanes: JoinSet<Result<(), QueueError>>,
    patience: Duration,
}

impl Running {
    /// Starts no new request, waits for those on their way, and gives the shards up.
    pub async fn stop(mut self) {
        self.draining.cancel();
        let drained = async { while self.shards.join_next().await.is_some() {} };
        if tokio::time::timeout(self.patience, drained).await.is_err() {
            tracing::warn!("requests are still on their way; they will be in doubt");
        }
        self.stop.cancel();
        while self.lanes.join_next().await.is_some() {}
        self.shards.shutdown().await;
    }
}

/// Starts to send. Needs a tokio runtime.
///
/// # Errors
/// [`Error`].
pub async fn start(backend: &Backend) -> Result<Running, Error> {
    let context = Arc::new(Context::new(backend)?);
    let mut running = Running {
        draining: CancellationToken::new(),
        stop: CancellationToken::new(),
        shards: JoinSet::new(),
        lanes: JoinSet::new(),
        patience: backend.settings.outbound.request_timeout + Duration::from_secs(2),
    };
    for shard in AccountShard::all() {
        own(&mut running, &context, shard);
    }
    let (context, stop) = (Arc::clone(&context), running.draining.clone());
    running.shards.spawn(watch::run(context, stop));
    Ok(running)
}

/// Takes part in owning a shard.
fn own(running: &mut Running, context: &Arc<Context>, shard: AccountShard) {
    let (tenure, slot) = slot::channel::<Option<Arc<Tenure>>>(None);
    let (outlet, inlet) = intake::channel(NEWS);
    let topic = Topic::Outbound(shard);
    let lane = Lane {
        store: context.store.clone(),
        queue: Arc::clone(&context.queue),
        topic,
        owner: context.owner.clone(),
        priority: preference(&context.owner, topic),
        batch: BATCH,
        clock: switchboard_chassis::clock::now,
    };
    let intake = Intake::new(shard, Arc::clone(context), outlet);
    running.lanes.spawn(switchboard_lane::run(lane, intake, tenure, running.stop.clone()));
    let draining = running.draining.clone();
    let context = Arc::clone(context);
    running.shards.spawn(Shard { shard, context, slot, inlet, draining }.run());
}

/// Rendezvous hashing: each replica prefers other lanes, so that they spread over the replicas.
fn preference(owner: &str, topic: Topic) -> i32 {
    let hash =
        owner.bytes().chain(topic.to_string().bytes()).fold(0xcbf2_9ce4_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193).rotate_left(5)
        });
    i32::try_from(hash % 256).unwrap_or_default()
}

//! Sends what the router wants sent: the only service that holds channel tokens and calls Meta.
//!
//! Accounts are spread over shards; a shard is a lane with one owner, so that one process knows all
//! that an account sends. Taking up a send, trying it and writing what became of it are apart:
//!
//! - `intake`: from the lane into the store. `watch`: wakes owners of what was left behind.
//! - `scheduler`: which send goes next; pure. `limits`, `breaker`, `pacer`: how fast.
//!   `shard`: the task that does what the scheduler says. `load`: reads what it asks for.
//! - `attempt`: one try: write ahead, check, call, conclude, write. `compose`: the body of the call,
//!   `templates`: whether a template can be sent. `committer`: writes of many
//!   conversations in one transaction. `outcome`, `conclude`: what a call's end means; pure.
//!   `report`: what the conversation is told.
//! - `account`: tokens, unsealed here and nowhere else. `tokens`: notices that one was replaced.
//! - `media`: files, fetched before they are gone at Meta and given to Meta before they are sent.
//! - `errands`: administrative calls for services without tokens. `profiles`: who customers are.
//!   `beside`: signs of life, and control of conversations. `block_list`: whom WhatsApp is to block. `housekeeping`: now and then.
//!
//! - [`setup`]: accounts at Meta and here: what is wrong with them.
//!
//! A send is written down as `sending` before its first byte leaves. Whatever was on its way when
//! something broke is in doubt: it waits for Meta's echo or status, and is never resent blindly.

mod account;
mod attempt;
mod beside;
mod block_list;
mod breaker;
mod clock;
mod committer;
mod compose;
mod conclude;
mod context;
mod errands;
mod housekeeping;
mod intake;
mod limits;
mod load;
mod media;
mod metrics;
mod outcome;
mod pacer;
mod profiles;
mod report;
mod scheduler;
pub mod setup;
mod shard;
mod templates;
mod tokens;
mod watch;

use std::{sync::Arc, time::Duration};

use switchboard_backend::{Backend, BackendError, keys::KeysError};
use switchboard_domain::shard::AccountShard;
use switchboard_graph::GraphFault;
use switchboard_lane::{Lane, Tenure};
use switchboard_queue::Topic;
use tokio::{
    sync::watch as slot,
    task::{JoinHandle, JoinSet},
};
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
    /// Files cannot be kept.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// Files cannot be fetched.
    #[error("fetching files cannot be set up: {0}; correct [outbound] and [media]")]
    Outside(#[from] switchboard_outside::Fault),
}

/// The service at work.
#[derive(Debug)]
pub struct Running {
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Running {
    /// Starts no new request, waits for those on their way, and gives the shards up.
    pub async fn stop(self) {
        self.stop.cancel();
        self.ended().await;
    }

    /// Waits until the token that it was started with has stopped it.
    pub async fn ended(self) {
        let _ = self.serving.await;
    }
}

/// Starts to send. Needs a tokio runtime. Health is for the caller to serve.
///
/// # Errors
/// [`Error`].
pub async fn start(backend: &Backend, stop: &CancellationToken) -> Result<Running, Error> {
    let context = Arc::new(Context::new(backend)?);
    let stop = stop.child_token();
    let mut parts = Parts {
        context: Arc::clone(&context),
        draining: stop.clone(),
        over: CancellationToken::new(),
        shards: JoinSet::new(),
        lanes: JoinSet::new(),
        patience: backend.settings.outbound.request_timeout + Duration::from_secs(2),
    };
    for shard in AccountShard::all() {
        parts.own(shard);
    }
    parts.shards.spawn(watch::run(Arc::clone(&context), stop.clone()));
    parts.shards.spawn(tokens::run(Arc::clone(&context), stop.clone()));
    parts.shards.spawn(media::run(Arc::clone(&context), stop.clone()));
    parts.shards.spawn(block_list::run(Arc::clone(&context), stop.clone()));
    parts.shards.spawn(housekeeping::run(context, stop.clone()));
    Ok(Running { stop, serving: tokio::spawn(parts.serve()) })
}

/// What runs.
struct Parts {
    context: Arc<Context>,
    /// No new request leaves.
    draining: CancellationToken,
    /// The lanes are given up.
    over: CancellationToken,
    shards: JoinSet<()>,
    lanes: JoinSet<()>,
    /// How long requests on their way are waited for.
    patience: Duration,
}

impl Parts {
    /// Until it is stopped, and then until all is in order.
    async fn serve(mut self) {
        tokio::select! {
            () = self.draining.cancelled() => {}
            Some(ended) = self.shards.join_next() => {
                // Better to end, and to be started again, than to own lanes that nobody serves.
                tracing::error!(?ended, "a part of the service ended by itself; stopping");
                self.draining.cancel();
            }
        }
        let drained = async { while self.shards.join_next().await.is_some() {} };
        if tokio::time::timeout(self.patience, drained).await.is_err() {
            tracing::warn!("requests are still on their way; they will be in doubt");
        }
        self.over.cancel();
        while self.lanes.join_next().await.is_some() {}
        self.shards.shutdown().await;
        watch::leave(&self.context).await;
    }

    /// Takes part in owning a shard.
    fn own(&mut self, shard: AccountShard) {
        let context = Arc::clone(&self.context);
        let (tenure, slot) = slot::channel::<Option<Arc<Tenure>>>(None);
        let (outlet, inlet) = intake::channel(NEWS);
        let topic = Topic::Outbound(shard);
        let lane = Lane {
            store: context.store.clone(),
            queue: Arc::clone(&context.queue),
            topic,
            owner: context.owner.clone(),
            batch: BATCH,
            clock: switchboard_chassis::clock::now,
        };
        let intake = Intake::new(shard, Arc::clone(&context), outlet);
        let over = self.over.clone();
        self.lanes.spawn(async move {
            if let Err(error) = switchboard_lane::run(lane, intake, tenure, over).await {
                tracing::error!(lane = %topic, %error, "the lane cannot be served by this replica");
            }
        });
        let draining = self.draining.clone();
        self.shards.spawn(Shard { shard, context, slot, inlet, draining }.run());
    }
}

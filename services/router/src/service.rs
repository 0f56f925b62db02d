//! Runs the lanes and the timers of one replica.

use std::{sync::Arc, time::Duration};

use switchboard_domain::shard::ConversationShard;
use switchboard_lane::{Clock, Lane, Machine};
use switchboard_queue::{QueueError, SharedQueue, Topic};
use switchboard_store::{Store, seal::Keyring};
use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::error;

use crate::{
    conversations::{Conversations, Rules},
    dispatch::Dispatch,
    housekeeping, timers,
};

/// What a router runs on.
#[derive(Clone)]
pub struct Settings {
    /// Where conversations are.
    pub store: Store,
    /// Where events come from and effects go.
    pub queue: SharedQueue,
    /// Names this replica, differently from all others.
    pub replica: String,
    /// How many messages one transaction takes at most.
    pub batch: u16,
    /// How long a bot may take when its account does not say.
    pub turn_timeout: Duration,
    /// How long an agent who went away keeps their conversations.
    pub grace: Duration,
    /// Authenticates our markers in echoes and statuses.
    pub marker_key: Vec<u8>,
    /// Opens the codes of log-ins; `None`: account linking is off.
    pub linking_keys: Option<Arc<Keyring>>,
    /// Reads the wall clock.
    pub clock: Clock,
}

/// A router at work.
pub struct Running {
    tasks: JoinSet<()>,
    stop: CancellationToken,
}

impl Running {
    /// Stops taking messages and waits until those in hand are done.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Starts a lane for each conversation shard, one for dispatch, and the timers.
#[must_use]
pub fn start(settings: &Settings, stop: &CancellationToken) -> Running {
    let stop = stop.child_token();
    let rules = Rules {
        turn_timeout: settings.turn_timeout,
        marker_key: settings.marker_key.clone(),
        linking: settings.linking_keys.clone(),
    };
    let mut tasks = JoinSet::new();
    for shard in ConversationShard::all() {
        let machine = Conversations::new(shard, rules.clone());
        tasks.spawn(run(lane(settings, Topic::Inbound(shard)), machine, stop.clone()));
    }
    let machine = Dispatch::new(settings.grace);
    tasks.spawn(run(lane(settings, Topic::Dispatch), machine, stop.clone()));
    let Settings { store, queue, clock, .. } = settings.clone();
    tasks.spawn(housekeeping::run(store.clone(), clock, stop.clone()));
    tasks.spawn(timers::run(store, queue, clock, stop.clone()));
    Running { tasks, stop }
}

fn lane(settings: &Settings, topic: Topic) -> Lane {
    Lane {
        store: settings.store.clone(),
        queue: settings.queue.clone(),
        topic,
        owner: settings.replica.clone(),
        batch: settings.batch,
        clock: settings.clock,
    }
}

async fn run<M: Machine>(lane: Lane, machine: M, stop: CancellationToken) {
    let topic = lane.topic;
    let (slot, _) = watch::channel(None);
    if let Err(error) = switchboard_lane::run(lane, machine, slot, stop).await {
        explain(topic, &error);
    }
}

fn explain(topic: Topic, error: &QueueError) {
    error!(lane = %topic, %error, "the lane cannot be served by this replica");
}

//! The simulator itself: the world, its clock, and the tasks that deliver webhooks.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::faults::{FaultKind, Stage};
use crate::journal::{Held, Kept};
use crate::state::directory::{Account, Route};
use crate::state::{ThreadKey, World};
use crate::webhooks::deliver::{Job, LaneKey, Lanes, enqueue};
use crate::webhooks::log::{Delivery, State};
use crate::webhooks::{Event, EventKind, audience, envelope};

/// What every handler shares.
#[derive(Debug)]
pub(crate) struct Simulator {
    world: Kept,
    pub(crate) clock: Clock,
    pub(crate) lanes: Lanes,
    /// For webhooks and callbacks: follows nothing.
    pub(crate) http: reqwest::Client,
    /// For files that messages name by URL.
    pub(crate) files: reqwest::Client,
    /// Base of the URLs handed out, without a slash at the end.
    pub(crate) base_url: String,
    pub(crate) stopping: CancellationToken,
    changes: watch::Sender<u64>,
    tasks: TaskTracker,
    runtime: Handle,
}

impl Simulator {
    /// Puts a simulator around a world. Must be called within a Tokio runtime.
    pub(crate) fn new(
        world: Kept,
        clock: Clock,
        (http, files): (reqwest::Client, reqwest::Client),
        base_url: String,
    ) -> Self {
        Self {
            world,
            clock,
            lanes: Lanes::default(),
            http,
            files,
            base_url,
            stopping: CancellationToken::new(),
            changes: watch::Sender::new(0),
            tasks: TaskTracker::new(),
            runtime: Handle::current(),
        }
    }

    /// The world. Never held across an await. What was changed is in the journal,
    /// if there is one, when the lock is let go.
    pub(crate) fn lock(&self) -> Held<'_> {
        self.world.lock()
    }

    /// Wakes everybody who waits for something to happen.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Runs a task until the simulator stops.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stopping = self.stopping.clone();
        self.tasks.spawn_on(
            async move {
                tokio::select! {
                    () = stopping.cancelled() => {}
                    () = task => {}
                }
            },
            &self.runtime,
        );
    }

    /// Ends all tasks.
    pub(crate) async fn stop(&self) {
        self.stopping.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Waits until `ready` holds, the time is over, or the simulator stops.
    pub(crate) async fn wait_for(&self, wait: Duration, mut ready: impl FnMut(&World) -> bool) {
        let deadline = Instant::now() + wait;
        let mut changes = self.changes.subscribe();
        loop {
            if ready(&self.lock()) {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep_until(deadline) => return,
                () = self.stopping.cancelled() => return,
                changed = changes.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Queues events for every app that subscribes to them. The caller holds the
    /// world, so the order of events is the order of what caused them.
    /// The receiver, if asked for, is told after the first delivery attempt.
    pub(crate) fn emit(
        self: &Arc<Self>,
        world: &mut World,
        events: Vec<Event>,
        delay: Duration,
    ) -> Option<oneshot::Receiver<()>> {
        self.release_owed(world);
        let mut first = None;
        let not_before = Instant::now() + delay;
        for event in events {
            let Some(account) = world.directory.accounts.get(&event.key.account).cloned() else {
                continue;
            };
            for (route, event) in audience::of(world, &account, &event, self.clock.now_ms()) {
                let told = self.queue(world, &account, &event, route, not_before);
                first = first.or(told);
            }
        }
        self.changed();
        first
    }

    /// Queues the webhooks of an earlier run whose apps can be reached again.
    pub(crate) fn release_owed(self: &Arc<Self>, world: &mut World) {
        for delivery in std::mem::take(&mut world.owed) {
            let account = world.directory.accounts.get(&delivery.account);
            let found = account.and_then(|account| {
                let object = envelope::object(account.channel);
                let routes = world.directory.routes(account, object, &delivery.field);
                let route = routes.into_iter().find(|route| route.app_id == delivery.app)?;
                Some((account.channel, route))
            });
            let Some((channel, route)) = found else {
                world.owed.push(delivery);
                continue;
            };
            let thread = ThreadKey::new(&delivery.account, &delivery.customer);
            let key = LaneKey::of(world.settings.batch_max, &delivery.app, &thread, 0);
            let job = Job {
                id: delivery.id,
                channel,
                route,
                envelope: delivery.body,
                not_before: Instant::now(),
                attempts: 0,
                first: None,
                attempted: None,
                copy: false,
            };
            enqueue(self, key, job);
        }
    }

    /// Opens the log's entry of a webhook to one app: its id and its envelope.
    pub(crate) fn open(
        &self,
        world: &mut World,
        account: &Account,
        event: &Event,
        route: &Route,
    ) -> (u64, Value) {
        let envelope = envelope::wrap(account, &event.field, &event.value, self.clock.now_ms());
        let id = world.deliveries.open(Delivery {
            id: 0,
            app: route.app_id.clone(),
            account: account.id.clone(),
            customer: event.key.customer.clone(),
            kind: event.kind,
            field: event.field.to_string(),
            url: route.url.clone(),
            state: State::Pending,
            attempts: Vec::new(),
            body: envelope.clone(),
        });
        (id, envelope)
    }

    fn queue(
        self: &Arc<Self>,
        world: &mut World,
        account: &Account,
        event: &Event,
        route: Route,
        not_before: Instant,
    ) -> Option<oneshot::Receiver<()>> {
        let (id, envelope) = self.open(world, account, event, &route);
        let fate = Fate::decide(world, event);
        if fate.dropped {
            world.deliveries.close(id, State::Dropped);
            return None;
        }
        let batch_max = world.settings.batch_max;
        let lane = |apart| LaneKey::of(batch_max, &route.app_id, &event.key, apart);
        let job = |not_before, attempted| Job {
            id,
            channel: account.channel,
            route: route.clone(),
            envelope: envelope.clone(),
            not_before,
            attempts: 0,
            first: None,
            attempted,
            copy: false,
        };
        let (sender, receiver) = oneshot::channel();
        let apart = if fate.reorder { id } else { 0 };
        let at = not_before + fate.delay;
        enqueue(self, lane(apart), job(at, Some(sender)));
        if fate.duplicate {
            enqueue(self, lane(0), job(at, None));
        }
        Some(receiver)
    }
}

/// What the fault switches do to one webhook.
#[derive(Debug, Default)]
struct Fate {
    dropped: bool,
    duplicate: bool,
    reorder: bool,
    delay: Duration,
}

impl Fate {
    fn decide(world: &mut World, event: &Event) -> Self {
        let fits = |kind| match kind {
            FaultKind::WebhookDropEcho => event.kind == EventKind::Echo,
            FaultKind::WebhookDropStatus => event.kind == EventKind::Status,
            _ => true,
        };
        let ThreadKey { account, customer } = &event.key;
        let mut fate = Self::default();
        for fault in world.faults.take(Stage::Webhook, account, customer, fits) {
            match fault.kind {
                FaultKind::WebhookDuplicate => fate.duplicate = true,
                FaultKind::WebhookReorder => {
                    fate.reorder = true;
                    fate.delay = Duration::from_millis(fault.delay_ms);
                }
                FaultKind::WebhookDelay => fate.delay = Duration::from_millis(fault.delay_ms),
                _ => fate.dropped = true,
            }
        }
        fate
    }
}

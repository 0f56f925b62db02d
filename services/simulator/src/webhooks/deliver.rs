//! Delivery of webhooks: one ordered lane per app and conversation, a deadline
//! for the answer, and retries with back-off. Where batches are on, a lane is an
//! account's, and what is ready at the same time goes in one POST.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::escape::meta_form;
use super::log::{Attempt, State};
use super::sign::{hmac_sha1, hmac_sha256};
use super::{Event, again, alerts, audience, envelope};
use crate::settings::Settings;
use crate::simulator::Simulator;
use crate::state::directory::Route;
use crate::state::{Channel, ThreadKey};

/// Waits before the retries, in seconds, before the time factor. The first retry
/// is immediate; the last wait repeats until the horizon. Meta publishes no steps.
const BACKOFF_SECONDS: [u64; 9] = [0, 10, 30, 60, 300, 900, 1_800, 3_600, 7_200];

/// What keeps deliveries in order. `apart` is zero except for webhooks that a
/// fault switch or a retry took out of the order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct LaneKey {
    pub(crate) app: String,
    pub(crate) thread: ThreadKey,
    pub(crate) apart: u64,
}

impl LaneKey {
    /// The lane of a conversation, or of the whole account where batches are on.
    pub(crate) fn of(batch_max: usize, app: &str, thread: &ThreadKey, apart: u64) -> Self {
        let customer = if batch_max > 1 { "" } else { &thread.customer };
        let thread = ThreadKey::new(&thread.account, customer);
        Self { app: app.to_owned(), thread, apart }
    }
}

/// A webhook to be delivered.
#[derive(Debug)]
pub(crate) struct Job {
    /// Id in the delivery log.
    pub(crate) id: u64,
    pub(crate) channel: Channel,
    pub(crate) route: Route,
    pub(crate) envelope: Value,
    pub(crate) not_before: Instant,
    /// Attempts already made.
    pub(crate) attempts: usize,
    pub(crate) first: Option<Instant>,
    /// Told after the first attempt, whatever came of it.
    pub(crate) attempted: Option<oneshot::Sender<()>>,
    /// Sent again because another app of the WABA failed: tried once.
    pub(crate) copy: bool,
}

/// All lanes with work.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    lanes: Mutex<HashMap<LaneKey, VecDeque<Job>>>,
    pending: AtomicUsize,
}

impl Lanes {
    /// Deliveries queued or under way.
    pub(crate) fn pending(&self) -> usize {
        self.pending.load(Ordering::Acquire)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<LaneKey, VecDeque<Job>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lane's next job; an empty lane is removed.
    fn next(&self, key: &LaneKey) -> Option<Job> {
        let mut lanes = self.lock();
        let job = lanes.get_mut(key).and_then(VecDeque::pop_front);
        if job.is_none() {
            lanes.remove(key);
        }
        job
    }

    /// What may go in the same POST as `head`: the jobs behind it, as far as they
    /// are ready and go to the same place.
    fn join(&self, key: &LaneKey, head: Job, max: usize) -> Vec<Job> {
        let (mut batch, now) = (vec![head], Instant::now());
        let mut lanes = self.lock();
        let Some(lane) = lanes.get_mut(key) else {
            return batch;
        };
        while batch.len() < max {
            let fits = |job: &mut Job| {
                job.not_before <= now && batch.iter().all(|own| own.route.url == job.route.url)
            };
            let Some(job) = lane.pop_front_if(fits) else {
                break;
            };
            batch.push(job);
        }
        batch
    }
}

/// Queues a webhook at the end of its lane.
pub(crate) fn enqueue(sim: &Arc<Simulator>, key: LaneKey, job: Job) {
    sim.lanes.pending.fetch_add(1, Ordering::AcqRel);
    requeue(sim, key, job);
}

fn requeue(sim: &Arc<Simulator>, key: LaneKey, job: Job) {
    let mut lanes = sim.lanes.lock();
    if let Some(lane) = lanes.get_mut(&key) {
        lane.push_back(job);
        return;
    }
    lanes.insert(key.clone(), VecDeque::from([job]));
    drop(lanes);
    sim.spawn(run_lane(Arc::clone(sim), key));
}

async fn run_lane(sim: Arc<Simulator>, key: LaneKey) {
    while let Some(job) = sim.lanes.next(&key) {
        tokio::time::sleep_until(job.not_before).await;
        let max = sim.lock().settings.batch_max;
        let batch = sim.lanes.join(&key, job, max);
        deliver(&sim, &key, batch).await;
    }
}

/// One POST on its way. The first job stands for all.
struct Post<'a> {
    route: &'a Route,
    channel: Channel,
    body: Bytes,
    ids: Vec<u64>,
}

impl Post<'_> {
    async fn attempt(&self, sim: &Simulator) -> bool {
        let timeout = Duration::from_millis(sim.lock().settings.webhook_timeout_ms);
        let result = post(sim, &self.route.url, &self.route.secret, &self.body, timeout).await;
        let mut world = sim.lock();
        for id in &self.ids {
            world.deliveries.attempt(*id, result.clone());
        }
        drop(world);
        sim.changed();
        result.status == Some(200)
    }

    fn finish(&self, sim: &Simulator, state: State) {
        if state == State::Dropped {
            tracing::warn!(deliveries = ?self.ids, "webhook given up; see GET /_sim/webhooks");
        }
        let mut world = sim.lock();
        for id in &self.ids {
            world.deliveries.close(*id, state);
        }
        drop(world);
        sim.lanes.pending.fetch_sub(self.ids.len(), Ordering::AcqRel);
        sim.changed();
    }
}

async fn deliver(sim: &Arc<Simulator>, key: &LaneKey, mut batch: Vec<Job>) {
    let Some(head) = batch.first() else {
        return;
    };
    let envelope = envelope::merge(head.channel, batch.iter().map(|job| &job.envelope));
    let post = Post {
        route: &head.route.clone(),
        channel: head.channel,
        body: Bytes::from(meta_form(&envelope.to_string())),
        ids: batch.iter().map(|job| job.id).collect(),
    };
    let first = head.first.unwrap_or_else(Instant::now);
    let mut attempts = head.attempts;
    loop {
        let ok = post.attempt(sim).await;
        attempts += 1;
        for attempted in batch.iter_mut().filter_map(|job| job.attempted.take()) {
            // Nobody listening is fine.
            let _ = attempted.send(());
        }
        if ok {
            return post.finish(sim, State::Delivered);
        }
        if batch.iter().all(|job| job.copy) {
            return post.finish(sim, State::Dropped);
        }
        let settings = sim.lock().settings.clone();
        let wait = backoff(attempts).div_f64(factor(&settings));
        if gives_up(sim, key, &post, &settings, first.elapsed() + wait) {
            return post.finish(sim, State::Dropped);
        }
        again::to_all(sim, key, &batch);
        if !settings.keep_order_on_retry && attempts > 1 && key.apart == 0 {
            let not_before = Instant::now() + wait;
            let apart = LaneKey { apart: post.ids.first().copied().unwrap_or(0), ..key.clone() };
            for job in batch {
                let job = Job { not_before, attempts, first: Some(first), ..job };
                requeue(sim, apart.clone(), job);
            }
            return;
        }
        tokio::time::sleep(wait).await;
    }
}

fn factor(settings: &Settings) -> f64 {
    settings.time_factor.max(0.001)
}

/// Whether an endpoint that has failed for this long is lost. Messenger and
/// Instagram warn the developer first.
fn gives_up(
    sim: &Simulator,
    key: &LaneKey,
    post: &Post<'_>,
    settings: &Settings,
    failing: Duration,
) -> bool {
    if post.channel != Channel::WhatsApp {
        let seconds = failing.as_secs_f64() * factor(settings);
        let failing = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        if alerts::raise(sim, settings, key, failing) {
            return true;
        }
    }
    failing > horizon(post.channel).div_f64(factor(settings))
}

/// Delivers an event at once, to each of its apps once: whether all answered 200.
/// None when no app takes it.
pub(crate) async fn once(sim: &Arc<Simulator>, event: &Event) -> Option<bool> {
    let mut posts = Vec::new();
    {
        let mut world = sim.lock();
        let account = world.directory.accounts.get(&event.key.account)?.clone();
        for (route, event) in audience::of(&world, &account, event, sim.clock.now_ms()) {
            let (id, envelope) = sim.open(&mut world, &account, &event, &route);
            let body = Bytes::from(meta_form(&envelope.to_string()));
            sim.lanes.pending.fetch_add(1, Ordering::AcqRel);
            posts.push((route, account.channel, body, id));
        }
    }
    let mut all = None;
    for (route, channel, body, id) in &posts {
        let post = Post { route, channel: *channel, body: body.clone(), ids: vec![*id] };
        let ok = post.attempt(sim).await;
        post.finish(sim, if ok { State::Delivered } else { State::Dropped });
        all = Some(ok && all.unwrap_or(true));
    }
    all
}

/// Posts signed bytes once.
pub(crate) async fn post(
    sim: &Simulator,
    url: &str,
    secret: &str,
    body: &Bytes,
    timeout: Duration,
) -> Attempt {
    let at = sim.clock.now_ms();
    let begun = Instant::now();
    let result = sim
        .http
        .post(url)
        .timeout(timeout)
        .header("Content-Type", "application/json")
        .header("User-Agent", "facebookexternalua")
        .header("X-Hub-Signature-256", format!("sha256={}", hmac_sha256(secret, body)))
        .header("X-Hub-Signature", format!("sha1={}", hmac_sha1(secret, body)))
        .body(body.clone())
        .send()
        .await;
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (status, error) = match result {
        Ok(response) => (Some(response.status().as_u16()), None),
        Err(error) if error.is_timeout() => (None, Some("timeout".to_owned())),
        Err(error) => (None, Some(error.without_url().to_string())),
    };
    Attempt { at, ms, status, error }
}

/// The wait before the retry that follows this many attempts.
fn backoff(attempts: usize) -> Duration {
    let last = BACKOFF_SECONDS.len() - 1;
    let index = attempts.saturating_sub(1).min(last);
    Duration::from_secs(BACKOFF_SECONDS.get(index).copied().unwrap_or(7_200))
}

/// How long Meta retries: WhatsApp 7 days, the others 36 hours.
fn horizon(channel: Channel) -> Duration {
    match channel {
        Channel::WhatsApp => Duration::from_secs(7 * 24 * 3_600),
        Channel::Messenger | Channel::Instagram => Duration::from_secs(36 * 3_600),
    }
}

//! Delivery of webhooks: one ordered lane per app and conversation, a deadline
//! for the answer, and retries with back-off.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::log::{Attempt, State};
use super::sign::{hmac_sha1, hmac_sha256};
use crate::simulator::Simulator;
use crate::state::directory::Route;
use crate::state::{Channel, ThreadKey};

/// Waits before the retries, in seconds, before the time factor. The first retry
/// is immediate; the last wait repeats until the horizon. Meta publishes no steps.
const BACKOFF_SECONDS: [u64; 9] = [0, 10, 30, 60, 300, 900, 1_800, 3_600, 7_200];

/// How long Messenger lets an endpoint fail before it unsubscribes the app.
const UNSUBSCRIBE_AFTER: Duration = Duration::from_secs(3_600);

/// What keeps deliveries in order. `apart` is zero except for webhooks that a
/// fault switch or a retry took out of the order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct LaneKey {
    pub(crate) app: String,
    pub(crate) thread: ThreadKey,
    pub(crate) apart: u64,
}

/// A webhook to be delivered.
#[derive(Debug)]
pub(crate) struct Job {
    /// Id in the delivery log.
    pub(crate) id: u64,
    pub(crate) channel: Channel,
    pub(crate) route: Route,
    pub(crate) body: Bytes,
    pub(crate) not_before: Instant,
    /// Attempts already made.
    pub(crate) attempts: usize,
    pub(crate) first: Option<Instant>,
    /// Told after the first attempt, whatever came of it.
    pub(crate) attempted: Option<oneshot::Sender<()>>,
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
        deliver(&sim, &key, job).await;
    }
}

async fn deliver(sim: &Arc<Simulator>, key: &LaneKey, mut job: Job) {
    tokio::time::sleep_until(job.not_before).await;
    loop {
        let first = *job.first.get_or_insert_with(Instant::now);
        let ok = attempt(sim, &job).await;
        job.attempts += 1;
        if let Some(attempted) = job.attempted.take() {
            // Nobody listening is fine.
            let _ = attempted.send(());
        }
        if ok {
            return finish(sim, job.id, State::Delivered);
        }
        let settings = sim.lock().settings.clone();
        let factor = settings.time_factor.max(0.001);
        let wait = backoff(job.attempts).div_f64(factor);
        let failing = first.elapsed() + wait;
        if settings.unsubscribe_on_failure
            && job.channel != Channel::WhatsApp
            && failing > UNSUBSCRIBE_AFTER.div_f64(factor)
        {
            sim.lock().directory.unsubscribe(&key.app, &key.thread.account);
            return finish(sim, job.id, State::Dropped);
        }
        if failing > horizon(job.channel).div_f64(factor) {
            return finish(sim, job.id, State::Dropped);
        }
        if !settings.keep_order_on_retry && job.attempts > 1 && key.apart == 0 {
            job.not_before = Instant::now() + wait;
            let apart = LaneKey { apart: job.id, ..key.clone() };
            return requeue(sim, apart, job);
        }
        tokio::time::sleep(wait).await;
    }
}

fn finish(sim: &Simulator, id: u64, state: State) {
    if state == State::Dropped {
        tracing::warn!(delivery = id, "webhook given up; see GET /_sim/webhooks");
    }
    sim.lock().deliveries.close(id, state);
    sim.lanes.pending.fetch_sub(1, Ordering::AcqRel);
    sim.changed();
}

async fn attempt(sim: &Simulator, job: &Job) -> bool {
    let timeout = Duration::from_millis(sim.lock().settings.webhook_timeout_ms);
    let result = post(sim, &job.route.url, &job.route.secret, &job.body, timeout).await;
    let ok = result.status == Some(200);
    sim.lock().deliveries.attempt(job.id, result);
    sim.changed();
    ok
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

//! Publishes the events of concurrent requests together.
//!
//! Each shard is a line. When nothing of a line is being published, its first job is published at
//! once; what comes meanwhile gathers and goes out together next. So no event waits for a timer,
//! and the busier a shard is, the more events share a message.

use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use prost::Message as _;
use switchboard_chassis::metrics::{self, Histogram};
use switchboard_contract::{Envelope, encode};
use switchboard_domain::shard::ConversationShard;
use switchboard_queue::{Message, PublishError, SharedQueue, Topic};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
};
use uuid::Uuid;

/// A message holds at most so many events; beyond, more of them share less and less.
const EVENTS_IN_BUNDLE: usize = 64;

/// And at most so many bytes, unless a single event is larger.
const BYTES_IN_BUNDLE: usize = 1024 * 1024;

/// How many KiB of events may wait for the queue; what comes beyond is refused.
const ROOM_KIB: usize = 64 * 1024;

/// Why events are not known to be durable. Some may be nevertheless; consumers know them again.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Refused {
    /// The queue did not take them.
    #[error(transparent)]
    Publish(#[from] Arc<PublishError>),
    /// Too much waits for the queue already.
    #[error("{ROOM_KIB} KiB of events wait for the queue already; Meta must send again")]
    Crowded,
    /// The process ends, or the publishing task failed.
    #[error("publishing was stopped before the queue had the events")]
    Stopped,
}

/// The lines of all shards. Publishing goes on when a caller goes away.
pub(crate) struct Batcher {
    queue: SharedQueue,
    lines: BTreeMap<ConversationShard, Arc<Line>>,
    room: Arc<Semaphore>,
    gathered: Histogram<u64>,
    /// Handlers run on runtimes that may end before what they began.
    runtime: Handle,
}

#[derive(Default)]
struct Line(Mutex<LineState>);

#[derive(Default)]
struct LineState {
    publishing: bool,
    waiting: VecDeque<Job>,
}

/// What one request has for one shard.
struct Job {
    envelopes: Vec<Measured>,
    done: oneshot::Sender<Result<(), Refused>>,
    _room: OwnedSemaphorePermit,
}

struct Measured {
    envelope: Envelope,
    bytes: usize,
}

impl Batcher {
    /// Must be called on the runtime that publishing is to run on.
    pub(crate) fn new(queue: SharedQueue) -> Self {
        Self {
            queue,
            lines: ConversationShard::all().map(|shard| (shard, <_>::default())).collect(),
            room: Arc::new(Semaphore::new(ROOM_KIB)),
            gathered: metrics::sizes(
                "switchboard.ingress.gathered",
                "Events of one shard that were published together",
            ),
            runtime: Handle::current(),
        }
    }

    /// Publishes the envelopes in their order, and after all that this was called with before for
    /// the shard. Returns when each is durable.
    pub(crate) async fn publish(
        &self,
        shard: ConversationShard,
        envelopes: Vec<Envelope>,
    ) -> Result<(), Refused> {
        let durable = self.enter(shard, envelopes)?;
        durable.await.map_err(|_| Refused::Stopped)?
    }

    fn enter(
        &self,
        shard: ConversationShard,
        envelopes: Vec<Envelope>,
    ) -> Result<oneshot::Receiver<Result<(), Refused>>, Refused> {
        let envelopes: Vec<Measured> = envelopes.into_iter().map(Measured::from).collect();
        let bytes: usize = envelopes.iter().map(|it| it.bytes).sum();
        let kib = u32::try_from(bytes.div_ceil(1024)).map_err(|_| Refused::Crowded)?;
        let room = Arc::clone(&self.room).try_acquire_many_owned(kib);
        let room = room.map_err(|_| Refused::Crowded)?;
        let line = self.lines.get(&shard).ok_or(Refused::Stopped)?;
        let (done, durable) = oneshot::channel();
        let mut state = line.lock();
        state.waiting.push_back(Job { envelopes, done, _room: room });
        if !mem::replace(&mut state.publishing, true) {
            let publisher = Publisher {
                line: Arc::clone(line),
                queue: Arc::clone(&self.queue),
                gathered: self.gathered.clone(),
            };
            self.runtime.spawn(publisher.run(shard));
        }
        Ok(durable)
    }
}

impl From<Envelope> for Measured {
    fn from(envelope: Envelope) -> Self {
        Self { bytes: envelope.encoded_len(), envelope }
    }
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, LineState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Jobs that fill about one message, at least one; none ends the publishing.
    fn next_round(&self) -> Vec<Job> {
        let mut state = self.lock();
        let (mut events, mut bytes, mut jobs) = (0, 0, 0);
        for job in &state.waiting {
            events += job.envelopes.len();
            bytes += job.envelopes.iter().map(|it| it.bytes).sum::<usize>();
            if jobs > 0 && (events > EVENTS_IN_BUNDLE || bytes > BYTES_IN_BUNDLE) {
                break;
            }
            jobs += 1;
        }
        state.publishing = jobs > 0;
        state.waiting.drain(..jobs).collect()
    }
}

/// Works a line off. Dropped in the middle, it leaves the line as if it had failed.
struct Publisher {
    line: Arc<Line>,
    queue: SharedQueue,
    gathered: Histogram<u64>,
}

impl Publisher {
    async fn run(self, shard: ConversationShard) {
        loop {
            let mut round = self.line.next_round();
            if round.is_empty() {
                return;
            }
            let envelopes: Vec<_> =
                round.iter_mut().flat_map(|job| mem::take(&mut job.envelopes)).collect();
            self.gathered.record(u64::try_from(envelopes.len()).unwrap_or(u64::MAX), &[]);
            let messages = bundle(Topic::Inbound(shard), envelopes);
            let result = self.queue.publish(messages).await.map_err(Arc::new);
            if result.is_err() {
                // What waits behind would fail too, one deadline later; and behind a hole the
                // order would be lost.
                round.extend(self.line.lock().waiting.drain(..));
            }
            for job in round {
                // A caller that went away needs no answer.
                let _ = job.done.send(result.clone().map_err(Refused::Publish));
            }
        }
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        let mut state = self.line.lock();
        // Normally both are so already. After a panic, dropping the jobs tells their callers.
        state.publishing = false;
        state.waiting.clear();
    }
}

/// Few messages that keep the order.
fn bundle(topic: Topic, envelopes: impl IntoIterator<Item = Measured>) -> Vec<Message> {
    let mut bundles: Vec<(usize, Vec<Envelope>)> = Vec::new();
    for Measured { envelope, bytes } in envelopes {
        match bundles.last_mut() {
            Some((size, bundle))
                if bundle.len() < EVENTS_IN_BUNDLE
                    && size.saturating_add(bytes) <= BYTES_IN_BUNDLE =>
            {
                *size = size.saturating_add(bytes);
                bundle.push(envelope);
            }
            _ => bundles.push((bytes, vec![envelope])),
        }
    }
    let message =
        |(_, bundle)| Message { id: Uuid::now_v7().to_string(), topic, payload: encode(bundle) };
    bundles.into_iter().map(message).collect()
}

#[cfg(test)]
mod tests;

//! The batcher over a real queue behind a gate that tests open and close.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use switchboard_contract::{
    Body, decode,
    wire::{PlatformEvent, Wake},
};
use switchboard_queue::{Health, Queue, QueueError, SubscribeOptions, Subscription};
use switchboard_queue_sqlite::SqliteQueue;
use tempfile::TempDir;
use tokio::{sync::watch, task::JoinSet};

use super::*;

/// What the gate does with the next publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    Open,
    Shut,
    Broken,
    Panicking,
}

struct Gated {
    inner: SqliteQueue,
    gate: watch::Sender<Gate>,
    arrived: AtomicUsize,
    _folder: TempDir,
}

#[async_trait]
impl Queue for Gated {
    async fn publish(&self, messages: Vec<Message>) -> Result<(), PublishError> {
        self.arrived.fetch_add(1, Ordering::SeqCst);
        let mut gate = self.gate.subscribe();
        let gate = *gate.wait_for(|gate| *gate != Gate::Shut).await.unwrap();
        match gate {
            Gate::Broken => Err(PublishError::Away { reason: "on purpose".into() }),
            Gate::Panicking => panic!("on purpose"),
            Gate::Open | Gate::Shut => self.inner.publish(messages).await,
        }
    }

    async fn subscribe(
        &self,
        topic: Topic,
        options: SubscribeOptions,
    ) -> Result<Box<dyn Subscription>, QueueError> {
        self.inner.subscribe(topic, options).await
    }

    async fn depth(&self, topic: Topic) -> Result<u64, QueueError> {
        self.inner.depth(topic).await
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.inner.health()
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

struct Rig {
    queue: Arc<Gated>,
    batcher: Arc<Batcher>,
    shard: ConversationShard,
}

impl Rig {
    fn new(gate: Gate) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inner = SqliteQueue::open(&folder.path().join("queue.db")).unwrap();
        let (gate, arrived) = (watch::Sender::new(gate), AtomicUsize::new(0));
        let queue = Arc::new(Gated { inner, gate, arrived, _folder: folder });
        let batcher = Arc::new(Batcher::new(queue.clone()));
        Self { queue, batcher, shard: ConversationShard::new(3).unwrap() }
    }

    fn gate(&self, gate: Gate) {
        self.queue.gate.send_replace(gate);
    }

    /// Enters jobs in this order, one for each list of ids.
    fn enter(&self, jobs: impl IntoIterator<Item = Vec<String>>) -> JoinSet<Result<(), Refused>> {
        let mut answers = JoinSet::new();
        for ids in jobs {
            let envelopes = ids.into_iter().map(envelope).collect();
            let durable = self.batcher.enter(self.shard, envelopes);
            answers.spawn(async { durable?.await.map_err(|_| Refused::Stopped)? });
        }
        answers
    }

    /// Waits until so many publishes have reached the queue.
    async fn arrived(&self, count: usize) {
        while self.queue.arrived.load(Ordering::SeqCst) < count {
            tokio::task::yield_now().await;
        }
    }

    /// The ids on the queue, message by message.
    async fn messages(&self) -> Vec<Vec<String>> {
        let topic = Topic::Inbound(self.shard);
        let depth = usize::try_from(self.queue.depth(topic).await.unwrap()).unwrap();
        let options = SubscribeOptions { prefetch: 2_000, priority: 0, consumer: "test".into() };
        let mut subscription = self.queue.subscribe(topic, options).await.unwrap();
        let mut messages = Vec::new();
        while messages.len() < depth {
            for delivery in subscription.next(2_000).await.unwrap() {
                let envelopes = decode(delivery.payload).unwrap();
                messages.push(envelopes.into_iter().map(|envelope| envelope.id).collect());
            }
        }
        messages
    }
}

fn envelope(id: String) -> Envelope {
    Envelope { id, body: Some(Body::Wake(Wake {})), ..Envelope::default() }
}

fn job(id: impl ToString) -> Vec<String> {
    vec![id.to_string()]
}

#[tokio::test]
async fn what_comes_during_a_publish_goes_out_together_in_order() {
    let rig = Rig::new(Gate::Shut);
    let mut first = rig.enter([job("first")]);
    rig.arrived(1).await;
    let rest = rig.enter((0..100).map(job));
    rig.gate(Gate::Open);
    first.join_next().await.unwrap().unwrap().unwrap();
    for answer in rest.join_all().await {
        answer.unwrap();
    }
    let messages = rig.messages().await;
    assert_eq!(messages[0], ["first"]);
    assert_eq!(messages.iter().map(Vec::len).collect::<Vec<_>>(), [1, 64, 36]);
    let order: Vec<String> = messages.into_iter().skip(1).flatten().collect();
    assert_eq!(order, (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
    // Nothing is left behind, and the line starts again for what comes later.
    rig.enter([job("later")]).join_all().await.pop().unwrap().unwrap();
    assert_eq!(rig.batcher.room.available_permits(), ROOM_KIB);
}

#[tokio::test]
async fn one_request_with_many_events_is_cut_into_few_messages() {
    let rig = Rig::new(Gate::Open);
    let ids: Vec<String> = (0..1_000).map(|n| n.to_string()).collect();
    rig.enter([ids.clone()]).join_all().await.pop().unwrap().unwrap();
    let messages = rig.messages().await;
    assert_eq!(messages.len(), 1_000_usize.div_ceil(EVENTS_IN_BUNDLE));
    assert_eq!(messages.concat(), ids);
}

#[test]
fn large_events_share_a_message_up_to_its_bytes() {
    let large = |n: usize, bytes| {
        let raw = "x".repeat(bytes);
        let body = Some(Body::Platform(PlatformEvent { raw, ..<_>::default() }));
        Measured::from(Envelope { id: n.to_string(), body, ..<_>::default() })
    };
    let sizes = [400, 400, 400, 3_000, 10, 10].map(|kib| kib * 1024);
    let envelopes = sizes.into_iter().enumerate().map(|(n, bytes)| large(n, bytes));
    let topic = Topic::Inbound(ConversationShard::new(0).unwrap());
    let ids = bundle(topic, envelopes)
        .into_iter()
        .map(|message| {
            assert!(message.payload.len() < switchboard_queue::topology::MAX_MESSAGE_BYTES);
            let envelopes = decode(message.payload).unwrap();
            envelopes.into_iter().map(|envelope| envelope.id).collect::<String>()
        })
        .collect::<Vec<_>>();
    assert_eq!(ids, ["01", "2", "3", "45"]);
}

#[tokio::test]
async fn a_failure_fails_what_waits_behind_and_the_line_goes_on() {
    let rig = Rig::new(Gate::Shut);
    let mut answers = rig.enter([job("first")]);
    rig.arrived(1).await;
    let behind = rig.enter((0..100).map(job));
    rig.gate(Gate::Broken);
    let first = answers.join_next().await.unwrap().unwrap().unwrap_err();
    assert!(matches!(first, Refused::Publish(error) if error.to_string().contains("on purpose")));
    assert!(behind.join_all().await.iter().all(Result::is_err));
    assert_eq!(rig.queue.arrived.load(Ordering::SeqCst), 1, "those behind were not tried");

    rig.gate(Gate::Open);
    rig.enter([job("again")]).join_all().await.pop().unwrap().unwrap();
    assert_eq!(rig.messages().await, [["again"]]);
}

#[tokio::test]
async fn a_panic_in_the_queue_fails_its_callers_and_the_line_goes_on() {
    let rig = Rig::new(Gate::Shut);
    let answers = rig.enter([job("first"), job("second")]);
    rig.arrived(1).await;
    rig.gate(Gate::Panicking);
    let answers = answers.join_all().await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(Refused::Stopped))));

    rig.gate(Gate::Open);
    rig.enter([job("again")]).join_all().await.pop().unwrap().unwrap();
    assert_eq!(rig.messages().await, [["again"]]);
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_its_events_on_their_way() {
    let rig = Rig::new(Gate::Shut);
    let mut gone = rig.enter([job("orphan")]);
    rig.arrived(1).await;
    gone.shutdown().await;
    let next = rig.enter([job("next")]);
    rig.gate(Gate::Open);
    next.join_all().await.pop().unwrap().unwrap();
    assert_eq!(rig.messages().await.concat(), ["orphan", "next"]);
}

#[tokio::test]
async fn more_than_may_wait_is_refused_at_once() {
    let rig = Rig::new(Gate::Shut);
    let mebibyte = || vec!["x".repeat(1024 * 1024 - 64)];
    let waiting = rig.enter((0..ROOM_KIB / 1024).map(|_| mebibyte()));
    let refused = tokio::time::timeout(
        Duration::from_secs(60),
        rig.batcher.publish(rig.shard, mebibyte().into_iter().map(envelope).collect()),
    );
    assert!(matches!(refused.await.unwrap(), Err(Refused::Crowded)));
    rig.gate(Gate::Broken);
    waiting.join_all().await;
    assert_eq!(rig.batcher.room.available_permits(), ROOM_KIB);
}

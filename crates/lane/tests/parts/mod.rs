//! A queue, a store, and a machine that notes what it applied.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use switchboard_contract::{Body, Envelope, Invalid, decode, encode, wire};
use switchboard_domain::{
    Timestamp,
    shard::{AccountShard, ConversationShard},
};
use switchboard_lane::{Fault, Lane, Machine, Moment, Out, Tenure, TenureSlot};
use switchboard_queue::{
    Health, Message, PublishError, Queue, QueueError, SharedQueue, SubscribeOptions, Subscription,
    Topic,
};
use switchboard_queue_sqlite::SqliteQueue;
use switchboard_store::{Db, Store, StoreError, StoreSettings, dedupe, outbox, poison};
use tempfile::TempDir;
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;

pub(crate) const LANE: Lanes = Lanes;

/// The lane under test, by name and topic.
pub(crate) struct Lanes;

impl Lanes {
    pub(crate) fn topic(&self) -> Topic {
        Topic::Inbound(ConversationShard::new(3).unwrap())
    }
}

impl std::fmt::Display for Lanes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.topic().fmt(f)
    }
}

fn effect_topic() -> Topic {
    Topic::Outbound(AccountShard::new(0).unwrap())
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_secs(1_790_000_000)
}

fn envelope(id: &str) -> Envelope {
    let body = Some(Body::Wake(wire::Wake {}));
    Envelope { id: id.into(), body, ..Envelope::default() }
}

/// Notes what it applied in the table of tries, which is in the same transaction.
struct Notes;

impl Machine for Notes {
    fn begin(&mut self, _: &mut Db, _: Moment) -> Result<(), StoreError> {
        Ok(())
    }

    fn apply(
        &mut self,
        db: &mut Db,
        envelope: &Envelope,
        moment: Moment,
        out: &mut Out,
    ) -> Result<(), Fault> {
        match envelope.id.as_str() {
            "invalid" => return Err(Invalid::new("anything", "nothing").into()),
            "refused" => return Err(StoreError::NotFound("anything").into()),
            "deadly" => panic!("this message brings its consumer down"),
            _ => {}
        }
        let times = poison::count(db, "applied", &format!("applied:{}", envelope.id), moment.now)?;
        assert_eq!(times, 1, "{} was applied again", envelope.id);
        out.put(effect_topic(), format!("effect:{}", envelope.id), Body::Wake(wire::Wake {}));
        Ok(())
    }

    fn flush(&mut self, _: &mut Db, _: Moment, _: &mut Out) -> Result<(), StoreError> {
        Ok(())
    }

    fn forget(&mut self) {}
}

pub(crate) struct Bench {
    pub(crate) queue: SharedQueue,
    pub(crate) store: Store,
    _folder: TempDir,
}

impl Bench {
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let queue = Arc::new(SqliteQueue::open(&folder.path().join("queue.db")).unwrap());
        let url = format!("sqlite:{}", folder.path().join("store.db").display());
        let acquire_timeout = Duration::from_secs(10);
        let settings = StoreSettings { url: url.into(), pool_size: 2, acquire_timeout };
        let store = Store::open(&settings).unwrap();
        store.migrate().unwrap();
        Self { queue, store, _folder: folder }
    }

    pub(crate) async fn send(&self, ids: &[&str]) {
        let payload = encode(ids.iter().map(|id| envelope(id)).collect());
        self.send_bytes(ids[0], &payload).await;
    }

    pub(crate) async fn send_bytes(&self, id: &str, payload: &[u8]) {
        let (id, payload) = (id.to_owned(), Bytes::copy_from_slice(payload));
        let message = Message { id, topic: LANE.topic(), payload };
        self.queue.publish(vec![message]).await.unwrap();
    }

    pub(crate) fn run(&self, queue: SharedQueue) -> Runner {
        let lane = Lane {
            store: self.store.clone(),
            queue,
            topic: LANE.topic(),
            owner: "test".into(),
            batch: 10,
            clock: now,
        };
        let stop = CancellationToken::new();
        let (sender, slot) = watch::channel(None);
        let task = tokio::spawn({
            let stop = stop.clone();
            async move { switchboard_lane::run(lane, Notes, sender, stop).await.unwrap() }
        });
        Runner { task, slot, stop, queue: Arc::clone(&self.queue) }
    }

    /// Receives everything and acks nothing, as a process that dies: it comes again.
    pub(crate) async fn give_back_all(&self) {
        let options = SubscribeOptions { prefetch: 100, priority: 0, consumer: "dead".into() };
        let mut subscription = self.queue.subscribe(LANE.topic(), options).await.unwrap();
        subscription.next(100).await.unwrap();
    }

    /// A process has begun to take it up, and was not heard of again.
    pub(crate) async fn count_a_try(&self, id: &'static str) {
        let lane = LANE.to_string();
        self.store.write(move |db| poison::count(db, &lane, id, now())).await.unwrap();
    }

    /// Waits until exactly these are known to the lane.
    pub(crate) async fn applied(&self, ids: &[&str]) {
        let keys: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let all_known = async {
            loop {
                let (lane, keys) = (LANE.to_string(), keys.clone());
                let known = self.store.read(move |db| dedupe::known(db, &lane, &keys)).await;
                if known.unwrap().len() == ids.len() {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), all_known).await.expect("applied in time");
    }

    pub(crate) async fn outbox_is_empty(&self) {
        while !self.store.read(|db| outbox::load(db, &LANE.to_string())).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn queue_that_publishes_nothing(&self) -> SharedQueue {
        Arc::new(Mute(Arc::clone(&self.queue)))
    }
}

/// What was published because of what was applied, each once, in order.
pub(crate) async fn effects(bench: &Bench) -> Vec<String> {
    published(bench, effect_topic()).await
}

/// What was published to a topic, each once, in order.
pub(crate) async fn published(bench: &Bench, topic: Topic) -> Vec<String> {
    let options = SubscribeOptions { prefetch: 100, priority: 0, consumer: "test".into() };
    let mut subscription = bench.queue.subscribe(topic, options).await.unwrap();
    let messages = bench.queue.depth(topic).await.unwrap();
    let (mut ids, mut received) = (Vec::new(), 0);
    while received < messages {
        for delivery in subscription.next(100).await.unwrap() {
            received += 1;
            let envelopes = decode(delivery.payload).unwrap();
            ids.push(envelopes.into_iter().map(|envelope| envelope.id).collect::<Vec<_>>());
        }
    }
    let mut seen = std::collections::HashSet::new();
    ids.into_iter().flatten().filter(|id| seen.insert(id.clone())).collect()
}

pub(crate) struct Runner {
    task: JoinHandle<()>,
    slot: TenureSlot,
    stop: CancellationToken,
    queue: SharedQueue,
}

impl Runner {
    /// Ends it once all is acked and so published: a stop between commit and publish leaves the
    /// publishing to the next owner.
    pub(crate) async fn stop(self) {
        let all_acked = async {
            while self.queue.depth(LANE.topic()).await.unwrap() > 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), all_acked).await.expect("acked in time");
        self.stop.cancel();
        self.task.await.unwrap();
    }

    /// Ends it wherever it is, as a kill would.
    pub(crate) async fn crash(self) {
        self.task.abort();
        let _ = self.task.await;
    }

    pub(crate) async fn tenure(&self) -> Arc<Tenure> {
        let mut slot = self.slot.clone();
        let found = slot.wait_for(Option::is_some).await.unwrap().clone();
        found.unwrap()
    }
}

/// A queue that takes nothing: the process "dies" between commit and publish.
struct Mute(SharedQueue);

#[async_trait]
impl Queue for Mute {
    async fn publish(&self, _: Vec<Message>) -> Result<(), PublishError> {
        Err(PublishError::Away { reason: "mute".into() })
    }

    async fn subscribe(
        &self,
        topic: Topic,
        options: SubscribeOptions,
    ) -> Result<Box<dyn Subscription>, QueueError> {
        self.0.subscribe(topic, options).await
    }

    async fn depth(&self, topic: Topic) -> Result<u64, QueueError> {
        self.0.depth(topic).await
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.0.health()
    }

    async fn close(&self) {
        self.0.close().await;
    }
}

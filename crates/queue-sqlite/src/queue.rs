//! The queue as its users see it: passes requests to the engine and waits for answers.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Sender},
    },
};

use async_trait::async_trait;
use switchboard_queue::{
    Health, Message, PublishError, Queue, QueueError, SubscribeOptions, Subscription, Topic,
    topology::{Bounds, Kind, PUBLISH_DEADLINE},
};
use tokio::sync::{Semaphore, oneshot, watch};

use crate::{
    board::Board,
    broadcast::Criers,
    command::{Command, MemberId, Publish, weight},
    engine::Engine,
    storage::Storage,
    subscription::Subscriber,
};

/// How many KiB of messages may wait to be written; publishers beyond wait for room.
const ROOM_KIB: usize = 64 * 1024;

/// The prefetch that quorum queues allow at most; the same here, so that both behave alike.
const MAX_PREFETCH: u16 = 2_000;

/// What may be set, beside the path.
#[derive(Debug, Clone, Copy)]
pub struct SqliteOptions {
    /// What bounds each topic.
    pub bounds: fn(Topic) -> Bounds,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { bounds: Topic::bounds }
    }
}

/// A durable queue in one SQLite file. [`Queue::close`] it before the file is opened again.
/// Priorities of subscribers are ignored: within one process there is nothing to balance.
#[derive(Debug)]
pub struct SqliteQueue {
    engine: Sender<Command>,
    room: Arc<Semaphore>,
    criers: Criers,
    members: AtomicU64,
    health: watch::Receiver<Health>,
    closed: watch::Sender<bool>,
}

impl SqliteQueue {
    /// Opens the queue's file, creating it if needed; its folder must exist.
    ///
    /// # Errors
    /// [`QueueError::Refused`] when another process has it open, when it is no queue, or when its
    /// disk cannot hold it durably.
    pub fn open(path: &Path) -> Result<Self, QueueError> {
        Self::open_with(path, SqliteOptions::default())
    }

    /// The same, with options.
    ///
    /// # Errors
    /// As [`SqliteQueue::open`].
    pub fn open_with(path: &Path, options: SqliteOptions) -> Result<Self, QueueError> {
        Self::over(Storage::open(path)?, options)
    }

    fn over(mut storage: Storage, options: SqliteOptions) -> Result<Self, QueueError> {
        let away = |error: diesel::result::Error| QueueError::Away(Box::new(error));
        let standings = storage.standings().map_err(away)?;
        let seq = storage.last().map_err(away)?;
        let (engine, commands) = mpsc::channel();
        let (health_sender, health) = watch::channel(Health::Up);
        let board = Board::new(standings, options.bounds);
        let worker = Engine { storage, board, commands, health: health_sender, seq };
        std::thread::Builder::new()
            .name("queue-sqlite".into())
            .spawn(move || worker.run())
            .map_err(|error| QueueError::Away(Box::new(error)))?;
        Ok(Self {
            engine,
            room: Arc::new(Semaphore::new(ROOM_KIB)),
            criers: Criers::new(),
            members: AtomicU64::new(1),
            health,
            closed: watch::Sender::new(false),
        })
    }

    async fn store(&self, messages: Vec<Message>) -> Result<(), PublishError> {
        let bytes: usize = messages.iter().map(|message| weight(&message.payload)).sum();
        let kib = u32::try_from(bytes.div_ceil(1024).min(ROOM_KIB)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(kib);
        let room = room.await.map_err(|_| PublishError::Closed)?;
        let (done, answer) = oneshot::channel();
        self.engine
            .send(Command::Publish(Publish { messages, done, _room: room }))
            .map_err(|_| PublishError::Closed)?;
        answer.await.map_err(|_| PublishError::Closed)?
    }
}

#[async_trait]
impl Queue for SqliteQueue {
    async fn publish(&self, messages: Vec<Message>) -> Result<(), PublishError> {
        if *self.closed.borrow() {
            return Err(PublishError::Closed);
        }
        messages.iter().try_for_each(Message::check)?;
        let (cries, durable): (Vec<Message>, Vec<Message>) =
            messages.into_iter().partition(|message| message.topic.kind() == Kind::Broadcast);
        if !durable.is_empty() {
            let stored = tokio::time::timeout(PUBLISH_DEADLINE, self.store(durable));
            stored.await.map_err(|_| PublishError::Away {
                reason: format!("the disk did not take it within {PUBLISH_DEADLINE:?}"),
            })??;
        }
        cries.into_iter().for_each(|message| self.criers.cry(message));
        Ok(())
    }

    async fn subscribe(
        &self,
        topic: Topic,
        options: SubscribeOptions,
    ) -> Result<Box<dyn Subscription>, QueueError> {
        if *self.closed.borrow() {
            return Err(QueueError::Closed);
        }
        if !(1..=MAX_PREFETCH).contains(&options.prefetch) {
            return Err(QueueError::Refused {
                what: format!("a prefetch of {}", options.prefetch),
                remedy: format!("choose one of 1 to {MAX_PREFETCH}"),
            });
        }
        if let Some(listener) = self.criers.listen(topic, self.closed.subscribe()) {
            return Ok(Box::new(listener));
        }
        let member = MemberId(self.members.fetch_add(1, Ordering::Relaxed));
        let prefetch = usize::from(options.prefetch);
        Subscriber::join(self.engine.clone(), topic, member, prefetch)
            .map(|subscriber| -> Box<dyn Subscription> { Box::new(subscriber) })
            .ok_or(QueueError::Closed)
    }

    async fn depth(&self, topic: Topic) -> Result<u64, QueueError> {
        let (answer, depth) = oneshot::channel();
        self.engine.send(Command::Depth { topic, answer }).map_err(|_| QueueError::Closed)?;
        depth.await.map_err(|_| QueueError::Closed)
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.health.clone()
    }

    async fn close(&self) {
        self.closed.send_replace(true);
        let (done, ended) = oneshot::channel();
        if self.engine.send(Command::Close { done }).is_ok() {
            let _ = ended.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use switchboard_queue::conformance::{message, options, take};

    use super::*;

    #[tokio::test]
    async fn a_full_disk_refuses_loses_nothing_and_is_left_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let mut storage = Storage::open(&folder.path().join("queue.db")).unwrap();
        storage.limit_pages(40);
        let queue = SqliteQueue::over(storage, SqliteOptions::default()).unwrap();
        let large = |number| Message {
            payload: Bytes::from(vec![7; 10_000]),
            ..message(Topic::BotTurns, number)
        };
        let mut stored = 0;
        let refused = loop {
            match queue.publish(vec![large(0), large(1)]).await {
                Ok(()) => stored += 2,
                Err(refused) => break refused,
            }
        };
        assert!(matches!(refused, PublishError::Away { .. }), "{refused:?}");
        assert!(refused.to_string().contains("full"), "{refused}");
        assert!(matches!(&*queue.health().borrow(), Health::Down(_)));
        assert_eq!(queue.depth(Topic::BotTurns).await.unwrap(), stored, "half a call was stored");

        let mut subscription = queue.subscribe(Topic::BotTurns, options(100)).await.unwrap();
        let count = usize::try_from(stored).unwrap();
        let deliveries = take(&mut subscription, count).await.unwrap();
        let tags: Vec<_> = deliveries.iter().map(|delivery| delivery.tag).collect();
        subscription.ack(&tags).await.unwrap();
        queue.health().wait_for(|health| *health == Health::Up).await.unwrap();
        queue.publish(vec![large(2)]).await.unwrap();
    }
}

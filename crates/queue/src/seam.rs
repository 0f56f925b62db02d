//! The two traits that a queue implements.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::{Delivery, Interrupted, Message, PublishError, QueueError, Tag, Topic};

/// Whether the queue takes messages at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Connected and not blocked.
    Up,
    /// Not usable now; the text says why, for operators.
    Down(String),
}

/// How to subscribe.
#[derive(Debug, Clone)]
pub struct SubscribeOptions {
    /// How many unacked deliveries may be outstanding (1 to 2,000, the cap of a quorum queue).
    pub prefetch: u16,
    /// Among subscribers of a lane the highest is served; where the queue knows priorities.
    pub priority: i32,
    /// Names the consumer to operators, e.g. `router@host-1`.
    pub consumer: String,
}

/// A queue: durable publish, ordered lanes, competing consumers, broadcasts.
#[async_trait]
pub trait Queue: Send + Sync + 'static {
    /// Publishes the messages; `Ok` means each is durable. Messages of one topic keep the order
    /// given, among those of one call. To keep order across calls, await one before the next.
    /// Every call ends within [`crate::topology::PUBLISH_DEADLINE`].
    ///
    /// The messages of a call travel together. Where the first of a topic is refused as
    /// [`PublishError::Full`], a later one may have been stored, as its consumers made room in
    /// between: published again, the first then stands behind it. Where that matters, put what
    /// must stay in order into one message.
    ///
    /// # Errors
    /// See [`PublishError`]. Some of the messages may be durable nevertheless.
    async fn publish(&self, messages: Vec<Message>) -> Result<(), PublishError>;

    /// Begins to receive a topic. The subscription reconnects by itself until dropped.
    ///
    /// # Errors
    /// [`QueueError::Refused`] for impossible options; a queue that is away is no error here, the
    /// subscription waits for it.
    async fn subscribe(
        &self,
        topic: Topic,
        options: SubscribeOptions,
    ) -> Result<Box<dyn Subscription>, QueueError>;

    /// How many messages wait in the topic. Whether those delivered but not acked count depends on
    /// the queue: RabbitMQ tells, over AMQP, only those not delivered. Of a broadcast always 0.
    ///
    /// # Errors
    /// [`QueueError::Away`] when it cannot be asked now.
    async fn depth(&self, topic: Topic) -> Result<u64, QueueError>;

    /// Follows [`Health`].
    fn health(&self) -> watch::Receiver<Health>;

    /// Ends all subscriptions and waits until what was accepted is written.
    async fn close(&self);
}

/// A queue shared by the tasks of a service.
pub type SharedQueue = Arc<dyn Queue>;

/// One consumer of a topic.
#[async_trait]
pub trait Subscription: Send {
    /// Waits for at least one delivery and returns those at hand, at most `max`, in order. Cancel
    /// safe: a delivery is never lost by dropping the future.
    ///
    /// # Errors
    /// [`Interrupted::Session`] once per lost session, then it can be called again.
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, Interrupted>;

    /// Acks the deliveries. Tags of an earlier session are ignored: what they name was given back
    /// when that session ended. `Ok` means that the queue was told; if it dies at that moment, the
    /// deliveries may come again.
    ///
    /// # Errors
    /// [`Interrupted`] when the session is gone; the deliveries come again.
    async fn ack(&mut self, tags: &[Tag]) -> Result<(), Interrupted>;

    /// Gives up the session on purpose: everything unacked is given back and redelivered, to this
    /// or another subscriber. For a consumer that learnt that it is not the owner any more. The
    /// next call of [`Subscription::next`] begins a new session, after the other subscribers of a
    /// lane, and reports no interruption.
    async fn reset(&mut self);
}

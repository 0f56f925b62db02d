//! What travels: messages towards the queue, deliveries from it.

use bytes::Bytes;

use crate::Topic;

/// One message to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Identifies the message for its consumers, who dedupe by what is inside; ASCII, at most 255
    /// bytes (the limit of an AMQP short string).
    pub id: String,
    /// Where it goes.
    pub topic: Topic,
    /// An encoded `switchboard.v1.Bundle`; opaque here.
    pub payload: Bytes,
}

/// One message received. It stays with the consumer until acked or until the session ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// For [`crate::Subscription::ack`].
    pub tag: Tag,
    /// [`Message::id`].
    pub id: String,
    /// [`Message::payload`].
    pub payload: Bytes,
    /// True when it may have been delivered before (to anyone).
    pub redelivered: bool,
}

/// Names a delivery within its session; a tag of an older session acks nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag {
    /// Counts the sessions of a subscription, from 1.
    pub session: u64,
    /// Grows with each delivery of the session.
    pub number: u64,
}

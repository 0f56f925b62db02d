//! What travels: messages towards the queue, deliveries from it.

use bytes::Bytes;

use crate::{
    PublishError, Topic,
    topology::{MAX_ID_BYTES, MAX_MESSAGE_BYTES},
};

/// One message to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Identifies the message for its consumers, who dedupe by what is inside; 1 to
    /// [`MAX_ID_BYTES`] bytes.
    pub id: String,
    /// Where it goes.
    pub topic: Topic,
    /// An encoded `switchboard.v1.Bundle`; opaque here.
    pub payload: Bytes,
}

impl Message {
    /// Whether every queue can carry it; each asks this before it publishes.
    ///
    /// # Errors
    /// [`PublishError::TooLarge`] and [`PublishError::InvalidId`].
    pub fn check(&self) -> Result<(), PublishError> {
        let (bytes, limit) = (self.payload.len(), MAX_MESSAGE_BYTES);
        if bytes > limit {
            return Err(PublishError::TooLarge { bytes, limit });
        }
        let (bytes, limit) = (self.id.len(), MAX_ID_BYTES);
        if !(1..=limit).contains(&bytes) {
            return Err(PublishError::InvalidId { bytes, limit });
        }
        Ok(())
    }
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

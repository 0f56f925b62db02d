//! What tasks ask of the engine.

use bytes::Bytes;
use switchboard_queue::{Delivery, Message, PublishError, Tag, Topic};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

/// Names a subscriber within the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MemberId(pub(crate) u64);

/// Store these messages, all or none.
pub(crate) struct Publish {
    pub(crate) messages: Vec<Message>,
    pub(crate) done: oneshot::Sender<Result<(), PublishError>>,
    /// Bounds the memory of what waits to be written; given back with the answer.
    pub(crate) _room: OwnedSemaphorePermit,
}

/// Forget these deliveries.
pub(crate) struct Ack {
    pub(crate) topic: Topic,
    pub(crate) member: MemberId,
    pub(crate) tags: Vec<Tag>,
    /// The error is for the log.
    pub(crate) done: oneshot::Sender<Result<(), String>>,
}

/// Serve a new subscriber, in session 1.
pub(crate) struct Join {
    pub(crate) topic: Topic,
    pub(crate) member: MemberId,
    pub(crate) prefetch: usize,
    pub(crate) deliveries: mpsc::UnboundedSender<Delivery>,
}

/// A request to the engine.
pub(crate) enum Command {
    Publish(Publish),
    Ack(Ack),
    Join(Join),
    /// Take back what the subscriber holds, and serve it anew after the others.
    Restart {
        topic: Topic,
        member: MemberId,
        session: u64,
    },
    /// Take back what the subscriber holds, and forget it.
    Leave {
        topic: Topic,
        member: MemberId,
    },
    /// How many messages are stored?
    Depth {
        topic: Topic,
        answer: oneshot::Sender<u64>,
    },
    /// Write what was asked before, end all subscriptions, release the file.
    Close {
        done: oneshot::Sender<()>,
    },
}

/// How much a message weighs in memory, beside its payload, at least.
const OVERHEAD: usize = 256;

/// The bytes that a message occupies while it waits.
pub(crate) fn weight(payload: &Bytes) -> usize {
    payload.len().saturating_add(OVERHEAD)
}

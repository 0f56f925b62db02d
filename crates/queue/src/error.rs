//! What can go wrong at the queue, in the terms of its users; each implementation maps its own
//! errors to these and keeps the cause.

use crate::Topic;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a publish did not become durable. In every case the message may still have arrived.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The queue cannot be reached, is blocked by an alarm, or did not confirm in time.
    #[error("the queue is away: {reason}; publish again")]
    Away {
        /// What was seen, for the log.
        reason: String,
    },
    /// The topic holds as much as it may (or the broker refuses it); nothing was stored there.
    #[error("{topic} is full and refuses messages; its consumers must catch up first")]
    Full {
        /// The topic that refused.
        topic: Topic,
    },
    /// No queue is bound for the topic: the topology was not declared or was deleted.
    #[error("{topic} has no queue to go to; restart a service to declare the topology again")]
    Unroutable {
        /// The topic that led nowhere.
        topic: Topic,
    },
    /// One message is larger than [`crate::topology::MAX_MESSAGE_BYTES`].
    #[error("a message of {bytes} bytes is over the limit of {limit}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A message's id is empty or longer than [`crate::topology::MAX_ID_BYTES`].
    #[error("a message id of {bytes} bytes is refused; give it 1 to {limit}")]
    InvalidId {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The queue was shut down by this process.
    #[error("the queue is shut down")]
    Closed,
}

/// Why the queue could not be opened, subscribed to, or asked.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// It cannot be reached at the moment; worth another try.
    #[error("the queue is away: {0}")]
    Away(#[source] Cause),
    /// What exists does not match what is asked for, or the configuration is impossible.
    #[error("the queue refuses: {what}; {remedy}")]
    Refused {
        /// What it refused.
        what: String,
        /// What the operator can do.
        remedy: String,
    },
    /// The queue was shut down by this process.
    #[error("the queue is shut down")]
    Closed,
}

/// A subscription lost its session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Interrupted {
    /// Deliveries not yet acked are void and come again, perhaps to another consumer. Drop what
    /// was learnt from them and call [`crate::Subscription::next`] again: it resumes by itself.
    #[error("the session was lost: {0}")]
    Session(String),
    /// The queue was shut down by this process; there is no more.
    #[error("the queue is shut down")]
    Closed,
}

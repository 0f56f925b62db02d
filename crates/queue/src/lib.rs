//! The seam between the services and whatever carries their messages.
//!
//! What lives here: the [`Queue`] and [`Subscription`] traits, the [`topology`] of topics, and the
//! conformance suite (feature `conformance`) that every implementation must pass. What must not:
//! any broker, any database, any knowledge of what a payload means.
//!
//! The contract, in short:
//! - [`Queue::publish`] answers `Ok` only when every message is durable (confirmed by a quorum, or
//!   fsynced). An error says nothing about whether a message arrived: publish again, consumers
//!   dedupe by [`Message::id`].
//! - A **lane** ([`topology::Kind::Lane`]) has one active consumer at a time and keeps order. A
//!   second subscriber waits and takes over when the first goes. This is balance, not a lock:
//!   whoever writes because of a delivery must fence the write.
//! - A delivery that is not acked comes again, in order, to this subscriber or another.

#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod message;
mod seam;
pub mod topology;

pub use error::{Interrupted, PublishError, QueueError};
pub use message::{Delivery, Message, Tag};
pub use seam::{Health, Queue, SharedQueue, SubscribeOptions, Subscription};
pub use topology::Topic;

//! Messages that cannot be processed.
//!
//! Two kinds: those that do not decode or do not say what they must, found at once; and those
//! that bring the process down, found because their tries are counted and committed before each.

use switchboard_contract::{Body, wire::DeadLetter};
use switchboard_queue::{Delivery, Topic};
use tracing::error;

use crate::Out;

/// How often a message may bring its consumer down before it is put aside.
pub(crate) const TRIES: i32 = 3;

/// Puts a delivery, or one envelope of it, aside for a person to look at.
pub(crate) fn put_aside(out: &mut Out, topic: Topic, id: &str, payload: bytes::Bytes, why: &str) {
    error!(topic = %topic, id, why, "a message cannot be processed and goes to the dead letters");
    let letter = DeadLetter { topic: topic.to_string(), reason: why.to_owned(), payload };
    out.put(Topic::DeadLetters, format!("dead:{id}"), Body::DeadLetter(letter));
}

/// The deliveries to take next: fresh ones together, a redelivered one alone, so that one that
/// brings the process down is known by name and drags no other with it.
pub(crate) fn split(deliveries: &[Delivery]) -> impl Iterator<Item = &[Delivery]> {
    deliveries.chunk_by(|left, right| !left.redelivered && !right.redelivered)
}

//! Messages that cannot be processed.
//!
//! Two kinds: those that do not decode or do not say what they must, found at once; and those
//! that bring the process down, found because their tries are counted and committed before each.

use bytes::Bytes;
use switchboard_contract::{Body, Envelope, decode, encode, wire::DeadLetter};
use switchboard_queue::{Delivery, Topic};
use tracing::error;

use crate::Out;

/// How often a message may bring its consumer down before it is put aside.
pub(crate) const TRIES: i32 = 3;

/// Envelopes as they travel: a whole delivery, or one envelope of it.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    /// The delivery's id, or the envelope's.
    pub(crate) id: String,
    /// An encoded bundle.
    pub(crate) payload: Bytes,
}

impl Parcel {
    pub(crate) fn whole(delivery: &Delivery) -> Self {
        Self { id: delivery.id.clone(), payload: delivery.payload.clone() }
    }

    pub(crate) fn single(envelope: &Envelope) -> Self {
        Self { id: envelope.id.clone(), payload: encode(vec![envelope.clone()]) }
    }

    /// Its envelopes, each alone; what does not decode stays whole.
    pub(crate) fn open(self) -> Vec<Self> {
        match decode(self.payload.clone()) {
            Ok(envelopes) => envelopes.iter().map(Self::single).collect(),
            Err(_) => vec![self],
        }
    }
}

/// Puts envelopes aside for a person to look at.
pub(crate) fn put_aside(out: &mut Out, topic: Topic, parcel: Parcel, why: &str) {
    let Parcel { id, payload } = parcel;
    error!(topic = %topic, id, why, "a message cannot be processed and goes to the dead letters");
    let letter = DeadLetter { topic: topic.to_string(), reason: why.to_owned(), payload };
    out.put(Topic::DeadLetters, format!("dead:{id}"), Body::DeadLetter(letter));
}

/// The deliveries to take next: fresh ones together, a redelivered one alone, so that one that
/// brings the process down is known by name and drags no other with it.
pub(crate) fn split(deliveries: &[Delivery]) -> impl Iterator<Item = &[Delivery]> {
    deliveries.chunk_by(|left, right| !left.redelivered && !right.redelivered)
}

//! What is to be published because of what was applied.

use prost::Message as _;
use switchboard_contract::{Body, Envelope, encode};
use switchboard_domain::Timestamp;
use switchboard_queue::Topic;
use switchboard_store::outbox::Pending;

/// One bundle holds at most so many bytes, well below what a queue takes.
const BUNDLE_BYTES: usize = 512 * 1024;

/// Envelopes to publish, in order within each topic.
#[derive(Debug, Default)]
pub struct Out {
    envelopes: Vec<(Topic, Envelope)>,
    context: (String, String),
    now: Timestamp,
}

impl Out {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { now, ..Self::default() }
    }

    /// What is put from now on belongs to this trace context (traceparent, tracestate).
    pub fn belongs_to(&mut self, context: (String, String)) {
        self.context = context;
    }

    /// Puts a message on its way. The id must follow from the cause's: the same cause, the same
    /// id, whenever and wherever it is applied.
    pub fn put(&mut self, topic: Topic, id: impl Into<String>, body: Body) {
        let (traceparent, tracestate) = self.context.clone();
        let envelope = Envelope {
            id: id.into(),
            traceparent,
            tracestate,
            created_at_us: self.now.as_micros(),
            body: Some(body),
        };
        self.envelopes.push((topic, envelope));
    }

    /// Bundles for the outbox: few messages, each topic in order.
    pub(crate) fn into_pending(self) -> Vec<Pending> {
        let mut bundles: Vec<(Topic, usize, Vec<Envelope>)> = Vec::new();
        for (topic, envelope) in self.envelopes {
            let bytes = envelope.encoded_len();
            let open = bundles
                .iter_mut()
                .rev()
                .find(|(known, ..)| *known == topic)
                .filter(|(_, size, _)| size.saturating_add(bytes) <= BUNDLE_BYTES);
            match open {
                Some((_, size, envelopes)) => {
                    *size = size.saturating_add(bytes);
                    envelopes.push(envelope);
                }
                None => bundles.push((topic, bytes, vec![envelope])),
            }
        }
        bundles.into_iter().map(|(topic, _, envelopes)| pending(topic, envelopes)).collect()
    }
}

/// A single message that follows from `cause`, encoded, for a timer.
#[must_use]
pub fn reply_to(cause: &Envelope, id: String, body: Body, now: Timestamp) -> bytes::Bytes {
    encode(vec![Envelope {
        id,
        traceparent: cause.traceparent.clone(),
        tracestate: cause.tracestate.clone(),
        created_at_us: now.as_micros(),
        body: Some(body),
    }])
}

fn pending(topic: Topic, envelopes: Vec<Envelope>) -> Pending {
    let first = envelopes.first().map(|envelope| envelope.id.as_str()).unwrap_or_default();
    let message_id = message_id(first);
    Pending { topic: topic.to_string(), message_id, payload: encode(envelopes) }
}

/// An AMQP short string: at most 255 bytes, ASCII.
fn message_id(first: &str) -> String {
    first.chars().filter(char::is_ascii_graphic).take(200).collect()
}

#[cfg(test)]
mod tests {
    use switchboard_contract::{decode, wire::Wake};
    use switchboard_domain::shard::AccountShard;

    use super::*;

    fn topic(number: u16) -> Topic {
        Topic::Outbound(AccountShard::new(number).unwrap())
    }

    fn ids(pending: &Pending) -> Vec<String> {
        let envelopes = decode(pending.payload.clone()).unwrap();
        envelopes.into_iter().map(|envelope| envelope.id).collect()
    }

    #[test]
    fn one_bundle_a_topic_in_order() {
        let mut out = Out::new(Timestamp::from_secs(1));
        for (number, id) in [(0, "a"), (1, "b"), (0, "c"), (1, "d")] {
            out.put(topic(number), id, Body::Wake(Wake {}));
        }
        let pending = out.into_pending();
        assert_eq!(pending.iter().map(ids).collect::<Vec<_>>(), [["a", "c"], ["b", "d"]]);
    }

    #[test]
    fn large_bundles_are_split_and_stay_in_order() {
        let mut out = Out::new(Timestamp::from_secs(1));
        let big = "x".repeat(BUNDLE_BYTES / 2);
        for number in 0..5 {
            out.put(topic(0), format!("{number}{big}"), Body::Wake(Wake {}));
        }
        let pending = out.into_pending();
        assert!(pending.len() > 1);
        let order: String =
            pending.iter().flat_map(ids).filter_map(|id| id.chars().next()).collect();
        assert_eq!(order, "01234");
    }
}

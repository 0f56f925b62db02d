//! A body's events as envelopes, each under its conversation's shard.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use switchboard_contract::{Body, Envelope, wire::PlatformEvent};
use switchboard_domain::{Timestamp, shard::ConversationShard};
use switchboard_meta::webhook::RawEvent;

/// Ids longer than this are replaced by their hash: they are keys in the store.
const LONGEST_ID: usize = 200;

/// Where a webhook came from, as its envelopes tell it.
pub(crate) struct Origin<'a> {
    /// The key in the callback URL.
    pub(crate) app_key: &'a str,
    /// W3C Trace Context, parent and state.
    pub(crate) trace: (String, String),
    /// When it was received.
    pub(crate) received: Timestamp,
}

/// Sorts the events by shard. Those of one shard keep the order of the body.
pub(crate) fn by_shard(
    events: Vec<RawEvent>,
    origin: &Origin<'_>,
) -> BTreeMap<ConversationShard, Vec<Envelope>> {
    let mut shards: BTreeMap<_, Vec<Envelope>> = BTreeMap::new();
    for event in events {
        let shard = ConversationShard::of(&event.routing_key());
        shards.entry(shard).or_default().push(envelope(event, origin));
    }
    shards
}

fn envelope(event: RawEvent, origin: &Origin<'_>) -> Envelope {
    let (traceparent, tracestate) = origin.trace.clone();
    Envelope {
        id: id(&event),
        traceparent,
        tracestate,
        created_at_us: origin.received.as_micros(),
        body: Some(Body::Platform(PlatformEvent {
            app_key: origin.app_key.to_owned(),
            channel: event.channel.map(|channel| channel.to_string()).unwrap_or_default(),
            account: event.account.unwrap_or_default(),
            customer: event.customer.unwrap_or_default(),
            kind: event.kind,
            dedupe_key: event.dedupe_key,
            at_us: event.at.as_micros(),
            raw: event.raw,
        })),
    }
}

/// The same for each delivery of the same event, whichever app or replica it comes through.
fn id(event: &RawEvent) -> String {
    let channel = event.channel.map_or("none", |channel| channel.as_str());
    let account = event.account.as_deref().unwrap_or("none");
    let id = format!("{channel}:{account}:{}", event.dedupe_key);
    if id.len() <= LONGEST_ID { id } else { format!("sha256:{}", hex::encode(Sha256::digest(id))) }
}

#[cfg(test)]
mod tests {
    use switchboard_domain::Channel;

    use super::*;

    fn event(customer: &str, key: &str) -> RawEvent {
        RawEvent {
            channel: Some(Channel::Messenger),
            account: Some("page".into()),
            customer: Some(customer.into()),
            kind: "message".into(),
            dedupe_key: key.into(),
            at: Timestamp::from_secs(5),
            raw: "{}".into(),
        }
    }

    #[test]
    fn a_long_id_becomes_a_hash_that_still_tells_events_apart() {
        let long = |last: char| format!("{}{last}", "x".repeat(LONGEST_ID));
        assert_eq!(id(&event("c", "mid.1")), "messenger:page:mid.1");
        assert_eq!(id(&event("c", &long('a'))).len(), "sha256:".len() + 64);
        assert_ne!(id(&event("c", &long('a'))), id(&event("c", &long('b'))));
    }

    #[test]
    fn a_conversation_has_one_shard_and_keeps_its_order() {
        let origin =
            Origin { app_key: "k", trace: <_>::default(), received: Timestamp::from_secs(9) };
        let events = (0..300).map(|n| event(&format!("c{}", n % 7), &n.to_string())).collect();
        let shards = by_shard(events, &origin);
        for (shard, envelopes) in &shards {
            let order: Vec<i32> = envelopes
                .iter()
                .map(|envelope| envelope.id.rsplit(':').next().unwrap().parse().unwrap())
                .collect();
            assert!(order.is_sorted());
            assert!(order.iter().all(|n| {
                let key = format!("messenger:page:c{}", n % 7);
                ConversationShard::of(&key) == *shard
            }));
        }
        assert_eq!(shards.values().map(Vec::len).sum::<usize>(), 300);
    }
}

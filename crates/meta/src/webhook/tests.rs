//! What must hold for any body, however odd.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::inbound;

/// Keys that splitting knows, and some that it does not.
const KEYS: &[&str] = &[
    "object",
    "entry",
    "id",
    "time",
    "messaging",
    "standby",
    "changes",
    "field",
    "value",
    "messages",
    "statuses",
    "errors",
    "message_echoes",
    "metadata",
    "contacts",
    "messaging_product",
    "sender",
    "recipient",
    "timestamp",
    "message",
    "mid",
    "is_echo",
    "type",
    "text",
    "wa_id",
    "user_id",
    "from",
    "status",
    "attachments",
    "payload",
    "other",
    "more",
];

const OBJECTS: &[&str] = &["page", "instagram", "whatsapp_business_account", "permissions"];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        (1_000_000_u64..u64::MAX).prop_map(Value::from),
        "[a-z]{12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(7, 96, 6, |inner| {
        let key = prop::sample::select(KEYS);
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Value::from),
            prop::collection::btree_map(key.prop_map(str::to_owned), inner, 1..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A body that looks like Meta's down to some level and is anything below it.
fn body() -> impl Strategy<Value = Value> {
    let list = || prop::collection::vec(any_json(), 0..3).prop_map(Value::from);
    let value = (list(), list(), any_json(), any::<bool>()).prop_map(|(m, s, c, whole)| {
        if whole { c } else { json!({ "messages": m, "statuses": s, "contacts": c }) }
    });
    let field = prop::sample::select(vec!["messages", "feed", "smb_message_echoes"]);
    let change =
        (field, value).prop_map(|(field, value)| json!({ "field": field, "value": value }));
    let entry = (any_json(), list(), list(), prop::collection::vec(change, 0..3)).prop_map(
        |(id, messaging, standby, changes)| {
            json!({ "id": id, "messaging": messaging, "standby": standby, "changes": changes })
        },
    );
    let entries = prop_oneof![prop::collection::vec(entry, 0..3).prop_map(Value::from), any_json()];
    (prop::sample::select(OBJECTS), entries, any_json()).prop_map(
        |(object, entry, other)| json!({ "object": object, "entry": entry, "other": other }),
    )
}

/// The texts of everything that is no container.
fn leaves(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| leaves(item, out)),
        Value::Object(fields) => fields.values().for_each(|value| leaves(value, out)),
        leaf => out.push(leaf.to_string()),
    }
}

proptest! {
    #[test]
    fn nothing_is_lost_and_all_has_a_meaning(body in body()) {
        let events = split(body.to_string().as_bytes()).unwrap();
        let kept: String = events.iter().map(|event| event.raw.as_str()).collect();
        let mut there = Vec::new();
        leaves(&body, &mut there);
        for leaf in there {
            prop_assert!(kept.contains(&leaf), "lost {leaf} of {body}");
        }
        for event in &events {
            prop_assert!(event.dedupe_key.chars().count() <= 200);
            prop_assert!(!inbound::normalise(&event.raw).unwrap().is_empty());
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let _ = split(&bytes);
    }

    #[test]
    fn no_text_makes_normalising_panic(text: String) {
        let _ = inbound::normalise(&text);
    }

    #[test]
    fn what_is_stored_says_the_same_as_what_was_split(body in body()) {
        for event in split(body.to_string().as_bytes()).unwrap() {
            let again = RawEvent::of(&Envelope::parse(&event.raw).unwrap());
            prop_assert_eq!(again, event);
        }
    }
}

/// The only event of a messaging item.
fn of_item(item: &Value) -> RawEvent {
    let body =
        json!({ "object": "page", "entry": [{ "id": "7", "time": 1, "messaging": [item] }] });
    split(body.to_string().as_bytes()).unwrap().remove(0)
}

#[test]
fn the_item_keeps_its_exact_text() {
    let item = r#"{"sender":{"id":9007199254740993123},"message":{"mid":"a\/b","x":1.50}}"#;
    let body = format!(r#"{{"object":"page","entry":[{{"id":"7","messaging":[ {item} ]}}]}}"#);
    let events = split(body.as_bytes()).unwrap();
    assert!(events[0].raw.ends_with(&format!(r#""item":{item}}}"#)), "{}", events[0].raw);
    assert_eq!(events[0].customer.as_deref(), Some("9007199254740993123"));
    assert_eq!(events[0].dedupe_key, "messenger:7:message:a/b");
}

#[test]
fn long_ids_make_short_keys_that_still_differ() {
    let key = |mid: String| {
        of_item(&json!({ "sender": { "id": "9" }, "message": { "mid": mid } })).dedupe_key
    };
    let (one, other) = (key(format!("{}1", "m".repeat(600))), key(format!("{}2", "m".repeat(600))));
    assert!(one.len() <= 200 && other.len() <= 200);
    assert_ne!(one, other);
}

#[test]
fn things_without_ids_are_told_apart_by_content_alone() {
    let read = |watermark: u64| {
        of_item(&json!({ "sender": { "id": "9" }, "read": { "watermark": watermark } })).dedupe_key
    };
    assert_eq!(read(1_790_000_000_001), read(1_790_000_000_001));
    assert_ne!(read(1_790_000_000_001), read(1_790_000_000_002));
}

#[test]
fn an_unsent_message_is_another_event_than_the_message() {
    let key = |message: Value| {
        of_item(&json!({ "sender": { "id": "9" }, "message": message })).dedupe_key
    };
    assert_ne!(
        key(json!({ "mid": "m", "text": "x" })),
        key(json!({ "mid": "m", "is_deleted": true }))
    );
}

#[test]
fn more_than_a_thousand_updates_are_taken() {
    let item = |n: u32| json!({ "sender": { "id": "9" }, "message": { "mid": n, "text": "x" } });
    let items: Vec<_> = (0..1_500).map(item).collect();
    let body = json!({ "object": "page", "entry": [{ "id": "7", "messaging": items }] });
    assert_eq!(split(body.to_string().as_bytes()).unwrap().len(), 1_500);
}

#[test]
fn times_are_read_in_any_unit() {
    let at = |timestamp: Value| of_item(&json!({ "timestamp": timestamp })).at;
    let expected = Timestamp::from_secs(1_790_000_000);
    assert_eq!(at(json!(1_790_000_000)), expected);
    assert_eq!(at(json!("1790000000")), expected);
    assert_eq!(at(json!(1_790_000_000_000_u64)), expected);
    assert_eq!(at(json!("1790000000000000")), expected);
    assert_eq!(at(json!("2026-09-21T14:13:20+0000")), expected);
    // The notification's own time is what is left.
    assert_eq!(at(json!("<TIMESTAMP>")), Timestamp::from_secs(1));
}

#[test]
fn the_routing_key_is_as_narrow_as_it_can_be() {
    let whole = of_item(&json!({ "sender": { "id": "9" }, "message": { "mid": "m" } }));
    assert_eq!(whole.conversation_key().as_deref(), Some("messenger:7:9"));
    assert_eq!(whole.routing_key(), "messenger:7:9");
    let nobody = of_item(&json!({ "message": { "mid": "m" } }));
    assert_eq!((nobody.conversation_key(), nobody.routing_key()), (None, "messenger:7".into()));
    let nothing = split(b"{}").unwrap().remove(0);
    assert_eq!(nothing.routing_key(), "unknown");
}

#[test]
fn a_big_batch_finds_each_contact_without_trying_all_with_all() {
    let number = |n: u32| format!("1555{n:07}");
    let contact = |n| json!({ "wa_id": number(n), "profile": { "name": format!("name {n}") } });
    let message =
        |n| json!({ "from": number(n), "id": n, "type": "text", "text": { "body": "x" } });
    let contacts: Vec<_> = (0..1_000).map(contact).collect();
    let messages: Vec<_> = (0..1_000).rev().map(message).collect();
    let value = json!({ "metadata": {}, "contacts": contacts, "messages": messages });
    let changes = json!([{ "field": "messages", "value": value }]);
    let object = "whatsapp_business_account";
    let body = json!({ "object": object, "entry": [{ "id": "6", "changes": changes }] });
    for (event, n) in split(body.to_string().as_bytes()).unwrap().iter().zip((0..1_000).rev()) {
        assert_eq!(event.customer, Some(number(n)));
        assert!(event.raw.contains(&format!("name {n}\"")) && event.raw.len() < 400);
    }
}

#[test]
fn nobody_gets_the_id_of_another_customers_contact() {
    let contact = json!({ "wa_id": "1111", "user_id": "US.1" });
    let message = |from: &str, id: u32| json!({ "from": from, "id": id, "type": "text" });
    let customers = |messages: Value| -> Vec<Option<String>> {
        let value = json!({ "metadata": {}, "contacts": [contact], "messages": messages });
        let changes = json!([{ "field": "messages", "value": value }]);
        let object = "whatsapp_business_account";
        let body = json!({ "object": object, "entry": [{ "id": "6", "changes": changes }] });
        let events = split(body.to_string().as_bytes()).unwrap();
        events.into_iter().map(|event| event.customer).collect()
    };
    let (one, other) = (Some("US.1".to_owned()), Some("2222".to_owned()));
    let two = json!([message("2222", 1), message("1111", 2)]);
    assert_eq!(customers(two), [other, one.clone()]);
    // Alone they belong together: some countries' numbers are written in two ways.
    assert_eq!(customers(json!([message("01111", 1)])), [one]);
}

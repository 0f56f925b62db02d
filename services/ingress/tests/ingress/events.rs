//! What arrives on the queue: all of it, once, in order.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use switchboard_chassis::{settings::Settings, telemetry};
use switchboard_domain::shard::ConversationShard;
use switchboard_meta::signature;
use tokio::task::JoinSet;

use crate::rig::{Found, KEY, Rig, SECRET};

/// One update of each of these kinds in turn.
fn update(number: usize, page: &str, customer: &str) -> Value {
    let at = 1_700_000_000_000_u64 + u64::try_from(number).unwrap();
    let mut item = json!({"sender": {"id": customer}, "recipient": {"id": page}, "timestamp": at});
    let (key, value) = match number % 6 {
        0 | 1 => ("message", json!({"mid": format!("m{number}"), "text": format!("n {number}")})),
        2 => ("postback", json!({"mid": format!("p{number}"), "payload": "P", "title": "T"})),
        3 => ("delivery", json!({"watermark": at, "mids": [format!("o{number}")]})),
        4 => ("read", json!({"watermark": at})),
        _ => ("a_kind_of_tomorrow", json!({"number": number})),
    };
    item[key] = value;
    item
}

/// The number of an update, back from its time.
fn number(found: &Found) -> u64 {
    u64::try_from(found.event.at_us / 1_000).unwrap() - 1_700_000_000_000
}

/// The numbers of each conversation, in the order of the queue.
fn conversations(found: &[Found]) -> BTreeMap<(String, String), Vec<u64>> {
    let mut conversations: BTreeMap<_, Vec<u64>> = BTreeMap::new();
    for one in found {
        let event = &one.event;
        let key = format!("{}:{}:{}", event.channel, event.account, event.customer);
        assert_eq!(one.shard, ConversationShard::of(&key));
        let conversation = (event.account.clone(), event.customer.clone());
        conversations.entry(conversation).or_default().push(number(one));
    }
    conversations
}

#[tokio::test]
async fn a_thousand_updates_in_one_body_arrive_complete_and_in_order() {
    let rig = Rig::start().await;
    let entries: Vec<Value> = (0..5)
        .map(|entry| {
            let page = format!("page{}", entry % 3);
            let numbers = (0..200).map(|n| entry * 200 + n);
            let updates = numbers.map(|n| update(n, &page, &format!("c{}", n % 7)));
            json!({"id": page, "time": 1, "messaging": updates.collect::<Vec<_>>()})
        })
        .collect();
    let body = json!({"object": "page", "entry": entries}).to_string();
    assert_eq!(rig.signed(SECRET, body.clone()).await, 200);
    let found = rig.found().await;
    assert_eq!(found.len(), 1_000);
    let ids: BTreeSet<&str> = found.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids.len(), 1_000);
    let kinds: BTreeSet<&str> = found.iter().map(|one| one.event.kind.as_str()).collect();
    assert_eq!(kinds, BTreeSet::from(["message", "postback", "delivery", "read", "unknown"]));
    let conversations = conversations(&found);
    assert_eq!(conversations.len(), 3 * 7);
    assert!(conversations.values().all(|numbers| numbers.is_sorted()));
    assert!(found.iter().all(|one| one.event.app_key == KEY));

    // Meta sends again what it thinks failed: the same ids, for the router to know them by.
    assert_eq!(rig.signed(SECRET, body).await, 200);
    let again = rig.found().await;
    assert_eq!(again.iter().map(|one| one.id.as_str()).collect::<BTreeSet<_>>(), ids);
    rig.stop().await;
}

#[tokio::test]
async fn of_a_hundred_posts_at_once_nothing_is_lost_and_each_keeps_its_order() {
    const POSTS: usize = 100;
    const UPDATES: usize = 12;
    let rig = std::sync::Arc::new(Rig::start().await);
    let mut posts = JoinSet::new();
    for post in 0..POSTS {
        let rig = std::sync::Arc::clone(&rig);
        posts.spawn(async move {
            let numbers = (0..UPDATES).map(|n| post * UPDATES + n);
            let updates = numbers.map(|n| update(n, "page", &format!("c{}", n % 4)));
            let entry = json!({"id": "page", "messaging": updates.collect::<Vec<_>>()});
            let body = json!({"object": "page", "entry": [entry]}).to_string();
            rig.signed(SECRET, body).await
        });
    }
    assert!(posts.join_all().await.iter().all(|status| *status == 200));
    let found = rig.found().await;
    let numbers: BTreeSet<u64> = found.iter().map(number).collect();
    assert_eq!((numbers.len(), found.len()), (POSTS * UPDATES, POSTS * UPDATES));
    for numbers in conversations(&found).into_values() {
        // Posts may interleave with each other, but none with itself.
        let mut last = BTreeMap::new();
        for number in numbers {
            let post = number / u64::try_from(UPDATES).unwrap();
            assert!(last.insert(post, number).is_none_or(|before| before < number));
        }
    }
    std::sync::Arc::into_inner(rig).unwrap().stop().await;
}

#[tokio::test]
async fn whatsapp_events_go_to_their_customers_shards() {
    let rig = Rig::start().await;
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "1", "phone_number_id": "106"},
        "contacts": [{"profile": {"name": "K"}, "wa_id": "4915112345678"}],
        "messages": [{"from": "4915112345678", "id": "wamid.1", "timestamp": "1700000000",
            "type": "text", "text": {"body": "hi"}}],
        "statuses": [{"id": "wamid.2", "status": "read", "timestamp": "1700000001",
            "recipient_id": "4915112345678"}],
    });
    let change = json!({"field": "messages", "value": value});
    let notice = json!({"field": "account_update", "value": {"event": "VERIFIED_ACCOUNT"}});
    let entry = json!({"id": "900", "changes": [change, notice]});
    let body = json!({"object": "whatsapp_business_account", "entry": [entry]}).to_string();
    assert_eq!(rig.signed(SECRET, body).await, 200);
    let mut found = rig.found().await;
    found.sort_by(|a, b| a.event.kind.cmp(&b.event.kind));
    let told: Vec<_> = found
        .iter()
        .map(|one| {
            (one.event.kind.as_str(), one.event.account.as_str(), one.event.customer.as_str())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("message", "106", "4915112345678"),
            ("status", "106", "4915112345678"),
            ("whatsapp:account_update", "900", ""),
        ]
    );
    assert_eq!(found[0].shard, found[1].shard);
    assert_eq!(found[2].shard, ConversationShard::of("whatsapp:900"));
    rig.stop().await;
}

#[tokio::test]
async fn a_webhook_begins_a_trace_of_its_own() {
    let settings = Settings::from_sources(None, []).unwrap();
    let _telemetry = telemetry::init(&settings.telemetry, "test").unwrap();
    let rig = Rig::start().await;
    let strangers = "4bf92f3577b34da6a3ce929d0e0e4736";
    for number in 0..2 {
        let entry = json!({"id": "page", "messaging": [update(number, "page", "c")]});
        let body = json!({"object": "page", "entry": [entry]}).to_string();
        let signature = signature::sign(SECRET.as_bytes(), body.as_bytes());
        let post = rig.post(KEY, body).header("x-hub-signature-256", signature);
        let post = post.header("traceparent", format!("00-{strangers}-00f067aa0ba902b7-01"));
        assert_eq!(post.send().await.unwrap().status(), 200);
    }
    let found = rig.found().await;
    let traces: BTreeSet<&str> =
        found.iter().filter_map(|one| one.traceparent.split('-').nth(1)).collect();
    assert_eq!(traces.len(), 2, "each has one");
    assert!(!traces.contains(strangers));
    rig.stop().await;
}

//! What integrators are told.

use std::time::Duration;

use switchboard_domain::{
    Timestamp,
    ids::{ConversationId, EndpointId},
};
use switchboard_store::{
    Db, Store, StoreError,
    webhooks::{
        deliveries::{self, Fate, Which},
        endpoints::{self, Endpoint},
        events::{self, Event},
    },
    workspaces::{self, Workspace},
};

use super::{NOW, on_both, workspace};

on_both! {
    each_event_is_given_once_and_a_conversation_waits_for_its_first
    an_endpoint_is_served_by_one_at_a_time
    what_is_off_is_told_nothing_until_it_is_replayed
    what_was_missed_is_told_once_more_and_nothing_else
    how_an_endpoint_fares_is_noted
    the_old_and_the_erased_are_gone
}

const MINUTE: Duration = Duration::from_secs(60);

fn endpoint() -> EndpointId {
    EndpointId::derive("shop")
}

fn conversation(name: &str) -> ConversationId {
    ConversationId::derive(name)
}

fn seed(db: &mut Db) -> Result<(), StoreError> {
    let workspace = workspace();
    workspaces::add(db, &Workspace { id: workspace, name: "Shop".into() }, NOW)?;
    let endpoint = Endpoint {
        id: endpoint(),
        workspace,
        url: "https://shop.example/".into(),
        kinds: vec!["message.received".into()],
        secret: "sealed".into(),
        old_secret: None,
        off_because: None,
        failing_since: None,
        created_at: NOW,
        taken_at: None,
    };
    endpoints::add(db, &endpoint)?;
    for (name, kind) in [
        ("a", "message.received"),
        ("a", "message.received"),
        ("b", "message.received"),
        ("b", "message.sent"),
    ] {
        happened(db, name, kind)?;
    }
    Ok(())
}

fn happened(db: &mut Db, name: &str, kind: &'static str) -> Result<(), StoreError> {
    let id = format!("evt_{}", uuid::Uuid::now_v7());
    let (workspace, conversation) = (workspace(), conversation(name));
    let event = Event { id, workspace, conversation, kind, body: name.into(), at: NOW };
    events::keep(db, &event)?;
    events::keep(db, &event)
}

async fn due(store: &Store, now: switchboard_domain::Timestamp) -> Vec<(i64, String)> {
    let due = store.read(move |db| deliveries::due(db, endpoint(), now, 10)).await.unwrap();
    let mut due: Vec<_> = due.into_iter().map(|(delivery, body)| (delivery.seq, body)).collect();
    due.sort();
    due
}

fn names(due: &[(i64, String)]) -> Vec<&str> {
    due.iter().map(|(_, name)| name.as_str()).collect()
}

async fn tried(store: &Store, seq: i64, fate: Fate) {
    let place = (endpoint(), seq);
    let work = move |db: &mut Db| deliveries::tried(db, place, (&fate, "so"), (1, NOW));
    store.write(work).await.unwrap();
}

async fn give_out(store: &Store) -> usize {
    store.write(|db| deliveries::give_out(db, 100, NOW)).await.unwrap()
}

async fn each_event_is_given_once_and_a_conversation_waits_for_its_first(store: &Store) {
    store.write(seed).await.unwrap();
    assert!(store.read(deliveries::any_to_give).await.unwrap());
    assert_eq!((give_out(store).await, give_out(store).await), (4, 0));
    assert!(!store.read(deliveries::any_to_give).await.unwrap());
    let whose = store.read(|db| deliveries::due_endpoints(db, NOW)).await.unwrap();
    assert_eq!(whose, [(workspace(), endpoint())]);

    let first = due(store, NOW).await;
    assert_eq!(names(&first), ["a", "b"]);
    tried(store, first[0].0, Fate::Again(NOW.plus(MINUTE))).await;
    assert_eq!(names(&due(store, NOW).await), ["b"], "the second waits with the first");
    assert_eq!(due(store, NOW.plus(MINUTE)).await, first);
    tried(store, first[0].0, Fate::Delivered).await;
    let second = due(store, NOW).await;
    assert_eq!(names(&second), ["a", "b"]);
    assert!(second[0].0 > first[0].0);
    tried(store, second[0].0, Fate::Parked).await;
    let parked = |db: &mut Db| deliveries::page(db, endpoint(), (Some("parked"), None), 10);
    let parked = store.read(parked).await.unwrap();
    assert_eq!((parked.len(), parked[0].answer.as_str(), parked[0].attempts), (1, "so", 1));
}

async fn an_endpoint_is_served_by_one_at_a_time(store: &Store) {
    store.write(seed).await.unwrap();
    let lease = async |owner: &'static str, now| {
        store.write(move |db| endpoints::lease(db, endpoint(), (owner, now), MINUTE)).await.unwrap()
    };
    assert!(lease("one", NOW).await);
    assert!(!lease("two", NOW.plus(MINUTE)).await);
    assert!(lease("one", NOW.plus(MINUTE)).await, "and goes on");
    assert!(lease("two", NOW.plus(MINUTE * 3)).await, "the first is gone");
    store.write(|db| endpoints::release(db, endpoint(), "one")).await.unwrap();
    assert!(!lease("one", NOW.plus(MINUTE * 3)).await, "it was not the first one's to give back");
    store.write(|db| endpoints::release(db, endpoint(), "two")).await.unwrap();
    assert!(lease("one", NOW.plus(MINUTE * 3)).await);
}

async fn what_is_off_is_told_nothing_until_it_is_replayed(store: &Store) {
    store.write(seed).await.unwrap();
    give_out(store).await;
    store.write(|db| endpoints::turn_off(db, endpoint(), "It is gone.")).await.unwrap();
    store.write(|db| happened(db, "c", "message.received")).await.unwrap();
    give_out(store).await;
    assert_eq!(due(store, NOW).await, []);
    let wanted = store.read(|db| endpoints::wanted(db, workspace())).await.unwrap();
    assert_eq!(wanted, ["message.received"], "what happens meanwhile can be replayed");

    let whose = (workspace(), endpoint());
    let kinds = ["message.received".to_owned()];
    let change = move |db: &mut Db| {
        endpoints::change(db, whose, ("https://shop.example/", &kinds), None)?;
        let endpoint = endpoints::get(db, whose.0, whose.1)?;
        let all = Which::Between(NOW, NOW.plus(MINUTE));
        deliveries::replay(db, &endpoint, &all, (10, NOW))
    };
    assert_eq!(store.write(change).await.unwrap(), 4);
    assert_eq!(names(&due(store, NOW).await), ["a", "b", "c"]);
}

async fn what_was_missed_is_told_once_more_and_nothing_else(store: &Store) {
    store.write(seed).await.unwrap();
    give_out(store).await;
    let first = due(store, NOW).await;
    tried(store, first[0].0, Fate::Delivered).await;
    tried(store, first[1].0, Fate::Parked).await;
    let second = due(store, NOW).await;
    tried(store, second[0].0, Fate::Again(NOW.plus(MINUTE))).await;
    store.write(|db| endpoints::turn_off(db, endpoint(), "It is gone.")).await.unwrap();
    store.write(|db| happened(db, "c", "message.received")).await.unwrap();
    give_out(store).await;

    let replay = |since| {
        move |db: &mut Db| {
            let endpoint = endpoints::get(db, workspace(), endpoint())?;
            deliveries::replay(db, &endpoint, &Which::Missed(since), (10, NOW))
        }
    };
    assert_eq!(store.write(replay(NOW.plus(MINUTE))).await.unwrap(), 0, "nothing since then");
    let before = Timestamp::from_micros(0);
    assert_eq!(store.write(replay(before)).await.unwrap(), 3);
    assert_eq!(names(&due(store, NOW).await), ["a", "b", "c"]);
    assert_eq!(due(store, NOW).await[0].0, second[0].0, "what was taken is not told again");
}

async fn how_an_endpoint_fares_is_noted(store: &Store) {
    store.write(seed).await.unwrap();
    let note = async |arrived, now| {
        let work = move |db: &mut Db| {
            let failing = endpoints::note(db, endpoint(), arrived, now)?;
            Ok((failing, endpoints::get(db, workspace(), endpoint())?.taken_at))
        };
        store.write(work).await.unwrap()
    };
    let (later, latest) = (NOW.plus(MINUTE), NOW.plus(MINUTE * 2));
    assert_eq!(note(false, NOW).await, (Some(NOW), None));
    assert_eq!(note(true, later).await, (None, Some(later)));
    assert_eq!(note(false, latest).await, (Some(latest), Some(later)));
}

async fn the_old_and_the_erased_are_gone(store: &Store) {
    store.write(seed).await.unwrap();
    give_out(store).await;
    store.write(|db| events::erase(db, conversation("a"))).await.unwrap();
    assert_eq!(names(&due(store, NOW).await), ["b"]);
    assert_eq!(store.write(|db| events::forget(db, NOW)).await.unwrap(), 0);
    let after = NOW.plus(MINUTE);
    assert_eq!(store.write(move |db| events::forget(db, after)).await.unwrap(), 2);
    assert_eq!(due(store, NOW).await, []);
}

//! Ownership, dedupe, outbox, timers, poison: what "once" rests on.

use std::time::Duration;

use switchboard_store::{
    Store, StoreError, dedupe, lanes,
    outbox::{self, Pending},
    poison,
    timers::{self, Timer},
};

use super::{NOW, on_both};

const LANE: &str = "inbound.03";

on_both! {
    a_new_owner_stops_the_old_one
    a_failed_write_keeps_nothing
    keys_are_taken_up_once
    the_outbox_keeps_order
    a_timer_is_claimed_once_and_replaced_by_name
    tries_are_counted
    concurrent_writes_all_count
}

async fn a_new_owner_stops_the_old_one(store: &Store) {
    let first = store.write(|db| lanes::take(db, LANE, "a", NOW)).await.unwrap();
    store.write(move |db| lanes::prove(db, LANE, first, NOW)).await.unwrap();
    let second = store.write(|db| lanes::take(db, LANE, "b", NOW)).await.unwrap();
    assert!(second > first);
    let stale = store.write(move |db| lanes::prove(db, LANE, first, NOW)).await.unwrap_err();
    assert!(matches!(stale, StoreError::Stale { .. }), "{stale}");
    let later = NOW.plus(Duration::from_secs(5));
    store.write(move |db| lanes::prove(db, LANE, second, later)).await.unwrap();
    assert_eq!(store.read(|db| lanes::seen_at(db, LANE)).await.unwrap(), Some(later));
}

async fn a_failed_write_keeps_nothing(store: &Store) {
    let failed = store
        .write(|db| {
            dedupe::remember(db, LANE, &["k".into()], NOW)?;
            Err::<(), _>(StoreError::NotFound("anything"))
        })
        .await;
    assert!(failed.is_err());
    let known = store.read(|db| dedupe::known(db, LANE, &["k".into()])).await.unwrap();
    assert!(known.is_empty());
}

async fn keys_are_taken_up_once(store: &Store) {
    let keys: Vec<String> = (0..12_000).map(|number| format!("key {number}")).collect();
    let all = keys.clone();
    store.write(move |db| dedupe::remember(db, LANE, &all, NOW)).await.unwrap();
    let again = keys.clone();
    store.write(move |db| dedupe::remember(db, LANE, &again, NOW)).await.unwrap();
    let known = store.read(move |db| dedupe::known(db, LANE, &keys)).await.unwrap();
    assert_eq!(known.len(), 12_000);
    let other = store.read(|db| dedupe::known(db, "dispatch", &["key 1".into()])).await.unwrap();
    assert!(other.is_empty(), "each lane has its own");
    let forgotten = store.write(|db| dedupe::forget(db, NOW)).await.unwrap();
    assert_eq!(forgotten, 0);
    let later = NOW.plus(Duration::from_secs(1));
    assert_eq!(store.write(move |db| dedupe::forget(db, later)).await.unwrap(), 12_000);
}

async fn the_outbox_keeps_order(store: &Store) {
    let pending = |number: u32| Pending {
        topic: "bot.turns".into(),
        message_id: format!("m{number}"),
        payload: vec![0, 1, 255].into(),
    };
    let messages: Vec<Pending> = (0..5).map(pending).collect();
    let put = messages.clone();
    let numbers = store.write(move |db| outbox::add(db, LANE, &put)).await.unwrap();
    let loaded = store.read(|db| outbox::load(db, LANE)).await.unwrap();
    assert_eq!(loaded.iter().map(|(_, message)| message.clone()).collect::<Vec<_>>(), messages);
    let done = numbers[..3].to_vec();
    store.write(move |db| outbox::delete(db, &done)).await.unwrap();
    let left = store.read(|db| outbox::load(db, LANE)).await.unwrap();
    assert_eq!(left.iter().map(|(id, _)| *id).collect::<Vec<_>>(), numbers[3..]);
}

async fn a_timer_is_claimed_once_and_replaced_by_name(store: &Store) {
    let lease = Duration::from_secs(30);
    let timer = |seconds: u64| Timer {
        id: "c/turn_deadline".into(),
        topic: LANE.into(),
        payload: vec![1].into(),
        due: NOW.plus(Duration::from_secs(seconds)),
    };
    let first = timer(0);
    store.write(move |db| timers::set(db, &first)).await.unwrap();
    let claim = move |store: Store, seconds| async move {
        let now = NOW.plus(Duration::from_secs(seconds));
        store.write(move |db| timers::claim(db, now, lease, 10)).await.unwrap()
    };
    let claimed = claim(store.clone(), 0).await;
    assert_eq!(claimed, [timer(0)]);
    assert_eq!(claim(store.clone(), 10).await, [], "it is claimed");
    let second = timer(20);
    store.write(move |db| timers::set(db, &second)).await.unwrap();
    store.write(move |db| timers::done(db, &claimed)).await.unwrap();
    assert_eq!(claim(store.clone(), 20).await, [timer(20)], "it was set anew meanwhile");
    assert_eq!(claim(store.clone(), 51).await, [timer(20)], "its claimer died");
    store.write(|db| timers::clear(db, "c/turn_deadline")).await.unwrap();
    assert_eq!(store.read(timers::next_due).await.unwrap(), None);
}

async fn tries_are_counted(store: &Store) {
    for tries in 1..4 {
        let counted = store.write(|db| poison::count(db, LANE, "m", NOW)).await.unwrap();
        assert_eq!(counted, tries);
    }
    store.write(|db| poison::clear(db, &["m".into()])).await.unwrap();
    assert_eq!(store.write(|db| poison::count(db, LANE, "m", NOW)).await.unwrap(), 1);
}

async fn concurrent_writes_all_count(store: &Store) {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let store = store.clone();
        tasks.spawn(async move { store.write(|db| poison::count(db, LANE, "m", NOW)).await });
    }
    let mut counts: Vec<i32> = tasks.join_all().await.into_iter().map(Result::unwrap).collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=50).collect::<Vec<_>>());
}

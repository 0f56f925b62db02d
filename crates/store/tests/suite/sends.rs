//! Sends: taken up once, changed while open, found again in order.

use std::time::Duration;

use switchboard_domain::{
    Channel,
    ids::{ConversationId, MessageId, SendId},
    shard::AccountShard,
};
use switchboard_store::{
    Store,
    sends::{self, Change, NewSend, State},
};

use super::{NOW, account_id, on_both, seed_account, workspace};

on_both! {
    a_send_is_taken_up_once
    open_sends_come_back_in_order
    what_is_settled_stays_settled
    open_sends_are_found_by_account
    what_an_owner_left_on_its_way_is_in_doubt
    proof_counts_once_whatever_was_thought
    only_tries_tell_when_a_request_may_have_left
    what_meta_refused_for_a_limit_is_counted
}

fn shard() -> AccountShard {
    AccountShard::new(5).unwrap()
}

fn send(number: u32, conversation: &str) -> NewSend {
    NewSend {
        id: SendId::derive(&number.to_string()),
        workspace: workspace(),
        account: account_id(),
        conversation: ConversationId::derive(conversation),
        message: MessageId::derive(&number.to_string()),
        shard: shard(),
        request: vec![1, 2, 3].into(),
    }
}

fn change(number: u32, state: State) -> Change {
    Change {
        id: SendId::derive(&number.to_string()),
        state,
        attempt: 1,
        epoch: 7,
        not_before: NOW.plus(Duration::from_secs(60)),
        external_id: Some("m_1".into()),
        error: None,
    }
}

async fn accept(store: &Store, send: NewSend) -> Option<i64> {
    store.write(move |db| sends::accept(db, &send, NOW)).await.unwrap()
}

async fn a_send_is_taken_up_once(store: &Store) {
    store.write(seed_account).await.unwrap();
    assert!(accept(store, send(1, "a")).await.is_some());
    assert_eq!(accept(store, send(1, "a")).await, None);
}

async fn open_sends_come_back_in_order(store: &Store) {
    store.write(seed_account).await.unwrap();
    for (number, conversation) in [(1, "a"), (2, "b"), (3, "a"), (4, "b")] {
        accept(store, send(number, conversation)).await;
    }
    store.write(|db| sends::change(db, &change(3, State::Uncertain), NOW)).await.unwrap();
    store.write(|db| sends::change(db, &change(2, State::Failed), NOW)).await.unwrap();
    let open =
        store.read(|db| sends::open_of_account(db, shard(), account_id(), 0, 10)).await.unwrap();
    let ids: Vec<_> = open.iter().map(|open| (open.send.clone(), open.state)).collect();
    assert_eq!(
        ids,
        [
            (send(1, "a"), State::Queued),
            (send(3, "a"), State::Uncertain),
            (send(4, "b"), State::Queued),
        ]
    );
    let after = open[0].position;
    let conversation = ConversationId::derive("a");
    let rest = store
        .read(move |db| sends::open_of_conversation(db, shard(), conversation, after, 10))
        .await
        .unwrap();
    assert_eq!(rest.len(), 1);
    assert_eq!(store.read(sends::shards_with_open).await.unwrap(), [shard()]);
}

async fn what_is_settled_stays_settled(store: &Store) {
    store.write(seed_account).await.unwrap();
    accept(store, send(1, "a")).await;
    let settle = |state| store.write(move |db| sends::change(db, &change(1, state), NOW));
    assert!(settle(State::Sending).await.unwrap());
    assert!(settle(State::Sent).await.unwrap());
    assert!(!settle(State::Failed).await.unwrap(), "a late answer changes nothing");
    let id = SendId::derive("1");
    let state = store.read(move |db| sends::state(db, workspace(), id)).await.unwrap();
    assert_eq!(state, Some(State::Sent));
}

async fn open_sends_are_found_by_account(store: &Store) {
    store.write(seed_account).await.unwrap();
    for number in 1..=3 {
        accept(store, send(number, "a")).await;
    }
    store.write(|db| sends::change(db, &change(2, State::Sent), NOW)).await.unwrap();
    let accounts = store.read(|db| sends::accounts_with_open(db, shard())).await.unwrap();
    assert_eq!(accounts, [(workspace(), account_id())]);
    let page =
        |after| store.read(move |db| sends::open_of_account(db, shard(), account_id(), after, 1));
    let first = page(0).await.unwrap();
    let second = page(first[0].position).await.unwrap();
    let ids = [first[0].send.id, second[0].send.id];
    assert_eq!(ids, [SendId::derive("1"), SendId::derive("3")]);
    assert!(page(second[0].position).await.unwrap().is_empty());
}

async fn what_an_owner_left_on_its_way_is_in_doubt(store: &Store) {
    store.write(seed_account).await.unwrap();
    accept(store, send(1, "a")).await;
    accept(store, send(2, "b")).await;
    store.write(|db| sends::change(db, &change(1, State::Sending), NOW)).await.unwrap();
    let until = NOW.plus(Duration::from_secs(120));
    let mut counts = Vec::new();
    for channel in Channel::ALL {
        let doubt = store.write(move |db| sends::doubt(db, shard(), channel, until));
        counts.push(doubt.await.unwrap());
    }
    assert_eq!(counts.iter().sum::<usize>(), 1, "once, for its own channel: {counts:?}");
    let open =
        store.read(|db| sends::open_of_account(db, shard(), account_id(), 0, 10)).await.unwrap();
    let found: Vec<_> = open.iter().map(|open| (open.state, open.not_before)).collect();
    assert_eq!(found[0], (State::Uncertain, until));
    assert_eq!(found[1].0, State::Queued);
}

async fn proof_counts_once_whatever_was_thought(store: &Store) {
    store.write(seed_account).await.unwrap();
    accept(store, send(1, "a")).await;
    store.write(|db| sends::change(db, &change(1, State::Flagged), NOW)).await.unwrap();
    let id = SendId::derive("1");
    let settle = || store.write(move |db| sends::settle(db, workspace(), id, "m_2", NOW));
    let whose = (account_id(), ConversationId::derive("a"));
    assert_eq!(settle().await.unwrap(), Some(whose));
    assert_eq!(settle().await.unwrap(), None, "again is nothing new");
    let state = store.read(move |db| sends::state(db, workspace(), id)).await.unwrap();
    assert_eq!(state, Some(State::Sent));
}

async fn only_tries_tell_when_a_request_may_have_left(store: &Store) {
    store.write(seed_account).await.unwrap();
    accept(store, send(1, "a")).await;
    let touched = || store.read(|db| sends::last_touched(db, shard()));
    assert_eq!(touched().await.unwrap(), None, "only taken up");
    let later = NOW.plus(Duration::from_secs(9));
    store.write(move |db| sends::change(db, &change(1, State::Sending), later)).await.unwrap();
    assert_eq!(touched().await.unwrap(), Some(later));
}

async fn what_meta_refused_for_a_limit_is_counted(store: &Store) {
    store.write(seed_account).await.unwrap();
    for (number, code) in [(1, 130_429), (2, 130_429), (3, 131_048), (4, 1_304_290)] {
        accept(store, send(number, "a")).await;
        let error = Some(format!("Meta error {code}, trace none"));
        let refused = Change { error, ..change(number, State::Queued) };
        store.write(move |db| sends::change(db, &refused, NOW)).await.unwrap();
    }
    store.write(|db| sends::change(db, &change(2, State::Sent), NOW)).await.unwrap();
    let count = |since, codes| {
        let of = (workspace(), account_id());
        store.read(move |db| sends::refused(db, of, shard(), since, codes))
    };
    assert_eq!(count(NOW, &[130_429]).await.unwrap(), 1, "one went out since");
    assert_eq!(count(NOW, &[130_429, 131_048]).await.unwrap(), 2);
    let later = NOW.plus(Duration::from_secs(1));
    assert_eq!(count(later, &[130_429, 131_048]).await.unwrap(), 0);
}

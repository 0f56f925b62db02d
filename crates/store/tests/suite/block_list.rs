//! Who is to be on WhatsApp's own block list: the last word counts, once.

use std::time::Duration;

use switchboard_domain::{Timestamp, shard::ConversationShard};
use switchboard_store::{
    Db, Store,
    block_list::{self, Job, Who, Whose},
};

use super::{NOW, account_id, conversation_id, on_both, seed_conversation, workspace};

on_both! {
    what_was_said_last_is_told_once
    who_was_never_put_on_it_is_not_taken_off
    a_crash_leaves_it_to_another
}

fn whose() -> Whose {
    let shard = ConversationShard::new(3).unwrap();
    Whose { workspace: workspace(), account: account_id(), conversation: conversation_id(), shard }
}

fn who() -> Who {
    Who { phone: Some("15550001111".into()), user_id: None }
}

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

async fn claim(store: &Store, seconds: u64) -> Vec<Job> {
    let times = (at(seconds), at(seconds + 60));
    store.write(move |db| block_list::claim(db, &[], times, 10)).await.unwrap()
}

async fn blocked(store: &Store) {
    let write = |db: &mut Db| {
        seed_conversation(db)?;
        block_list::put(db, whose(), &who(), NOW)
    };
    store.write(write).await.unwrap();
}

async fn what_was_said_last_is_told_once(store: &Store) {
    blocked(store).await;
    let busy = |db: &mut Db| block_list::claim(db, &[account_id()], (NOW, NOW), 10);
    assert_eq!(store.write(busy).await.unwrap(), [], "another is being told of");
    let [first] = claim(store, 0).await.try_into().unwrap();
    assert_eq!((first.blocked, first.attempts, &first.who), (true, 1, &who()));
    assert_eq!(claim(store, 1).await, [], "it is claimed");
    // They are unblocked while Meta is told: what comes of the first does not count.
    store.write(|db| block_list::lift(db, whose(), at(2))).await.unwrap();
    assert_eq!(claim(store, 2).await, [], "one call must not overtake the other");
    store.write(move |db| block_list::told(db, &first, true)).await.unwrap();
    let [second] = claim(store, 2).await.try_into().unwrap();
    assert_eq!((second.blocked, second.attempts, &second.who), (false, 1, &who()));
    store.write(move |db| block_list::told(db, &second, false)).await.unwrap();
    assert_eq!(claim(store, 999).await, []);
}

async fn who_was_never_put_on_it_is_not_taken_off(store: &Store) {
    store.write(seed_conversation).await.unwrap();
    store.write(|db| block_list::lift(db, whose(), NOW)).await.unwrap();
    assert_eq!(claim(store, 0).await, []);
}

async fn a_crash_leaves_it_to_another(store: &Store) {
    blocked(store).await;
    assert_eq!(claim(store, 0).await.len(), 1);
    let [again] = claim(store, 60).await.try_into().unwrap();
    assert_eq!(again.attempts, 2);
    store.write(move |db| block_list::later(db, &again, at(500))).await.unwrap();
    assert_eq!(claim(store, 499).await, []);
    let [last] = claim(store, 500).await.try_into().unwrap();
    store.write(move |db| block_list::told(db, &last, true)).await.unwrap();
    assert_eq!(claim(store, 9999).await, [], "on the list, and nothing to do");
    store.write(|db| block_list::lift(db, whose(), NOW)).await.unwrap();
    assert!(!claim(store, 9999).await[0].blocked);
}

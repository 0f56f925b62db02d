//! Places of changes: in order as they commit, whoever writes beside whom.

use std::collections::{HashMap, HashSet};

use switchboard_domain::{
    conversation::{Conversation, HandOff, Status},
    ids::{AccountId, ContactId, ConversationId, LabelId, MessageId, TeamId, UserId, WorkspaceId},
    shard::ConversationShard,
};
use switchboard_store::{
    Db, Store, StoreError, attributes,
    changes::{self, Eyes, Heads, Stream},
    conversations::{self, Record},
    inbox::{self, Filter, Sight},
    labels, mentions, people,
    teams::{self, Team},
    users,
};
use tokio::task::JoinSet;

use super::{NOW, conversation_id, on_both, seed_conversation, workspace};

on_both! {
    a_change_takes_the_next_place_in_its_shard
    what_is_noted_is_a_stream_of_its_own
    places_that_were_never_given_and_too_many_changes_are_told_apart_from_none
    a_transaction_that_fails_leaves_no_place_behind
    no_change_is_missed_beside_many_writers
    who_sees_a_change_sees_it_in_the_list
}

fn shard(number: u16) -> ConversationShard {
    ConversationShard::new(number).unwrap()
}

/// More conversations of the seed's customer, spread over three shards.
async fn seed(store: &Store, names: &'static [&'static str]) {
    let write = move |db: &mut Db| {
        let first = seed_conversation(db)?;
        for (number, name) in (0..).zip(names) {
            let state = Conversation::new(ConversationId::derive(name));
            let record = Record { state, shard: shard(number % 3), ..first.clone() };
            conversations::save(db, &record, NOW)?;
        }
        Ok(())
    };
    store.write(write).await.unwrap();
}

async fn heads(store: &Store) -> Heads {
    store.read(|db| changes::heads(db, workspace())).await.unwrap()
}

/// The conversations that changed after that, in order, and up to where.
async fn after(store: &Store, from: &Heads) -> (Vec<(ConversationId, u64)>, Heads) {
    let from = from.clone();
    let news = store.read(move |db| changes::after(db, workspace(), &from, 1000)).await.unwrap();
    let changes = news.changes.unwrap().into_iter();
    (changes.map(|change| (change.conversation, change.revision)).collect(), news.heads)
}

fn touch(db: &mut Db, id: ConversationId) -> Result<u64, StoreError> {
    let mut record = conversations::load(db, id)?.ok_or(StoreError::NotFound("conversation"))?;
    record.state.revision += 1;
    conversations::save(db, &record, NOW)?;
    Ok(record.state.revision)
}

async fn changed(store: &Store, name: &'static str) {
    store.write(move |db| touch(db, ConversationId::derive(name))).await.unwrap();
}

fn of(names: &[(&str, u64)]) -> Vec<(ConversationId, u64)> {
    names.iter().map(|(name, revision)| (ConversationId::derive(name), *revision)).collect()
}

async fn a_change_takes_the_next_place_in_its_shard(store: &Store) {
    seed(store, &["a", "b", "c", "d"]).await;
    let before = heads(store).await;
    assert_eq!(before.of(Stream::Shard(shard(0))), 2, "a and d");
    for name in ["d", "b", "a", "d"] {
        changed(store, name).await;
    }
    let (found, now) = after(store, &before).await;
    assert_eq!(found, of(&[("a", 1), ("d", 2), ("b", 1)]), "by shard, and there in order");
    assert_eq!(now, heads(store).await);
    assert_eq!(after(store, &now).await.0, []);
    // From a place in between.
    let mut between = before.clone();
    between.raise(Stream::Shard(shard(0)), 4);
    assert_eq!(after(store, &between).await.0, of(&[("d", 2), ("b", 1)]));
    // All of them, from the beginning.
    assert_eq!(after(store, &Heads::default()).await.0.len(), 5);
    let read = |db: &mut Db| changes::heads(db, WorkspaceId::derive("other"));
    assert_eq!(store.read(read).await.unwrap(), Heads::default());
}

async fn what_is_noted_is_a_stream_of_its_own(store: &Store) {
    seed(store, &["a", "b"]).await;
    let before = heads(store).await;
    let label = labels::Label { id: LabelId::derive("l"), name: "L".into(), colour: "red".into() };
    let write = move |db: &mut Db| {
        labels::add(db, workspace(), &label, NOW)?;
        labels::put(db, workspace(), ConversationId::derive("b"), &[label.id])?;
        labels::put(db, workspace(), ConversationId::derive("a"), &[label.id])
    };
    store.write(write).await.unwrap();
    let (found, labelled) = after(store, &before).await;
    assert_eq!(found, of(&[("b", 0), ("a", 0)]));
    // What is noted of a contact is shown by all its conversations.
    let ann = ContactId::derive("ann");
    store.write(move |db| people::call(db, workspace(), ann, Some("Annie"))).await.unwrap();
    let (found, called) = after(store, &labelled).await;
    let all: HashSet<_> = found.into_iter().map(|(id, _)| id).collect();
    let three = ["a", "b"].map(ConversationId::derive).into_iter().chain([conversation_id()]);
    assert_eq!(all, three.collect());
    let write = move |db: &mut Db| {
        attributes::set(db, workspace(), (&[ann], "size"), Some("42"), NOW)?;
        changes::noted_of(db, workspace(), &[ann])
    };
    store.write(write).await.unwrap();
    let (found, noted) = after(store, &called).await;
    assert_eq!(found.len(), 3);
    // A label and a message: told by either stream.
    changed(store, "a").await;
    assert_eq!(after(store, &noted).await.0, of(&[("a", 1)]));
}

async fn places_that_were_never_given_and_too_many_changes_are_told_apart_from_none(store: &Store) {
    seed(store, &["a", "b", "c"]).await;
    let now = heads(store).await;
    let mut ahead = now.clone();
    ahead.raise(Stream::Shard(shard(1)), 99);
    let mut elsewhere = now.clone();
    elsewhere.raise(Stream::Shard(shard(31)), 1);
    for (from, most) in [(ahead, 9), (elsewhere, 9), (Heads::default(), 3)] {
        let news =
            store.read(move |db| changes::after(db, workspace(), &from, most)).await.unwrap();
        assert_eq!((news.changes, &news.heads), (None, &now));
    }
    let all = |db: &mut Db| changes::after(db, workspace(), &Heads::default(), 4);
    assert_eq!(store.read(all).await.unwrap().changes.unwrap().len(), 4);
}

async fn a_transaction_that_fails_leaves_no_place_behind(store: &Store) {
    seed(store, &["a"]).await;
    let before = heads(store).await;
    let failed = store.write(|db| {
        touch(db, ConversationId::derive("a"))?;
        changes::noted(db, workspace(), &[ConversationId::derive("a")])?;
        Err::<(), _>(StoreError::NotFound("anything"))
    });
    assert!(failed.await.is_err());
    assert_eq!(heads(store).await, before);
    let write = |db: &mut Db| changes::advance(db, workspace(), shard(0), 3);
    let first = store.write(write).await.unwrap();
    assert_eq!(first, before.of(Stream::Shard(shard(0))) + 1);
    assert_eq!(heads(store).await.of(Stream::Shard(shard(0))), first + 2);
}

/// Changes of each writer.
const EACH: usize = 80;

/// Writers of the same and of different streams, in transactions that overlap: whoever reads from
/// where they were hears of every change, however the transactions ended.
async fn no_change_is_missed_beside_many_writers(store: &Store) {
    seed(store, &["a", "b", "c", "d", "e", "f"]).await;
    let (mut at, mut heard) = (heads(store).await, HashMap::new());
    let mut writers = JoinSet::new();
    for writer in 0..3_usize {
        let store = store.clone();
        writers.spawn(async move {
            for change in 0..EACH {
                let name = ["a", "b", "c", "d", "e", "f"][(writer + change * 5) % 6];
                let id = ConversationId::derive(name);
                let write = move |db: &mut Db| {
                    if change % 4 == 3 {
                        changes::noted(db, workspace(), &[id])?;
                    } else {
                        bump(db, id)?;
                    }
                    // The place is taken: others commit meanwhile, as far as they may.
                    std::thread::yield_now();
                    Ok(())
                };
                store.write(write).await.unwrap();
            }
        });
    }
    let (mut noted, mut over) = (0, false);
    while !over {
        over = writers.is_empty();
        let from = at.clone();
        let read = move |db: &mut Db| changes::after(db, workspace(), &from, 1000);
        let news = store.read(read).await.unwrap();
        for change in news.changes.unwrap() {
            noted += usize::from(change.stream == Stream::Noted);
            let known: &mut u64 = heard.entry(change.conversation).or_default();
            *known = change.revision.max(*known);
        }
        assert!(news.heads.covers(&at));
        at = news.heads;
        while let Some(done) = writers.try_join_next() {
            done.unwrap();
        }
        tokio::task::yield_now().await;
    }
    assert!(noted > 0);
    for name in ["a", "b", "c", "d", "e", "f"] {
        let id = ConversationId::derive(name);
        let now = store.read(move |db| conversations::load(db, id)).await.unwrap().unwrap();
        assert_eq!(heard.get(&id), Some(&now.state.revision), "{name}");
    }
}

/// As [`touch`], by several writers: the row is theirs once they have its shard's head.
fn bump(db: &mut Db, id: ConversationId) -> Result<(), StoreError> {
    let shard = conversations::shard_of(db, workspace(), id)?.ok_or(StoreError::NotFound("c"))?;
    let position = changes::advance(db, workspace(), shard, 1)?;
    let mut record = conversations::load(db, id)?.ok_or(StoreError::NotFound("conversation"))?;
    record.state.revision += 1;
    conversations::save_at(db, &record, position, NOW)
}

async fn who_sees_a_change_sees_it_in_the_list(store: &Store) {
    seed(store, &["free", "hers", "his", "told", "sent"]).await;
    let [ann, bob] = ["ann", "bob"].map(UserId::derive);
    let other = TeamId::derive("other");
    let write = move |db: &mut Db| {
        teams::add(db, &Team { id: other, workspace: workspace(), name: "Other".into() }, NOW)?;
        for (user, name) in [(ann, "ann"), (bob, "bob")] {
            let user = users::User {
                id: user,
                workspace: workspace(),
                email: format!("{name}@shop.example"),
                name: name.into(),
                role: users::Role::Agent,
                capacity: 4,
                active: true,
                chosen_presence: switchboard_domain::dispatch::Presence::Online,
            };
            users::add(db, &user, "no hash", NOW)?;
        }
        for (name, agent) in [("hers", ann), ("his", bob), ("told", bob)] {
            let id = ConversationId::derive(name);
            let mut record = conversations::load(db, id)?.ok_or(StoreError::NotFound("c"))?;
            record.state.status = Status::Agent { agent };
            conversations::save(db, &record, NOW)?;
        }
        let mut sent = conversations::load(db, ConversationId::derive("sent"))?.unwrap();
        let (since, ticket, reason) = (NOW, 1, HandOff::Transferred);
        sent.state.status = Status::Waiting { team: other, since, ticket, reason };
        conversations::save(db, &sent, NOW)?;
        let note = (ConversationId::derive("told"), MessageId::derive("note"));
        mentions::add(db, workspace(), note, &[ann], NOW)
    };
    store.write(write).await.unwrap();
    let own = |teams: &[TeamId]| Sight::Own { agent: ann, teams: teams.to_vec() };
    for sight in [Sight::All, own(&[TeamId::derive("team")]), own(&[other]), own(&[])] {
        let read = move |db: &mut Db| {
            let eyes = changes::eyes(db, workspace(), &sight)?;
            let listed = inbox::list(db, workspace(), &sight, &Filter::default(), 100)?;
            let news = changes::after(db, workspace(), &Heads::default(), 100)?;
            Ok((eyes, listed, news.changes.unwrap()))
        };
        let (eyes, listed, all) = store.read(read).await.unwrap();
        let listed: HashSet<_> = listed.into_iter().map(|one| one.id).collect();
        let seen = all.into_iter().filter(|change| eyes.see(&change.seen_by));
        assert_eq!(seen.map(|change| change.conversation).collect::<HashSet<_>>(), listed);
    }
    let id = ConversationId::derive("told");
    let seen_by = store.read(move |db| changes::seen_by(db, workspace(), id)).await.unwrap();
    let seen_by = seen_by.unwrap();
    assert_eq!((seen_by.agent, seen_by.told.as_slice()), (Some(bob), [ann].as_slice()));
    let nobody = Eyes::Own {
        agent: UserId::derive("eve"),
        teams: [TeamId::derive("team")].into(),
        accounts: [AccountId::derive("page")].into(),
    };
    assert!(!nobody.see(&seen_by));
}

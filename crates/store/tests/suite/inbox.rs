//! Lists of conversations as people see them.

use std::time::Duration;

use switchboard_domain::{
    Timestamp,
    conversation::{Conversation, HandOff, Status},
    ids::{AccountId, ConversationId, TeamId, UserId, WorkspaceId},
};
use switchboard_store::{
    Db, Store, StoreError,
    conversations::{self, Record},
    inbox::{self, Cursor, Filter, Sight, Summary},
};

use super::{NOW, account_id, conversation_id, on_both, seed_conversation, workspace};

on_both! {
    a_summary_says_what_a_list_shows
    pages_join_without_gap_though_times_are_equal
    filters_hold_together
    an_agent_sees_their_own_and_what_their_teams_can_take
    another_workspace_lists_nothing
}

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn waiting() -> Status {
    Status::Waiting { team: TeamId::derive("team"), since: NOW, ticket: 1, reason: HandOff::Asked }
}

/// Conversations beside the one of the seed, which is the oldest.
fn seed(db: &mut Db) -> Result<(), StoreError> {
    let first = seed_conversation(db)?;
    let [ann, bob] = ["ann", "bob"].map(UserId::derive);
    let all = [
        ("anns", Status::Agent { agent: ann }, at(1)),
        ("bobs", Status::Agent { agent: bob }, at(2)),
        ("waiting", waiting(), at(2)),
        ("bot", Status::Bot, at(2)),
    ];
    for (name, status, last_message_at) in all {
        let mut state = Conversation::new(ConversationId::derive(name));
        (state.status, state.unread, state.revision) = (status, 2, 9);
        state.customer_wrote_at = Some(last_message_at);
        let record = Record { state, preview: name.into(), last_message_at, ..first.clone() };
        conversations::save(db, &record, NOW)?;
    }
    Ok(())
}

async fn list(store: &Store, sight: Sight, filter: Filter, limit: i64) -> Vec<Summary> {
    let read = store.read(move |db| inbox::list(db, workspace(), &sight, &filter, limit));
    read.await.unwrap()
}

fn previews(found: &[Summary]) -> Vec<&str> {
    let mut all: Vec<_> = found.iter().map(|one| one.preview.as_str()).collect();
    all.sort_unstable();
    all
}

async fn a_summary_says_what_a_list_shows(store: &Store) {
    store.write(seed).await.unwrap();
    let id = ConversationId::derive("waiting");
    let found = store.read(move |db| inbox::by_id(db, workspace(), &Sight::All, id)).await.unwrap();
    let found = found.unwrap();
    assert_eq!((found.id, found.account), (id, account_id()));
    assert_eq!(found.account_name, "Our Page");
    assert_eq!(found.contact_name.as_deref(), Some("Ann"));
    assert_eq!(found.contact_platform_id.as_deref(), Some("PSID"));
    assert_eq!((found.status.as_str(), found.agent), ("waiting", None));
    assert_eq!(found.team, Some(TeamId::derive("team")));
    assert_eq!((found.unread, found.revision, found.shard.number()), (2, 9, 3));
    assert_eq!((found.customer_wrote_at, found.last_message_at), (Some(at(2)), at(2)));
}

async fn pages_join_without_gap_though_times_are_equal(store: &Store) {
    store.write(seed).await.unwrap();
    let whole = list(store, Sight::All, Filter::default(), 100).await;
    assert_eq!(whole.len(), 5);
    assert!(whole.is_sorted_by_key(|one| std::cmp::Reverse((one.last_message_at, one.id))));
    for size in 1..=4 {
        let (mut joined, mut after) = (Vec::new(), None);
        loop {
            let filter = Filter { after, ..Filter::default() };
            let page = list(store, Sight::All, filter, size).await;
            let Some(last) = page.last() else { break };
            after = Some(Cursor { last_message_at: last.last_message_at, id: last.id });
            joined.extend(page);
        }
        assert_eq!(joined, whole, "in pages of {size}");
    }
}

async fn filters_hold_together(store: &Store) {
    store.write(seed).await.unwrap();
    let ann = UserId::derive("ann");
    let cases = [
        (Filter { agent: Some(ann), ..Filter::default() }, vec!["anns"]),
        (Filter { unassigned: true, ..Filter::default() }, vec!["", "bot", "waiting"]),
        (
            Filter { statuses: Some(vec!["bot", "agent"]), ..Filter::default() },
            vec!["anns", "bobs", "bot"],
        ),
        (Filter { statuses: Some(vec!["bot"]), agent: Some(ann), ..Filter::default() }, vec![]),
        (
            Filter { account: Some(account_id()), unassigned: true, ..Filter::default() },
            vec!["", "bot", "waiting"],
        ),
        (Filter { account: Some(AccountId::derive("none")), ..Filter::default() }, vec![]),
    ];
    for (filter, expected) in cases {
        let found = list(store, Sight::All, filter.clone(), 100).await;
        assert_eq!(previews(&found), expected, "{filter:?}");
    }
}

async fn an_agent_sees_their_own_and_what_their_teams_can_take(store: &Store) {
    store.write(seed).await.unwrap();
    let own = |teams: &[&str]| Sight::Own {
        agent: UserId::derive("ann"),
        teams: teams.iter().map(|team| TeamId::derive(team)).collect(),
    };
    let found = list(store, own(&["team"]), Filter::default(), 100).await;
    assert_eq!(previews(&found), ["", "anns", "bot", "waiting"]);
    for teams in [&["another"][..], &[]] {
        let found = list(store, own(teams), Filter::default(), 100).await;
        assert_eq!(previews(&found), ["anns"]);
    }
    let id = ConversationId::derive("bobs");
    let sight = own(&["team"]);
    let hidden = store.read(move |db| inbox::by_id(db, workspace(), &sight, id)).await.unwrap();
    assert_eq!(hidden, None);
}

async fn another_workspace_lists_nothing(store: &Store) {
    store.write(seed).await.unwrap();
    let other = WorkspaceId::derive("other");
    let read = store.read(move |db| {
        let listed = inbox::list(db, other, &Sight::All, &Filter::default(), 100)?;
        Ok((listed, inbox::by_id(db, other, &Sight::All, conversation_id())?))
    });
    assert_eq!(read.await.unwrap(), (vec![], None));
}

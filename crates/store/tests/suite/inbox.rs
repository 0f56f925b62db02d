//! Lists of conversations as people see them.

use std::time::Duration;

use switchboard_domain::{
    Content, Timestamp,
    content::Context,
    conversation::{Author, Conversation, HandOff, MessageStatus, NewMessage, Revision, Status},
    dispatch::Priority,
    ids::{AccountId, ContactId, ConversationId, LabelId, MessageId, TeamId, UserId, WorkspaceId},
};
use switchboard_store::{
    Db, Store, StoreError, attributes,
    conversations::{self, Record},
    erase,
    inbox::{self, Cursor, Filter, Sight, Summary},
    labels::{self, Label},
    messages, revisions,
};

use super::{NOW, account_id, conversation_id, on_both, seed_conversation, workspace};

on_both! {
    a_summary_says_what_a_list_shows
    pages_join_without_gap_though_times_are_equal
    filters_hold_together
    an_agent_sees_their_own_and_what_their_teams_can_take
    another_workspace_lists_nothing
    the_search_knows_text_names_and_no_wildcards
    a_label_is_a_filter_and_goes_with_the_person
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
        state.priority = (name == "waiting").then_some(Priority::Urgent);
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
    assert_eq!(found.priority, Priority::Urgent, "as people found it");
    let as_usual = ConversationId::derive("bot");
    let read = store.read(move |db| inbox::by_id(db, workspace(), &Sight::All, as_usual)).await;
    assert_eq!(read.unwrap().unwrap().priority, Priority::Normal, "as its account says");
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
            after = Some(Cursor { at: last.last_message_at, id: last.id });
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

async fn search(store: &Store, text: &str) -> usize {
    let filter = Filter { search: Some(text.into()), ..Filter::default() };
    list(store, Sight::All, filter, 10).await.len()
}

fn said(text: &str) -> NewMessage {
    NewMessage {
        id: MessageId::derive("said"),
        seq: 1,
        author: Author::Customer,
        content: Content::text(text),
        external_id: None,
        reply_to: None,
        context: Context::default(),
        status: MessageStatus::Received,
        reason: None,
        at: NOW,
        send: None,
    }
}

async fn the_search_knows_text_names_and_no_wildcards(store: &Store) {
    let write = |db: &mut Db| {
        seed(db)?;
        let (workspace, account, conversation) = (workspace(), account_id(), conversation_id());
        let place = messages::Place { workspace, account, conversation };
        messages::append(db, place, &said("Gr\u{dc}\u{df}e, 50%_off\\!"), None, NOW)
    };
    store.write(write).await.unwrap();
    for (text, found) in
        [("gr\u{fc}\u{df}E", 1), ("50%_OFF\\", 1), ("5%off", 0), ("ann", 5), ("nobody", 0)]
    {
        assert_eq!(search(store, text).await, found, "{text}");
    }
    let unsent = |db: &mut Db| {
        let revision = Revision::Unsent;
        revisions::revise(db, MessageId::derive("said"), &revision, ("event", None), NOW)
    };
    store.write(unsent).await.unwrap();
    assert_eq!(search(store, "50%").await, 0, "what was taken back is not found");
}

async fn a_label_is_a_filter_and_goes_with_the_person(store: &Store) {
    let label = LabelId::derive("vip");
    let write = move |db: &mut Db| {
        let record = seed_conversation(db)?;
        let row = Label { id: label, name: "VIP".into(), colour: "red".into() };
        labels::add(db, workspace(), &row, NOW)?;
        labels::put(db, workspace(), conversation_id(), &[label])?;
        let person = [record.contact];
        attributes::set(db, workspace(), (&person, "size"), Some("42"), NOW)?;
        attributes::set(db, workspace(), (&person, "size"), Some("43"), NOW)
    };
    store.write(write).await.unwrap();
    let filter = Filter { label: Some(label), ..Filter::default() };
    assert_eq!(list(store, Sight::All, filter.clone(), 10).await.len(), 1);
    let contact = ContactId::derive("ann");
    let known = store.read(move |db| attributes::of(db, workspace(), &[contact])).await.unwrap();
    assert_eq!(known.values.get("size").map(String::as_str), Some("43"));
    let erase = move |db: &mut Db| {
        erase::person(
            db,
            erase::Whose {
                workspace: workspace(),
                contact,
                conversation: conversation_id(),
                account: "PAGE",
                identities: &[],
            },
        )
    };
    store.write(erase).await.unwrap();
    assert!(list(store, Sight::All, filter, 10).await.is_empty());
    let known = store.read(move |db| attributes::of(db, workspace(), &[contact])).await.unwrap();
    assert!(known.values.is_empty(), "what we knew of them is gone too");
}

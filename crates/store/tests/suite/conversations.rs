//! Conversations, their messages, and the ids that lead to them.

use switchboard_domain::{
    Content,
    content::Context,
    conversation::{Author, HandOff, MessageStatus, NewMessage, Status},
    ids::{MessageId, SendId, TeamId, UserId, WorkspaceId},
};
use switchboard_store::{
    Store, StoreError, accounts,
    contacts::{self, Identity},
    conversations, messages,
};

use super::{
    NOW, account_id, conversation_id, on_both, seed_account, seed_conversation, workspace,
};

on_both! {
    what_is_saved_is_what_is_loaded
    any_known_id_leads_to_the_conversation
    a_place_in_the_transcript_is_taken_once
    statuses_and_ids_are_kept
    a_watermark_marks_what_went_before
    another_workspace_sees_nothing
    an_account_is_connected_once
}

fn message(number: u64, author: Author, status: MessageStatus) -> NewMessage {
    NewMessage {
        id: MessageId::derive(&number.to_string()),
        seq: number,
        author,
        content: Content::text(format!("text {number} äöå 🎉")),
        external_id: None,
        reply_to: None,
        context: Context::default(),
        status,
        reason: None,
        at: NOW.plus(std::time::Duration::from_secs(number)),
        send: Some(SendId::derive(&number.to_string())),
    }
}

fn place() -> messages::Place {
    messages::Place {
        workspace: workspace(),
        account: account_id(),
        conversation: conversation_id(),
    }
}

async fn append(store: &Store, message: NewMessage) -> Result<(), StoreError> {
    store.write(move |db| messages::append(db, place(), &message, Some("{}"), NOW)).await
}

async fn what_is_saved_is_what_is_loaded(store: &Store) {
    let mut record = store.write(seed_conversation).await.unwrap();
    record.state.status = Status::Waiting {
        team: TeamId::derive("team"),
        since: NOW,
        ticket: 4,
        reason: HandOff::Asked,
    };
    record.state.customer_wrote_at = Some(NOW);
    record.preview = "äöå".into();
    let saved = record.clone();
    store.write(move |db| conversations::save(db, &saved, NOW)).await.unwrap();
    let loaded = store.read(|db| conversations::load(db, conversation_id())).await.unwrap();
    assert_eq!(loaded, Some(record));
}

async fn any_known_id_leads_to_the_conversation(store: &Store) {
    store.write(seed_conversation).await.unwrap();
    let find = |kind, value: &str| {
        let ids = [Identity { kind, value: value.to_owned() }];
        store.read(move |db| contacts::find_conversation(db, account_id(), &ids))
    };
    assert_eq!(find("scoped_id", "PSID").await.unwrap(), Some(conversation_id()));
    assert_eq!(find("phone", "PSID").await.unwrap(), None);
    let phone = [Identity { kind: "phone", value: "15551234".into() }];
    store
        .write(move |db| contacts::lead(db, account_id(), &phone, conversation_id()))
        .await
        .unwrap();
    assert_eq!(find("phone", "15551234").await.unwrap(), Some(conversation_id()));
}

async fn a_place_in_the_transcript_is_taken_once(store: &Store) {
    store.write(seed_conversation).await.unwrap();
    append(store, message(1, Author::Customer, MessageStatus::Received)).await.unwrap();
    let same_place = NewMessage {
        id: MessageId::derive("another"),
        ..message(1, Author::Customer, MessageStatus::Received)
    };
    let refused = append(store, same_place).await.unwrap_err();
    assert!(matches!(refused, StoreError::Exists(_)), "{refused}");
}

async fn statuses_and_ids_are_kept(store: &Store) {
    store.write(seed_conversation).await.unwrap();
    let agent = Author::Agent { id: UserId::derive("ann") };
    append(store, message(1, agent, MessageStatus::Pending)).await.unwrap();
    let id = MessageId::derive("1");
    let mark = |status, external: Option<&'static str>| {
        store.write(move |db| messages::mark(db, id, status, external, None))
    };
    assert!(mark(MessageStatus::Sent, Some("m_1")).await.unwrap());
    assert!(mark(MessageStatus::Read, Some("m_other")).await.unwrap());
    assert!(!mark(MessageStatus::Delivered, None).await.unwrap());
    let found = store.read(|db| messages::by_external_id(db, account_id(), "m_1")).await.unwrap();
    let found = found.unwrap();
    assert_eq!((found.id, found.status, found.author), (id, MessageStatus::Read, agent));
    let send = SendId::derive("again");
    store
        .write(move |db| messages::restart(db, id, send, MessageStatus::Pending, None))
        .await
        .unwrap();
    let found = store.read(move |db| messages::by_send(db, account_id(), send)).await.unwrap();
    assert_eq!(found.unwrap().status, MessageStatus::Pending);
}

async fn a_watermark_marks_what_went_before(store: &Store) {
    store.write(seed_conversation).await.unwrap();
    append(store, message(1, Author::Bot, MessageStatus::Sent)).await.unwrap();
    append(store, message(2, Author::Customer, MessageStatus::Received)).await.unwrap();
    append(store, message(3, Author::Bot, MessageStatus::Failed)).await.unwrap();
    append(store, message(4, Author::Bot, MessageStatus::Uncertain)).await.unwrap();
    append(store, message(5, Author::Bot, MessageStatus::Sent)).await.unwrap();
    let watermark = NOW.plus(std::time::Duration::from_secs(4));
    let marked = store
        .write(move |db| {
            messages::mark_up_to(db, conversation_id(), watermark, MessageStatus::Read)
        })
        .await
        .unwrap();
    assert_eq!(marked, 1);
    let page = store
        .read(|db| messages::page(db, workspace(), conversation_id(), None, 10))
        .await
        .unwrap();
    let statuses: Vec<_> = page.iter().map(|message| message.status).collect();
    use MessageStatus::{Failed, Read, Received, Sent, Uncertain};
    assert_eq!(statuses, [Read, Received, Failed, Uncertain, Sent]);
}

async fn another_workspace_sees_nothing(store: &Store) {
    store.write(seed_conversation).await.unwrap();
    append(store, message(1, Author::Bot, MessageStatus::Sent)).await.unwrap();
    let other = WorkspaceId::derive("other");
    let page =
        store.read(move |db| messages::page(db, other, conversation_id(), None, 10)).await.unwrap();
    assert_eq!(page, []);
    let id = MessageId::derive("1");
    assert_eq!(store.read(move |db| messages::by_id(db, other, id)).await.unwrap(), None);
    let shard = store.read(move |db| conversations::shard_of(db, other, conversation_id())).await;
    assert_eq!(shard.unwrap(), None);
    assert_eq!(store.read(move |db| accounts::by_id(db, other, account_id())).await.unwrap(), None);
}

async fn an_account_is_connected_once(store: &Store) {
    store.write(seed_account).await.unwrap();
    let again = store.write(seed_account).await.unwrap_err();
    assert!(matches!(again, StoreError::Exists(_)), "{again}");
}

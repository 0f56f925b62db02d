//! What stands around the messages of a transcript: quotes, and where the customer came from.

use switchboard_domain::{
    Content,
    content::{Context, Referral},
    conversation::{Author, MessageStatus, NewMessage},
    ids::{ConversationId, MessageId, WorkspaceId},
};
use switchboard_store::{
    Store,
    messages::{self, Place},
    referrals,
};

use super::{NOW, account_id, conversation_id, on_both, seed_conversation, workspace};

on_both! {
    quoted_messages_are_found_by_the_platforms_ids
    arrivals_are_read_from_messages_and_beside_them
}

/// Adds what the customer said.
async fn said(store: &Store, seq: u64, content: Content, referral: Option<Referral>) {
    let place =
        Place { workspace: workspace(), account: account_id(), conversation: conversation_id() };
    let message = NewMessage {
        id: MessageId::derive(&seq.to_string()),
        seq,
        author: Author::Customer,
        content,
        external_id: Some(format!("m_{seq}")),
        reply_to: None,
        context: Context { referral: referral.map(Box::new), ..Context::default() },
        status: MessageStatus::Received,
        reason: None,
        at: NOW,
        send: None,
    };
    store.write(move |db| messages::append(db, place, &message, None, NOW)).await.unwrap();
}

fn ad(id: &str) -> Referral {
    Referral { ad_id: Some(id.into()), ..Referral::default() }
}

async fn quoted_messages_are_found_by_the_platforms_ids(store: &Store) {
    store.write(|db| seed_conversation(db).map(drop)).await.unwrap();
    for seq in 1..=3 {
        said(store, seq, Content::text("Hello"), None).await;
    }
    let named = async |conversation, ids: &[&str]| {
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let found = store.read(move |db| messages::named(db, conversation, &ids)).await.unwrap();
        found.iter().map(|one| one.seq).collect::<Vec<_>>()
    };
    assert_eq!(named(conversation_id(), &["m_3", "m_1", "m_9"]).await, [1, 3]);
    assert_eq!(named(conversation_id(), &[]).await, [0; 0]);
    assert_eq!(named(ConversationId::derive("another"), &["m_1"]).await, [0; 0]);
}

async fn arrivals_are_read_from_messages_and_beside_them(store: &Store) {
    store.write(|db| seed_conversation(db).map(drop)).await.unwrap();
    said(store, 1, Content::text("I saw your ad"), Some(ad("1"))).await;
    said(store, 2, Content::Referral(Box::new(ad("2"))), None).await;
    // Words that look like one are words.
    said(store, 3, Content::text(r#"{"type":"referral"} "referral":"#), None).await;
    let latest = async |workspace: WorkspaceId, limit| {
        let read = move |db: &mut _| referrals::latest(db, workspace, conversation_id(), limit);
        let found = store.read(read).await.unwrap();
        found.into_iter().map(|one| one.referral.ad_id.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(latest(workspace(), 10).await, ["2", "1"]);
    assert_eq!(latest(workspace(), 1).await, ["2"]);
    assert_eq!(latest(WorkspaceId::derive("another"), 10).await, [""; 0]);
}

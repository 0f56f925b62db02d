//! People who leave, and forgetting them.

use switchboard_contract::{Body, wire};
use switchboard_domain::{
    Channel, Content, Timestamp,
    conversation::{Author, Status},
    ids::AppId,
    shard::ConversationShard,
};
use switchboard_queue::Topic;
use switchboard_store::{
    account_events, contacts,
    deletions::{self, Deletion, State},
};

use crate::rig::{Rig, account_id, outbound, says, workspace};

/// As ingress tells of a person who left.
async fn left(rig: &Rig, kind: &str, user: &str, code: &str) {
    let event = wire::PlatformEvent {
        app_key: "shop".into(),
        customer: user.into(),
        kind: kind.into(),
        dedupe_key: code.into(),
        raw: format!(r#"{{"user_id":"{user}"}}"#),
        ..wire::PlatformEvent::default()
    };
    let shard = ConversationShard::of(&format!("{kind}:shop:{user}"));
    rig.publish(Topic::Inbound(shard), &format!("{kind}:{code}"), Body::Platform(event)).await;
}

async fn deletion(rig: &Rig, code: &'static str, state: State) -> Deletion {
    rig.until("a request to erase", move |db| {
        let found = deletions::of_app(db, AppId::derive("app"), code)?;
        Ok(found.filter(|found| found.state == state))
    })
    .await
}

#[tokio::test]
async fn a_customer_who_is_known_is_erased() {
    let rig = Rig::start().await;
    rig.webhook(&says("9001", "m_1", "my secret")).await;
    rig.webhook(&says("9002", "m_2", "another")).await;
    let record = rig.conversation(Channel::Messenger, "9001", |_| true).await;
    let other = rig.conversation(Channel::Messenger, "9002", |_| true).await;
    let mut errands = rig.listen(outbound(Channel::Messenger)).await;
    left(&rig, "data_deletion", "9001", "c1").await;
    let done = deletion(&rig, "c1", State::Done).await;
    assert_eq!(done.user_id, None, "not even the request knows who it was");

    let transcript = rig.transcript(&record, 1).await;
    assert_eq!(transcript.len(), 1);
    assert_eq!(transcript[0].author, Author::System);
    assert!(matches!(&transcript[0].content, Content::Notice(n) if n.kind == "erased"));
    let erased = rig.conversation(Channel::Messenger, "9001", |it| it.preview.is_empty()).await;
    assert_eq!(erased.state.status, Status::Resolved);
    assert_eq!(erased.state.customer_wrote_at, None);
    let contact = record.contact;
    let contact = rig.store.read(move |db| contacts::by_id(db, workspace(), contact)).await;
    assert!(contact.unwrap().unwrap().identities().is_empty());
    let asked = loop {
        if let Some(Body::Errand(errand)) = errands.next_of_all().await.body {
            break errand;
        }
    };
    assert_eq!(asked.kind, "erase_sends");
    assert!(asked.input.contains(&record.state.id.to_string()));
    assert_eq!(rig.transcript(&other, 1).await[0].content, Content::text("another"));

    // The person writes again: they are somebody new, and nothing breaks.
    rig.webhook(&says("9001", "m_3", "hello again")).await;
    let transcript = rig.transcript(&record, 2).await;
    assert_eq!(transcript[1].content, Content::text("hello again"));
    rig.stop().await;
}

#[tokio::test]
async fn whom_nobody_knows_waits_for_an_administrator() {
    let rig = Rig::start().await;
    rig.webhook(&says("9001", "m_1", "my secret")).await;
    let record = rig.conversation(Channel::Messenger, "9001", |_| true).await;
    left(&rig, "data_deletion", "218471", "c2").await;
    let open = deletion(&rig, "c2", State::Open).await;
    assert_eq!(open.user_id.as_deref(), Some("218471"));
    assert_eq!(rig.transcript(&record, 1).await[0].content, Content::text("my secret"));

    let request = wire::EraseConversation {
        workspace_id: workspace().to_string(),
        conversation_id: record.state.id.to_string(),
        deletion_code: "c2".into(),
    };
    let body = Body::EraseConversation(request.clone());
    rig.publish(Topic::Inbound(record.shard), "erase:c2", body).await;
    deletion(&rig, "c2", State::Done).await;
    let transcript = rig.transcript(&record, 1).await;
    assert!(matches!(&transcript[0].content, Content::Notice(n) if n.kind == "erased"));

    // And one of whom there is nothing here.
    left(&rig, "data_deletion", "300", "c3").await;
    deletion(&rig, "c3", State::Open).await;
    let nothing = wire::EraseConversation {
        conversation_id: String::new(),
        deletion_code: "c3".into(),
        ..request
    };
    let shard = ConversationShard::of("c3");
    rig.publish(Topic::Inbound(shard), "erase:c3", Body::EraseConversation(nothing)).await;
    deletion(&rig, "c3", State::Done).await;
    rig.stop().await;
}

#[tokio::test]
async fn who_removed_the_app_is_told_of_with_each_account() {
    let rig = Rig::start().await;
    let mut told = rig.listen(outbound(Channel::Messenger)).await;
    left(&rig, "deauthorize", "218471", "d1").await;
    let (account, end) = (account_id(Channel::Messenger), Timestamp::from_secs(i64::MAX >> 24));
    let found = rig
        .until("a notice", move |db| {
            let page = account_events::page(db, workspace(), account, end, 10)?;
            Ok(page.into_iter().next())
        })
        .await;
    assert_eq!(found.kind, "deauthorized");
    assert!(found.sentence.contains("218471"), "{}", found.sentence);
    let changed = told.next_of_all().await;
    assert!(matches!(changed.body, Some(Body::AccountChanged(_))), "outbound looks again");
    rig.stop().await;
}

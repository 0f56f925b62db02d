//! Customers who are asked how it went.

use std::time::Duration;

use serde_json::json;
use switchboard_contract::{
    Body,
    wire::{self, agent_action::Action},
};
use switchboard_domain::{
    Channel, Content, content::QuickReply, conversation::Status, ids::MessageId, survey::Settings,
};
use switchboard_queue::Topic;
use switchboard_store::{
    Db,
    conversations::Record,
    surveys::{
        self,
        answers::{self, Answer},
    },
};

use crate::{
    integrators::{endpoint, told},
    rig::PAGE,
    rig::{Rig, account_id, ann, messaging, outbound, pass, says, with_ann, workspace},
};

/// The Page asks its customers from now on.
async fn asks(rig: &Rig, settings: Settings) {
    let whose = (workspace(), account_id(Channel::Messenger));
    let set = move |db: &mut Db| surveys::set(db, whose, &settings, crate::rig::clock());
    rig.store.write(set).await.unwrap();
}

fn settings() -> Settings {
    Settings { enabled: true, comment: true, ..Settings::default() }
}

/// A customer whom Ann has answered.
async fn answered(rig: &Rig, customer: &str) -> Record {
    rig.webhook(&says(customer, &format!("{customer} asks"), "hello")).await;
    let record = rig.conversation(Channel::Messenger, customer, |_| true).await;
    let reply = wire::agent_action::Reply {
        message_id: MessageId::derive(customer).to_string(),
        content: Some(Content::text("hi").into()),
        reply_to: None,
    };
    rig.agent_action(&record, &format!("reply {customer}"), Action::Reply(reply)).await;
    rig.conversation(Channel::Messenger, customer, with_ann).await
}

fn resolved(record: &Record) -> bool {
    record.state.status == Status::Resolved
}

/// The payload of each button, if the send is a question.
fn buttons(send: &wire::SendRequest) -> Vec<String> {
    let content = Content::try_from(send.content.clone().unwrap()).unwrap();
    let Content::QuickReplies { replies, .. } = content else { return Vec::new() };
    let payload = |reply| match reply {
        QuickReply::Choice { payload, .. } => payload,
        other => panic!("{other:?}"),
    };
    replies.into_iter().map(payload).collect()
}

async fn presses(rig: &Rig, customer: &str, mid: &str, payload: &str) {
    rig.webhook(&messaging(json!({
        "sender": {"id": customer}, "recipient": {"id": PAGE}, "timestamp": 1_790_000_000_300_i64,
        "message": {"mid": mid, "text": "4", "quick_reply": {"payload": payload}}
    })))
    .await;
}

/// The conversation's surveys, once they are as wanted.
async fn answers_of(
    rig: &Rig,
    record: &Record,
    wanted: impl Fn(&[Answer]) -> bool + Clone + Send + 'static,
) -> Vec<Answer> {
    let id = record.state.id;
    let look =
        move |db: &mut Db| Ok(Some(answers::of(db, workspace(), id)?).filter(|all| wanted(all)));
    rig.until("answers", look).await
}

#[tokio::test]
async fn an_answer_and_its_comment_are_kept_and_wake_nobody() {
    let rig = Rig::start().await;
    let told_to = endpoint(&rig, workspace(), &["survey.answered"]).await;
    let mut turns = rig.listen(Topic::BotTurns).await;
    let mut sends = rig.listen(outbound(Channel::Messenger)).await;
    asks(&rig, settings()).await;
    let record = answered(&rig, "9401").await;
    turns.next_turn().await;
    rig.agent_action(&record, "resolve", Action::Resolve(wire::Empty {})).await;
    let mut question = sends.next_send().await;
    while buttons(&question).is_empty() {
        question = sends.next_send().await;
    }
    let four = buttons(&question)[3].clone();
    presses(&rig, "9401", "m_press", &four).await;
    let rated = answers_of(&rig, &record, |all| all.iter().any(|one| one.score == Some(4))).await;
    assert_eq!((rated[0].agent, rated[0].asked_at.is_some()), (ann(), true));
    rig.webhook(&says("9401", "m_comment", "quick and kind")).await;
    let all = answers_of(&rig, &record, |all| all.iter().any(|one| one.comment.is_some())).await;
    assert_eq!(all[0].comment.as_deref(), Some("quick and kind"));
    let after = rig.conversation(Channel::Messenger, "9401", resolved).await;
    assert_eq!(after.state.unread, 0);

    // A button of nobody's survey is a message: the only turn beside the first.
    let payload = four.replace(&all[0].id.to_string(), &ann().to_string());
    presses(&rig, "9401", "m_forged", &payload).await;
    let turn = turns.next_turn().await;
    assert_eq!(turn.messages.len(), 1);
    assert_eq!(answers_of(&rig, &record, |_| true).await, all);
    let news = told(&rig, told_to).await;
    assert_eq!(news.len(), 2);
    assert_eq!(
        (&news[0]["data"]["score"], &news[1]["data"]["comment"]),
        (&json!(4), &json!("quick and kind"))
    );
    rig.stop().await;
}

#[tokio::test]
async fn a_resolution_that_comes_again_asks_once() {
    let mut rig = Rig::start().await;
    asks(&rig, settings()).await;
    let record = answered(&rig, "9402").await;
    rig.agent_action(&record, "resolve", Action::Resolve(wire::Empty {})).await;
    rig.conversation(Channel::Messenger, "9402", resolved).await;
    rig.restart().await;
    rig.agent_action(&record, "resolve", Action::Resolve(wire::Empty {})).await;
    rig.agent_action(&record, "resolve again", Action::Resolve(wire::Empty {})).await;
    rig.drain().await;
    assert_eq!(answers_of(&rig, &record, |_| true).await.len(), 1);
    let transcript = rig.transcript(&record, 3).await;
    let question = |content: &Content| matches!(content, Content::QuickReplies { .. });
    assert_eq!(transcript.iter().filter(|message| question(&message.content)).count(), 1);
    rig.stop().await;
}

#[tokio::test]
async fn who_cannot_be_asked_is_counted() {
    let rig = Rig::start().await;
    asks(&rig, settings()).await;
    let record = answered(&rig, "9403").await;
    pass(Duration::from_secs(25 * 3_600));
    rig.agent_action(&record, "resolve", Action::Resolve(wire::Empty {})).await;
    let all = answers_of(&rig, &record, |all| !all.is_empty()).await;
    assert_eq!((all[0].asked_at, all[0].score), (None, None));
    rig.stop().await;
}

#[tokio::test]
async fn an_erased_customers_answer_leads_nowhere() {
    let rig = Rig::start().await;
    let mut sends = rig.listen(outbound(Channel::Messenger)).await;
    asks(&rig, settings()).await;
    let record = answered(&rig, "9404").await;
    rig.agent_action(&record, "resolve", Action::Resolve(wire::Empty {})).await;
    let mut question = sends.next_send().await;
    while buttons(&question).is_empty() {
        question = sends.next_send().await;
    }
    presses(&rig, "9404", "m_press", &buttons(&question)[0]).await;
    answers_of(&rig, &record, |all| all.iter().any(|one| one.score == Some(1))).await;
    let erase = wire::EraseConversation {
        workspace_id: workspace().to_string(),
        conversation_id: record.state.id.to_string(),
        deletion_code: "code".into(),
    };
    let home = Topic::Inbound(record.shard);
    rig.publish(home, "erase", Body::EraseConversation(erase)).await;
    answers_of(&rig, &record, <[Answer]>::is_empty).await;
    let kept = rig.store.read(|db| answers::summary(db, workspace(), &answers::Filter::default()));
    assert_eq!(kept.await.unwrap().scores, [1, 0, 0, 0, 0], "it counts");
    rig.stop().await;
}

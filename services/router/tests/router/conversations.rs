//! What becomes of events.

use std::time::Duration;

use switchboard_contract::{
    Body,
    wire::{self, agent_action::Action},
};
use switchboard_domain::{
    Channel, Content,
    conversation::{AfterTurn, Author, MessageStatus, Status},
    dispatch::Presence,
    ids::MessageId,
    shard::ConversationShard,
};
use switchboard_queue::Topic;
use switchboard_store::mentions;

use crate::rig::{Rig, ann, echo, our_marker, outbound, pass, says, whatsapp, with_ann, workspace};

fn empty_reply(turn: &wire::BotTurn) -> wire::BotReply {
    wire::BotReply {
        workspace_id: workspace().to_string(),
        conversation_id: turn.conversation_id.clone(),
        turn_id: turn.turn_id.clone(),
        ..wire::BotReply::default()
    }
}

fn bot_reply(turn: &wire::BotTurn, text: &str) -> Body {
    let replies = vec![Content::text(text).into()];
    let reply = wire::BotReply { replies, ..empty_reply(turn) };
    Body::BotReply(reply.then_do(AfterTurn::Stay))
}

/// Where the answer to a turn goes.
fn home(turn: &wire::BotTurn) -> ConversationShard {
    ConversationShard::new(u16::try_from(turn.conversation_shard).unwrap()).unwrap()
}

async fn answer(rig: &Rig, turn: &wire::BotTurn, text: &str) {
    let topic = Topic::Inbound(home(turn));
    let id = format!("turn:{}:{}", turn.turn_id, turn.attempt);
    rig.publish(topic, &id, bot_reply(turn, text)).await;
}

#[tokio::test]
async fn a_message_becomes_a_turn_and_the_answer_a_send() {
    let rig = Rig::start().await;
    let mut turns = rig.listen(Topic::BotTurns).await;
    let mut sends = rig.listen(outbound(Channel::Messenger)).await;
    rig.webhook(&says("9001", "m_1", "hello")).await;
    rig.webhook(&says("9001", "m_1", "hello")).await;
    let turn = turns.next_turn().await;
    assert_eq!(turn.messages.len(), 1);
    answer(&rig, &turn, "hi").await;
    answer(&rig, &turn, "hi").await;
    let send = sends.next_send().await;
    assert_eq!(send.recipient.clone().unwrap().scoped_id.as_deref(), Some("9001"));
    let record = rig.conversation(Channel::Messenger, "9001", |_| true).await;
    let transcript = rig.transcript(&record, 2).await;
    let authors: Vec<_> = transcript.iter().map(|message| message.author).collect();
    assert_eq!(authors, [Author::Customer, Author::Bot]);
    // Its echo proves that it arrived, and settles the send.
    rig.webhook(&echo("9001", "m_2", "hi", 77, Some(&our_marker(&send)))).await;
    let settled = sends.next().await;
    assert!(matches!(settled.body, Some(Body::SendSettled(s)) if s.send_id == send.send_id));
    let transcript = rig.transcript(&record, 2).await;
    assert_eq!(transcript[1].external_id.as_deref(), Some("m_2"));
    assert_eq!(transcript.len(), 2, "our own echo is no message");
    rig.stop().await;
}

#[tokio::test]
async fn an_echo_without_marker_counts_only_from_our_own_app() {
    let rig = Rig::start().await;
    let mut turns = rig.listen(Topic::BotTurns).await;
    let mut sends = rig.listen(outbound(Channel::Messenger)).await;
    rig.webhook(&says("9002", "m_1", "hello")).await;
    answer(&rig, &turns.next_turn().await, "hi").await;
    let send = sends.next_send().await;
    rig.webhook(&echo("9002", "m_other", "hi", 12, None)).await;
    let record = rig.conversation(Channel::Messenger, "9002", |_| true).await;
    let transcript = rig.transcript(&record, 3).await;
    assert_eq!(transcript[2].author, Author::Elsewhere, "another app said the same");
    rig.webhook(&echo("9002", "m_ours", "hi", 77, None)).await;
    let settled = sends.next().await;
    assert!(matches!(settled.body, Some(Body::SendSettled(s)) if s.send_id == send.send_id));
    assert_eq!(rig.transcript(&record, 3).await.len(), 3);
    rig.stop().await;
}

#[tokio::test]
async fn a_forged_marker_proves_nothing() {
    let rig = Rig::start().await;
    let mut turns = rig.listen(Topic::BotTurns).await;
    let mut sends = rig.listen(outbound(Channel::Messenger)).await;
    rig.webhook(&says("9003", "m_1", "hello")).await;
    answer(&rig, &turns.next_turn().await, "hi").await;
    let forged = format!("{}0", our_marker(&sends.next_send().await));
    rig.webhook(&echo("9003", "m_2", "something else", 12, Some(&forged))).await;
    let record = rig.conversation(Channel::Messenger, "9003", |_| true).await;
    let transcript = rig.transcript(&record, 3).await;
    assert_eq!(transcript[1].status, MessageStatus::Pending);
    assert_eq!(transcript[2].author, Author::Elsewhere);
    rig.stop().await;
}

#[tokio::test]
async fn one_customer_by_phone_and_by_user_id_is_one_conversation() {
    let rig = Rig::start().await;
    rig.webhook(&whatsapp("w1", "by phone", Some("15551"), None)).await;
    let record = rig.conversation(Channel::WhatsApp, "15551", |_| true).await;
    rig.transcript(&record, 1).await;
    rig.webhook(&whatsapp("w2", "by both", Some("15551"), Some("US.1"))).await;
    rig.transcript(&record, 2).await;
    rig.webhook(&whatsapp("w3", "by user id", None, Some("US.1"))).await;
    let transcript = rig.transcript(&record, 3).await;
    let texts: Vec<_> = transcript.iter().filter_map(|m| m.content.as_words()).collect();
    assert_eq!(texts, ["by phone", "by both", "by user id"]);
    rig.stop().await;
}

#[tokio::test]
async fn a_customer_without_a_name_is_asked_for_once_and_named() {
    let rig = Rig::start().await;
    let mut sends = rig.listen(outbound(Channel::Messenger)).await;
    rig.webhook(&says("9008", "m_1", "hello")).await;
    rig.webhook(&says("9008", "m_2", "/help")).await;
    let asked = sends.next_of_all().await;
    let Some(Body::ProfileRequest(request)) = asked.body else { panic!("{asked:?}") };
    assert_eq!(request.scoped_id, "9008");
    let next = sends.next_of_all().await;
    assert!(matches!(next.body, Some(Body::SendRequest(_))), "asked once: {next:?}");
    let record = rig.conversation(Channel::Messenger, "9008", |_| true).await;
    let found = wire::ProfileFound {
        workspace_id: workspace().to_string(),
        conversation_id: record.state.id.to_string(),
        name: Some("Maya Torres".into()),
        username: None,
    };
    rig.publish(Topic::Inbound(record.shard), "found", Body::ProfileFound(found)).await;
    rig.until("a name", move |db| {
        let contact = switchboard_store::contacts::by_id(db, workspace(), record.contact)?;
        Ok(contact.filter(|contact| contact.name.as_deref() == Some("Maya Torres")))
    })
    .await;
    rig.stop().await;
}

#[tokio::test]
async fn a_silent_bot_is_asked_again_and_then_a_person_is() {
    let rig = Rig::start().await;
    let mut turns = rig.listen(Topic::BotTurns).await;
    rig.webhook(&says("9004", "m_1", "hello")).await;
    assert_eq!(turns.next_turn().await.attempt, 1);
    pass(Duration::from_secs(11));
    assert_eq!(turns.next_turn().await.attempt, 2);
    pass(Duration::from_secs(11));
    let waiting = |record: &switchboard_store::conversations::Record| {
        matches!(record.state.status, Status::Waiting { .. })
    };
    rig.conversation(Channel::Messenger, "9004", waiting).await;
    rig.stop().await;
}

#[tokio::test]
async fn the_line_is_served_in_order_within_capacity_and_given_back() {
    let rig = Rig::start().await;
    let waiting = |record: &switchboard_store::conversations::Record| {
        matches!(record.state.status, Status::Waiting { .. })
    };
    for customer in ["9005", "9006"] {
        rig.webhook(&says(customer, &format!("m_{customer}"), "/live_agent")).await;
        rig.conversation(Channel::Messenger, customer, waiting).await;
        pass(Duration::from_millis(10));
    }
    rig.agent(Presence::Online, 1).await;
    let first = rig.conversation(Channel::Messenger, "9005", with_ann).await;
    rig.conversation(Channel::Messenger, "9006", waiting).await;
    rig.agent_action(&first, "resolve", Action::Resolve(wire::Empty {})).await;
    rig.conversation(Channel::Messenger, "9006", with_ann).await;
    // She leaves: after the grace time the conversation is back in the line.
    pass(Duration::from_millis(10));
    rig.agent(Presence::Offline, 1).await;
    let agents = move |db: &mut switchboard_store::Db| {
        let floor = switchboard_store::dispatch::load(db, workspace())?;
        let gone = floor.agents().any(|a| a.id == ann() && a.presence == Presence::Offline);
        Ok(gone.then_some(()))
    };
    rig.until("an agent who is gone", agents).await;
    pass(Duration::from_secs(61));
    rig.conversation(Channel::Messenger, "9006", waiting).await;
    rig.stop().await;
}

#[tokio::test]
async fn a_bot_is_given_what_it_kept_and_agents_read_why_it_failed() {
    let rig = Rig::start().await;
    let mut turns = rig.listen(Topic::BotTurns).await;
    rig.webhook(&says("9008", "m_1", "hello")).await;
    let turn = turns.next_turn().await;
    assert_eq!(turn.memory, None);
    let kept = wire::BotReply { memory: Some("step 2".into()), ..empty_reply(&turn) };
    let kept = Body::BotReply(kept.then_do(AfterTurn::Stay));
    let topic = Topic::Inbound(home(&turn));
    rig.publish(topic, "kept", kept).await;
    rig.webhook(&says("9008", "m_2", "42")).await;
    for attempt in 1..=2 {
        let turn = turns.next_turn().await;
        assert_eq!((turn.attempt, turn.memory.as_deref()), (attempt, Some("step 2")));
        let failed = wire::BotReply { note: Some("It is down.".into()), ..empty_reply(&turn) };
        let failed = Body::BotReply(failed.then_do(AfterTurn::Retry));
        rig.publish(topic, &format!("failed {attempt}"), failed).await;
    }
    let record = rig
        .conversation(Channel::Messenger, "9008", |record| {
            matches!(record.state.status, Status::Waiting { .. })
        })
        .await;
    let transcript = rig.transcript(&record, 4).await;
    let texts: Vec<_> = transcript.iter().filter_map(|m| m.content.as_words()).collect();
    assert_eq!(texts.get(2), Some(&"The bot failed, so it is your turn. It is down."));
    rig.stop().await;
}

#[tokio::test]
async fn an_agent_takes_over_and_the_late_bot_is_not_heard() {
    let rig = Rig::start().await;
    let mut turns = rig.listen(Topic::BotTurns).await;
    let mut sends = rig.listen(outbound(Channel::Messenger)).await;
    rig.webhook(&says("9007", "m_1", "hello")).await;
    let turn = turns.next_turn().await;
    let record = rig.conversation(Channel::Messenger, "9007", |_| true).await;
    let reply = wire::agent_action::Reply {
        message_id: MessageId::derive("reply").to_string(),
        content: Some(Content::text("Ann here").into()),
        reply_to: None,
    };
    rig.agent_action(&record, "reply", Action::Reply(reply)).await;
    let send = sends.next_send().await;
    assert_eq!(send.sender, "human");
    answer(&rig, &turn, "too late").await;
    rig.webhook(&says("9007", "m_2", "thanks")).await;
    let transcript = rig.transcript(&record, 3).await;
    let texts: Vec<_> = transcript.iter().filter_map(|m| m.content.as_words()).collect();
    assert_eq!(texts, ["hello", "Ann here", "thanks"]);
    rig.stop().await;
}

#[tokio::test]
async fn what_belongs_to_no_conversation_is_kept() {
    let rig = Rig::start().await;
    let stranger = serde_json::json!({"object": "page", "entry": [{"id": "404", "messaging": [
        {"sender": {"id": "1"}, "recipient": {"id": "404"}, "timestamp": 1,
         "message": {"mid": "m_1", "text": "hello"}}
    ]}]});
    rig.webhook(&stranger).await;
    rig.webhook(&serde_json::json!({"object": "page", "entry": [{"id": "101", "changes": [
        {"field": "picture", "value": "changed"}
    ]}]}))
    .await;
    rig.webhook(&serde_json::json!({"object": "something_new", "entry": [{"id": "1"}]})).await;
    let mut reasons: Vec<_> =
        rig.unrouted(3).await.into_iter().map(|event| (event.reason, event.kind)).collect();
    reasons.sort();
    let kinds: Vec<_> = reasons.iter().map(|(_, kind)| kind.as_str()).collect();
    assert!(kinds.contains(&"change:picture"), "{reasons:?}");
    assert!(reasons.iter().any(|(reason, _)| reason.contains("not connected")), "{reasons:?}");
    rig.stop().await;
}

#[tokio::test]
async fn a_note_is_kept_told_and_never_sent() {
    let rig = Rig::start().await;
    let mut sends = rig.listen(outbound(Channel::Messenger)).await;
    rig.webhook(&says("9001", "m_1", "hello")).await;
    let record = rig.conversation(Channel::Messenger, "9001", |_| true).await;
    let note = MessageId::derive("note");
    let action = Action::Note(wire::agent_action::Note {
        message_id: note.to_string(),
        text: "He called again".into(),
        mention_ids: vec![ann().to_string(), MessageId::derive("nobody").to_string()],
    });
    rig.agent_action(&record, "note", action.clone()).await;
    rig.agent_action(&record, "note", action).await;
    let reply = wire::agent_action::Reply {
        message_id: MessageId::derive("reply").to_string(),
        content: Some(Content::text("Hi").into()),
        reply_to: None,
    };
    rig.agent_action(&record, "reply", Action::Reply(reply)).await;
    let sent = sends.next_send().await;
    let content = Content::try_from(sent.content.unwrap()).unwrap();
    assert_eq!(content, Content::text("Hi"), "the first thing that leaves is the reply");
    let transcript = rig.transcript(&record, 3).await;
    assert_eq!(transcript[1].id, note, "once");
    let known = rig.store.read(|db| mentions::of(db, workspace(), ann(), 10)).await.unwrap();
    assert_eq!(known.len(), 1);
    assert_eq!((known[0].message, known[0].by), (note, Some(ann())));
    rig.stop().await;
}

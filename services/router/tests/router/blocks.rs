//! Customers whom people do not want to hear from, in order with what they write.

use switchboard_contract::wire::{self, agent_action::Action};
use switchboard_domain::{
    Channel, Content, content::Notice, conversation::Status, dispatch::Presence, ids::MessageId,
};
use switchboard_queue::Topic;
use switchboard_store::{
    Db, StoreError,
    conversations::Record,
    inbox::{self, Filter, Sight},
};

use crate::rig::{Rig, outbound, says, whatsapp, with_ann, workspace};

fn block() -> Action {
    Action::Block(wire::agent_action::Block { reason: "insults".into() })
}

fn unblock() -> Action {
    Action::Unblock(wire::Empty {})
}

fn is_blocked(record: &Record) -> bool {
    record.state.blocked.is_some()
}

fn is_free(record: &Record) -> bool {
    record.state.blocked.is_none()
}

#[tokio::test]
async fn what_a_blocked_customer_writes_is_kept_and_wakes_nobody() {
    let mut rig = Rig::start().await;
    let mut turns = rig.listen(Topic::BotTurns).await;
    rig.webhook(&says("9301", "m_1", "hello")).await;
    let turn = turns.next_turn().await;
    let record = rig.conversation(Channel::Messenger, "9301", |_| true).await;
    rig.agent_action(&record, "block", block()).await;
    for (mid, text) in [("m_2", "you again?"), ("m_3", "/live_agent")] {
        rig.webhook(&says("9301", mid, text)).await;
    }
    let transcript = rig.transcript(&record, 4).await;
    let flags: Vec<_> = transcript.iter().map(|said| said.context.blocked).collect();
    assert_eq!(flags, [false, false, true, true]);
    let Content::Notice(Notice { kind, text, .. }) = &transcript[1].content else { panic!("none") };
    assert_eq!((kind.as_str(), text.as_str()), ("blocked", "The customer was blocked: insults"));

    rig.restart().await;
    let blocked = rig.conversation(Channel::Messenger, "9301", is_blocked).await;
    assert_eq!((blocked.state.unread, &blocked.state.status), (0, &Status::Resolved));
    assert_eq!(blocked.preview, "hello", "it does not come up in lists");
    let listed = move |db: &mut Db| {
        let filter = Filter { blocked: Some(true), ..Filter::default() };
        inbox::list(db, workspace(), &Sight::All, &filter, 10)
    };
    let listed = rig.store.read(listed).await.unwrap();
    assert_eq!(listed[0].blocked.as_ref().unwrap().reason, "insults");

    rig.agent_action(&record, "unblock", unblock()).await;
    // What was published and not yet forgotten is published again after a restart.
    let mut again = turns.next_turn().await;
    while again.turn_id == turn.turn_id {
        again = turns.next_turn().await;
    }
    let said: Vec<_> = again.messages.iter().map(|said| said.message_id.clone()).collect();
    assert_eq!(said, [transcript[0].id.to_string()], "only what had not been answered before");
    rig.webhook(&says("9301", "m_4", "I am sorry")).await;
    let transcript = rig.transcript(&record, 6).await;
    assert!(!transcript[5].context.blocked);
    rig.stop().await;
}

#[tokio::test]
async fn who_waits_leaves_the_line_and_comes_back_to_it() {
    let rig = Rig::start().await;
    let mut sends = rig.listen(outbound(Channel::Messenger)).await;
    rig.webhook(&says("9302", "m_1", "/live_agent")).await;
    sends.next_send().await;
    let waits = |record: &Record| matches!(record.state.status, Status::Waiting { .. });
    let record = rig.conversation(Channel::Messenger, "9302", waits).await;
    rig.agent_action(&record, "block", block()).await;
    rig.conversation(Channel::Messenger, "9302", is_blocked).await;
    let id = record.state.id;
    let in_line = move |db: &mut Db| -> Result<bool, StoreError> {
        let floor = switchboard_store::dispatch::load(db, workspace())?;
        Ok(floor.line().iter().any(|entry| entry.conversation == id))
    };
    let gone = move |db: &mut Db| Ok((!in_line(db)?).then_some(()));
    rig.until("it left the line", gone).await;
    rig.agent(Presence::Online, 1).await;

    let reply = wire::agent_action::Reply {
        message_id: MessageId::derive("reply").to_string(),
        content: Some(Content::text("hello").into()),
        reply_to: None,
    };
    rig.agent_action(&record, "reply", Action::Reply(reply)).await;
    let transcript = rig.transcript(&record, 4).await;
    let refused = transcript.last().unwrap();
    assert!(refused.reason.as_deref().unwrap().contains("blocked"), "{refused:?}");
    rig.agent_action(&record, "unblock", unblock()).await;
    rig.conversation(Channel::Messenger, "9302", with_ann).await;
    rig.stop().await;
}

#[tokio::test]
async fn a_block_goes_with_the_customer_into_their_other_conversation() {
    let rig = Rig::start().await;
    rig.webhook(&whatsapp("wamid.1", "by phone", Some("15559"), None)).await;
    rig.webhook(&whatsapp("wamid.2", "by user id", None, Some("US.9"))).await;
    let by_phone = rig.conversation(Channel::WhatsApp, "15559", |_| true).await;
    rig.conversation(Channel::WhatsApp, "US.9", |_| true).await;
    rig.agent_action(&by_phone, "block", block()).await;
    rig.conversation(Channel::WhatsApp, "15559", is_blocked).await;
    rig.webhook(&whatsapp("wamid.3", "by both", Some("15559"), Some("US.9"))).await;
    let goes_on = rig.conversation(Channel::WhatsApp, "US.9", is_blocked).await;
    let block = goes_on.state.blocked.clone().unwrap();
    assert_eq!((block.reason.as_str(), block.by), ("insults", crate::rig::ann()));
    rig.agent_action(&goes_on, "unblock", unblock()).await;
    rig.conversation(Channel::WhatsApp, "US.9", is_free).await;
    rig.stop().await;
}

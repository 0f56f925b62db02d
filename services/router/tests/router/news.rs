//! What is put on its way for bots of Meta's platform.

use serde_json::{Value, json};
use switchboard_contract::{
    Body,
    wire::{BotNews, agent_action::Action, bot_news::News},
};
use switchboard_domain::{Channel, ids::BotId};
use switchboard_queue::Topic;
use switchboard_store::bots::{self, Bot};

use crate::{
    bodies::whatsapp,
    rig::{Listener, Rig, account_id, messaging, says, workspace},
};

fn delivery(mids: &[&str]) -> Value {
    messaging(json!({
        "sender": {"id": "1"}, "recipient": {"id": "101"}, "timestamp": 1_790_000_000_300_i64,
        "delivery": {"mids": mids, "watermark": 1_790_000_000_300_i64}
    }))
}

async fn is_answered_by(rig: &Rig, kind: &str, settings: &str) {
    is_answered_on(rig, Channel::Messenger, (kind, settings)).await;
}

async fn is_answered_on(rig: &Rig, channel: Channel, (kind, settings): (&str, &str)) {
    let (id, settings) = (BotId::derive(settings), settings.to_owned());
    let (name, kind) = (settings.clone(), kind.to_owned());
    let bot = Bot { id, workspace: workspace(), name, kind, settings, secret: None };
    let give = move |db: &mut _| {
        bots::add(db, &bot, crate::rig::clock())?;
        bots::give(db, workspace(), account_id(channel), Some(id))
    };
    rig.store.write(give).await.unwrap();
}

async fn news(listener: &mut Listener) -> BotNews {
    match listener.next().await.body {
        Some(Body::BotNews(news)) => news,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn who_asks_for_it_is_told_each_event_once() {
    let rig = Rig::start().await;
    let mut told = rig.listen(Topic::BotNews).await;
    rig.webhook(&says("1", "m_1", "hello")).await;
    rig.webhook(&delivery(&["m_of_rules"])).await;
    rig.drain().await;
    is_answered_by(&rig, "meta", "fields: [message_reads]").await;
    rig.webhook(&delivery(&["m_not_asked_for"])).await;
    rig.drain().await;
    is_answered_by(&rig, "meta", "fields: [message_deliveries, messaging_handovers]").await;
    // Two messages and a watermark are three things to us, and one event.
    rig.webhook(&delivery(&["m_1", "m_2"])).await;
    let first = news(&mut told).await;
    let Some(News::Event(raw)) = first.news else { panic!("{first:?}") };
    assert!(raw.contains("m_2") && raw.contains("watermark"), "{raw}");
    let record = rig.conversation(Channel::Messenger, "1", |_| true).await;
    let assign = Action::Assign(switchboard_contract::wire::agent_action::Assign {
        agent_id: crate::rig::ann().to_string(),
    });
    rig.agent_action(&record, "take", assign).await;
    let second = news(&mut told).await;
    let Some(News::Control(control)) = second.news else { panic!("{second:?}") };
    assert_eq!((control.customer.as_str(), control.with_people), ("1", true));
    // What people are done with is the bot's again.
    let done = Action::Resolve(switchboard_contract::wire::Empty {});
    rig.agent_action(&record, "done", done).await;
    let third = news(&mut told).await;
    let Some(News::Control(control)) = third.news else { panic!("{third:?}") };
    assert!(!control.with_people);
    rig.stop().await;
}

/// To Meta it is a message, to us it is none, and no turn.
#[tokio::test]
async fn a_reaction_on_whatsapp_is_told_without_being_asked_for() {
    let rig = Rig::start().await;
    let mut told = rig.listen(Topic::BotNews).await;
    is_answered_on(&rig, Channel::WhatsApp, ("meta", "fields: []")).await;
    rig.webhook(&whatsapp("wamid.1", "hello", Some("15551"), None)).await;
    let mut reaction = whatsapp("wamid.2", "", Some("15551"), None);
    let message = reaction.pointer_mut("/entry/0/changes/0/value/messages/0").unwrap();
    let message = message.as_object_mut().unwrap();
    message.remove("text");
    message.insert("type".into(), json!("reaction"));
    message.insert("reaction".into(), json!({"message_id": "wamid.1", "emoji": "\u{1f44d}"}));
    rig.webhook(&reaction).await;
    let first = news(&mut told).await;
    let Some(News::Event(raw)) = first.news else { panic!("{first:?}") };
    assert!(raw.contains("wamid.2") && raw.contains("reaction"), "{raw}");
    rig.stop().await;
}

/// It belongs to no conversation.
#[tokio::test]
async fn a_comment_is_told_to_the_bot_that_asks_for_it() {
    let rig = Rig::start().await;
    let mut told = rig.listen(Topic::BotNews).await;
    let comment = |id: &str| {
        let value = json!({"item": "comment", "verb": "add", "comment_id": id, "post_id": "101_1",
            "from": {"id": "1", "name": "Ann"}, "message": "How much?"});
        let change = json!({"field": "feed", "value": value});
        json!({"object": "page", "entry": [{"id": "101", "time": 1, "changes": [change]}]})
    };
    is_answered_by(&rig, "meta", "fields: [message_reads]").await;
    rig.webhook(&comment("1_1")).await;
    rig.drain().await;
    is_answered_by(&rig, "meta", "fields: [feed]").await;
    rig.webhook(&comment("1_2")).await;
    let first = news(&mut told).await;
    assert_eq!(first.account_id, account_id(Channel::Messenger).to_string());
    let Some(News::Event(raw)) = first.news else { panic!("{first:?}") };
    assert!(raw.contains("1_2"), "{raw}");
    rig.stop().await;
}

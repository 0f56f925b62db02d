//! Turns of bots, and what they answer.

use switchboard_contract::{Body, wire};
use switchboard_domain::{
    Content,
    content::Source,
    conversation::{AfterTurn, BotAct, HandOff},
    ids::MessageId,
};

const ID: &str = "0190b1a2-0000-7000-8000-000000000000";

/// `content` is what the customer says.
pub(crate) fn all(content: wire::Content) -> Vec<(&'static str, Body)> {
    let said = wire::bot_turn::Said { message_id: ID.into(), content: Some(content) };
    let turn = wire::BotTurn {
        workspace_id: ID.into(),
        conversation_id: ID.into(),
        conversation_shard: 3,
        bot_id: ID.into(),
        turn_id: ID.into(),
        attempt: 2,
        channel: "whatsapp".into(),
        messages: vec![said],
        deadline_us: 1_790_000_000_000_000,
        memory: None,
    };
    let memory = Some(r#"{"step":"size"}"#.to_owned());
    let reply = wire::BotReply {
        workspace_id: ID.into(),
        conversation_id: ID.into(),
        turn_id: ID.into(),
        replies: vec![Content::text("One moment").into()],
        note: Some("Order A-12345, size 42".into()),
        memory: memory.clone(),
        ..wire::BotReply::default()
    };
    let awaited = wire::BotReply { memory: None, ..reply.clone() }.then_do(AfterTurn::Await);
    let reply = reply.then_do(AfterTurn::HandOff(HandOff::Asked));
    let source = Source { name: "faq.csv, When are you open?".into(), percent: 83 };
    assert_eq!(Source::from(wire::bot_reply::Source::from(source.clone())), source);
    let sure = wire::BotReply {
        replies: vec![Content::text("9").into()],
        note: None,
        memory: None,
        sources: vec![source.into()],
        ..reply.clone()
    };
    let sure = sure.then_do(AfterTurn::Stay);
    vec![
        ("bot_reply_with_sources", Body::BotReply(sure)),
        ("bot_reply_await", Body::BotReply(awaited)),
        ("bot_turn", Body::BotTurn(turn.clone())),
        ("bot_turn_with_memory", Body::BotTurn(wire::BotTurn { memory, ..turn })),
        ("bot_reply_with_memory", Body::BotReply(reply)),
    ]
}

/// What bots do by themselves.
pub(crate) fn acts() -> Vec<(&'static str, Body)> {
    let said = |act: BotAct| {
        assert_eq!(BotAct::try_from(wire::bot_said::Act::from(act.clone())).unwrap(), act);
        Body::BotSaid(wire::BotSaid {
            workspace_id: ID.into(),
            conversation_id: ID.into(),
            bot_id: ID.into(),
            act: Some(act.into()),
            stranger: None,
        })
    };
    let first = BotAct::Say {
        message: MessageId::derive("said"),
        contents: vec![Content::text("Hello")],
        reply_to: None,
        metadata: None,
        persona: None,
    };
    let to_a_stranger = Body::BotSaid(wire::BotSaid {
        workspace_id: ID.into(),
        conversation_id: String::new(),
        bot_id: ID.into(),
        act: Some(first.into()),
        stranger: Some(wire::bot_said::Stranger {
            account_id: ID.into(),
            phone: Some("15550001".into()),
            user_id: None,
        }),
    });
    let say = BotAct::Say {
        message: MessageId::derive("said"),
        contents: vec![Content::text("Hello")],
        reply_to: Some("m_1".into()),
        metadata: None,
        persona: None,
    };
    let as_persona = BotAct::Say {
        message: MessageId::derive("said"),
        contents: vec![Content::text("Hello")],
        reply_to: None,
        metadata: None,
        persona: Some("61".into()),
    };
    let note = Some("Order A-12345".to_owned());
    let marked = BotAct::Say {
        message: MessageId::derive("said"),
        contents: vec![Content::text("Hello")],
        reply_to: None,
        metadata: Some("campaign 7".into()),
        persona: None,
    };
    vec![
        ("bot_said", said(say)),
        ("bot_said_with_metadata", said(marked)),
        ("bot_said_to_a_stranger", to_a_stranger),
        ("bot_said_as_persona", said(as_persona)),
        ("bot_said_typing", said(BotAct::Typing)),
        ("bot_said_seen", said(BotAct::Seen)),
        ("bot_said_hand_off", said(BotAct::HandOff { note: note.clone() })),
        ("bot_said_ask_back", said(BotAct::AskBack { note })),
    ]
}

/// What somebody tries a bot with.
pub(crate) fn trials() -> Vec<(&'static str, Body)> {
    let line = wire::bot_trial::Line {
        by_customer: false,
        content: Some(Content::text("Which size?").into()),
    };
    let trial = wire::BotTrial {
        workspace_id: ID.into(),
        bot_id: ID.into(),
        errand_id: ID.into(),
        channel: "messenger".into(),
        messages: vec![Content::text("Hello").into()],
        history: vec![line],
        memory: Some("{}".into()),
        deadline_us: 1_790_000_000_000_000,
    };
    vec![("bot_trial", Body::BotTrial(trial))]
}

/// What bots are told beside their turns.
pub(crate) fn news() -> Vec<(&'static str, Body)> {
    let news = |news| {
        Body::BotNews(wire::BotNews {
            workspace_id: ID.into(),
            conversation_id: ID.into(),
            account_id: ID.into(),
            bot_id: ID.into(),
            news: Some(news),
        })
    };
    let not_sent = wire::bot_news::NotSent {
        message_id: ID.into(),
        customer: "15550001".into(),
        reason: "Meta's window is closed.".into(),
        at_us: 1_790_000_000_000_000,
        code: None,
    };
    let refused = wire::bot_news::NotSent { code: Some(131_047), ..not_sent.clone() };
    let control = wire::bot_news::Control {
        customer: "51".into(),
        with_people: true,
        at_us: 1_790_000_000_000_000,
    };
    vec![
        ("bot_news", news(wire::bot_news::News::Event(r#"{"place":"messaging"}"#.into()))),
        ("bot_news_not_sent", news(wire::bot_news::News::NotSent(not_sent))),
        ("bot_news_refused", news(wire::bot_news::News::NotSent(refused))),
        ("bot_news_control", news(wire::bot_news::News::Control(control))),
    ]
}

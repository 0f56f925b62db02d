//! Turns and their answers.

use switchboard_chassis::{clock, settings::Settings, telemetry};
use switchboard_contract::{Body, Envelope, wire::Wake};
use switchboard_domain::{
    conversation::{AfterTurn, HandOff},
    ids::TurnId,
};
use switchboard_queue::Topic;

use crate::rig::{Rig, subscribe, take, texts, workspace};

#[tokio::test]
async fn a_turn_is_answered_to_its_conversation() {
    let mut rig = Rig::new().await;
    let bot = rig.start().await;
    let mut turn = rig.turn("one", "rules", &["Hello!", "hello again"]);
    if let Some(Body::BotTurn(turn)) = &mut turn.body {
        turn.attempt = 2;
    }
    rig.ask(vec![turn]).await;
    let (envelope, reply) = rig.replies(1).await.remove(0);
    assert_eq!(envelope.id, format!("turn:{}:2", TurnId::derive("one")));
    assert!(envelope.created_at_us > 0);
    assert_eq!(reply.turn_id, TurnId::derive("one").to_string());
    assert_eq!(reply.workspace_id, workspace().to_string());
    assert_eq!(texts(&reply), ["Hi", "Hi"]);
    assert_eq!(reply.after_turn().unwrap(), AfterTurn::Stay);

    rig.ask(vec![rig.turn("two", "rules", &["a person please"])]).await;
    let (_, reply) = rig.replies(1).await.remove(0);
    assert_eq!(texts(&reply), ["One moment"]);
    assert_eq!(reply.after_turn().unwrap(), AfterTurn::HandOff(HandOff::Asked));
    rig.ask(vec![rig.turn("three", "rules", &["what?"])]).await;
    let (_, reply) = rig.replies(1).await.remove(0);
    assert_eq!(reply.after_turn().unwrap(), AfterTurn::HandOff(HandOff::BotUnsure));
    rig.all_done().await;
    bot.stop().await;
}

#[tokio::test]
async fn a_message_with_many_turns_has_all_answered() {
    let mut rig = Rig::new().await;
    let bot = rig.start().await;
    let turns = (0..100).map(|n| rig.turn(&n.to_string(), "rules", &["hello"])).collect();
    rig.ask(turns).await;
    let replies = rig.replies(100).await;
    let mut ids: Vec<&str> = replies.iter().map(|(envelope, _)| envelope.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 100);
    rig.all_done().await;
    bot.stop().await;
}

#[tokio::test]
async fn bots_that_cannot_work_leave_the_customer_to_people() {
    let mut rig = Rig::new().await;
    let bot = rig.start().await;
    for name in ["broken", "strange", "nobody"] {
        rig.ask(vec![rig.turn(name, name, &["hello"])]).await;
        let (_, reply) = rig.replies(1).await.remove(0);
        assert!(reply.replies.is_empty());
        assert_eq!(reply.after_turn().unwrap(), AfterTurn::HandOff(HandOff::BotFailed), "{name}");
    }
    bot.stop().await;
}

#[tokio::test]
async fn a_turn_that_is_too_late_is_dropped() {
    let mut rig = Rig::new().await;
    let bot = rig.start().await;
    let mut late = rig.turn("late", "rules", &["hello"]);
    if let Some(Body::BotTurn(turn)) = &mut late.body {
        turn.deadline_us = clock::now().as_micros() - 1;
    }
    rig.ask(vec![late, rig.turn("in time", "rules", &["hello"])]).await;
    let (_, reply) = rig.replies(1).await.remove(0);
    assert_eq!(reply.turn_id, TurnId::derive("in time").to_string());
    rig.all_done().await;
    assert_eq!(rig.backend.queue.depth(Topic::Inbound(rig.shard)).await.unwrap(), 0);
    bot.stop().await;
}

#[tokio::test]
async fn what_is_no_turn_goes_to_the_dead_letters_and_harms_no_other() {
    let mut rig = Rig::new().await;
    let mut dead = subscribe(&rig.backend.queue, Topic::DeadLetters).await;
    let bot = rig.start().await;
    let mut nameless = rig.turn("nameless", "rules", &["hello"]);
    if let Some(Body::BotTurn(turn)) = &mut nameless.body {
        turn.bot_id = "no id".into();
    }
    let wake = Envelope { id: "wake".into(), body: Some(Body::Wake(Wake {})), ..<_>::default() };
    rig.ask(vec![wake, nameless, rig.turn("good", "rules", &["hello"])]).await;
    rig.send(bytes::Bytes::from_static(b"no bundle")).await;
    assert_eq!(texts(&rig.replies(1).await[0].1), ["Hi"]);
    let mut reasons: Vec<String> = take(&mut *dead, 3)
        .await
        .into_iter()
        .map(|envelope| match envelope.body {
            Some(Body::DeadLetter(letter)) => letter.reason,
            other => panic!("no dead letter: {other:?}"),
        })
        .collect();
    reasons.sort_unstable();
    assert!(reasons[0].contains("bot_turn.bot_id"), "{reasons:?}");
    assert!(reasons[1].contains("bundle"), "{reasons:?}");
    assert!(reasons[2].contains("envelope.body"), "{reasons:?}");
    rig.all_done().await;
    bot.stop().await;
}

#[tokio::test]
async fn the_answer_follows_in_the_turns_trace() {
    let settings = Settings::from_sources(None, []).unwrap();
    let _telemetry = telemetry::init(&settings.telemetry, "test").unwrap();
    let mut rig = Rig::new().await;
    let bot = rig.start().await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let mut turn = rig.turn("traced", "rules", &["hello"]);
    turn.traceparent = format!("00-{trace}-00f067aa0ba902b7-01");
    turn.tracestate = "vendor=value".into();
    rig.ask(vec![turn]).await;
    let (envelope, _) = rig.replies(1).await.remove(0);
    assert!(envelope.traceparent.starts_with(&format!("00-{trace}-")), "{}", envelope.traceparent);
    assert!(!envelope.traceparent.contains("00f067aa0ba902b7"), "its own span is the parent");
    assert_eq!(envelope.tracestate, "vendor=value");
    bot.stop().await;
}

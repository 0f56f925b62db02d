//! What bots keep between turns, and what agents read when it is their turn.

use super::*;
use crate::content::Source;

fn reply(turn: TurnId, then: AfterTurn, note: Option<&str>, memory: Option<&str>) -> EventKind {
    let (note, memory) = (note.map(str::to_owned), memory.map(str::to_owned));
    let (replies, sources) = (Vec::new(), Vec::new());
    EventKind::BotReply(BotReply { turn, replies, then, note, memory, sources })
}

fn notices(effects: &[Effect]) -> Vec<String> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Append(message) => match &message.content {
                Content::Notice(notice) => Some(notice.text.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

fn recalled(effects: &[Effect]) -> Option<&str> {
    turns(effects).first().and_then(|request| request.memory.as_deref())
}

#[test]
fn a_bot_is_given_what_it_kept_and_another_bot_is_not() {
    let mut scene = Scene::new(true);
    assert_eq!(recalled(&scene.customer_says("hello")), None);
    let kept = reply(scene.turn(), AfterTurn::Stay, None, Some("step 2"));
    let _ = scene.happens(kept);
    assert_eq!(recalled(&scene.customer_says("42")), Some("step 2"));
    // A second attempt is given the same.
    let failed = reply(scene.turn(), AfterTurn::Retry, Some("It is down."), None);
    assert_eq!(recalled(&scene.happens(failed)), Some("step 2"));
    let kept = reply(scene.turn(), AfterTurn::Stay, None, Some("step 3"));
    let _ = scene.happens(kept);
    scene.policy.bot = Some(BotId::derive("another"));
    assert_eq!(recalled(&scene.customer_says("43")), None);
}

#[test]
fn agents_see_once_what_an_answer_rests_on() {
    let mut scene = Scene::new(true);
    let _ = scene.customer_says("When are you open?");
    let sources = vec![Source { name: "faq.csv".into(), percent: 83 }];
    let effects = scene.happens(EventKind::BotReply(BotReply {
        turn: scene.turn(),
        replies: vec![Content::text("From 9 to 18."), Content::text("On Sundays, too.")],
        then: AfterTurn::Stay,
        note: None,
        memory: None,
        sources: sources.clone(),
    }));
    let rests_on = effects.iter().filter_map(|effect| match effect {
        Effect::Append(message) => Some(message.context.sources.clone()),
        _ => None,
    });
    assert_eq!(rests_on.collect::<Vec<_>>(), [sources, Vec::new()]);
}

#[test]
fn a_bot_that_keeps_nothing_or_too_much_begins_anew() {
    let long = "x".repeat(Conversation::MAX_MEMORY + 1);
    for memory in [None, Some(long.as_str())] {
        let mut scene = Scene::new(true);
        let _ = scene.customer_says("hello");
        let kept = reply(scene.turn(), AfterTurn::Stay, None, Some("step 2"));
        let _ = scene.happens(kept);
        let _ = scene.customer_says("42");
        let kept = reply(scene.turn(), AfterTurn::Stay, None, memory);
        let _ = scene.happens(kept);
        assert_eq!(scene.conversation.memory, None);
    }
}

#[test]
fn a_late_reply_changes_no_memory() {
    let mut scene = Scene::new(true);
    let _ = scene.customer_says("hello");
    let turn = scene.turn();
    let _ = scene.agent_says("ann", "Ann here");
    let late = scene.happens(reply(turn, AfterTurn::Stay, None, Some("step 2")));
    assert_eq!(late, []);
    assert_eq!(scene.conversation.memory, None);
}

#[test]
fn agents_read_why_it_is_their_turn() {
    let unsure = AfterTurn::HandOff(HandOff::BotUnsure);
    let asked = AfterTurn::HandOff(HandOff::Asked);
    let cases = [
        (
            AfterTurn::Retry,
            Some("It is down."),
            vec!["The bot failed, so it is your turn. It is down."],
        ),
        (
            AfterTurn::Retry,
            None,
            vec!["The bot failed, so it is your turn. The customer wrote: hello"],
        ),
        (unsure, Some("About fees."), vec!["The bot did not know what to answer. About fees."]),
        (unsure, None, vec!["The bot did not know what to answer. The customer wrote: hello"]),
        (asked, Some("Order A-1"), vec!["Order A-1"]),
        (asked, Some("  "), vec![]),
    ];
    for (then, note, told) in cases {
        let mut scene = Scene::new(true);
        let _ = scene.customer_says("hello");
        let mut effects = scene.happens(reply(scene.turn(), then, note, None));
        if then == AfterTurn::Retry {
            assert_eq!(notices(&effects), [""; 0], "the first failure is not for people");
            effects = scene.happens(reply(scene.turn(), then, note, None));
        }
        assert_eq!(notices(&effects), told);
        assert!(matches!(scene.conversation.status, Status::Waiting { .. }));
    }
    let mut scene = Scene::new(true);
    let _ = scene.customer_says("hello");
    let turn = scene.turn();
    assert_eq!(notices(&scene.happens(EventKind::TurnDeadline { turn })), [""; 0]);
    let silent = notices(&scene.happens(EventKind::TurnDeadline { turn }));
    assert_eq!(
        silent,
        ["The bot did not answer in time, twice, so it is your turn. The customer wrote: hello"]
    );
}

#[test]
fn a_turn_ends_with_the_bot_that_began_it() {
    let [old, new] = ["bot", "another"].map(BotId::derive);
    let asked = |effects: &[Effect]| turns(effects).first().and_then(|request| request.turn.bot);
    let mut scene = Scene::new(true);
    assert_eq!(asked(&scene.customer_says("hello")), Some(old));
    scene.policy.bot = Some(new);
    let failed = reply(scene.turn(), AfterTurn::Retry, Some("It is down."), None);
    assert_eq!(asked(&scene.happens(failed)), Some(old), "the second attempt is the same bot's");
    assert!(turns(&scene.customer_says("are you there?")).is_empty());
    let kept = reply(scene.turn(), AfterTurn::Stay, None, Some("of the old one"));
    let next = scene.happens(kept);
    assert_eq!(asked(&next), Some(new), "what came meanwhile is for the new one");
    assert_eq!(recalled(&next), None, "which is not given what the old one kept");
}

#[test]
fn people_take_what_came_while_the_bot_was_taken_away() {
    let mut scene = Scene::new(true);
    let _ = scene.customer_says("hello");
    let _ = scene.customer_says("and this");
    scene.policy.bot = None;
    let turn = scene.turn();
    let said = scene.bot_says(turn, "Hello!", AfterTurn::Stay);
    assert!(turns(&said).is_empty());
    assert!(matches!(scene.conversation.status, Status::Waiting { reason: HandOff::NoBot, .. }));
    assert_eq!(scene.conversation.turn, None);
}

#[test]
fn a_message_in_parts_is_one_turn() {
    let mut scene = Scene::new(true);
    let mut part = |number: u8, continues: bool| {
        let (content, sent_at) = (Content::text(format!("part {number}")), scene.now);
        scene.happens(EventKind::Customer(CustomerMessage {
            external_id: Some(format!("m#{number}")),
            sent_at,
            content,
            reply_to: None,
            opens_window: true,
            context: Context::default(),
            continues,
        }))
    };
    assert!(turns(&part(1, true)).is_empty());
    let effects = part(2, false);
    let [turn] = &turns(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(turn.messages.len(), 2, "the bot hears both at once");
}

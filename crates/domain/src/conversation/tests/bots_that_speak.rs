//! Bots that speak by themselves.

use super::*;

impl Scene {
    pub(super) fn bot_does(&mut self, act: BotAct) -> Vec<Effect> {
        self.happens(EventKind::BotSaid(BotSaid { bot: BotId::derive("bot"), act }))
    }

    /// By itself.
    pub(super) fn bot_speaks(&mut self, text: &str) -> Vec<Effect> {
        let message = MessageId::derive(&format!("said {}", self.events));
        let contents = vec![Content::text(text)];
        let (reply_to, metadata, persona) = (None, None, None);
        self.bot_does(BotAct::Say { message, contents, reply_to, metadata, persona })
    }
}

fn spoken_for(scene: &mut Scene) -> TurnId {
    scene.customer_says("hello");
    let turn = scene.turn();
    assert_eq!(scene.bot_says(turn, "", AfterTurn::Await), []);
    turn
}

#[test]
fn a_turn_lasts_until_the_bot_speaks_and_what_came_meanwhile_is_the_next() {
    let mut scene = Scene::new(true);
    let turn = spoken_for(&mut scene);
    assert_eq!(scene.turn(), turn);
    assert!(turns(&scene.customer_says("two")).is_empty());
    let effects = scene.bot_speaks("answer");
    assert_eq!(said(&effects), ["answer"]);
    let next = turns(&effects)[0];
    assert_ne!(next.turn.id, turn);
    assert_eq!(next.messages.len(), 1);
}

#[test]
fn a_bot_may_speak_before_it_says_that_it_has_the_turn() {
    let mut scene = Scene::new(true);
    scene.customer_says("one");
    let turn = scene.turn();
    scene.customer_says("two");
    // Both are answers to `one`, and neither begins the turn of `two`.
    for answer in ["first", "second"] {
        let effects = scene.bot_speaks(answer);
        assert_eq!(said(&effects), [answer]);
        assert_eq!(turns(&effects).len(), 0);
    }
    let effects = scene.bot_says(turn, "", AfterTurn::Await);
    assert_eq!(turns(&effects).len(), 1);
}

#[test]
fn a_bot_that_spoke_and_then_failed_is_not_asked_again() {
    for failed in [true, false] {
        let mut scene = Scene::new(true);
        scene.customer_says("hello");
        let turn = scene.turn();
        scene.bot_speaks("hi");
        let effects = match failed {
            true => scene.bot_says(turn, "", AfterTurn::Retry),
            false => scene.happens(EventKind::TurnDeadline { turn }),
        };
        assert_eq!(turns(&effects).len(), 0);
        assert_eq!((&scene.conversation.turn, &scene.conversation.status), (&None, &Status::Bot));
    }
}

#[test]
fn one_that_has_the_turn_and_is_silent_is_asked_again_and_then_a_person_is() {
    let mut scene = Scene::new(true);
    let turn = spoken_for(&mut scene);
    let effects = scene.happens(EventKind::TurnDeadline { turn });
    assert_eq!(turns(&effects)[0].turn.attempt, 2);
    scene.bot_says(turn, "", AfterTurn::Await);
    scene.happens(EventKind::TurnDeadline { turn });
    let reason = HandOff::BotSilent;
    assert!(matches!(scene.conversation.status, Status::Waiting { reason: r, .. } if r == reason));
    assert_eq!(scene.bot_speaks("too late"), []);
}

#[test]
fn a_bot_speaks_with_no_turn_too_and_never_over_a_person() {
    let mut scene = Scene::new(true);
    spoken_for(&mut scene);
    scene.bot_speaks("hi");
    assert_eq!(said(&scene.bot_speaks("by the way")), ["by the way"]);
    scene.agent_does("ann", AgentCommand::Resolve);
    assert_eq!(said(&scene.bot_speaks("your order left")), ["your order left"]);
    assert_eq!(scene.conversation.status, Status::Resolved);
    scene.agent_says("ann", "Ann here");
    assert_eq!(scene.bot_speaks("me too"), []);
    assert_eq!(scene.bot_does(BotAct::Typing), []);
    scene.agent_does("ann", AgentCommand::ReturnToBot);
    assert_eq!(said(&scene.bot_speaks("me again")), ["me again"]);
}

#[test]
fn another_bot_than_the_accounts_is_not_heard() {
    let mut scene = Scene::new(true);
    spoken_for(&mut scene);
    scene.policy.bot = Some(BotId::derive("another"));
    assert_eq!(said(&scene.bot_speaks("it is my turn")), ["it is my turn"]);
    assert_eq!(scene.bot_speaks("it was my turn"), []);
    scene.policy.bot = None;
    assert_eq!(scene.bot_speaks("hi"), []);
}

#[test]
fn the_first_message_has_the_id_that_it_was_given_and_answers_what_it_answers() {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    let (message, contents) = (MessageId::derive("given"), vec!["one", "two"]);
    let contents = contents.into_iter().map(Content::text).collect();
    let (reply_to, metadata, persona) =
        (Some("m1".to_owned()), Some("7".into()), Some("61".to_owned()));
    let effects = scene.bot_does(BotAct::Say { message, contents, reply_to, metadata, persona });
    let personas = effects.iter().filter_map(|effect| match effect {
        Effect::Send(outgoing) => outgoing.persona.as_deref(),
        _ => None,
    });
    assert_eq!(personas.collect::<Vec<_>>(), ["61", "61"], "whoever begins to speak goes on");
    let sends = effects.iter().filter_map(|effect| match effect {
        Effect::Send(outgoing) => Some((outgoing.message, outgoing.reply_to.as_deref())),
        _ => None,
    });
    let sends: Vec<_> = sends.collect();
    assert_eq!(sends[0], (message, Some("m1")));
    let attached = effects.iter().filter_map(|effect| match effect {
        Effect::Append(message) => message.context.metadata.as_deref(),
        _ => None,
    });
    assert_eq!(attached.collect::<Vec<_>>(), ["7", "7"]);
    assert_eq!((sends.len(), sends[1].1), (2, None));
}

#[test]
fn it_hands_off_with_a_note_and_may_ask_for_the_conversation_back() {
    let mut scene = Scene::new(true);
    spoken_for(&mut scene);
    let effects = scene.bot_does(BotAct::HandOff { note: Some("Wants a refund".into()) });
    assert_eq!(said(&effects), [Commands::default().live_agent_text]);
    let reason = HandOff::Asked;
    assert!(matches!(scene.conversation.status, Status::Waiting { reason: r, .. } if r == reason));
    let effects = scene.bot_does(BotAct::AskBack { note: None });
    let [Effect::Append(line)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(line.content.as_words(), Some("The bot asks for this conversation."));
    scene.agent_does("ann", AgentCommand::ReturnToBot);
    assert_eq!(scene.bot_does(BotAct::AskBack { note: None }), []);
}

proptest! {
    /// Whatever happened, nothing that a bot says by itself reaches a customer whom people have or
    /// have blocked, and
    /// nothing that the bot says while it has the conversation is lost.
    #[test]
    fn no_bot_talks_over_a_person(kinds in prop::collection::vec(any_event(), 1..60)) {
        let mut scene = Scene::new(true);
        for kind in kinds {
            let _ = play(&mut scene, kind);
            let with_people =
                !matches!(scene.conversation.status, Status::Bot | Status::Resolved);
            let unheard = with_people || scene.conversation.blocked.is_some();
            let before = scene.conversation.clone();
            let effects = scene.bot_speaks("hi");
            let lines = effects.iter().filter(|e| matches!(e, Effect::Append(_))).count();
            prop_assert_eq!(lines, usize::from(!unheard));
            if unheard {
                prop_assert_eq!(effects, []);
                let untouched = Conversation { revision: before.revision + 1, ..before };
                prop_assert_eq!(&scene.conversation, &untouched);
            }
        }
    }
}

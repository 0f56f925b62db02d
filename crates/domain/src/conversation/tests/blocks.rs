//! Customers whom people do not want to hear from.

use super::*;

fn block(scene: &mut Scene) -> Vec<Effect> {
    scene.agent_does("ann", AgentCommand::Block { reason: " insults ".into() })
}

/// What would wake somebody, or say something to the customer.
fn disturbs(effect: &Effect) -> bool {
    match effect {
        Effect::Send(_)
        | Effect::Signal(_)
        | Effect::StartTurn(_)
        | Effect::SetTimer { .. }
        | Effect::Dispatch(
            dispatch::EventKind::Enqueue { .. } | dispatch::EventKind::Taken { .. },
        ) => true,
        Effect::Append(message) => message.author == Author::Customer && !message.context.blocked,
        _ => false,
    }
}

#[test]
fn what_a_blocked_customer_writes_is_kept_and_wakes_nobody() {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    let effects = block(&mut scene);
    assert!(effects.contains(&Effect::ClearTimer { kind: TimerKind::TurnDeadline }));
    let block = scene.conversation.blocked.clone().unwrap();
    assert_eq!((block.by, block.reason.as_str()), (agent("ann"), "insults"));
    for text in ["you again?", "/help", "/live_agent"] {
        scene.now = scene.now.plus(Duration::from_secs(60));
        let effects = scene.customer_says(text);
        let [Effect::Append(message)] = effects.as_slice() else { panic!("{effects:?}") };
        assert!(message.context.blocked);
        assert_eq!((scene.conversation.unread, &scene.conversation.status), (0, &Status::Resolved));
        assert_eq!(scene.conversation.customer_wrote_at, Some(scene.now), "Meta's window is open");
    }
}

#[test]
fn nothing_is_sent_to_who_is_blocked() {
    let mut scene = Scene::new(false);
    scene.customer_says("hello");
    block(&mut scene);
    let effects = scene.agent_says("ann", "sorry");
    let [Effect::Append(message)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(message.status, MessageStatus::Failed);
    assert!(message.reason.as_deref().unwrap().contains("unblock them first"));
    let resend = Resend {
        message: message.id,
        content: message.content.clone(),
        reply_to: None,
        persona: None,
        sender: crate::window::Sender::Human,
    };
    let effects = scene.agent_does("ann", AgentCommand::Resend(resend));
    assert!(matches!(
        effects.as_slice(),
        [Effect::Restart { status: MessageStatus::Failed, reason: Some(_), .. }]
    ));
    for command in [AgentCommand::Typing, AgentCommand::Reopen, AgentCommand::Unassign] {
        assert_eq!(scene.agent_does("ann", command), []);
    }
    assert_eq!(scene.conversation.status, Status::Resolved);
}

#[test]
fn who_waited_waits_again_with_their_whole_wait() {
    let mut scene = Scene::new(false);
    scene.customer_says("help");
    let ticket = scene.ticket();
    let effects = block(&mut scene);
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Dispatch(dispatch::EventKind::Leave { .. })))
    );
    scene.now = scene.now.plus(Duration::from_secs(600));
    scene.customer_says("help me");
    scene.agent_does("bob", AgentCommand::Unblock);
    let Status::Waiting { since, .. } = scene.conversation.status else { panic!("not waiting") };
    assert_eq!(since, START);
    assert!(scene.ticket() > ticket, "offers of before are void");
    assert_eq!(scene.conversation.unread, 1, "what came meanwhile does not count");
}

#[test]
fn the_bot_answers_what_it_had_not_when_they_are_unblocked() {
    let mut scene = Scene::new(true);
    scene.customer_says("where is my parcel?");
    block(&mut scene);
    scene.customer_says("you thieves");
    let effects = scene.agent_does("ann", AgentCommand::Unblock);
    let [turn] = turns(&effects)[..] else { panic!("no turn") };
    let words: Vec<_> = turn.messages.iter().filter_map(|said| said.content.as_words()).collect();
    assert_eq!(words, ["where is my parcel?"]);
}

#[test]
fn whoever_had_it_has_it_again_only_by_their_own_hand() {
    for (by, back) in [("ann", true), ("bob", false)] {
        let mut scene = Scene::new(false);
        scene.customer_says("help");
        scene.agent_says("ann", "yes?");
        block(&mut scene);
        scene.agent_does(by, AgentCommand::Unblock);
        let had = scene.conversation.status == Status::Agent { agent: agent("ann") };
        assert_eq!(had, back, "{by}");
        assert!(had || matches!(scene.conversation.status, Status::Waiting { .. }), "{by}");
    }
}

#[test]
fn what_is_resolved_while_blocked_stays_so() {
    let mut scene = Scene::new(false);
    scene.customer_says("help");
    block(&mut scene);
    scene.agent_does("ann", AgentCommand::Resolve);
    scene.agent_does("ann", AgentCommand::Unblock);
    assert_eq!((&scene.conversation.status, scene.conversation.unread), (&Status::Resolved, 0));
    scene.customer_says("I am sorry");
    assert!(matches!(scene.conversation.status, Status::Waiting { .. }), "heard again");
}

#[test]
fn a_block_goes_on_where_the_customer_does() {
    let (mut old, mut new) = (Scene::new(true), Scene::new(true));
    old.customer_says("hello");
    block(&mut old);
    let into = new.conversation.id;
    let effects = old.happens(EventKind::Merged { into });
    let joined = effects.into_iter().find_map(|effect| match effect {
        Effect::Join { unread, block, .. } => Some((unread, block)),
        _ => None,
    });
    let (unread, block) = joined.expect("the other is told");
    assert_eq!((unread, block.is_some()), (0, true));
    new.customer_says("it is me");
    let from = old.conversation.id;
    new.happens(EventKind::Joined { from, unread, block });
    assert_eq!(new.conversation.status, Status::Resolved);
    assert!(new.customer_says("hello?").iter().all(|effect| !disturbs(effect)));
}

proptest! {
    /// Whatever happens before and while a customer is blocked, nothing wakes anybody or goes to
    /// them; and who is forgotten is not blocked.
    #[test]
    fn a_block_is_silence(
        bot in any::<bool>(),
        before in prop::collection::vec(any_event(), 0..30),
        meanwhile in prop::collection::vec(any_event(), 0..30),
    ) {
        let mut scene = Scene::new(bot);
        for kind in before {
            play(&mut scene, kind);
        }
        block(&mut scene);
        for kind in meanwhile.into_iter().filter(|kind| !UNBLOCKS.contains(kind)) {
            let effects = play(&mut scene, kind);
            prop_assert!(effects.iter().all(|effect| !disturbs(effect)), "{kind}: {effects:?}");
            prop_assert_eq!(&scene.conversation.status, &Status::Resolved);
            prop_assert_eq!((scene.conversation.unread, &scene.conversation.turn), (0, &None));
        }
        scene.happens(EventKind::Erased);
        prop_assert_eq!(&scene.conversation.blocked, &None);
    }

    /// Who waited for somebody when they were blocked waits for somebody when they are not: no
    /// conversation is forgotten.
    #[test]
    fn a_block_forgets_nobody(
        bot in any::<bool>(),
        before in prop::collection::vec(any_event(), 0..30),
        wrote in 0_u8..5,
    ) {
        let mut scene = Scene::new(bot);
        for kind in before {
            play(&mut scene, kind);
        }
        scene.agent_does("ann", AgentCommand::Unblock);
        let status = scene.conversation.status.clone();
        let mut asked = scene.conversation.unanswered.clone();
        // What a bot that speaks by itself was asked is answered once it has spoken.
        if let Some(turn) = scene.conversation.turn.as_ref().filter(|turn| turn.spoken) {
            asked.retain(|said| !turn.request.contains(&said.id));
        }
        block(&mut scene);
        for _ in 0..wrote {
            scene.customer_says("and another thing");
        }
        scene.agent_does("bob", AgentCommand::Unblock);
        let conversation = &scene.conversation;
        match status {
            Status::Waiting { since, reason, .. } => {
                let Status::Waiting { since: now, reason: why, .. } = &conversation.status else {
                    return Err(TestCaseError::fail("who waited waits no more"));
                };
                prop_assert_eq!((*now, *why), (since, reason));
            }
            Status::Snoozed { since, .. } => {
                let Status::Waiting { since: now, reason: why, .. } = &conversation.status else {
                    return Err(TestCaseError::fail("what was put aside does not wait"));
                };
                prop_assert_eq!((*now, *why), (since, HandOff::Woken));
            }
            Status::Agent { .. } => {
                let waits = matches!(conversation.status, Status::Waiting { .. });
                prop_assert!(waits, "it is with nobody");
            }
            Status::Bot => {
                prop_assert_eq!(&conversation.status, &Status::Bot);
                prop_assert_eq!(&conversation.unanswered, &asked);
                prop_assert_eq!(conversation.turn.is_some(), !asked.is_empty());
            }
            Status::Resolved => prop_assert_eq!(&conversation.status, &Status::Resolved),
        }
    }
}

#[test]
fn what_meta_says_of_its_own_list_is_a_line_and_no_more() {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    block(&mut scene);
    for refused in [None, Some("The list is full.".to_owned())] {
        for blocked in [true, false] {
            let before = scene.conversation.clone();
            let listed = BlockListed { blocked, refused: refused.clone() };
            let effects = scene.happens(EventKind::BlockListed(listed));
            let [Effect::Append(line)] = effects.as_slice() else { panic!("{effects:?}") };
            let Content::Notice(notice) = &line.content else { panic!("{line:?}") };
            let word = if refused.is_some() { "block_list_refused" } else { "block_list" };
            assert_eq!((line.author, notice.kind.as_str()), (Author::System, word));
            assert_eq!(notice.text.contains("The list is full."), refused.is_some());
            let now = &scene.conversation;
            assert_eq!((&now.blocked, &now.status), (&before.blocked, &before.status));
        }
    }
}

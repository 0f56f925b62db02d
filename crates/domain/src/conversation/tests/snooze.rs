//! Conversations that are put aside, and how they come back.

use super::*;
use crate::dispatch::Priority;

const HOUR: Duration = Duration::from_secs(3_600);

pub(super) fn play(scene: &mut Scene, kind: u8) -> Vec<Effect> {
    let set_to = match scene.conversation.status {
        Status::Snoozed { until, .. } => until,
        _ => START,
    };
    match kind {
        30 => scene.agent_does("ann", AgentCommand::Snooze { until: START.plus(HOUR) }),
        31 => scene.agent_does("bob", AgentCommand::Snooze { until: START.plus(HOUR * 2) }),
        32 => scene.happens(EventKind::SnoozeOver { until: set_to }),
        _ => scene.agent_does("bob", AgentCommand::Unsnooze),
    }
}

/// With Ann, who puts it aside for an hour.
fn aside() -> Scene {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    scene.agent_says("ann", "I will look into it");
    scene.agent_does("ann", AgentCommand::Snooze { until: START.plus(HOUR) });
    scene
}

/// To whom dispatch is to give it back, else since when it waits.
fn back(effects: &[Effect]) -> Option<(UserId, Timestamp)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Dispatch(dispatch::EventKind::Back { agent, since, .. }) => Some((*agent, *since)),
        _ => None,
    })
}

fn left(effects: &[Effect]) -> bool {
    let left =
        |effect: &Effect| matches!(effect, Effect::Dispatch(dispatch::EventKind::Leave { .. }));
    effects.iter().any(left)
}

fn cleared(effects: &[Effect]) -> bool {
    effects.contains(&Effect::ClearTimer { kind: TimerKind::Snooze })
}

#[test]
fn what_is_put_aside_is_nobodys_load_and_has_its_timer() {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    scene.agent_says("ann", "hi");
    let until = START.plus(HOUR);
    let effects = scene.agent_does("bob", AgentCommand::Snooze { until });
    assert!(left(&effects));
    let timer = Effect::SetTimer { kind: TimerKind::Snooze, due: until, turn: None };
    assert!(effects.contains(&timer));
    let snoozed = Status::Snoozed { agent: agent("ann"), until, since: START };
    assert_eq!(scene.conversation.status, snoozed, "whoever put it aside, it stays Ann's");
}

#[test]
fn its_time_gives_it_back_to_whoever_had_it() {
    let mut scene = aside();
    scene.now = START.plus(HOUR);
    let early = scene.happens(EventKind::SnoozeOver { until: START });
    assert_eq!(early, [], "a timer that was set before is void");
    let effects = scene.happens(EventKind::SnoozeOver { until: START.plus(HOUR) });
    assert_eq!(back(&effects), Some((agent("ann"), START)), "it waits since it was put aside");
    let ticket = scene.ticket();
    scene.happens(EventKind::Offer { agent: agent("ann"), ticket });
    assert_eq!(scene.conversation.status, Status::Agent { agent: agent("ann") });
    assert_eq!(scene.happens(EventKind::SnoozeOver { until: START.plus(HOUR) }), []);
}

#[test]
fn the_customer_brings_it_back_and_so_does_a_hand() {
    let mut scene = aside();
    let effects = scene.customer_says("are you there?");
    assert!(back(&effects).is_some() && cleared(&effects));
    assert_eq!(turns(&effects).len(), 0, "no bot talks between");
    let mut scene = aside();
    let effects = scene.agent_does("bob", AgentCommand::Unsnooze);
    assert_eq!(back(&effects), Some((agent("ann"), START)));
    let mut scene = aside();
    let from = ConversationId::derive("other");
    assert!(back(&scene.happens(EventKind::Joined { from, unread: 1, block: None })).is_some());
}

#[test]
fn what_another_app_answers_stays_aside() {
    let mut scene = aside();
    let context = Context { standby: true, ..Context::default() };
    let effects = scene.happens(EventKind::Customer(CustomerMessage {
        continues: false,
        external_id: None,
        sent_at: START,
        content: Content::text("hello"),
        reply_to: None,
        opens_window: true,
        context,
    }));
    assert_eq!(back(&effects), None);
    assert!(matches!(scene.conversation.status, Status::Snoozed { .. }));
}

#[test]
fn whoever_takes_it_has_it_at_once() {
    for command in [
        AgentCommand::Assign { to: agent("bob") },
        AgentCommand::Transfer { to: Transfer::Agent(agent("bob")), note: None },
    ] {
        let mut scene = aside();
        assert!(cleared(&scene.agent_does("bob", command)));
        assert_eq!(scene.conversation.status, Status::Agent { agent: agent("bob") });
    }
    let mut scene = aside();
    assert!(cleared(&scene.agent_says("ann", "here is the answer")));
    assert_eq!(scene.conversation.status, Status::Agent { agent: agent("ann") });
}

#[test]
fn everything_else_has_its_answer() {
    let mut scene = aside();
    let ticket = scene.conversation.tickets;
    let before = scene.conversation.status.clone();
    scene.happens(EventKind::AgentGone { agent: agent("ann") });
    scene.happens(EventKind::Offer { agent: agent("bob"), ticket });
    scene.agent_does("ann", AgentCommand::SetPriority(Priority::Urgent));
    scene.agent_does("ann", AgentCommand::Reopen);
    assert_eq!(scene.conversation.status, before);
    scene.now = START.plus(HOUR / 2);
    scene.agent_does("ann", AgentCommand::Unassign);
    let line = matches!(scene.conversation.status, Status::Waiting { since: START, .. });
    assert!(line, "it waits since it was put aside: {:?}", scene.conversation.status);
    for (command, status) in
        [(AgentCommand::Resolve, Status::Resolved), (AgentCommand::ReturnToBot, Status::Bot)]
    {
        let mut scene = aside();
        assert!(cleared(&scene.agent_does("ann", command)));
        assert_eq!(scene.conversation.status, status);
    }
    for event in [EventKind::Erased, EventKind::Merged { into: ConversationId::derive("other") }] {
        let mut scene = aside();
        assert!(cleared(&scene.happens(event)));
        assert_eq!(scene.conversation.status, Status::Resolved);
    }
}

#[test]
fn another_time_replaces_the_first() {
    let mut scene = aside();
    let until = START.plus(HOUR * 3);
    scene.agent_does("bob", AgentCommand::Snooze { until });
    assert_eq!(scene.happens(EventKind::SnoozeOver { until: START.plus(HOUR) }), []);
    assert!(back(&scene.happens(EventKind::SnoozeOver { until })).is_some());
}

#[test]
fn what_waits_keeps_its_place_and_becomes_the_agents() {
    let mut scene = Scene::new(false);
    scene.customer_says("hello");
    scene.now = START.plus(HOUR);
    let until = START.plus(HOUR * 2);
    scene.agent_does("ann", AgentCommand::Snooze { until });
    let effects = scene.happens(EventKind::SnoozeOver { until });
    assert_eq!(back(&effects), Some((agent("ann"), START)));
}

proptest! {
    /// What is put aside has a timer that brings it back, and nothing else has.
    #[test]
    fn whatever_is_aside_comes_back(kinds in prop::collection::vec(any_event(), 1..60)) {
        let mut scene = Scene::new(true);
        let mut timer = None;
        for kind in kinds {
            for effect in super::play(&mut scene, kind) {
                match effect {
                    Effect::SetTimer { kind: TimerKind::Snooze, due, .. } => timer = Some(due),
                    Effect::ClearTimer { kind: TimerKind::Snooze } => timer = None,
                    _ => {}
                }
            }
            match scene.conversation.status {
                Status::Snoozed { until, .. } => prop_assert_eq!(timer, Some(until)),
                _ => prop_assert_eq!(timer, None),
            }
        }
        if let Some(until) = timer {
            let effects = scene.happens(EventKind::SnoozeOver { until });
            prop_assert!(back(&effects).is_some(), "forgotten");
        }
    }
}

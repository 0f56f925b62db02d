//! What is put aside, and comes back.

use switchboard_contract::{Body, wire};
use switchboard_domain::{
    Timestamp,
    dispatch::{EventKind, Want},
    ids::{ConversationId, TeamId, UserId},
};

const ID: &str = "0190b1a2-0000-7000-8000-000000000000";

pub(crate) fn all() -> Vec<(&'static str, Body)> {
    let action = |action| {
        Body::AgentAction(wire::AgentAction {
            workspace_id: ID.into(),
            conversation_id: ID.into(),
            agent_id: ID.into(),
            action: Some(action),
        })
    };
    let until_us = 1_790_000_000_000_000;
    let snooze = wire::agent_action::Action::Snooze(wire::agent_action::Snooze { until_us });
    let timer = wire::TimerDue {
        workspace_id: ID.into(),
        conversation_id: ID.into(),
        timer_id: format!("{ID}/snooze"),
        kind: "snooze".into(),
        turn_id: String::new(),
        due_us: until_us,
    };
    vec![
        ("agent_snooze", action(snooze)),
        ("agent_unsnooze", action(wire::agent_action::Action::Unsnooze(wire::Empty {}))),
        ("timer_due_snooze", Body::TimerDue(timer)),
        (
            "dispatch_back",
            Body::Dispatch(wire::DispatchEvent {
                workspace_id: ID.into(),
                kind: Some(back().into()),
            }),
        ),
    ]
}

fn back() -> EventKind {
    EventKind::Back {
        conversation: ID.parse::<ConversationId>().unwrap(),
        agent: ID.parse::<UserId>().unwrap(),
        team: ID.parse::<TeamId>().unwrap(),
        since: Timestamp::from_secs(1_790_000_000),
        ticket: 3,
        want: Want::default(),
    }
}

#[test]
fn what_comes_back_survives_the_wire() {
    let wired = wire::dispatch_event::Kind::from(back());
    assert_eq!(EventKind::try_from(wired).unwrap(), back());
}

//! What dispatch hears and says.

use switchboard_contract::{Body, wire};
use switchboard_domain::{
    Channel, Timestamp,
    dispatch::{EventKind, Presence, Priority, Talents, Want},
    ids::{ConversationId, TeamId, UserId},
};

const ID: &str = "0190b1a2-0000-7000-8000-000000000000";

pub(crate) fn all() -> Vec<(&'static str, Body)> {
    let before = wire::dispatch_event::Enqueue {
        conversation_id: ID.into(),
        team_id: ID.into(),
        since_us: 1_790_000_000_000_000,
        ticket: 2,
        want: None,
    };
    let kind = Some(wire::dispatch_event::Kind::Enqueue(before));
    let as_before = Body::Dispatch(wire::DispatchEvent { workspace_id: ID.into(), kind });
    vec![
        ("dispatch_enqueue", as_before),
        (
            "dispatch_agent",
            dispatch(EventKind::Agent {
                agent: ID.parse::<UserId>().unwrap(),
                presence: Presence::Away,
                capacity: 5,
                teams: vec![ID.parse::<TeamId>().unwrap()],
                talents: Talents::default(),
            }),
        ),
        (
            "dispatch_enqueue_wanting",
            dispatch(EventKind::Enqueue {
                conversation: ID.parse::<ConversationId>().unwrap(),
                team: ID.parse::<TeamId>().unwrap(),
                since: Timestamp::from_secs(1_790_000_000),
                ticket: 3,
                want: want(),
            }),
        ),
        (
            "dispatch_taken_wanting",
            dispatch(EventKind::Taken {
                conversation: ID.parse::<ConversationId>().unwrap(),
                agent: ID.parse::<UserId>().unwrap(),
                team: ID.parse::<TeamId>().unwrap(),
                want: want(),
            }),
        ),
    ]
    .into_iter()
    .chain(newer())
    .collect()
}

fn newer() -> Vec<(&'static str, Body)> {
    vec![
        (
            "dispatch_agent_talented",
            dispatch(EventKind::Agent {
                agent: ID.parse::<UserId>().unwrap(),
                presence: Presence::Online,
                capacity: 5,
                teams: vec![],
                talents: Talents {
                    skills: ["billing".to_owned()].into(),
                    languages: ["de".to_owned()].into(),
                    weights: [(Channel::WhatsApp, 2)].into(),
                },
            }),
        ),
        ("dispatch_teams_changed", dispatch(EventKind::TeamsChanged)),
        ("dispatch_wake", dispatch(EventKind::Wake { at: Timestamp::from_secs(1_790_000_000) })),
        (
            "tell_customer",
            Body::TellCustomer(wire::TellCustomer {
                workspace_id: ID.into(),
                conversation_id: ID.into(),
                ticket: 2,
                text: "You are number 3.".into(),
            }),
        ),
    ]
}

fn dispatch(event: EventKind) -> Body {
    let kind = Some(event.into());
    Body::Dispatch(wire::DispatchEvent { workspace_id: ID.into(), kind })
}

fn want() -> Want {
    Want {
        priority: Priority::Urgent,
        channel: Some(Channel::Instagram),
        language: Some("de".into()),
        skills: ["billing".to_owned(), "returns".to_owned()].into(),
        last_agent: Some(ID.parse().unwrap()),
    }
}

#[test]
fn what_dispatch_hears_survives_the_wire() {
    for (name, body) in all() {
        if let Body::Dispatch(event) = body {
            let kind = event.kind.unwrap();
            let again = EventKind::try_from(kind.clone()).unwrap();
            if name != "dispatch_enqueue" {
                assert_eq!(wire::dispatch_event::Kind::from(again), kind, "{name}");
            }
        }
    }
}

//! What dispatch hears, on the wire.

use switchboard_domain::{
    Timestamp,
    dispatch::{EventKind, Presence},
};

use super::{Invalid, parse};
use crate::wire::dispatch_event::{AgentState, Enqueue, GraceOver, Kind, Leave, Taken};

impl From<EventKind> for Kind {
    fn from(event: EventKind) -> Self {
        match event {
            EventKind::Enqueue { conversation, team, since, ticket } => Kind::Enqueue(Enqueue {
                conversation_id: conversation.to_string(),
                team_id: team.to_string(),
                since_us: since.as_micros(),
                ticket,
            }),
            EventKind::Leave { conversation } => {
                Kind::Leave(Leave { conversation_id: conversation.to_string() })
            }
            EventKind::Taken { conversation, agent, team } => Kind::Taken(Taken {
                conversation_id: conversation.to_string(),
                agent_id: agent.to_string(),
                team_id: team.to_string(),
            }),
            EventKind::Agent { agent, presence, capacity, teams } => Kind::Agent(AgentState {
                agent_id: agent.to_string(),
                presence: presence.as_str().into(),
                capacity,
                team_ids: teams.iter().map(ToString::to_string).collect(),
            }),
            EventKind::GraceOver { agent, absence } => {
                Kind::GraceOver(GraceOver { agent_id: agent.to_string(), absence })
            }
        }
    }
}

impl TryFrom<Kind> for EventKind {
    type Error = Invalid;

    fn try_from(kind: Kind) -> Result<Self, Invalid> {
        Ok(match kind {
            Kind::Enqueue(event) => EventKind::Enqueue {
                conversation: parse("enqueue.conversation_id", &event.conversation_id)?,
                team: parse("enqueue.team_id", &event.team_id)?,
                since: Timestamp::from_micros(event.since_us),
                ticket: event.ticket,
            },
            Kind::Leave(event) => EventKind::Leave {
                conversation: parse("leave.conversation_id", &event.conversation_id)?,
            },
            Kind::Taken(event) => EventKind::Taken {
                conversation: parse("taken.conversation_id", &event.conversation_id)?,
                agent: parse("taken.agent_id", &event.agent_id)?,
                team: parse("taken.team_id", &event.team_id)?,
            },
            Kind::Agent(event) => EventKind::Agent {
                agent: parse("agent.agent_id", &event.agent_id)?,
                presence: parse::<Presence>("agent.presence", &event.presence)?,
                capacity: event.capacity,
                teams: event
                    .team_ids
                    .iter()
                    .map(|team| parse("agent.team_ids", team))
                    .collect::<Result<_, _>>()?,
            },
            Kind::GraceOver(event) => EventKind::GraceOver {
                agent: parse("grace_over.agent_id", &event.agent_id)?,
                absence: event.absence,
            },
        })
    }
}

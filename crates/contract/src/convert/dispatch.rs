//! What dispatch hears, on the wire.

use switchboard_domain::{
    Timestamp,
    dispatch::{EventKind, Presence, Talents, Want},
};

use super::{Invalid, parse};
use crate::wire::{
    Empty,
    dispatch_event::{self, AgentState, Back, Enqueue, GraceOver, Kind, Leave, Taken, Wake},
};

impl From<EventKind> for Kind {
    fn from(event: EventKind) -> Self {
        match event {
            EventKind::Enqueue { conversation, team, since, ticket, want } => {
                Kind::Enqueue(Enqueue {
                    conversation_id: conversation.to_string(),
                    team_id: team.to_string(),
                    since_us: since.as_micros(),
                    ticket,
                    want: Some(want.into()),
                })
            }
            EventKind::Back { conversation, agent, team, since, ticket, want } => {
                Kind::Back(Back {
                    conversation_id: conversation.to_string(),
                    agent_id: agent.to_string(),
                    team_id: team.to_string(),
                    since_us: since.as_micros(),
                    ticket,
                    want: Some(want.into()),
                })
            }
            EventKind::Leave { conversation } => {
                Kind::Leave(Leave { conversation_id: conversation.to_string() })
            }
            EventKind::Taken { conversation, agent, team, want } => Kind::Taken(Taken {
                conversation_id: conversation.to_string(),
                agent_id: agent.to_string(),
                team_id: team.to_string(),
                want: Some(want.into()),
            }),
            EventKind::Agent { agent, presence, capacity, teams, talents } => {
                Kind::Agent(AgentState {
                    agent_id: agent.to_string(),
                    presence: presence.as_str().into(),
                    capacity,
                    team_ids: teams.iter().map(ToString::to_string).collect(),
                    skills: talents.skills.into_iter().collect(),
                    languages: talents.languages.into_iter().collect(),
                    weights: talents
                        .weights
                        .into_iter()
                        .map(|(channel, weight)| (channel.to_string(), weight))
                        .collect(),
                })
            }
            EventKind::GraceOver { agent, absence } => {
                Kind::GraceOver(GraceOver { agent_id: agent.to_string(), absence })
            }
            EventKind::TeamsChanged => Kind::TeamsChanged(Empty {}),
            EventKind::Wake { at } => Kind::Wake(Wake { at_us: at.as_micros() }),
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
                want: want(event.want)?,
            },
            Kind::Back(event) => EventKind::Back {
                conversation: parse("back.conversation_id", &event.conversation_id)?,
                agent: parse("back.agent_id", &event.agent_id)?,
                team: parse("back.team_id", &event.team_id)?,
                since: Timestamp::from_micros(event.since_us),
                ticket: event.ticket,
                want: want(event.want)?,
            },
            Kind::Leave(event) => EventKind::Leave {
                conversation: parse("leave.conversation_id", &event.conversation_id)?,
            },
            Kind::Taken(event) => EventKind::Taken {
                conversation: parse("taken.conversation_id", &event.conversation_id)?,
                agent: parse("taken.agent_id", &event.agent_id)?,
                team: parse("taken.team_id", &event.team_id)?,
                want: want(event.want)?,
            },
            Kind::Agent(event) => EventKind::Agent {
                talents: talents(&event)?,
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
            Kind::TeamsChanged(Empty {}) => EventKind::TeamsChanged,
            Kind::Wake(wake) => EventKind::Wake { at: Timestamp::from_micros(wake.at_us) },
        })
    }
}

impl From<Want> for dispatch_event::Want {
    fn from(want: Want) -> Self {
        Self {
            priority: want.priority.as_str().into(),
            channel: want.channel.map(|channel| channel.to_string()).unwrap_or_default(),
            language: want.language,
            skills: want.skills.into_iter().collect(),
            last_agent_id: want.last_agent.map(|agent| agent.to_string()),
        }
    }
}

/// Messages from before there were wants have none.
fn want(want: Option<dispatch_event::Want>) -> Result<Want, Invalid> {
    let Some(want) = want else { return Ok(Want::default()) };
    let said = |word: String| Some(word).filter(|word| !word.is_empty());
    let priority = said(want.priority).map(|word| parse("want.priority", &word)).transpose()?;
    let last_agent = want.last_agent_id.map(|agent| parse("want.last_agent_id", &agent));
    Ok(Want {
        priority: priority.unwrap_or_default(),
        channel: said(want.channel).map(|word| parse("want.channel", &word)).transpose()?,
        language: want.language,
        skills: want.skills.into_iter().collect(),
        last_agent: last_agent.transpose()?,
    })
}

fn talents(event: &AgentState) -> Result<Talents, Invalid> {
    let weights = event.weights.iter();
    let weights = weights.map(|(channel, weight)| Ok((parse("agent.weights", channel)?, *weight)));
    Ok(Talents {
        skills: event.skills.iter().cloned().collect(),
        languages: event.languages.iter().cloned().collect(),
        weights: weights.collect::<Result<_, Invalid>>()?,
    })
}

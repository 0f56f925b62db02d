//! The waiting line and the agents' load: who answers next.
//!
//! One [`Floor`] holds a workspace. Its promises: no agent gets more than their capacity by
//! dispatch's choice; within a team the longest wait is served first; a conversation in the line
//! stays in it until it is offered, taken or has left.

mod floor;
#[cfg(test)]
mod tests;

pub use floor::{Agent, Entry, Floor, Place};
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    ids::{ConversationId, TeamId, UserId},
};

/// Whether an agent takes conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// At the desk, taking conversations.
    Online,
    /// At the desk, taking no new ones.
    Busy,
    /// Not at the desk for a while; keeps theirs for a grace time.
    Away,
    /// Not at the desk; keeps theirs for a grace time.
    Offline,
}

/// What dispatch hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// A conversation waits for its team.
    Enqueue {
        /// Which.
        conversation: ConversationId,
        /// For whom.
        team: TeamId,
        /// Since when.
        since: Timestamp,
        /// Which of its waits.
        ticket: u64,
    },
    /// A conversation wants no agent any more.
    Leave {
        /// Which.
        conversation: ConversationId,
    },
    /// An agent took a conversation, or was given it by a person.
    Taken {
        /// Which.
        conversation: ConversationId,
        /// Who.
        agent: UserId,
        /// The team it belongs to.
        team: TeamId,
    },
    /// An agent came, went, or was changed.
    Agent {
        /// Who.
        agent: UserId,
        /// How they are.
        presence: Presence,
        /// How many conversations they take at once.
        capacity: u32,
        /// The teams they answer for.
        teams: Vec<TeamId>,
    },
    /// An agent's grace time is over.
    GraceOver {
        /// Who.
        agent: UserId,
        /// The absence it is about; void when they came back since.
        absence: u64,
    },
}

/// What dispatch decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The agent is to answer the conversation.
    Offer {
        /// Which.
        conversation: ConversationId,
        /// Who.
        agent: UserId,
        /// For which of its waits.
        ticket: u64,
    },
    /// The agent is gone: the conversation is to go back to the line.
    Free {
        /// Which.
        conversation: ConversationId,
        /// Who was to answer it.
        agent: UserId,
    },
    /// Tell me when the agent's grace time is over.
    StartGrace {
        /// Who.
        agent: UserId,
        /// Which absence.
        absence: u64,
    },
    /// The entry changed and is to be written.
    Write(Entry),
    /// The entry is gone and is to be deleted.
    Delete {
        /// Which.
        conversation: ConversationId,
    },
    /// The agent changed and is to be written.
    WriteAgent(Agent),
}

impl Presence {
    /// All of them.
    pub const ALL: [Presence; 4] =
        [Presence::Online, Presence::Busy, Presence::Away, Presence::Offline];

    /// The word used on the wire, in the store and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Presence::Online => "online",
            Presence::Busy => "busy",
            Presence::Away => "away",
            Presence::Offline => "offline",
        }
    }

    /// Whether the agent is at the desk.
    #[must_use]
    pub fn is_present(self) -> bool {
        matches!(self, Presence::Online | Presence::Busy)
    }
}

/// A word that is no presence.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no presence; use online, busy, away or offline")]
pub struct UnknownPresence(String);

impl std::str::FromStr for Presence {
    type Err = UnknownPresence;

    fn from_str(word: &str) -> Result<Self, UnknownPresence> {
        Self::ALL
            .into_iter()
            .find(|presence| presence.as_str() == word)
            .ok_or_else(|| UnknownPresence(word.into()))
    }
}

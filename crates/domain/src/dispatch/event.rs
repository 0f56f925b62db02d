//! What dispatch hears, and what it decides.

use crate::{
    Timestamp,
    dispatch::{Agent, Entry, Presence, Talents, Want},
    ids::{ConversationId, TeamId, UserId},
};

/// What dispatch hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// A conversation waits for its team, or what it wants has changed while it waits.
    Enqueue {
        /// Which.
        conversation: ConversationId,
        /// For whom.
        team: TeamId,
        /// Since when.
        since: Timestamp,
        /// Which of its waits.
        ticket: u64,
        /// How urgent it is and what it needs.
        want: Want,
    },
    /// A conversation that was put aside is back. Whoever had it has it again if they are at the desk,
    /// even beyond their capacity, for it is theirs; else it waits.
    Back {
        /// Which.
        conversation: ConversationId,
        /// Who had it.
        agent: UserId,
        /// For whom it waits if they are not there.
        team: TeamId,
        /// And since when.
        since: Timestamp,
        /// Which of its waits.
        ticket: u64,
        /// How urgent it is and what it needs.
        want: Want,
    },
    /// A conversation wants no agent any more.
    Leave {
        /// Which.
        conversation: ConversationId,
    },
    /// An agent took a conversation, or was given it by a person: this counts as their load, even
    /// beyond their capacity.
    Taken {
        /// Which.
        conversation: ConversationId,
        /// Who.
        agent: UserId,
        /// The team it belongs to.
        team: TeamId,
        /// How urgent it is and what it needs.
        want: Want,
    },
    /// An agent came, went, or was changed.
    Agent {
        /// Who.
        agent: UserId,
        /// How they are.
        presence: Presence,
        /// How much they take at once.
        capacity: u32,
        /// The teams they answer for.
        teams: Vec<TeamId>,
        /// What they can do.
        talents: Talents,
    },
    /// An agent's grace time is over.
    GraceOver {
        /// Who.
        agent: UserId,
        /// The absence it is about; void when they came back since.
        absence: u64,
    },
    /// Settings of teams are not what they were; see [`crate::dispatch::Floor::set_teams`].
    TeamsChanged,
    /// Something is due: an opening, an overflow, a word to a customer.
    Wake {
        /// The time that was asked for.
        at: Timestamp,
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
    /// The customer is to read something about their wait.
    Tell {
        /// Which conversation.
        conversation: ConversationId,
        /// During which of its waits.
        ticket: u64,
        /// Counts what is told during a wait, from 1.
        number: u32,
        /// What they read.
        text: String,
    },
    /// Tell me when the agent's grace time is over.
    StartGrace {
        /// Who.
        agent: UserId,
        /// Which absence.
        absence: u64,
    },
    /// Send [`EventKind::Wake`] then; replaces what was asked for before.
    WakeAt(Timestamp),
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

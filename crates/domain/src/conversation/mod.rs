//! A conversation: one customer, one channel account, for ever.
//!
//! [`Conversation::apply`] takes an [`Event`] and gives [`Effect`]s; the router writes both in one
//! transaction. Nothing here reads a clock, draws a number or does I/O.

mod agent;
mod block;
mod bot;
mod bot_event;
mod bot_speaks;
mod customer;
mod delivery;
mod effect;
mod event;
mod linking;
mod policy;
mod snooze;
mod step;
mod survey;
#[cfg(test)]
mod tests;
mod thread;
mod transfer;

pub use block::{Block, BlockListed, Blocked};
pub use bot_event::{AfterTurn, BotAct, BotReply, BotSaid};
pub use effect::{
    Author, Direction, Effect, MessageStatus, NewMessage, Outgoing, Signal, SurveyChange,
    TurnRequest,
};
pub use event::{
    AgentCommand, CustomerMessage, Event, EventKind, ForeignMessage, Happening, LinkingChange,
    Receipt, Resend, Revision, SendOutcome,
};
pub use policy::{Commands, Policy};
use serde::{Deserialize, Serialize};
use step::Step;
pub use survey::Rating;
pub use thread::{Thread, ThreadAction, ThreadChange};
pub use transfer::Transfer;

use crate::{
    Content, Timestamp,
    dispatch::Priority,
    ids::{BotId, ConversationId, MessageId, SurveyId, TeamId, TurnId, UserId},
};

/// Who answers the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Status {
    /// The account's assistant.
    Bot,
    /// Nobody yet; a team is to.
    Waiting {
        /// The team that is to answer.
        team: TeamId,
        /// Since when, for first come first served.
        since: Timestamp,
        /// Counts the times this conversation began to wait; an offer for an older one is void.
        ticket: u64,
        /// Why a person is wanted.
        reason: HandOff,
    },
    /// A person.
    Agent {
        /// The person.
        agent: UserId,
    },
    /// Nobody, until that time or until the customer writes; then whoever had it, if they are there.
    Snoozed {
        /// Who had it, or put it aside.
        agent: UserId,
        /// When it comes back.
        until: Timestamp,
        /// Since when the customer waits, should nobody be there then.
        since: Timestamp,
    },
    /// Nobody, until the customer writes again.
    Resolved,
}

/// Why a conversation went from the bot to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOff {
    /// The customer asked for a person.
    Asked,
    /// The bot did not know what to say.
    BotUnsure,
    /// The bot failed, twice.
    BotFailed,
    /// The bot did not answer in time, twice.
    BotSilent,
    /// The account has no bot.
    NoBot,
    /// An agent gave it back to the line, or was gone too long.
    Returned,
    /// An agent sent it to a team.
    Transferred,
    /// It was put aside and came back.
    Woken,
}

/// A turn that a bot is taking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Names it; an answer to any other turn is dropped.
    pub id: TurnId,
    /// 1, then 2 when the first was not answered.
    pub attempt: u32,
    /// What the customer said since the last turn.
    pub request: Vec<MessageId>,
    /// Whose it is, whatever bot the account has by now; none in turns of an older version.
    #[serde(default)]
    pub bot: Option<BotId>,
    /// The bot has it and will speak by itself ([`AfterTurn::Await`]).
    #[serde(default)]
    pub awaited: bool,
    /// The bot spoke by itself while it ran ([`EventKind::BotSaid`]).
    #[serde(default)]
    pub spoken: bool,
}

/// What a timer of a conversation is for. Setting one replaces the last of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// The bot's turn has taken too long.
    TurnDeadline,
    /// What was put aside comes back.
    Snooze,
}

/// The state of a conversation that decisions depend on. The transcript is not in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Which conversation.
    pub id: ConversationId,
    /// Who answers.
    pub status: Status,
    /// When the customer last did something that opens Meta's window.
    pub customer_wrote_at: Option<Timestamp>,
    /// The place of the next message in the transcript, from 1.
    pub next_seq: u64,
    /// Grows with each event that changed something.
    pub revision: u64,
    /// Customer messages that no agent has seen.
    pub unread: u32,
    /// The running turn.
    pub turn: Option<Turn>,
    /// What the customer said that no turn has taken up, oldest first; at most
    /// [`Conversation::MAX_UNANSWERED`].
    pub unanswered: Vec<Unanswered>,
    /// Counts waits; see [`Status::Waiting`].
    pub tickets: u64,
    /// Which app has control.
    #[serde(default)]
    pub thread: Thread,
    /// The platform's id of the customer's latest message.
    #[serde(default)]
    pub last_inbound: Option<String>,
    /// What the bot wants to know again in its next turn.
    #[serde(default)]
    pub memory: Option<Memory>,
    /// The team that it was sent to, until it is resolved or a bot's again; `None`: its account's.
    #[serde(default)]
    pub team: Option<TeamId>,
    /// How urgent people found it, until it is resolved; `None`: as its account says.
    #[serde(default)]
    pub priority: Option<Priority>,
    /// Who was in charge last.
    #[serde(default)]
    pub last_agent: Option<UserId>,
    /// Why people are wanted, until it is resolved or a bot's again.
    #[serde(default)]
    pub brief: Option<Brief>,
    /// Whether people do not want to hear from the customer. Then nobody answers: it is resolved.
    #[serde(default)]
    pub blocked: Option<Block>,
    /// The person who answered the customer last since it was resolved.
    #[serde(default)]
    pub answered_by: Option<UserId>,
    /// The survey that the customer was asked last.
    #[serde(default)]
    pub survey: Option<Asked>,
}

/// What whoever answers next is to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    /// Why a person is wanted, or another.
    pub reason: HandOff,
    /// What the bot found out, or else what the customer wrote last; or the note of who sent it on.
    pub summary: Option<String>,
    /// Who sent it on.
    pub by: Option<UserId>,
}

/// A survey that a customer was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Names it.
    pub survey: SurveyId,
    /// The question.
    pub message: MessageId,
    /// When.
    pub at: Timestamp,
    /// Until when a text of the customer's is the comment; `None`: not asked for, or over.
    pub comment_until: Option<Timestamp>,
}

/// What a bot keeps of a conversation between its turns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Whose it is: another bot is not given it.
    pub bot: BotId,
    /// In the bot's own words, at most [`Conversation::MAX_MEMORY`] bytes.
    pub text: String,
}

/// A customer's message that the bot has yet to answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unanswered {
    /// Which message.
    pub id: MessageId,
    /// What it says.
    pub content: Content,
}

impl Conversation {
    /// How many messages one turn takes up at most; the newest count. The transcript has all.
    pub const MAX_UNANSWERED: usize = 50;

    /// How much a bot may keep of a conversation, in bytes.
    pub const MAX_MEMORY: usize = 16 * 1024;

    /// A conversation that nothing has happened in.
    #[must_use]
    pub fn new(id: ConversationId) -> Self {
        Self {
            id,
            status: Status::Resolved,
            customer_wrote_at: None,
            next_seq: 1,
            revision: 0,
            unread: 0,
            turn: None,
            unanswered: Vec::new(),
            tickets: 0,
            thread: Thread::default(),
            last_inbound: None,
            memory: None,
            team: None,
            priority: None,
            last_agent: None,
            brief: None,
            blocked: None,
            answered_by: None,
            survey: None,
        }
    }

    /// Takes one event and tells what follows from it. The same conversation, event and policy
    /// always give the same effects, with the same ids.
    #[must_use]
    pub fn apply(&mut self, event: &Event, policy: &Policy) -> Vec<Effect> {
        let mut step = Step::new(self, event, policy);
        match &event.kind {
            EventKind::Customer(message) => step.customer_wrote(message),
            EventKind::Foreign(message) => step.answered_elsewhere(message),
            EventKind::Revised { message, revision } => step.revised(*message, revision),
            EventKind::Happened(happening) => step.happened(happening),
            EventKind::Merged { into } => step.merged(*into),
            EventKind::Joined { from, unread, block } => {
                step.joined(*from, *unread, block.as_ref())
            }
            EventKind::Thread(change) => step.thread_changed(change),
            EventKind::ThreadReport { action, refused } => {
                step.thread_report(action, refused.as_deref());
            }
            EventKind::BlockListed(listed) => step.block_listed(listed),
            EventKind::Linking(change) => step.linking_changed(change),
            EventKind::Erased => step.erased(),
            EventKind::Receipt(receipt) => step.receipt(receipt),
            EventKind::Report { message, outcome } => step.report(*message, outcome),
            EventKind::Agent { agent, command } => step.agent_did(*agent, command),
            EventKind::Offer { agent, ticket } => step.offered(*agent, *ticket),
            EventKind::AgentGone { agent } => step.agent_gone(*agent),
            EventKind::Tell { ticket, text } => step.tell_while_waiting(*ticket, text),
            EventKind::BotReply(reply) => step.bot_replied(reply),
            EventKind::BotSaid(said) => step.bot_said(said),
            EventKind::Overdue { target } => step.overdue(*target),
            EventKind::TurnDeadline { turn } => step.turn_deadline(*turn),
            EventKind::SnoozeOver { until } => step.snooze_over(*until),
            EventKind::Rated(rating) => step.rated(rating),
        }
        step.finish()
    }
}

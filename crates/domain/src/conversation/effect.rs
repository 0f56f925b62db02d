//! What follows from an event; the router writes and publishes it.

use serde::{Deserialize, Serialize};

use crate::{
    Content, Timestamp,
    content::Context,
    conversation::{Blocked, Revision, ThreadAction, TimerKind, Turn, Unanswered},
    dispatch,
    ids::{ConversationId, MessageId, SendId, SurveyId, TeamId, UserId},
    window::{Label, Sender},
};

/// One consequence.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// A message joins the transcript.
    Append(Box<NewMessage>),
    /// A message's fate is known better. Writers keep the highest rank
    /// ([`MessageStatus::advances`]).
    Mark {
        /// Which message.
        message: MessageId,
        /// What became of it.
        status: MessageStatus,
        /// The platform's id of it, once known.
        external_id: Option<String>,
        /// For a failure: what the agent reads.
        reason: Option<String>,
    },
    /// A message is sent once more: its fate starts anew, under another send.
    Restart {
        /// Which message.
        message: MessageId,
        /// The send that now carries it.
        send: SendId,
        /// Pending, or failed at once.
        status: MessageStatus,
        /// Why it failed at once.
        reason: Option<String>,
    },
    /// All outbound messages sent until then share this fate.
    MarkUpTo {
        /// Until when.
        watermark: Timestamp,
        /// Delivered or read.
        status: MessageStatus,
    },
    /// A message is not what it was.
    Revise {
        /// Which message.
        message: MessageId,
        /// What it is now.
        revision: Revision,
    },
    /// Something is to be sent.
    Send(Outgoing),
    /// The customer is to see a sign of life. Best effort: worth nothing later.
    Signal(Signal),
    /// Control of the conversation is to move.
    ControlThread(ThreadAction),
    /// The fate of a send became known otherwise than by Meta's answer.
    Settle {
        /// Which send.
        send: SendId,
        /// The platform's id of the message.
        external_id: String,
    },
    /// The conversation that goes on is to know what nobody has seen here.
    Join {
        /// Which goes on.
        into: ConversationId,
        /// Customer messages here that no agent has seen.
        unread: u32,
        /// That the customer is blocked here, if they are.
        block: Option<Blocked>,
    },
    /// A bot is to take a turn.
    StartTurn(TurnRequest),
    /// Dispatch is to know.
    Dispatch(dispatch::EventKind),
    /// Wake me then.
    SetTimer {
        /// What for.
        kind: TimerKind,
        /// When.
        due: Timestamp,
        /// The turn it is about, if it is about one.
        turn: Option<Turn>,
    },
    /// Do not wake me.
    ClearTimer {
        /// What for.
        kind: TimerKind,
    },
    /// More is known of a survey.
    Survey {
        /// Which.
        survey: SurveyId,
        /// What.
        change: SurveyChange,
    },
}

/// What became known of a survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SurveyChange {
    /// The conversation was resolved, so the customer was to be asked.
    Due {
        /// Who answered them last.
        agent: UserId,
        /// The team that it was for.
        team: TeamId,
        /// Whether they were; else Meta did not let the question out.
        asked: bool,
    },
    /// The question did not arrive.
    NotAsked,
    /// The customer chose.
    Rated {
        /// 1 to 5.
        score: u8,
    },
    /// The customer wrote why.
    Commented {
        /// In which message.
        message: MessageId,
        /// What it says.
        text: String,
    },
}

/// A message for the transcript.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    /// Names it.
    pub id: MessageId,
    /// Its place, from 1, without gaps.
    pub seq: u64,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub content: Content,
    /// The platform's id, if known already.
    pub external_id: Option<String>,
    /// The platform's id of the message it answers.
    pub reply_to: Option<String>,
    /// What stands around it.
    pub context: Context,
    /// What became of it so far.
    pub status: MessageStatus,
    /// Why it failed, if it failed at once.
    pub reason: Option<String>,
    /// When it was written, by the platform's clock for inbound.
    pub at: Timestamp,
    /// The send that carries it, for outbound.
    pub send: Option<SendId>,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Author {
    /// The customer.
    Customer,
    /// The account's assistant.
    Bot,
    /// Switchboard itself: help, notices to the customer.
    System,
    /// A person at the desk.
    Agent {
        /// Who.
        id: UserId,
    },
    /// The business, but not through us.
    Elsewhere,
}

/// Whether a message comes from the customer or goes to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the customer.
    Inbound,
    /// To the customer.
    Outbound,
}

impl Author {
    /// Which way what they write goes.
    #[must_use]
    pub fn direction(self) -> Direction {
        match self {
            Author::Customer => Direction::Inbound,
            _ => Direction::Outbound,
        }
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageStatus {
    /// From the customer, or a note of a colleague's: here.
    Received,
    /// On its way to Meta.
    Pending,
    /// No one knows whether it arrived.
    Uncertain,
    /// Meta took it.
    Sent,
    /// The customer's device has it.
    Delivered,
    /// The customer saw it.
    Read,
    /// It did not arrive and will not.
    Failed,
}

impl MessageStatus {
    /// Whether `next` says more than `self`. Statuses come late, twice and in any order: only a
    /// higher rank counts. A failure counts until the customer is known to have the message, and
    /// proof of arrival counts over a failure.
    #[must_use]
    pub fn advances(self, next: MessageStatus) -> bool {
        next.rank() > self.rank()
    }

    fn rank(self) -> u8 {
        match self {
            MessageStatus::Pending => 0,
            MessageStatus::Uncertain => 1,
            MessageStatus::Sent => 2,
            MessageStatus::Failed => 3,
            MessageStatus::Delivered => 4,
            MessageStatus::Read | MessageStatus::Received => 5,
        }
    }
}

/// A message for outbound to send.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Names the attempt to have it delivered; a resend has another.
    pub send: SendId,
    /// The message.
    pub message: MessageId,
    /// What it says.
    pub content: Content,
    /// The platform's id of the message that it answers.
    pub reply_to: Option<String>,
    /// Meta's id of the persona as which it goes out (Messenger).
    pub persona: Option<String>,
    /// Who wrote it.
    pub sender: Sender,
    /// Under which label it may go out.
    pub label: Label,
    /// When the window closes; not to be sent later.
    pub not_after: Timestamp,
}

/// A sign of life for the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// An answer is being written, to the message of that id where the platform wants one.
    Typing {
        /// The platform's id of the customer's latest message.
        answering: Option<String>,
    },
    /// The messages up to this one were seen.
    Seen {
        /// The platform's id of the customer's latest message.
        up_to: Option<String>,
    },
}

/// A turn for a bot to take.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnRequest {
    /// The turn.
    pub turn: Turn,
    /// What the customer said since the last turn, oldest first.
    pub messages: Vec<Unanswered>,
    /// What the bot kept of its last turn.
    pub memory: Option<String>,
    /// When an answer comes too late.
    pub deadline: Timestamp,
}

//! What can happen to a conversation.

use crate::{
    Content, Timestamp,
    content::Context,
    conversation::{
        Blocked, BotReply, BotSaid, MessageStatus, Rating, ThreadAction, ThreadChange, Transfer,
    },
    dispatch::Priority,
    ids::{ConversationId, MessageId, SendId, TurnId, UserId},
    ledger::Target,
};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Identifies it for ever; all that follows derives its ids from this.
    pub id: String,
    /// When the router took it up. Never used for order.
    pub now: Timestamp,
    /// What happened.
    pub kind: EventKind,
}

/// The kinds of things that happen.
#[derive(Debug, Clone, PartialEq)]
pub enum EventKind {
    /// The customer wrote or pressed something.
    Customer(CustomerMessage),
    /// The business wrote, but not through us: the Page inbox, another app.
    Foreign(ForeignMessage),
    /// A message is not what it was: its writer changed it or took it back.
    Revised {
        /// Which message.
        message: MessageId,
        /// What it is now.
        revision: Revision,
    },
    /// Something happened that is no message: it is shown, and nothing else follows.
    Happened(Happening),
    /// Control of the conversation moved between the apps of the account.
    Thread(ThreadChange),
    /// The customer's conversation goes on elsewhere: two turned out to be one customer's.
    Merged {
        /// Which conversation goes on.
        into: ConversationId,
    },
    /// Another conversation turned out to be the same customer's, and was closed with messages that
    /// nobody had seen.
    Joined {
        /// Which was closed.
        from: ConversationId,
        /// How many messages.
        unread: u32,
        /// That the customer was blocked there, if they were.
        block: Option<Blocked>,
    },
    /// Outbound said what became of a request to move control.
    ThreadReport {
        /// What was asked for.
        action: ThreadAction,
        /// The sentence for the agent, if Meta refused.
        refused: Option<String>,
    },
    /// Outbound said what became of a request about WhatsApp's own block list.
    BlockListed(super::BlockListed),
    /// The customer logged in or out, or could not.
    Linking(LinkingChange),
    /// The customer is forgotten: what was known of them is gone.
    Erased,
    /// Meta said what became of messages.
    Receipt(Receipt),
    /// Outbound said what became of a send.
    Report {
        /// The message that was to be sent.
        message: MessageId,
        /// What became of it.
        outcome: SendOutcome,
    },
    /// An agent did something.
    Agent {
        /// Who.
        agent: UserId,
        /// What.
        command: AgentCommand,
    },
    /// Dispatch found an agent for the conversation's wait.
    Offer {
        /// Who is to answer.
        agent: UserId,
        /// Which wait it is for.
        ticket: u64,
    },
    /// The agent in charge is gone for good.
    AgentGone {
        /// Who.
        agent: UserId,
    },
    /// The customer is to read something about their wait.
    Tell {
        /// Which wait it is for.
        ticket: u64,
        /// What they are to read.
        text: String,
    },
    /// A bot took its turn.
    BotReply(BotReply),
    /// A bot did something by itself, in a turn or not.
    BotSaid(BotSaid),
    /// What a team promised of its answers was not kept.
    Overdue {
        /// Which promise.
        target: Target,
    },
    /// The turn's time is up.
    TurnDeadline {
        /// Which turn.
        turn: TurnId,
    },
    /// The time has come for what was put aside until then.
    SnoozeOver {
        /// Until when; void when it was put aside until another time since, or is not any more.
        until: Timestamp,
    },
    /// The customer pressed a button of a survey.
    Rated(Rating),
}

/// A message from the customer.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerMessage {
    /// The platform's id, if it has one.
    pub external_id: Option<String>,
    /// When the platform says it was written.
    pub sent_at: Timestamp,
    /// What it says.
    pub content: Content,
    /// The platform's id of the message it answers.
    pub reply_to: Option<String>,
    /// Whether it opens Meta's window (nearly everything a customer does).
    pub opens_window: bool,
    /// What stands around it.
    pub context: Context,
    /// Whether another part of the same message follows at once: a bot hears them together.
    pub continues: bool,
}

/// What became of a message that its writer changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Revision {
    /// It now says this.
    Edited(Box<Content>),
    /// It was taken back. Meta wants every copy deleted.
    Unsent,
}

/// Something that happened and is no message.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// What is shown.
    pub content: Content,
    /// When, as the platform says.
    pub at: Timestamp,
    /// Whether it opens Meta's window.
    pub opens_window: bool,
}

/// A message that the business wrote elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignMessage {
    /// The platform's id.
    pub external_id: Option<String>,
    /// When the platform says it was written.
    pub sent_at: Timestamp,
    /// What it says.
    pub content: Content,
    /// What stands around it.
    pub context: Context,
}

/// Whom the customer turned out to be, or no longer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkingChange {
    /// They are this customer of the business.
    Linked {
        /// The business's number for them.
        customer_number: String,
        /// What the business calls them.
        customer_name: Option<String>,
        /// What they read about it; nothing when empty.
        confirmation: String,
    },
    /// They are nobody known any more.
    Unlinked {
        /// Who they were to the business, if that was known.
        customer_number: Option<String>,
        /// Whether an agent did it, and not they themselves.
        by_agent: bool,
        /// What they read about it; nothing when empty.
        confirmation: String,
    },
    /// They came back from a log-in with something that proves nothing.
    Refused {
        /// Why, for the agent.
        reason: String,
    },
}

/// What Meta says became of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// One message, found by the platform's id or by our marker.
    Message {
        /// Which.
        message: MessageId,
        /// The send that the marker names, if it came with one: its fate is now known.
        send: Option<SendId>,
        /// The platform's id of it.
        external_id: String,
        /// What became of it.
        status: MessageStatus,
        /// For a failure: what the agent reads.
        reason: Option<String>,
        /// When the message was written.
        written_at: Timestamp,
    },
    /// All that was sent until then (Messenger's watermark).
    UpTo {
        /// Until when.
        watermark: Timestamp,
        /// Delivered or read.
        status: MessageStatus,
    },
}

/// What became of a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// Meta took it.
    Sent {
        /// The platform's id of the message.
        external_id: String,
    },
    /// Meta refused it, or it could not be sent.
    Failed {
        /// A sentence for the agent.
        reason: String,
    },
    /// Meta refused it because another app controls the conversation.
    Elsewhere {
        /// A sentence for the agent.
        reason: String,
    },
    /// No one knows: the bytes left and no answer came.
    Uncertain,
}

/// What an agent can do to a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum AgentCommand {
    /// Write to the customer.
    Reply {
        /// The id that the desk gave the message.
        message: MessageId,
        /// What it says.
        content: Content,
        /// The platform's id of the message that it answers.
        reply_to: Option<String>,
    },
    /// Write for colleagues; the customer never sees it.
    Note {
        /// The id that the desk gave the note.
        message: MessageId,
        /// What it says.
        text: String,
        /// Who is to read it.
        mentions: Vec<UserId>,
    },
    /// Move control of the conversation between the apps of the account.
    Thread(ThreadAction),
    /// The agent is writing; the customer is to see it.
    Typing,
    /// Send a failed or uncertain message once more.
    Resend(Resend),
    /// Put an agent in charge (oneself: take over).
    Assign {
        /// Who is to answer.
        to: UserId,
    },
    /// Give it back to the waiting line.
    Unassign,
    /// Let the bot answer again.
    ReturnToBot,
    /// Send it on.
    Transfer {
        /// To whom.
        to: Transfer,
        /// For whoever answers next.
        note: Option<String>,
    },
    /// Put it aside until then, or until the customer writes.
    Snooze {
        /// When it comes back.
        until: Timestamp,
    },
    /// Have it back before its time.
    Unsnooze,
    /// Say how urgent it is.
    SetPriority(Priority),
    /// Done.
    Resolve,
    /// Not done after all.
    Reopen,
    /// The agent has seen everything.
    MarkRead,
    /// Hear nothing from the customer any more.
    Block {
        /// Why, for colleagues.
        reason: String,
    },
    /// Hear from them again.
    Unblock,
}

/// A message to send once more.
#[derive(Debug, Clone, PartialEq)]
pub struct Resend {
    /// Which message.
    pub message: MessageId,
    /// What it says.
    pub content: Content,
    /// The platform's id of the message that it answers.
    pub reply_to: Option<String>,
    /// Meta's id of the persona as which it was written (Messenger).
    pub persona: Option<String>,
    /// Who wrote it.
    pub sender: crate::window::Sender,
}

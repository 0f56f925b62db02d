//! What bots do, in their turns and by themselves.

use crate::{
    Content,
    content::Source,
    conversation::HandOff,
    ids::{BotId, MessageId, TurnId},
};

/// What a bot says in its turn.
#[derive(Debug, Clone, PartialEq)]
pub struct BotReply {
    /// Which turn.
    pub turn: TurnId,
    /// What it says to the customer, in order.
    pub replies: Vec<Content>,
    /// What is to happen next.
    pub then: AfterTurn,
    /// For agents, if it fails or hands off: why, or what it found out so far.
    pub note: Option<String>,
    /// What it wants to know again in its next turn; `None`: nothing.
    pub memory: Option<String>,
    /// What its first message rests on, for agents.
    pub sources: Vec<Source>,
}

/// What a bot did by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct BotSaid {
    /// Which bot; another than the account's, or than the one whose turn runs, is not heard.
    pub bot: BotId,
    /// What it did.
    pub act: BotAct,
}

/// What a bot can do by itself.
#[derive(Debug, Clone, PartialEq)]
pub enum BotAct {
    /// Write to the customer.
    Say {
        /// The id that whoever took it in gave the first message.
        message: MessageId,
        /// What it says, in order.
        contents: Vec<Content>,
        /// The platform's id of the message that the first answers.
        reply_to: Option<String>,
        /// What it attached for itself, to be told again with what becomes of them.
        metadata: Option<String>,
        /// Meta's id of the persona as which it speaks (Messenger).
        persona: Option<String>,
    },
    /// It is writing; the customer is to see it.
    Typing,
    /// It has seen what the customer wrote; the customer is to know.
    Seen,
    /// It wants a person.
    HandOff {
        /// For agents.
        note: Option<String>,
    },
    /// It wants the conversation that people have.
    AskBack {
        /// For agents.
        note: Option<String>,
    },
}

/// What a bot wants after its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterTurn {
    /// To stay in charge.
    Stay,
    /// A person, for this reason.
    HandOff(HandOff),
    /// To resolve the conversation.
    Resolve,
    /// It failed; worth one more try.
    Retry,
    /// It has the turn and speaks by itself ([`BotSaid`]): the turn lasts until it does, or until its
    /// time is up.
    Await,
}

//! What happens to conversations, on the wire.

use switchboard_domain::{
    Content, Timestamp,
    content::Source,
    conversation::{AfterTurn, Blocked, HandOff, SendOutcome, Unanswered},
    ids::MessageId,
    window::{Label, Sender},
};

use super::{Invalid, parse};
use crate::wire::{self, bot_reply::Then, send_report::Outcome};

impl From<SendOutcome> for Outcome {
    fn from(outcome: SendOutcome) -> Self {
        match outcome {
            SendOutcome::Sent { external_id } => Outcome::Sent(external_id),
            SendOutcome::Failed { reason } => Outcome::Failed(reason),
            SendOutcome::Elsewhere { reason } => Outcome::Elsewhere(reason),
            SendOutcome::Uncertain => Outcome::Uncertain(wire::Empty {}),
        }
    }
}

impl From<Outcome> for SendOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Sent(external_id) => SendOutcome::Sent { external_id },
            Outcome::Failed(reason) => SendOutcome::Failed { reason },
            Outcome::Elsewhere(reason) => SendOutcome::Elsewhere { reason },
            Outcome::Uncertain(wire::Empty {}) => SendOutcome::Uncertain,
        }
    }
}

impl From<Blocked> for wire::Blocked {
    fn from(block: Blocked) -> Self {
        let (agent_id, at_us) = (block.by.to_string(), block.at.as_micros());
        Self { agent_id, at_us, reason: block.reason }
    }
}

impl TryFrom<wire::Blocked> for Blocked {
    type Error = Invalid;

    fn try_from(block: wire::Blocked) -> Result<Self, Invalid> {
        let by = parse("blocked.agent_id", &block.agent_id)?;
        Ok(Self { by, at: Timestamp::from_micros(block.at_us), reason: block.reason })
    }
}

impl From<Source> for wire::bot_reply::Source {
    fn from(source: Source) -> Self {
        Self { name: source.name, percent: source.percent.into() }
    }
}

impl From<wire::bot_reply::Source> for Source {
    fn from(source: wire::bot_reply::Source) -> Self {
        // More than sure is sure.
        Self { name: source.name, percent: u8::try_from(source.percent.min(100)).unwrap_or(100) }
    }
}

impl wire::BotReply {
    /// Sets what is to happen after the turn.
    #[must_use]
    pub fn then_do(mut self, then: AfterTurn) -> Self {
        let (word, reason) = match then {
            AfterTurn::Stay => (Then::Stay, None),
            AfterTurn::HandOff(reason) => (Then::HandOff, Some(reason)),
            AfterTurn::Resolve => (Then::Resolve, None),
            AfterTurn::Retry => (Then::Retry, None),
            AfterTurn::Await => (Then::Await, None),
        };
        self.then = word.into();
        self.reason = reason.map(hand_off_word).unwrap_or_default().into();
        self
    }

    /// What is to happen after the turn.
    ///
    /// # Errors
    /// [`Invalid`] when the words are not known.
    pub fn after_turn(&self) -> Result<AfterTurn, Invalid> {
        match self.then() {
            Then::Stay => Ok(AfterTurn::Stay),
            Then::HandOff => hand_off(&self.reason).map(AfterTurn::HandOff),
            Then::Resolve => Ok(AfterTurn::Resolve),
            Then::Retry => Ok(AfterTurn::Retry),
            Then::Await => Ok(AfterTurn::Await),
            Then::Unspecified => Err(Invalid::missing("bot_reply.then")),
        }
    }
}

fn hand_off_word(reason: HandOff) -> &'static str {
    match reason {
        HandOff::Asked => "asked",
        HandOff::BotUnsure => "bot_unsure",
        HandOff::BotFailed => "bot_failed",
        HandOff::BotSilent => "bot_silent",
        HandOff::NoBot => "no_bot",
        HandOff::Returned => "returned",
        HandOff::Transferred => "transferred",
        HandOff::Woken => "woken",
    }
}

fn hand_off(word: &str) -> Result<HandOff, Invalid> {
    [HandOff::Asked, HandOff::BotUnsure, HandOff::BotFailed, HandOff::BotSilent]
        .into_iter()
        .find(|reason| hand_off_word(*reason) == word)
        .ok_or_else(|| Invalid::new("bot_reply.reason", word))
}

impl From<Unanswered> for wire::bot_turn::Said {
    fn from(said: Unanswered) -> Self {
        Self { message_id: said.id.to_string(), content: Some(said.content.into()) }
    }
}

impl TryFrom<wire::bot_turn::Said> for Unanswered {
    type Error = Invalid;

    fn try_from(said: wire::bot_turn::Said) -> Result<Self, Invalid> {
        let id: MessageId = parse("bot_turn.messages.message_id", &said.message_id)?;
        let content = said.content.ok_or_else(|| Invalid::missing("bot_turn.messages.content"))?;
        Ok(Self { id, content: Content::try_from(content)? })
    }
}

/// The word for a sender on the wire.
#[must_use]
pub fn sender_word(sender: Sender) -> &'static str {
    match sender {
        Sender::Bot => "bot",
        Sender::Human => "human",
    }
}

/// The word for a label on the wire.
#[must_use]
pub fn label_word(label: Label) -> &'static str {
    match label {
        Label::Response => "response",
        Label::HumanAgent => "human_agent",
        Label::Template => "template",
    }
}

impl wire::SendRequest {
    /// Who wrote it.
    ///
    /// # Errors
    /// [`Invalid`] when the word is not known.
    pub fn sender_kind(&self) -> Result<Sender, Invalid> {
        [Sender::Bot, Sender::Human]
            .into_iter()
            .find(|sender| sender_word(*sender) == self.sender)
            .ok_or_else(|| Invalid::new("send_request.sender", &self.sender))
    }

    /// Under which label it goes out.
    ///
    /// # Errors
    /// [`Invalid`] when the word is not known.
    pub fn label_kind(&self) -> Result<Label, Invalid> {
        [Label::Response, Label::HumanAgent, Label::Template]
            .into_iter()
            .find(|label| label_word(*label) == self.label)
            .ok_or_else(|| Invalid::new("send_request.label", &self.label))
    }
}

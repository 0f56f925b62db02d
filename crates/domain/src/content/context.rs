//! What stands around a message: what it answers, where it came from, how it got here.

use serde::{Deserialize, Serialize};

use super::Referral;

/// What stands around a message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Context {
    /// The story of the business that it answers (Instagram).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub story: Option<Story>,
    /// The product of a catalogue that it asks about (WhatsApp).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Where the customer came from with this message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral: Option<Box<Referral>>,
    /// How it was passed on before it came here (WhatsApp).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<Forwarded>,
    /// It came while another app had control of the conversation: shown, not answered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub standby: bool,
    /// Its writer was blocked when it came: shown, and nobody was told of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub blocked: bool,
    /// Meta's id of the app that wrote it, for what the business wrote elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// What the bot that wrote it attached for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
    /// Meta's id of the persona as which it was written (Messenger).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persona: Option<String>,
    /// What a bot's answer rests on, the surest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
}

/// A part of what a bot was taught.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The document, and where in it.
    pub name: String,
    /// How sure it is that it answers the question, in hundredths.
    pub percent: u8,
}

/// A story that was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    /// Meta's id of it.
    pub id: Option<String>,
    /// Where it is; expires with the story.
    pub url: Option<String>,
}

/// How a message was passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forwarded {
    /// It was.
    Once,
    /// More than five times.
    Often,
}

impl Context {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

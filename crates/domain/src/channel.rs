//! The three channels.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// One of Meta's messaging products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Facebook Messenger; an account is a Page, a customer a PSID.
    Messenger,
    /// Instagram messaging; an account is a professional account, a customer an IGSID.
    Instagram,
    /// WhatsApp Cloud API; an account is a phone number id, a customer a BSUID or phone number.
    WhatsApp,
}

impl Channel {
    /// All of them, in the order shown to people.
    pub const ALL: [Channel; 3] = [Channel::Messenger, Channel::Instagram, Channel::WhatsApp];

    /// The lower-case word used in configuration, URLs and the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Messenger => "messenger",
            Channel::Instagram => "instagram",
            Channel::WhatsApp => "whatsapp",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no channel.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no channel; use messenger, instagram or whatsapp")]
pub struct UnknownChannel(String);

impl FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(word: &str) -> Result<Self, UnknownChannel> {
        Self::ALL
            .into_iter()
            .find(|c| c.as_str() == word)
            .ok_or_else(|| UnknownChannel(word.into()))
    }
}

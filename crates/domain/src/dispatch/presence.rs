//! Whether agents are at the desk.

use serde::{Deserialize, Serialize};

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

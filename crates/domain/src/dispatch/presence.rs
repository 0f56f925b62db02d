//! Whether agents are at the desk.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

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

    /// How an agent is who chose this: offline without an open page, and away by themselves, until
    /// they do something again, when nothing was done in any page of theirs since `idle_before`.
    #[must_use]
    pub fn by_the_pages(
        self,
        active_at: Option<Timestamp>,
        idle_before: Option<Timestamp>,
    ) -> Self {
        match active_at {
            None => Presence::Offline,
            Some(at) if self.is_present() && idle_before.is_some_and(|before| at <= before) => {
                Presence::Away
            }
            Some(_) => self,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_say_who_is_there_and_what_was_chosen_stays_chosen() {
        let at = |seconds| Some(Timestamp::from_secs(seconds));
        for chosen in Presence::ALL {
            assert_eq!(chosen.by_the_pages(None, None), Presence::Offline);
            assert_eq!(chosen.by_the_pages(at(10), None), chosen);
            assert_eq!(chosen.by_the_pages(at(10), at(9)), chosen);
            let idle = chosen.by_the_pages(at(10), at(10));
            let by_themselves = if chosen.is_present() { Presence::Away } else { chosen };
            assert_eq!(idle, by_themselves);
        }
    }
}

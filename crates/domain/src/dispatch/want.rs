//! What a waiting conversation wants, and what agents can do.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Channel, ids::UserId};

/// How urgent a conversation is. The more urgent is always served before the less.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// After all others.
    Low,
    /// As most are.
    #[default]
    Normal,
    /// Before most.
    High,
    /// Before all others.
    Urgent,
}

impl Priority {
    /// All of them, the least urgent first.
    pub const ALL: [Priority; 4] =
        [Priority::Low, Priority::Normal, Priority::High, Priority::Urgent];

    /// The word used on the wire and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Priority::Low => "low",
            Priority::Normal => "normal",
            Priority::High => "high",
            Priority::Urgent => "urgent",
        }
    }
}

/// A word that is no priority.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no priority; use low, normal, high or urgent")]
pub struct UnknownPriority(String);

impl std::str::FromStr for Priority {
    type Err = UnknownPriority;

    fn from_str(word: &str) -> Result<Self, UnknownPriority> {
        Self::ALL
            .into_iter()
            .find(|priority| priority.as_str() == word)
            .ok_or_else(|| UnknownPriority(word.into()))
    }
}

/// What a conversation wants of whoever answers it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Want {
    /// How urgent it is.
    pub priority: Priority,
    /// Where it takes place; decides what it weighs. `None`: it weighs 1.
    pub channel: Option<Channel>,
    /// What the customer speaks, such as `de`; `None`: anything.
    pub language: Option<String>,
    /// What whoever answers must know, all of it.
    pub skills: BTreeSet<String>,
    /// Who answered this customer last.
    pub last_agent: Option<UserId>,
}

/// What an agent can do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Talents {
    /// What they know.
    pub skills: BTreeSet<String>,
    /// What they speak, such as `de`; empty: whatever customers do.
    pub languages: BTreeSet<String>,
    /// How much of their capacity a conversation of each channel takes; 1 where it is not said.
    pub weights: BTreeMap<Channel, u32>,
}

impl Talents {
    /// Whether the agent can answer what wants this.
    #[must_use]
    pub fn meet(&self, want: &Want) -> bool {
        let speaks =
            |language: &String| self.languages.is_empty() || self.languages.contains(language);
        want.language.as_ref().is_none_or(speaks) && want.skills.is_subset(&self.skills)
    }

    /// How much a conversation of the channel takes of a capacity: never nothing, and never more
    /// than there is, so that an idle agent can take any.
    #[must_use]
    pub fn weight(&self, channel: Option<Channel>, capacity: u32) -> u32 {
        let weight = channel.and_then(|channel| self.weights.get(&channel)).copied();
        weight.unwrap_or(1).max(1).min(capacity.max(1))
    }
}

//! How a team works: who of it is given the next conversation, when, and what customers read
//! meanwhile.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    dispatch::{Hours, Want},
    ids::TeamId,
};

/// Who is given the next conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// The agent with the least load.
    #[default]
    LeastBusy,
    /// The agent whose last turn is longest ago.
    RoundRobin,
    /// Who answered the customer last, if they can; else the least busy.
    LastAgent,
    /// Nobody: agents pick from the line.
    Manual,
}

/// Another team that helps out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overflow {
    /// Once a conversation has waited so long, in seconds.
    pub after_seconds: u64,
    /// Who helps.
    pub to: TeamId,
}

/// What customers read while they wait, in one language. Nothing is said where it is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Texts {
    /// While the team is closed; `{opens}` stands for the time of the next opening.
    pub closed: String,
    /// While they are in the line; `{position}` stands for their place in it, from 1.
    pub waiting: String,
}

/// The settings of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TeamSettings {
    /// Who is given the next conversation.
    pub strategy: Strategy,
    /// When it works.
    pub hours: Hours,
    /// Who helps out.
    pub overflow: Option<Overflow>,
    /// What customers read, by language.
    pub texts: BTreeMap<String, Texts>,
    /// The language for customers whose language is not known or has no texts.
    pub language: String,
    /// Customers are told of a better place at most so often, in minutes.
    pub tell_every_minutes: u64,
}

impl Default for TeamSettings {
    fn default() -> Self {
        Self {
            strategy: Strategy::default(),
            hours: Hours::default(),
            overflow: None,
            texts: BTreeMap::new(),
            language: "en".into(),
            tell_every_minutes: 5,
        }
    }
}

impl TeamSettings {
    /// The texts for a customer.
    #[must_use]
    pub fn texts_for(&self, want: &Want) -> Option<&Texts> {
        let own = want.language.as_ref().and_then(|language| self.texts.get(language));
        own.or_else(|| self.texts.get(&self.language))
    }

    /// The time between two words about a customer's place.
    #[must_use]
    pub fn tell_every(&self) -> Duration {
        Duration::from_secs(self.tell_every_minutes.saturating_mul(60))
    }

    /// When the team that helps out may answer who waits since then.
    #[must_use]
    pub fn overflow_at(&self, since: Timestamp) -> Option<(Timestamp, TeamId)> {
        self.overflow
            .map(|overflow| (since.plus(Duration::from_secs(overflow.after_seconds)), overflow.to))
    }
}

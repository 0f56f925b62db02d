//! What a team promises of its answers.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::clock::Spent;
use crate::dispatch::{Hours, Priority};

/// A promise about the time until something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A person's first answer.
    FirstResponse,
    /// A person's answer to what the customer wrote after the first.
    NextResponse,
    /// The end.
    Resolution,
}

impl Target {
    /// All of them.
    pub const ALL: [Target; 3] = [Target::FirstResponse, Target::NextResponse, Target::Resolution];

    /// The word used on the wire and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Target::FirstResponse => "first_response",
            Target::NextResponse => "next_response",
            Target::Resolution => "resolution",
        }
    }

    /// As a sentence about it begins.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Target::FirstResponse => "The first response",
            Target::NextResponse => "The next response",
            Target::Resolution => "The resolution",
        }
    }
}

/// A word that is no target.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no target; use first_response, next_response or resolution")]
pub struct UnknownTarget(String);

impl std::str::FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(word: &str) -> Result<Self, UnknownTarget> {
        let found = Self::ALL.into_iter().find(|target| target.as_str() == word);
        found.ok_or_else(|| UnknownTarget(word.into()))
    }
}

/// What a team promises.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sla {
    /// Whether its time runs while the team is closed, too.
    pub around_the_clock: bool,
    /// By how urgent a conversation is; nothing is promised for those not named.
    pub targets: BTreeMap<Priority, Targets>,
}

/// The longest times, in minutes; nothing is promised where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Targets {
    /// Until a person's first answer.
    pub first_response: Option<u32>,
    /// Until a person's next answers.
    pub next_response: Option<u32>,
    /// Until it is resolved.
    pub resolution: Option<u32>,
}

impl Sla {
    /// What is promised.
    #[must_use]
    pub fn limit(&self, priority: Priority, target: Target) -> Option<Duration> {
        let targets = self.targets.get(&priority)?;
        let minutes = match target {
            Target::FirstResponse => targets.first_response,
            Target::NextResponse => targets.next_response,
            Target::Resolution => targets.resolution,
        };
        minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60))
    }
}

/// What the time of a team's conversations is measured by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// When it works.
    pub hours: Hours,
    /// What it promises.
    pub sla: Sla,
}

impl Terms {
    /// The time that counts for its promises.
    pub(super) fn counted(&self, spent: Spent) -> Duration {
        if self.sla.around_the_clock { spent.wall } else { spent.open }
    }
}

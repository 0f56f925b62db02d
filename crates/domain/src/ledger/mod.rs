//! How long customers wait for people, what was promised them, and the facts that reports count.
//!
//! A [`Ledger`] stands beside each conversation and watches it: [`Ledger::note`] is given each event
//! with what it changed, and tells the [`Fact`]s that follow. It decides nothing about the
//! conversation. What each number means: docs/REPORTS.md.

mod clock;
mod episode;
mod fact;
mod figures;
mod satisfaction;
mod situation;
mod terms;
#[cfg(test)]
mod tests;

pub use clock::Spent;
use episode::Episode;
pub use fact::{Fact, Kind, UnknownKind, reason_word, word};
pub use figures::{Entry, Figures, Messages, Spread, Times};
pub use satisfaction::{Asked, Satisfaction};
use serde::{Deserialize, Serialize};
pub use situation::{Situation, counts_as_message};
pub use terms::{Sla, Target, Targets, Terms, UnknownTarget};

use crate::{
    Timestamp,
    conversation::{Effect, Event},
};

/// What is measured of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    /// From when somebody is to answer until nobody is; `None`: nobody is.
    episode: Option<Episode>,
}

/// An event of a conversation, with what it changed.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// What was.
    pub before: &'a Situation,
    /// What is.
    pub after: &'a Situation,
    /// What happened.
    pub event: &'a Event,
    /// What followed.
    pub effects: &'a [Effect],
    /// Of the team that it was with.
    pub terms_before: &'a Terms,
    /// Of the team that it is with.
    pub terms: &'a Terms,
}

impl<'a> Change<'a> {
    /// Whose the time was that ends with the event: of the team that people's conversation leaves, for
    /// it forgets its team and its priority by that; else of the one that has it.
    fn held(&self) -> (&'a Situation, &'a Terms) {
        if self.before.is_peoples() && !self.after.is_peoples() {
            (self.before, self.terms_before)
        } else {
            (self.after, self.terms)
        }
    }
}

/// A promise that is being measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub target: Target,
    /// When it is broken.
    pub at: Timestamp,
    /// When a quarter of its time is left.
    pub soon: Timestamp,
    /// People were told that it is broken.
    pub breached: bool,
}

impl Ledger {
    /// Takes note of an event; tells what reports count of it.
    #[must_use]
    pub fn note(&mut self, change: &Change<'_>) -> Vec<Fact> {
        let mut facts = Vec::new();
        if self.episode.is_none() {
            self.episode = Episode::begin(change, &mut facts);
        }
        let Some(episode) = &mut self.episode else { return facts };
        episode.settle(change);
        episode.hear(change, &mut facts);
        episode.follow(change, &mut facts);
        if !change.after.is_open() {
            episode.end(change, &mut facts);
            self.episode = None;
        }
        facts
    }

    /// The promises whose time runs, the earliest first.
    #[must_use]
    pub fn due(&self, situation: &Situation, terms: &Terms) -> Vec<Due> {
        let episode = self.episode.as_ref();
        let mut all = episode.map(|it| it.due(situation, terms)).unwrap_or_default();
        all.sort_by_key(|due| due.at);
        all
    }
}

//! What reports count.

use super::{clock::Spent, terms::Target};
use crate::{
    Timestamp,
    conversation::HandOff,
    ids::{TeamId, UserId},
};

/// The kinds of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Somebody is to answer from now on.
    Begun,
    /// A person is wanted.
    HandedOff,
    /// Nobody waits for a person's first answer any more.
    FirstResponse,
    /// Nobody waits for a person's next answer any more.
    NextResponse,
    /// A wait in the line is over.
    Line,
    /// Nobody is to answer any more.
    Resolved,
    /// A promise was not kept.
    Breached,
}

impl Kind {
    /// Those of which reports know how many there are.
    pub const COUNTED: [Kind; 3] = [Kind::Begun, Kind::HandedOff, Kind::Breached];

    /// Those of which they also know how long it took.
    pub const TIMED: [Kind; 4] =
        [Kind::FirstResponse, Kind::NextResponse, Kind::Line, Kind::Resolved];

    /// The word that it is kept by.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Begun => "begun",
            Kind::HandedOff => "handed_off",
            Kind::FirstResponse => "first_response",
            Kind::NextResponse => "next_response",
            Kind::Line => "line",
            Kind::Resolved => "resolved",
            Kind::Breached => "breached",
        }
    }
}

/// A word that is no kind.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no kind of fact")]
pub struct UnknownKind(String);

impl std::str::FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        let all = Self::COUNTED.into_iter().chain(Self::TIMED);
        all.into_iter().find(|kind| kind.as_str() == word).ok_or_else(|| UnknownKind(word.into()))
    }
}

/// Something that reports count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What kind.
    pub kind: Kind,
    /// More exactly: see the constants of [`word`], [`reason_word`] and [`Target::as_str`].
    pub word: &'static str,
    /// When.
    pub at: Timestamp,
    /// Whose conversation it was.
    pub team: TeamId,
    /// Whose doing it was, where it was a person's.
    pub agent: Option<UserId>,
    /// How long it took, where it took time.
    pub spent: Spent,
    /// Whether the promise was kept, where there was one.
    pub met: Option<bool>,
}

/// The words of facts.
pub mod word {
    /// Begun: the first time.
    pub const NEW: &str = "new";
    /// Begun: once more.
    pub const AGAIN: &str = "again";
    /// A response: it was given.
    pub const ANSWERED: &str = "answered";
    /// A response: nobody waits for it any more, and it was not given.
    pub const ABANDONED: &str = "abandoned";
    /// Left the line, or was resolved: by a person.
    pub const PEOPLE: &str = "people";
    /// Left the line for the bot, or was resolved by it.
    pub const BOT: &str = "bot";
    /// Left the line, or was resolved, otherwise.
    pub const OTHER: &str = "other";
}

/// The word for why a person is wanted.
#[must_use]
pub fn reason_word(reason: HandOff) -> &'static str {
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

impl From<Target> for Kind {
    fn from(target: Target) -> Self {
        match target {
            Target::FirstResponse => Kind::FirstResponse,
            Target::NextResponse => Kind::NextResponse,
            Target::Resolution => Kind::Resolved,
        }
    }
}

//! When somebody wants no mails: parts of the days of the week, in their own time zone.

use serde::{Deserialize, Serialize};

use crate::dispatch::{BadHours, Clock, Day, Hours, Opening};

/// A time of some days of the week at which no mails come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// On which days it begins.
    pub days: Vec<Day>,
    /// From when on.
    pub from: Clock,
    /// Until when, exclusive; one that is not after `from` is on the next day.
    pub to: Clock,
}

/// Quiet times that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadQuiet {
    /// It is on no day.
    #[error("a quiet time is on one day of the week at least")]
    NoDay,
    /// It ends when it begins.
    #[error("a quiet time from {0} to {0} is none; 00:00 to 24:00 is the whole day")]
    Empty(Clock),
    /// No mail would ever come.
    #[error("they are all of the week; turn the mails off instead")]
    Always,
    /// Too many.
    #[error("they are more than {0}")]
    Many(usize),
}

impl Quiet {
    /// Quiet times that somebody can have.
    const MOST: usize = 50;

    fn check(&self) -> Result<(), BadQuiet> {
        if self.days.is_empty() {
            return Err(BadQuiet::NoDay);
        }
        if self.from == self.to { Err(BadQuiet::Empty(self.from)) } else { Ok(()) }
    }

    /// The same as parts of days, none of which goes over midnight.
    fn parts(&self) -> impl Iterator<Item = Opening> {
        let over = self.from >= self.to;
        let end = if over { Clock::END_OF_DAY } else { self.to };
        let first = Opening { days: self.days.clone(), from: self.from, to: end };
        let next = self.days.iter().map(|day| day.next()).collect();
        let second = Opening { days: next, from: Clock::MIDNIGHT, to: self.to };
        let parts = [Some(first), Some(second).filter(|_| over)].into_iter().flatten();
        parts.filter(|part| part.from < part.to)
    }
}

/// Checks quiet times in a time zone that there is.
///
/// # Errors
/// [`BadQuiet`], with the number of the one that is wrong if it is one.
pub(super) fn check(all: &[Quiet], zone: &str) -> Result<(), (Option<usize>, BadQuiet)> {
    if all.len() > Quiet::MOST {
        return Err((None, BadQuiet::Many(Quiet::MOST)));
    }
    for (number, one) in all.iter().enumerate() {
        one.check().map_err(|bad| (Some(number), bad))?;
    }
    let hours = hours(all, zone);
    let begin = crate::Timestamp::from_micros(0);
    let always = !all.is_empty() && hours.open(begin) && hours.next_change(begin).is_none();
    if always { Err((None, BadQuiet::Always)) } else { Ok(()) }
}

/// Whether a time zone is one.
///
/// # Errors
/// [`BadHours`] with how to write it.
pub(super) fn check_zone(zone: &str) -> Result<(), BadHours> {
    hours(&[], zone).check()
}

/// The quiet times as hours in which it is quiet; without any they say nothing of that.
pub(super) fn hours(all: &[Quiet], zone: &str) -> Hours {
    let week = all.iter().flat_map(Quiet::parts).collect();
    Hours { zone: zone.into(), week, ..Hours::default() }
}

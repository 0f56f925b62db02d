//! How much of a time a team works.

use std::time::Duration;

use jiff::{Span, civil::Date};

use super::{Clock, Hours};
use crate::Timestamp;

/// How far ahead a moment is looked for, in days.
const AHEAD: i64 = 400;

/// The length of a day, to count how many lie between two moments.
const DAY: u64 = 24 * 60 * 60;

impl Hours {
    /// How much of the time between the two the team works.
    #[must_use]
    pub fn open_between(&self, from: Timestamp, to: Timestamp) -> Duration {
        let all = to.since(from);
        if self.always() {
            return all;
        }
        let days = i64::try_from(all.as_secs() / DAY).unwrap_or(i64::MAX).saturating_add(2);
        let openings = self.openings(from, days).filter(|(begin, _)| *begin < to);
        openings.map(|(begin, end)| end.min(to).since(begin)).sum()
    }

    /// When the team will have worked that long since then; `None` when it does not within a year.
    #[must_use]
    pub fn after_open(&self, from: Timestamp, long: Duration) -> Option<Timestamp> {
        if self.always() {
            return Some(from.plus(long));
        }
        let mut left = long;
        for (begin, end) in self.openings(from, AHEAD) {
            let open = end.since(begin);
            if open >= left {
                return Some(begin.plus(left));
            }
            left = left.saturating_sub(open);
        }
        None
    }

    fn always(&self) -> bool {
        self.week.is_empty() && self.holidays.is_empty()
    }

    /// When the team works from then on, in order, for so many days.
    fn openings(&self, from: Timestamp, days: i64) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let today = self.local(from).date();
        let dates = (0..days).map_while(move |day| today.checked_add(Span::new().days(day)).ok());
        let all = dates.flat_map(|date| self.openings_on(date));
        all.filter(move |(_, end)| *end > from).map(move |(begin, end)| (begin.max(from), end))
    }

    /// Of one day, in order; what overlaps is one.
    fn openings_on(&self, date: Date) -> Vec<(Timestamp, Timestamp)> {
        if self.holiday_on(date).is_some() {
            return Vec::new();
        }
        let whole = self.week.is_empty().then_some((Clock::MIDNIGHT, Clock::END_OF_DAY));
        let of_day = self.on(date).map(|opening| (opening.from, opening.to));
        let mut all: Vec<(Clock, Clock)> = whole.into_iter().chain(of_day).collect();
        all.sort_unstable();
        let mut joined: Vec<(Clock, Clock)> = Vec::new();
        for (from, to) in all {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        let instants = joined
            .into_iter()
            .filter_map(|(from, to)| Some((self.instant(date, from)?, self.instant(date, to)?)));
        instants.collect()
    }
}

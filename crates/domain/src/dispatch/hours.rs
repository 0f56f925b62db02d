//! When a team works: a week of openings in a time zone, and holidays. The time zones are those
//! bundled with jiff, so that the same history gives the same decisions on every machine.

use std::{fmt, str::FromStr};

use jiff::{
    Zoned,
    civil::{Date, DateTime, Time, Weekday},
    tz::{TimeZone, TimeZoneDatabase},
};
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// How far ahead the next opening or closing is looked for, in days.
const AHEAD: i64 = 15;

/// Shifts of the clock that are looked at: more than any zone has in [`AHEAD`] days.
const SHIFTS: usize = 4;

/// When a team works. Without openings it always does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hours {
    /// An IANA time zone, such as `Europe/Berlin`.
    pub zone: String,
    /// When it opens in each week.
    pub week: Vec<Opening>,
    /// Days on which it stays closed.
    pub holidays: Vec<Holiday>,
}

/// A time of a day on which a team works, on each of some days of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// On which days.
    pub days: Vec<Day>,
    /// From when on.
    pub from: Clock,
    /// Until when, exclusive; 24:00 is the end of the day.
    pub to: Clock,
}

/// A day on which a team stays closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// Which day.
    pub date: Date,
    /// What customers read on it in place of the team's text, in every language.
    #[serde(default)]
    pub text: Option<String>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

/// A time of the day: minutes since midnight, 0 to 1440; written `09:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Clock(u16);

/// Hours that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadHours {
    /// Not a time of the day.
    #[error("{0:?} is no time of the day; write it like 09:30, at most 24:00")]
    Clock(String),
    /// No such time zone.
    #[error("{0:?} is no time zone; use an IANA name such as Europe/Berlin")]
    Zone(String),
    /// It ends before it begins.
    #[error("an opening from {from} to {to} is empty; one over midnight is written as two")]
    Empty {
        /// Its beginning.
        from: Clock,
        /// Its end.
        to: Clock,
    },
}

impl Default for Hours {
    fn default() -> Self {
        Self { zone: "UTC".into(), week: Vec::new(), holidays: Vec::new() }
    }
}

impl Hours {
    /// Checks what people wrote.
    ///
    /// # Errors
    /// [`BadHours`] with what is wrong and how to write it.
    pub fn check(&self) -> Result<(), BadHours> {
        find(&self.zone).ok_or_else(|| BadHours::Zone(self.zone.clone()))?;
        let empty = self.week.iter().find(|opening| opening.from >= opening.to);
        empty.map_or(Ok(()), |opening| Err(BadHours::Empty { from: opening.from, to: opening.to }))
    }

    /// Whether the team works then.
    #[must_use]
    pub fn open(&self, at: Timestamp) -> bool {
        let local = self.local(at);
        if self.holiday_on(local.date()).is_some() {
            return false;
        }
        let minute = Clock::of(local.time());
        self.week.is_empty()
            || self.on(local.date()).any(|opening| opening.from <= minute && minute < opening.to)
    }

    /// When the team next opens or closes, if it does within two weeks.
    #[must_use]
    pub fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        let (now, today) = (self.open(at), self.local(at).date());
        let days =
            (0..=AHEAD).filter_map(|days| today.checked_add(jiff::Span::new().days(days)).ok());
        days.flat_map(|day| self.edges(day))
            .chain(self.shifts(at))
            .filter(|edge| *edge > at && self.open(*edge) != now)
            .min()
    }

    /// The next opening as people write it, in the team's time; empty when none is near.
    #[must_use]
    pub fn next_opening(&self, at: Timestamp) -> String {
        let mut when = at;
        while let Some(change) = self.next_change(when) {
            if self.open(change) {
                return self.written(change);
            }
            when = change;
        }
        String::new()
    }

    /// A time as people write it, in the team's time.
    #[must_use]
    pub fn written(&self, at: Timestamp) -> String {
        self.local(at).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// What is read on the holiday that it is then, if it has a text of its own.
    #[must_use]
    pub fn holiday_text(&self, at: Timestamp) -> Option<&str> {
        self.holiday_on(self.local(at).date()).and_then(|holiday| holiday.text.as_deref())
    }

    pub(super) fn holiday_on(&self, date: Date) -> Option<&Holiday> {
        self.holidays.iter().find(|holiday| holiday.date == date)
    }

    pub(super) fn on(&self, date: Date) -> impl Iterator<Item = &Opening> {
        let day = Day::of(date.weekday());
        self.week.iter().filter(move |opening| opening.days.contains(&day))
    }

    /// When something may change on that day: midnight, and the ends of its openings, each as often
    /// as the clock shows it.
    fn edges(&self, date: Date) -> Vec<Timestamp> {
        let ends = self.on(date).flat_map(|opening| [opening.from, opening.to]);
        [Clock(0)].into_iter().chain(ends).flat_map(|clock| self.instants(date, clock)).collect()
    }

    /// When the clock is put forward or back next: that may begin or end an opening.
    fn shifts(&self, at: Timestamp) -> Vec<Timestamp> {
        let Ok(begin) = jiff::Timestamp::from_microsecond(at.as_micros()) else {
            return Vec::new();
        };
        let zone = self.time_zone();
        let all = zone.following(begin).take(SHIFTS);
        all.map(|shift| Timestamp::from_micros(shift.timestamp().as_microsecond())).collect()
    }

    pub(super) fn instant(&self, date: Date, clock: Clock) -> Option<Timestamp> {
        let zoned = self.time_zone().to_zoned(civil(date, clock)?).ok()?;
        Some(Timestamp::from_micros(zoned.timestamp().as_microsecond()))
    }

    /// Each time at which the clock shows that: twice when it is put back over it.
    fn instants(&self, date: Date, clock: Clock) -> Vec<Timestamp> {
        let Some(civil) = civil(date, clock) else { return Vec::new() };
        let shown = self.time_zone().to_ambiguous_timestamp(civil);
        let all = [shown.earlier(), shown.later()].into_iter().flatten();
        all.map(|at| Timestamp::from_micros(at.as_microsecond())).collect()
    }

    pub(super) fn local(&self, at: Timestamp) -> Zoned {
        let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
        at.to_zoned(self.time_zone())
    }

    fn time_zone(&self) -> TimeZone {
        find(&self.zone).unwrap_or(TimeZone::UTC)
    }
}

/// What the clock shows then; the end of a day is the beginning of the next.
fn civil(date: Date, clock: Clock) -> Option<DateTime> {
    match clock.time() {
        Some(time) => Some(date.to_datetime(time)),
        None => Some(DateTime::from_parts(date.tomorrow().ok()?, Time::midnight())),
    }
}

/// The time zone of that name.
pub(crate) fn find(zone: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(zone).ok()
}

impl Day {
    /// The whole week.
    pub const ALL: [Day; 7] = [
        Day::Monday,
        Day::Tuesday,
        Day::Wednesday,
        Day::Thursday,
        Day::Friday,
        Day::Saturday,
        Day::Sunday,
    ];

    /// The day after.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Day::Monday => Day::Tuesday,
            Day::Tuesday => Day::Wednesday,
            Day::Wednesday => Day::Thursday,
            Day::Thursday => Day::Friday,
            Day::Friday => Day::Saturday,
            Day::Saturday => Day::Sunday,
            Day::Sunday => Day::Monday,
        }
    }

    fn of(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Day::Monday,
            Weekday::Tuesday => Day::Tuesday,
            Weekday::Wednesday => Day::Wednesday,
            Weekday::Thursday => Day::Thursday,
            Weekday::Friday => Day::Friday,
            Weekday::Saturday => Day::Saturday,
            Weekday::Sunday => Day::Sunday,
        }
    }
}

impl Clock {
    const END: u16 = 24 * 60;

    /// The beginning of a day.
    pub const MIDNIGHT: Self = Self(0);

    /// The end of a day.
    pub const END_OF_DAY: Self = Self(Self::END);

    fn of(time: Time) -> Self {
        Self(u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs()))
    }

    /// None at the end of the day.
    fn time(self) -> Option<Time> {
        let (hour, minute) = (i8::try_from(self.0 / 60).ok()?, i8::try_from(self.0 % 60).ok()?);
        Time::new(hour, minute, 0, 0).ok()
    }
}

impl FromStr for Clock {
    type Err = BadHours;

    fn from_str(text: &str) -> Result<Self, BadHours> {
        let read = || {
            let (hour, minute) = text.split_once(':')?;
            let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            if !digits(hour) || !digits(minute) {
                return None;
            }
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            let total = hour * 60 + minute;
            (minute < 60 && total <= Self::END).then_some(Self(total))
        };
        read().ok_or_else(|| BadHours::Clock(text.into()))
    }
}

impl TryFrom<String> for Clock {
    type Error = BadHours;

    fn try_from(text: String) -> Result<Self, BadHours> {
        text.parse()
    }
}

impl From<Clock> for String {
    fn from(clock: Clock) -> Self {
        clock.to_string()
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

//! Days and hours as people in some place count them.

use jiff::{Zoned, civil::Date, tz::TimeZone};

use crate::{Timestamp, dispatch};

/// A time zone, of those bundled with jiff.
#[derive(Debug, Clone)]
pub struct Calendar(TimeZone);

impl Calendar {
    /// Of an IANA time zone, such as `Europe/Berlin`; `None` when there is none of that name.
    #[must_use]
    pub fn of(zone: &str) -> Option<Self> {
        dispatch::find(zone).map(Self)
    }

    /// The day that it is there.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> Date {
        self.local(at).date()
    }

    /// The hour of the day, 0 to 23.
    #[must_use]
    pub fn hour(&self, at: Timestamp) -> u8 {
        self.local(at).hour().unsigned_abs()
    }

    fn local(&self, at: Timestamp) -> Zoned {
        let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
        at.to_zoned(self.0.clone())
    }
}

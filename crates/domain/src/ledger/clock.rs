//! A time that is measured: it can stand still, and knows how much of it the team was there.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::terms::Terms;
use crate::{Timestamp, dispatch::Hours};

/// A time that has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// All of it.
    pub wall: Duration,
    /// What of it lay in the team's hours.
    pub open: Duration,
}

/// A time that is measured.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Clock {
    /// Since when it runs; `None`: it stands still.
    since: Option<Timestamp>,
    /// Before that.
    wall: Duration,
    open: Duration,
    /// People were told that it is over what was promised.
    pub(super) breached: bool,
}

impl Clock {
    /// From then on; it runs or waits to.
    pub(super) fn new(at: Timestamp, runs: bool) -> Self {
        Self { since: runs.then_some(at), ..Self::default() }
    }

    pub(super) fn runs(&self) -> bool {
        self.since.is_some()
    }

    /// What has passed until then.
    pub(super) fn spent(&self, at: Timestamp, hours: &Hours) -> Spent {
        let Some(since) = self.since else { return Spent { wall: self.wall, open: self.open } };
        let wall = self.wall.saturating_add(at.since(since));
        Spent { wall, open: self.open.saturating_add(hours.open_between(since, at)) }
    }

    /// Goes on by other hours, or stands still.
    pub(super) fn turn(&mut self, at: Timestamp, hours: &Hours, runs: bool) {
        let Spent { wall, open } = self.spent(at, hours);
        (self.wall, self.open) = (wall, open);
        self.since = runs.then_some(at);
    }

    /// When so much will have passed, if nothing changes; `None` while it stands still.
    pub(super) fn reaches(&self, long: Duration, terms: &Terms) -> Option<Timestamp> {
        let since = self.since?;
        if terms.sla.around_the_clock {
            return Some(since.plus(long.saturating_sub(self.wall)));
        }
        terms.hours.after_open(since, long.saturating_sub(self.open))
    }
}

//! The time, twice: a monotonic one for all waiting, and the wall clock for what is stored.

use std::time::Duration;

use switchboard_domain::Timestamp;
use tokio::time::Instant;

/// Instants are counted from a while before the start, so that what happened before it has one too.
const BEFORE: Duration = Duration::from_secs(24 * 60 * 60);

/// The clock of a process; copies agree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    start: Instant,
}

/// The present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Now {
    /// Monotonic, since [`BEFORE`] the start.
    pub(crate) mono: Duration,
    /// What the wall clock shows.
    pub(crate) wall: Timestamp,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { start: Instant::now() }
    }

    pub(crate) fn now(self) -> Now {
        Now { mono: self.mono(), wall: switchboard_chassis::clock::now() }
    }

    pub(crate) fn mono(self) -> Duration {
        BEFORE + self.start.elapsed()
    }

    /// When a timer must ring for this instant.
    pub(crate) fn instant(self, mono: Duration) -> Instant {
        self.start + mono.saturating_sub(BEFORE)
    }
}

impl Now {
    /// The monotonic instant of a stored time; what is long over is as good as the beginning.
    pub(crate) fn instant_of(self, stored: Timestamp) -> Duration {
        if stored > self.wall {
            self.mono.saturating_add(stored.since(self.wall))
        } else {
            self.mono.saturating_sub(self.wall.since(stored))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_times_lie_around_now() {
        let now = Now { mono: Duration::from_secs(100), wall: Timestamp::from_secs(1_000) };
        assert_eq!(now.instant_of(Timestamp::from_secs(1_007)), Duration::from_secs(107));
        assert_eq!(now.instant_of(Timestamp::from_secs(990)), Duration::from_secs(90));
        assert_eq!(now.instant_of(Timestamp::from_secs(0)), Duration::ZERO);
    }
}

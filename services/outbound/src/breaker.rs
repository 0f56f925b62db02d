//! Keeps an account off Meta while calls come to nothing: one call at a time finds out whether it
//! is worth it again. So an outage costs a few sends their certainty, not a whole backlog.

use std::time::Duration;

/// Unknown outcomes in a row that are taken for chance.
const CHANCE: u32 = 4;

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(15);

/// The breaker of one account.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    /// Calls in a row that came to nothing.
    troubles: u32,
    /// Times in a row that it was found still broken.
    trips: u32,
    broken: bool,
    closed_until: Duration,
}

impl Breaker {
    /// A call got no answer. That nothing was sent is certain when no connection was made, and no
    /// chance.
    pub(crate) fn trouble(&mut self, certain: bool, now: Duration) {
        self.troubles = self.troubles.saturating_add(1);
        self.broken = self.broken || certain || self.troubles > CHANCE;
        // Calls that were on their way together count as one.
        if self.broken && now >= self.closed_until {
            let wait = FIRST.saturating_mul(1 << self.trips.min(10)).min(LONGEST);
            self.trips = self.trips.saturating_add(1);
            self.closed_until = now + wait;
        }
    }

    /// Meta answered.
    pub(crate) fn answered(&mut self) {
        *self = Self::default();
    }

    /// Until when no call may be made, with this many on their way; `None` when one may be.
    pub(crate) fn closed(&self, in_flight: usize) -> Option<Duration> {
        match (self.broken, in_flight) {
            (false, _) => None,
            (true, 0) => Some(self.closed_until),
            (true, _) => Some(Duration::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(100);

    #[test]
    fn a_few_unknown_outcomes_are_chance() {
        let mut breaker = Breaker::default();
        (0..CHANCE).for_each(|_| breaker.trouble(false, NOW));
        assert_eq!(breaker.closed(9), None);
        breaker.trouble(false, NOW);
        assert_eq!(breaker.closed(0), Some(NOW + FIRST));
        breaker.answered();
        assert_eq!(breaker.closed(0), None);
    }

    #[test]
    fn an_outage_is_asked_after_less_and_less() {
        let (mut breaker, mut now) = (Breaker::default(), NOW);
        let mut waits = Vec::new();
        for _ in 0..8 {
            // Several at once count once.
            breaker.trouble(true, now);
            breaker.trouble(true, now);
            assert_eq!(breaker.closed(1), Some(Duration::MAX), "one at a time");
            let until = breaker.closed(0).unwrap();
            waits.push((until - now).as_millis());
            now = until;
        }
        assert_eq!(waits, [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    }
}

//! How long to wait before the next try.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(50);

/// A broker that is back must be found soon: recovery is promised within seconds.
const CEILING: Duration = Duration::from_secs(2);

/// Doubles from try to try, with jitter, so that a fleet does not come back in step.
#[derive(Debug)]
pub(crate) struct Backoff(Duration);

impl Backoff {
    pub(crate) fn new() -> Self {
        Self(FIRST)
    }

    /// It worked: the next failure begins anew.
    pub(crate) fn reset(&mut self) {
        self.0 = FIRST;
    }

    /// Between half of the step and all of it.
    pub(crate) fn next(&mut self) -> Duration {
        let step = self.0;
        self.0 = step.saturating_mul(2).min(CEILING);
        step.mul_f64(rand::random_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_ceiling_and_begin_anew() {
        let mut backoff = Backoff::new();
        let waits: Vec<Duration> = (0..20).map(|_| backoff.next()).collect();
        assert!(waits[0] <= FIRST);
        assert!(waits[19] >= CEILING / 2 && waits.iter().all(|wait| *wait <= CEILING));
        backoff.reset();
        assert!(backoff.next() <= FIRST);
    }
}

//! Token buckets as the generic cell rate algorithm (GCRA): one number a bucket, exact in integers,
//! on a monotonic clock that the caller reads. (ITU-T I.371, annex A; the "virtual scheduling" form)

use std::time::Duration;

/// A bucket: `rate` per `period` on average, `burst` at once.
#[derive(Debug, Clone)]
pub struct Gcra {
    interval_ns: u64,
    tolerance_ns: u64,
    theoretical_arrival_ns: u64,
}

impl Gcra {
    /// A bucket that lets `rate` through each `period`, and `burst` (at least 1) at once.
    ///
    /// It begins **empty** at `now`: a new owner of an account does not know what the last one has
    /// just sent, so it must not assume a full burst. A rate of 0 is taken as 1.
    #[must_use]
    pub fn empty(rate: u32, period: Duration, burst: u32, now: Duration) -> Self {
        let interval_ns = nanos(period) / u64::from(rate.max(1));
        let tolerance_ns = interval_ns.saturating_mul(u64::from(burst.max(1) - 1));
        let theoretical_arrival_ns =
            nanos(now).saturating_add(tolerance_ns).saturating_add(interval_ns);
        Self { interval_ns, tolerance_ns, theoretical_arrival_ns }
    }

    /// A bucket that has all its burst: for a customer never written to before.
    #[must_use]
    pub fn full(rate: u32, period: Duration, burst: u32, now: Duration) -> Self {
        Self { theoretical_arrival_ns: nanos(now), ..Self::empty(rate, period, burst, now) }
    }

    /// How long until one may pass; zero when it may now. Takes nothing.
    #[must_use]
    pub fn wait(&self, now: Duration) -> Duration {
        let earliest = self.theoretical_arrival_ns.saturating_sub(self.tolerance_ns);
        Duration::from_nanos(earliest.saturating_sub(nanos(now)))
    }

    /// Takes one, or says how long to wait for it.
    ///
    /// # Errors
    /// The time until one may pass; nothing was taken.
    pub fn take(&mut self, now: Duration) -> Result<(), Duration> {
        let wait = self.wait(now);
        if !wait.is_zero() {
            return Err(wait);
        }
        let from = self.theoretical_arrival_ns.max(nanos(now));
        self.theoretical_arrival_ns = from.saturating_add(self.interval_ns);
        Ok(())
    }

    /// Nothing passes before `until`, whatever was left.
    pub fn close_until(&mut self, until: Duration) {
        let arrival = nanos(until).saturating_add(self.tolerance_ns);
        self.theoretical_arrival_ns = self.theoretical_arrival_ns.max(arrival);
    }

    /// Changes the average rate to `rate` per `period`, keeping what is owed.
    pub fn set_rate(&mut self, rate: u32, period: Duration, burst: u32) {
        self.interval_ns = nanos(period) / u64::from(rate.max(1));
        self.tolerance_ns = self.interval_ns.saturating_mul(u64::from(burst.max(1) - 1));
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_new_bucket_is_empty_and_fills() {
        let mut bucket = Gcra::empty(10, SECOND, 5, SECOND);
        assert_eq!(bucket.take(SECOND), Err(Duration::from_millis(100)));
        assert_eq!(bucket.take(SECOND + Duration::from_millis(100)), Ok(()));
        let later = SECOND * 10;
        let passed = (0..20).filter(|_| bucket.take(later).is_ok()).count();
        assert_eq!(passed, 5);
    }

    proptest! {
        /// In no span of time does more pass than the burst and the rate allow.
        #[test]
        fn never_over_the_limit(
            rate in 1_u32..200,
            burst in 1_u32..50,
            gaps in prop::collection::vec(0_u64..200_000_000, 1..400),
        ) {
            let mut bucket = Gcra::full(rate, SECOND, burst, Duration::ZERO);
            let mut now = Duration::ZERO;
            let mut passed = Vec::new();
            for gap in gaps {
                now += Duration::from_nanos(gap);
                if bucket.take(now).is_ok() {
                    passed.push(now);
                }
            }
            let interval = SECOND / rate;
            for (first, start) in passed.iter().enumerate() {
                for (last, end) in passed.iter().enumerate().skip(first) {
                    let count = u128::try_from(last - first + 1).unwrap();
                    let span = (*end - *start).as_nanos();
                    let allowed = u128::from(burst) + span / interval.as_nanos();
                    prop_assert!(count <= allowed, "{count} in {span} ns, allowed {allowed}");
                }
            }
        }

        /// Waiting as long as told is enough.
        #[test]
        fn the_wait_is_honest(rate in 1_u32..1000, burst in 1_u32..50, start in 0_u64..1_000_000) {
            let now = Duration::from_micros(start);
            let mut bucket = Gcra::empty(rate, SECOND, burst, now);
            let wait = bucket.take(now).unwrap_err();
            prop_assert!(bucket.take(now + wait).is_ok());
        }
    }
}

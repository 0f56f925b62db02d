//! How often something may be tried. In memory: an attacker who finds several replicas gains a
//! factor, not a way in.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use switchboard_domain::limits::Gcra;
use tokio::time::Instant;

/// How many keys are remembered at most.
const MOST: usize = 10_000;

/// What has a rate of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    /// At once.
    pub(crate) burst: u32,
    /// And then one in this time.
    pub(crate) interval: Duration,
}

/// Buckets by key, all of one rate.
pub(crate) struct Throttle {
    rate: Rate,
    begun: Instant,
    buckets: Mutex<HashMap<String, Gcra>>,
}

impl Throttle {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, begun: Instant::now(), buckets: Mutex::default() }
    }

    /// Counts a try; false when it is one too many.
    pub(crate) fn allows(&self, key: &str) -> bool {
        self.allows_at(key, self.begun.elapsed())
    }

    fn allows_at(&self, key: &str, now: Duration) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            // One that is full again says nothing; if none is, all are forgotten rather than
            // memory be filled by strangers.
            let full = self.rate.interval.saturating_mul(self.rate.burst);
            buckets.retain(|_, bucket| !bucket.wait(now.saturating_sub(full)).is_zero());
            if buckets.len() >= MOST {
                buckets.clear();
            }
        }
        let Rate { burst, interval } = self.rate;
        let bucket =
            buckets.entry(key.to_owned()).or_insert_with(|| Gcra::full(1, interval, burst, now));
        bucket.take(now).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_run_out_and_come_back() {
        let throttle = Throttle::new(Rate { burst: 3, interval: Duration::from_secs(10) });
        let tries = |at| {
            let at = Duration::from_secs(at);
            (0..5).filter(|_| throttle.allows_at("ada", at)).count()
        };
        assert_eq!(tries(0), 3);
        assert!(throttle.allows_at("grace", Duration::ZERO), "each has their own");
        assert_eq!(tries(20), 2);
    }

    #[test]
    fn strangers_do_not_fill_the_memory() {
        let throttle = Throttle::new(Rate { burst: 3, interval: Duration::from_secs(10) });
        for number in 0..MOST * 2 {
            throttle.allows(&number.to_string());
        }
        assert!(throttle.buckets.lock().unwrap().len() <= MOST);
    }
}

//! How fast an account may send: its buckets, and how they give way when Meta complains.
//!
//! Sources: the limits are configuration (Meta's figures by default); slowing from 80 % of a usage
//! header to a stop at 95 %, halving on a throttle, and 5 % more every ten seconds are ours.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use switchboard_chassis::settings::Limits;
use switchboard_domain::{Channel, ids::AppId, limits::Gcra};

/// A second and a bit: keeps what passes in any one second at Meta below the limit.
const PERIOD: Duration = Duration::from_millis(1_050);

/// All of the rate, in thousandths.
const FULL: u32 = 1_000;
const LEAST: u32 = 20;
/// Gained every [`STEP`].
const GAIN: u32 = 50;
const STEP: Duration = Duration::from_secs(10);

/// From here the account slows down, and there it stops. In percent.
pub(crate) const SLOW_FROM: u32 = 80;
pub(crate) const STOP_AT: u32 = 95;
/// How long it stops when Meta does not say.
pub(crate) const STOP_FOR: Duration = Duration::from_secs(60);

/// What Meta counts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    /// Texts, links, reactions, buttons.
    Text,
    /// Pictures, sounds, films, files.
    Media,
}

/// The figures of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rates {
    /// Texts per second; on WhatsApp everything.
    pub(crate) text: u32,
    /// Media per second, where they are counted apart.
    pub(crate) media: Option<u32>,
    /// To one customer: one in this time (and a bit, see [`PERIOD`]), and so many at once.
    pub(crate) pair: Option<(Duration, u32)>,
}

impl Rates {
    pub(crate) fn of(channel: Channel, limits: &Limits) -> Self {
        let page = match channel {
            Channel::Messenger => limits.messenger,
            Channel::Instagram => limits.instagram,
            Channel::WhatsApp => {
                let number = limits.whatsapp;
                let interval = number.pair_interval * 21 / 20;
                let pair = Some((interval, number.pair_burst));
                return Self { text: number.per_second, media: None, pair };
            }
        };
        Self { text: page.text_per_second, media: Some(page.media_per_second), pair: None }
    }
}

/// The buckets of one account.
#[derive(Debug)]
pub(crate) struct AccountLimits {
    rates: Rates,
    text: Gcra,
    media: Option<Gcra>,
    closed_until: Duration,
    /// Thousandths of the rate, after throttles.
    pace: u32,
    /// Thousandths of the rate, after the usage headers.
    usage: u32,
    gained_at: Duration,
    /// Throttles in a row.
    throttles: u32,
}

impl AccountLimits {
    /// Buckets that nobody filled before `idle_since`, when the owner before may have sent last.
    pub(crate) fn new(rates: Rates, idle_since: Duration) -> Self {
        let bucket = |rate| bucket(rate, idle_since);
        Self {
            rates,
            text: bucket(rates.text),
            media: rates.media.map(bucket),
            closed_until: Duration::ZERO,
            pace: FULL,
            usage: FULL,
            gained_at: idle_since,
            throttles: 0,
        }
    }

    /// How long until one of this class may pass.
    pub(crate) fn wait(&mut self, class: Class, now: Duration) -> Duration {
        self.gain(now);
        self.bucket(class).wait(now).max(self.closed_until.saturating_sub(now))
    }

    /// Takes one, if [`AccountLimits::wait`] is over.
    pub(crate) fn take(&mut self, class: Class, now: Duration) -> Result<(), Duration> {
        let wait = self.wait(class, now);
        if wait.is_zero() { self.bucket(class).take(now) } else { Err(wait) }
    }

    /// Meta said "too fast": half the pace, and nothing for `wait`, longer each time in a row.
    pub(crate) fn throttled(&mut self, wait: Duration, now: Duration) {
        self.gain(now);
        let wait = wait.saturating_mul(1 << self.throttles.min(6)).min(Duration::from_secs(3_600));
        self.throttles = self.throttles.saturating_add(1);
        self.pace = (self.pace / 2).max(LEAST);
        self.gained_at = now;
        self.close(now + wait);
        self.set_rates();
    }

    /// Meta took one.
    pub(crate) fn accepted(&mut self) {
        self.throttles = 0;
    }

    /// Nothing passes before `until`.
    pub(crate) fn close(&mut self, until: Duration) {
        self.closed_until = self.closed_until.max(until);
    }

    /// What the usage headers of an answer said.
    pub(crate) fn usage(&mut self, percent: u32, regain: Option<Duration>, now: Duration) {
        if percent >= STOP_AT {
            self.close(now + regain.unwrap_or(STOP_FOR));
        }
        let usage = match percent.saturating_sub(SLOW_FROM) {
            0 => FULL,
            over => FULL.saturating_sub(over * FULL / (STOP_AT - SLOW_FROM)).max(LEAST),
        };
        if usage != self.usage {
            self.usage = usage;
            self.set_rates();
        }
    }

    fn gain(&mut self, now: Duration) {
        let steps = now.saturating_sub(self.gained_at).as_secs() / STEP.as_secs();
        if steps == 0 {
            return;
        }
        self.gained_at += STEP * u32::try_from(steps).unwrap_or(u32::MAX);
        if self.pace < FULL {
            let gained = GAIN.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX));
            self.pace = self.pace.saturating_add(gained).min(FULL);
            self.set_rates();
        }
    }

    fn set_rates(&mut self) {
        let period = PERIOD * FULL / self.pace.min(self.usage).max(1);
        self.text.set_rate(self.rates.text, period, burst(self.rates.text));
        if let (Some(bucket), Some(rate)) = (&mut self.media, self.rates.media) {
            bucket.set_rate(rate, period, burst(rate));
        }
    }

    fn bucket(&mut self, class: Class) -> &mut Gcra {
        match (&mut self.media, class) {
            (Some(media), Class::Media) => media,
            _ => &mut self.text,
        }
    }
}

/// A bucket for so many in a second that was empty at `idle_since`.
pub(crate) fn bucket(rate: u32, idle_since: Duration) -> Gcra {
    Gcra::empty(rate, PERIOD, burst(rate), idle_since)
}

/// A fiftieth of a second's worth at once: smooths, and stays below the limit.
fn burst(rate: u32) -> u32 {
    1 + rate / 50
}

/// Apps that Meta told to wait; shared by all shards of the process.
#[derive(Debug, Default)]
pub(crate) struct Apps(Mutex<HashMap<AppId, Duration>>);

impl Apps {
    pub(crate) fn close(&self, app: AppId, until: Duration) {
        let mut apps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let closed = apps.entry(app).or_default();
        *closed = until.max(*closed);
    }

    pub(crate) fn closed_until(&self, app: AppId) -> Duration {
        let apps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        apps.get(&app).copied().unwrap_or_default()
    }
}

/// Retries may be a tenth of an account's sends, and a few at any time.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    /// In tenths of a retry.
    tenths: u32,
}

impl RetryBudget {
    const MOST: u32 = 100;

    pub(crate) fn new() -> Self {
        Self { tenths: Self::MOST }
    }

    /// A send went out for the first time.
    pub(crate) fn earn(&mut self) {
        self.tenths = (self.tenths + 1).min(Self::MOST);
    }

    /// Whether one may be sent once more.
    pub(crate) fn spend(&mut self) -> bool {
        let left = self.tenths.checked_sub(10);
        self.tenths = left.unwrap_or(self.tenths);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Duration = Duration::from_secs(1_000);
    const SECOND: Duration = Duration::from_secs(1);
    const RATES: Rates = Rates { text: 100, media: Some(10), pair: None };

    /// How many pass in the ten seconds after `from`, asked every millisecond.
    fn passed(limits: &mut AccountLimits, class: Class, from: Duration) -> usize {
        let instants = (0..10_000).map(|ms| from + Duration::from_millis(ms));
        instants.filter(|now| limits.take(class, *now).is_ok()).count()
    }

    #[test]
    fn texts_and_media_are_counted_apart() {
        let mut limits = AccountLimits::new(RATES, Duration::ZERO);
        let texts = passed(&mut limits, Class::Text, NOW);
        assert!((950..=1_000).contains(&texts), "{texts}");
        let media = passed(&mut limits, Class::Media, NOW);
        assert!((92..=100).contains(&media), "{media}");
    }

    #[test]
    fn a_throttle_halves_the_pace_which_then_recovers() {
        let mut limits = AccountLimits::new(RATES, Duration::ZERO);
        limits.throttled(SECOND, NOW);
        assert_eq!(limits.wait(Class::Text, NOW), SECOND);
        let slow = passed(&mut limits, Class::Text, NOW + SECOND);
        assert!((440..=500).contains(&slow), "{slow}");
        let later = NOW + Duration::from_secs(200);
        let full = passed(&mut limits, Class::Text, later);
        assert!(full >= 950, "{full}");
    }

    #[test]
    fn throttles_in_a_row_wait_longer_until_one_is_taken() {
        let mut limits = AccountLimits::new(RATES, Duration::ZERO);
        limits.throttled(SECOND, NOW);
        limits.throttled(SECOND, NOW);
        assert_eq!(limits.wait(Class::Text, NOW), 2 * SECOND);
        limits.accepted();
        limits.throttled(SECOND, NOW + 5 * SECOND);
        assert_eq!(limits.wait(Class::Text, NOW + 5 * SECOND), SECOND);
    }

    #[test]
    fn usage_slows_from_eighty_and_stops_at_ninety_five() {
        let mut limits = AccountLimits::new(RATES, Duration::ZERO);
        limits.usage(80, None, NOW);
        assert!(passed(&mut limits, Class::Text, NOW) >= 950);
        limits.usage(90, None, NOW);
        let slow = passed(&mut limits, Class::Text, NOW + 20 * SECOND);
        assert!((300..=350).contains(&slow), "{slow}");
        let later = NOW + 100 * SECOND;
        limits.usage(95, Some(300 * SECOND), later);
        assert_eq!(limits.wait(Class::Text, later), 300 * SECOND);
        limits.usage(10, None, later);
        assert!(limits.wait(Class::Text, later) > 200 * SECOND, "closed is closed");
    }

    #[test]
    fn retries_are_a_tenth_of_all() {
        let mut budget = RetryBudget::new();
        while budget.spend() {}
        let mut retries = 0;
        for _ in 0..1_000 {
            budget.earn();
            retries += u32::from(budget.spend());
        }
        assert_eq!(retries, 100);
    }

    proptest! {
        /// In no second does more pass than Meta allows, at any rate, from the first one on.
        #[test]
        fn never_over_the_limit(rate in 1_u32..400, gaps in prop::collection::vec(0_u64..30, 1..600)) {
            let rates = Rates { text: rate, media: None, pair: None };
            let mut limits = AccountLimits::new(rates, NOW);
            let (mut now, mut passed) = (NOW, Vec::new());
            for gap in gaps {
                now += Duration::from_millis(gap);
                while limits.take(Class::Text, now).is_ok() {
                    passed.push(now);
                }
            }
            for (first, start) in passed.iter().enumerate() {
                let within = passed[first..].iter().filter(|at| **at < *start + SECOND).count();
                prop_assert!(within <= usize::try_from(rate).unwrap(), "{within} of {rate}");
            }
        }
    }
}

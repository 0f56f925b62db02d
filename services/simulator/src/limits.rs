//! Send limits, counted exactly, on the simulated clock.
//!
//! Figures are in [`crate::config::Limits`]; the rules are Meta's: a number's
//! throughput, the pair limit, calls per second of a Page or Instagram account,
//! and usage over an hour (app) or a day (account).

use std::collections::{HashMap, VecDeque};

use crate::state::{Channel, ThreadKey};

/// A log of instants within a moving window.
#[derive(Debug, Default)]
struct Window {
    at: VecDeque<i64>,
}

impl Window {
    /// Counts what happened after `now - span`.
    fn count(&mut self, now: i64, span: i64) -> u64 {
        while self.at.front().is_some_and(|at| *at <= now - span) {
            self.at.pop_front();
        }
        u64::try_from(self.at.len()).unwrap_or(u64::MAX)
    }

    fn push(&mut self, now: i64) {
        self.at.push_back(now);
    }
}

/// Calls per span in coarse slots, for spans too long to log each call.
#[derive(Debug, Default)]
struct Usage {
    slots: VecDeque<(i64, u64)>,
    total: u64,
}

impl Usage {
    fn add(&mut self, now: i64, span: i64) -> u64 {
        let slot = now - now.rem_euclid(span / 60);
        match self.slots.back_mut() {
            Some((at, count)) if *at == slot => *count += 1,
            _ => self.slots.push_back((slot, 1)),
        }
        self.total += 1;
        self.total(now, span)
    }

    fn total(&mut self, now: i64, span: i64) -> u64 {
        while let Some((at, count)) = self.slots.front().copied() {
            if at > now - span {
                break;
            }
            self.total -= count;
            self.slots.pop_front();
        }
        self.total
    }
}

/// What a Messenger or Instagram call counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Weight {
    /// Text, links, reactions, stickers, images.
    Text,
    /// Audio and video.
    Media,
}

/// A limit that a call is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exceeded {
    /// Name in the list of violations.
    pub(crate) limit: &'static str,
    /// Graph error code.
    pub(crate) code: i64,
}

const SECOND: i64 = 1_000;
const TEN_MINUTES: i64 = 600 * SECOND;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// All counters.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    numbers: HashMap<String, Window>,
    pages: HashMap<(String, Weight), Window>,
    profiles: HashMap<String, Window>,
    private_replies: HashMap<String, Window>,
    /// By phone number and form.
    flows: HashMap<(String, String), Window>,
    /// GCRA: the theoretical arrival time of each pair's next message.
    pairs: HashMap<ThreadKey, i64>,
    apps: HashMap<String, Usage>,
    accounts: HashMap<String, Usage>,
    /// Percentages that the control interface forces into the usage headers.
    forced: HashMap<String, u64>,
}

impl Limiter {
    /// Takes one WhatsApp message from the number's and the pair's allowance.
    /// Nothing is taken when either is used up.
    pub(crate) fn whatsapp(
        &mut self,
        limits: &crate::config::Limits,
        key: &ThreadKey,
        now: i64,
    ) -> Result<(), Exceeded> {
        let number = self.numbers.entry(key.account.clone()).or_default();
        if limits.number_per_second != 0
            && number.count(now, SECOND) >= u64::from(limits.number_per_second)
        {
            return Err(Exceeded { limit: "number", code: 130_429 });
        }
        let interval = i64::from(limits.pair_interval_ms);
        if interval != 0 {
            let ahead = interval * i64::from(limits.pair_burst.saturating_sub(1));
            let next = self.pairs.get(key).copied().unwrap_or(now).max(now);
            if next - now > ahead {
                return Err(Exceeded { limit: "pair", code: 131_056 });
            }
            self.pairs.insert(key.clone(), next + interval);
        }
        if limits.number_per_second != 0 {
            number.push(now);
        }
        Ok(())
    }

    /// Takes one WhatsApp message from a form's allowance.
    pub(crate) fn flow(
        &mut self,
        limits: &crate::config::Limits,
        (account, flow): (&str, &str),
        now: i64,
    ) -> Result<(), Exceeded> {
        let allowed = u64::from(limits.flow_messages_per_hour);
        let window = self.flows.entry((account.to_owned(), flow.to_owned())).or_default();
        if allowed != 0 && window.count(now, HOUR) >= allowed {
            return Err(Exceeded { limit: "flow", code: 132_069 });
        }
        window.push(now);
        Ok(())
    }

    /// Takes one Messenger or Instagram call from the account's allowance.
    pub(crate) fn page(
        &mut self,
        limits: &crate::config::Limits,
        account: &str,
        weight: Weight,
        now: i64,
    ) -> Result<(), Exceeded> {
        let (allowed, limit) = match weight {
            Weight::Text => (limits.text_per_second, "text"),
            Weight::Media => (limits.media_per_second, "media"),
        };
        if allowed == 0 {
            return Ok(());
        }
        let window = self.pages.entry((account.to_owned(), weight)).or_default();
        if window.count(now, SECOND) >= u64::from(allowed) {
            return Err(Exceeded { limit, code: 613 });
        }
        window.push(now);
        Ok(())
    }

    /// Takes one call of a `messenger_profile` from the account's allowance.
    pub(crate) fn profile(
        &mut self,
        limits: &crate::config::Limits,
        account: &str,
        now: i64,
    ) -> Result<(), Exceeded> {
        let allowed = u64::from(limits.profile_calls_per_10_minutes);
        let window = self.profiles.entry(account.to_owned()).or_default();
        if allowed != 0 && window.count(now, TEN_MINUTES) >= allowed {
            return Err(Exceeded { limit: "profile", code: 613 });
        }
        window.push(now);
        Ok(())
    }

    /// Takes one private reply from the account's allowance.
    pub(crate) fn private_reply(
        &mut self,
        limits: &crate::config::Limits,
        account: &str,
        now: i64,
    ) -> Result<(), Exceeded> {
        let allowed = u64::from(limits.private_replies_per_hour);
        let window = self.private_replies.entry(account.to_owned()).or_default();
        if allowed != 0 && window.count(now, HOUR) >= allowed {
            return Err(Exceeded { limit: "private_reply", code: 613 });
        }
        window.push(now);
        Ok(())
    }

    /// Counts a call of an app and, when it names one, of an account. Calls over
    /// the allowance count too.
    pub(crate) fn call(
        &mut self,
        limits: &crate::config::Limits,
        app: &str,
        account: Option<(&str, Channel)>,
        now: i64,
    ) -> Result<(), Exceeded> {
        let used = self.apps.entry(app.to_owned()).or_default().add(now, HOUR);
        let mut verdict = Ok(());
        if limits.app_calls_per_hour != 0 && used > u64::from(limits.app_calls_per_hour) {
            verdict = Err(Exceeded { limit: "app", code: 4 });
        }
        if let Some((id, channel)) = account {
            let used = self.accounts.entry(id.to_owned()).or_default().add(now, DAY);
            let over =
                limits.account_calls_per_day != 0 && used > u64::from(limits.account_calls_per_day);
            if over && verdict.is_ok() {
                verdict = Err(Exceeded {
                    limit: "account",
                    code: match channel {
                        Channel::Messenger => 80_006,
                        Channel::Instagram => 80_002,
                        Channel::WhatsApp => 80_007,
                    },
                });
            }
        }
        verdict
    }

    /// Forces the usage percentage that headers show for an app or account.
    pub(crate) fn force_usage(&mut self, id: &str, percent: Option<u64>) {
        match percent {
            Some(percent) => self.forced.insert(id.to_owned(), percent),
            None => self.forced.remove(id),
        };
    }

    /// Usage of an app over the hour, in percent.
    pub(crate) fn app_percent(
        &mut self,
        limits: &crate::config::Limits,
        id: &str,
        now: i64,
    ) -> u64 {
        let used = self.apps.get_mut(id).map_or(0, |usage| usage.total(now, HOUR));
        self.percent(id, used, limits.app_calls_per_hour)
    }

    /// Usage of an account over the day, in percent.
    pub(crate) fn account_percent(
        &mut self,
        limits: &crate::config::Limits,
        id: &str,
        now: i64,
    ) -> u64 {
        let used = self.accounts.get_mut(id).map_or(0, |usage| usage.total(now, DAY));
        self.percent(id, used, limits.account_calls_per_day)
    }

    fn percent(&self, id: &str, used: u64, allowed: u32) -> u64 {
        if let Some(forced) = self.forced.get(id) {
            return *forced;
        }
        if allowed == 0 {
            return 0;
        }
        (used * 100) / u64::from(allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Limits;

    fn key(customer: &str) -> ThreadKey {
        ThreadKey::new("number", customer)
    }

    #[test]
    fn no_second_holds_more_than_the_allowance() {
        let limits = Limits { number_per_second: 3, pair_interval_ms: 0, ..Limits::default() };
        let mut limiter = Limiter::default();
        let mut accepted = Vec::new();
        for now in 0..5_000 {
            if limiter.whatsapp(&limits, &key("a"), now).is_ok() {
                accepted.push(now);
            }
        }
        let starts = |second: i64| [second, second + 1, second + 2];
        let wanted: Vec<i64> = (0..5).flat_map(|n| starts(n * 1_000)).collect();
        assert_eq!(accepted, wanted);
    }

    #[test]
    fn a_pair_may_burst_and_then_waits_its_interval() {
        let limits = Limits { number_per_second: 0, ..Limits::default() };
        let mut limiter = Limiter::default();
        let mut take = |customer: &str, now| limiter.whatsapp(&limits, &key(customer), now).is_ok();
        let burst = (0..100).filter(|_| take("a", 0)).count();
        assert_eq!(burst, 45);
        assert!(take("b", 0), "another customer is left alone");
        assert!(!take("a", 5_999));
        assert!(take("a", 6_000));
        assert!(!take("a", 6_000));
        let hour = (0..3_600).filter(|second| take("c", second * 1_000)).count();
        assert_eq!(hour, 45 + 599, "the burst, and one every six seconds after it");
    }

    #[test]
    fn a_refused_pair_takes_nothing_from_the_number() {
        let limits = Limits { number_per_second: 2, pair_burst: 1, ..Limits::default() };
        let mut limiter = Limiter::default();
        assert!(limiter.whatsapp(&limits, &key("a"), 0).is_ok());
        let refused = limiter.whatsapp(&limits, &key("a"), 0);
        assert_eq!(refused, Err(Exceeded { limit: "pair", code: 131_056 }));
        assert!(limiter.whatsapp(&limits, &key("b"), 0).is_ok());
        let refused = limiter.whatsapp(&limits, &key("c"), 0);
        assert_eq!(refused, Err(Exceeded { limit: "number", code: 130_429 }));
    }

    #[test]
    fn usage_counts_refused_calls_and_forgets_after_the_span() {
        let limits = Limits { app_calls_per_hour: 2, ..Limits::default() };
        let mut limiter = Limiter::default();
        let verdicts: Vec<bool> =
            (0..4).map(|_| limiter.call(&limits, "app", None, 0).is_ok()).collect();
        assert_eq!(verdicts, [true, true, false, false]);
        assert_eq!(limiter.app_percent(&limits, "app", 0), 200);
        assert_eq!(limiter.app_percent(&limits, "app", HOUR), 0);
    }
}

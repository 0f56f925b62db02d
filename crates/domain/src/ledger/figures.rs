//! Facts, added up.

use std::{collections::BTreeMap, time::Duration};

use super::{
    fact::{Kind, word},
    satisfaction::Satisfaction,
};

/// A fact, as far as it is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// What kind.
    pub kind: Kind,
    /// More exactly.
    pub word: &'a str,
    /// How long it took, in seconds.
    pub wall: u32,
    /// What of it lay in the team's hours, in seconds.
    pub open: u32,
    /// Whether the promise was kept, where there was one.
    pub met: Option<bool>,
}

/// Messages, by who wrote them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Messages {
    /// Customers.
    pub customers: u64,
    /// Bots.
    pub bots: u64,
    /// Agents.
    pub agents: u64,
    /// Switchboard itself.
    pub system: u64,
    /// The business, but not through us.
    pub elsewhere: u64,
}

/// All numbers of one line of a report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Conversations begun for the first time.
    pub begun: u64,
    /// Begun once more.
    pub begun_again: u64,
    /// Handed to people, by why.
    pub handed_off: BTreeMap<String, u64>,
    /// Resolved in which people had a part.
    pub resolved_by_people: u64,
    /// Resolved by the bot alone.
    pub resolved_by_bot: u64,
    /// Resolved because the customer was merged or erased.
    pub resolved_otherwise: u64,
    /// Promises that were broken, by when they were.
    pub breaches: u64,
    /// First answers of people.
    pub first_response: Times,
    /// Their next answers.
    pub next_response: Times,
    /// From when people were asked until it was resolved.
    pub resolution: Times,
    /// Waits in the line.
    pub line: Times,
    /// Messages.
    pub messages: Messages,
    /// What customers said of it.
    pub satisfaction: Satisfaction,
}

impl Figures {
    /// Adds a fact.
    pub fn add(&mut self, entry: &Entry<'_>) {
        match (entry.kind, entry.word) {
            (Kind::Begun, word::NEW) => self.begun += 1,
            (Kind::Begun, _) => self.begun_again += 1,
            (Kind::HandedOff, reason) => {
                *self.handed_off.entry(reason.to_owned()).or_default() += 1;
            }
            (Kind::Breached, _) => self.breaches += 1,
            (Kind::FirstResponse, how) => self.first_response.add(entry, how == word::ANSWERED),
            (Kind::NextResponse, how) => self.next_response.add(entry, how == word::ANSWERED),
            (Kind::Line, _) => self.line.add(entry, true),
            (Kind::Resolved, word::PEOPLE) => {
                self.resolved_by_people += 1;
                self.resolution.add(entry, true);
            }
            (Kind::Resolved, word::BOT) => self.resolved_by_bot += 1,
            (Kind::Resolved, _) => self.resolved_otherwise += 1,
        }
    }

    /// Adds messages of an author, by the author's word.
    pub fn add_messages(&mut self, author: &str, count: u64) {
        let messages = &mut self.messages;
        match author {
            "customer" => messages.customers += count,
            "bot" => messages.bots += count,
            "agent" => messages.agents += count,
            "elsewhere" => messages.elsewhere += count,
            _ => messages.system += count,
        }
    }

    /// Adds all of another line.
    pub fn merge(&mut self, other: Figures) {
        self.begun += other.begun;
        self.begun_again += other.begun_again;
        for (reason, count) in other.handed_off {
            *self.handed_off.entry(reason).or_default() += count;
        }
        self.resolved_by_people += other.resolved_by_people;
        self.resolved_by_bot += other.resolved_by_bot;
        self.resolved_otherwise += other.resolved_otherwise;
        self.breaches += other.breaches;
        self.first_response.merge(other.first_response);
        self.next_response.merge(other.next_response);
        self.resolution.merge(other.resolution);
        self.line.merge(other.line);
        let (messages, more) = (&mut self.messages, other.messages);
        messages.customers += more.customers;
        messages.bots += more.bots;
        messages.agents += more.agents;
        messages.system += more.system;
        messages.elsewhere += more.elsewhere;
        self.satisfaction.merge(other.satisfaction);
    }

    /// Of those resolved by the bot or people, the share that the bot resolved with no person; `None`
    /// when there are none.
    #[must_use]
    pub fn containment(&self) -> Option<f64> {
        share(self.resolved_by_bot, self.resolved_by_people)
    }

    /// How many were handed to people.
    #[must_use]
    pub fn hand_offs(&self) -> u64 {
        self.handed_off.values().sum()
    }
}

/// Times of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Times {
    wall: Vec<u32>,
    open: Vec<u32>,
    /// Promises that were kept.
    pub met: u64,
    /// And that were not.
    pub missed: u64,
}

/// Times, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// Half of them are at most so long: the value at the place that is half their number, rounded
    /// up.
    pub median: Duration,
    /// Nine in ten of them are at most so long, likewise.
    pub p90: Duration,
    /// Their sum through their number, in whole seconds.
    pub mean: Duration,
}

impl Times {
    fn add(&mut self, entry: &Entry<'_>, counts: bool) {
        if counts {
            self.wall.push(entry.wall);
            self.open.push(entry.open);
        }
        match entry.met {
            Some(true) => self.met += 1,
            Some(false) => self.missed += 1,
            None => {}
        }
    }

    fn merge(&mut self, other: Times) {
        self.wall.extend(other.wall);
        self.open.extend(other.open);
        self.met += other.met;
        self.missed += other.missed;
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.wall.len()
    }

    /// Of all the time; `None` when there are none.
    pub fn wall(&mut self) -> Option<Spread> {
        spread(&mut self.wall)
    }

    /// Of the time in the teams' hours.
    pub fn open(&mut self) -> Option<Spread> {
        spread(&mut self.open)
    }

    /// The share of promises that were kept; `None` when there were none.
    #[must_use]
    pub fn attainment(&self) -> Option<f64> {
        share(self.met, self.missed)
    }
}

fn share(part: u64, rest: u64) -> Option<f64> {
    let small = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let all = part + rest;
    (all > 0).then(|| small(part) / small(all))
}

fn spread(times: &mut [u32]) -> Option<Spread> {
    let count = u64::try_from(times.len()).ok().filter(|count| *count > 0)?;
    let sum: u64 = times.iter().map(|time| u64::from(*time)).sum();
    let median = ranked(times, times.len().div_ceil(2))?;
    let p90 = ranked(times, (times.len() * 9).div_ceil(10))?;
    Some(Spread { median, p90, mean: Duration::from_secs(sum / count) })
}

/// The value at that place, from 1, in order.
fn ranked(times: &mut [u32], place: usize) -> Option<Duration> {
    let at = place.checked_sub(1).filter(|at| *at < times.len())?;
    let (_, value, _) = times.select_nth_unstable(at);
    Some(Duration::from_secs(u64::from(*value)))
}

//! The lines of a report: facts and messages, added up for each key.

use std::collections::HashMap;

use switchboard_domain::{
    Channel, Timestamp,
    calendar::Calendar,
    ids::WorkspaceId,
    ledger::{Figures, Kind},
};
use switchboard_store::{
    Db, StoreError, accounts, labels,
    reports::{self, Filter, Group},
    teams, users,
};

use super::ask::Ask;

/// By what the lines differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Whole,
    Day,
    Hour,
    Agent,
    Team,
    Account,
    Channel,
    Label,
}

impl By {
    fn group(self) -> Group {
        match self {
            By::Whole => Group::Whole,
            By::Day | By::Hour => Group::Time,
            By::Agent => Group::Agent,
            By::Team => Group::Team,
            By::Account | By::Channel => Group::Account,
            By::Label => Group::Label,
        }
    }
}

/// A line: its key, what people call it, and its numbers.
pub(super) type Line = (String, String, Figures);

/// What is read for itself, so that a long range is read on several connections at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Counts,
    Times,
    Messages,
    Scores,
}

/// Numbers by the key of their line.
pub(super) type Sums = HashMap<String, Figures>;

/// Adds up one part.
pub(super) fn part(
    db: &mut Db,
    workspace: WorkspaceId,
    ask: &Ask,
    (by, part): (By, Part),
) -> Result<Sums, StoreError> {
    let query = &ask.query;
    let accounts = match (query.account, query.channel) {
        (account, Some(channel)) => {
            let all = accounts::list(db, workspace)?.into_iter();
            let wanted = all.filter(|it| {
                it.channel == channel && account.is_none_or(|account| account == it.id)
            });
            Some(wanted.map(|it| it.id).collect())
        }
        (account, None) => account.map(|account| vec![account]),
    };
    let (from, until) = (ask.from, ask.until);
    let (team, agent, label) = (query.team, query.agent, query.label);
    let filter = Filter { from, until, accounts, team, agent, label };
    let mut sums = Sums::new();
    let mut keys = Keys::new(ask.calendar.clone(), by);
    let mut facts = |kinds: &[Kind], sums: &mut Sums| {
        reports::facts(db, workspace, (kinds, &filter), by.group(), &mut |key, at, entry| {
            line(sums, keys.of(key, at)).add(entry);
        })
    };
    match part {
        Part::Counts => facts(&Kind::COUNTED, &mut sums)?,
        Part::Times => facts(&Kind::TIMED, &mut sums)?,
        Part::Scores => {
            reports::scores(db, workspace, &filter, by.group(), &mut |key, at, asked| {
                line(&mut sums, keys.of(key, at)).satisfaction.add(asked);
            })?;
        }
        Part::Messages => {
            reports::messages(db, workspace, &filter, by.group(), &mut |key, tally| {
                let of = line(&mut sums, keys.of(key, tally.slot));
                of.add_messages(tally.author, tally.many);
            })?;
        }
    }
    Ok(sums)
}

fn line<'a>(sums: &'a mut Sums, key: &str) -> &'a mut Figures {
    sums.entry(key.to_owned()).or_default()
}

/// The lines, by the names of what they are about, in the order in which they are shown.
pub(super) fn named(
    db: &mut Db,
    workspace: WorkspaceId,
    ask: &Ask,
    (by, all): (By, Sums),
) -> Result<Vec<Line>, StoreError> {
    fn both(id: impl ToString, name: String) -> (String, String) {
        (id.to_string(), name)
    }
    let names = match by {
        By::Whole => {
            let whole = all.into_values().next().unwrap_or_default();
            return Ok(vec![("all".into(), "All".into(), whole)]);
        }
        By::Day => return Ok(every(days(ask), all)),
        By::Hour => return Ok(every((0..24).map(hour).collect(), all)),
        By::Channel => return channels(db, workspace, all),
        By::Account => {
            accounts::list(db, workspace)?.into_iter().map(|it| both(it.id, it.name)).collect()
        }
        By::Agent => {
            users::list(db, workspace)?.into_iter().map(|it| both(it.id, it.name)).collect()
        }
        By::Team => teams::all(db, workspace)?.into_iter().map(|it| both(it.id, it.name)).collect(),
        By::Label => {
            labels::list(db, workspace)?.into_iter().map(|it| both(it.id, it.name)).collect()
        }
    };
    Ok(known(names, all))
}

/// Of the accounts of each channel together.
fn channels(db: &mut Db, workspace: WorkspaceId, mut all: Sums) -> Result<Vec<Line>, StoreError> {
    let mut sums = Sums::new();
    for account in accounts::list(db, workspace)? {
        if let Some(figures) = all.remove(&account.id.to_string()) {
            line(&mut sums, account.channel.as_str()).merge(figures);
        }
    }
    let order = [Channel::Messenger, Channel::Instagram, Channel::WhatsApp];
    Ok(known(order.map(|it| (it.to_string(), it.to_string())).into(), sums))
}

/// Days or hours of moments; each quarter of an hour is looked up once.
struct Keys {
    calendar: Calendar,
    by: By,
    known: HashMap<i64, String>,
}

impl Keys {
    fn new(calendar: Calendar, by: By) -> Self {
        Self { calendar, by, known: HashMap::new() }
    }

    /// The key of a line: of its own, or by the time.
    fn of<'a>(&'a mut self, key: &'a str, at: Timestamp) -> &'a str {
        let calendar = &self.calendar;
        let key_at = match self.by {
            By::Day => |calendar: &Calendar, at| calendar.day(at).to_string(),
            By::Hour => |calendar: &Calendar, at| hour(calendar.hour(at)).0,
            _ => return key,
        };
        let quarter = at.as_micros().div_euclid(15 * 60 * 1_000_000);
        self.known.entry(quarter).or_insert_with(|| key_at(calendar, at))
    }
}

fn hour(hour: u8) -> (String, String) {
    (format!("{hour:02}"), format!("{hour:02}:00"))
}

/// The days of a range, by the asker's calendar.
fn days(ask: &Ask) -> Vec<(String, String)> {
    let last = ask.calendar.day(Timestamp::from_micros(ask.until.as_micros().saturating_sub(1)));
    let days = std::iter::successors(Some(ask.calendar.day(ask.from)), |day| day.tomorrow().ok());
    days.take_while(|day| *day <= last).map(|day| (day.to_string(), day.to_string())).collect()
}

/// A line for each, be there something or not.
fn every(named: Vec<(String, String)>, mut all: Sums) -> Vec<Line> {
    let line = |(key, name): (String, String)| {
        let figures = all.remove(&key).unwrap_or_default();
        (key, name, figures)
    };
    named.into_iter().map(line).collect()
}

/// A line for each that there is something of.
fn known(named: Vec<(String, String)>, mut all: Sums) -> Vec<Line> {
    let line = |(key, name): (String, String)| {
        let figures = all.remove(&key)?;
        Some((key, name, figures))
    };
    named.into_iter().filter_map(line).collect()
}

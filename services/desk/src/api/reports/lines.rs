//! The lines of a report: facts and messages, added up for each key.

use std::collections::{BTreeMap, HashMap};

use switchboard_domain::{
    Channel, Timestamp,
    calendar::Calendar,
    ids::{AccountId, WorkspaceId},
    ledger::Figures,
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

/// Reads the lines, in the order in which they are shown.
pub(super) fn read(
    db: &mut Db,
    workspace: WorkspaceId,
    ask: &Ask,
    by: By,
) -> Result<Vec<Line>, StoreError> {
    let accounts = accounts::list(db, workspace)?;
    let channels: HashMap<String, Channel> =
        accounts.iter().map(|account| (account.id.to_string(), account.channel)).collect();
    let query = &ask.query;
    let chosen = (query.account.is_some() || query.channel.is_some()).then(|| {
        let wanted = accounts.iter().filter(|account| {
            query.account.is_none_or(|id| account.id == id)
                && query.channel.is_none_or(|channel| account.channel == channel)
        });
        wanted.map(|account| account.id).collect::<Vec<AccountId>>()
    });
    let (from, until) = (ask.from, ask.until);
    let (team, agent, label) = (query.team, query.agent, query.label);
    let filter = Filter { from, until, accounts: chosen, team, agent, label };
    let mut sums =
        Sums { by, keys: Keys::new(ask.calendar.clone(), by), channels, all: HashMap::new() };
    reports::facts(db, workspace, &filter, by.group(), &mut |key, at, entry| {
        sums.of(key, at).add(entry);
    })?;
    reports::messages(db, workspace, &filter, by.group(), &mut |key, tally| {
        sums.of(key, tally.slot).add_messages(tally.author, tally.many);
    })?;
    let all = sums.all;
    match by {
        By::Whole => Ok(every(vec![("all".into(), "All".into())], all)),
        By::Day => Ok(every(days(ask), all)),
        By::Hour => Ok(every((0..24).map(hour).collect(), all)),
        By::Channel => {
            let channels = [Channel::Messenger, Channel::Instagram, Channel::WhatsApp];
            let named = channels.map(|channel| (channel.to_string(), channel.to_string()));
            Ok(known(named.into(), all))
        }
        By::Account => {
            Ok(known(accounts.into_iter().map(|it| (it.id.to_string(), it.name)).collect(), all))
        }
        By::Agent => {
            let people = users::list(db, workspace)?;
            Ok(known(people.into_iter().map(|it| (it.id.to_string(), it.name)).collect(), all))
        }
        By::Team => {
            let teams = teams::list(db, workspace)?;
            Ok(known(teams.into_iter().map(|it| (it.id.to_string(), it.name)).collect(), all))
        }
        By::Label => {
            let labels = labels::list(db, workspace)?;
            Ok(known(labels.into_iter().map(|it| (it.id.to_string(), it.name)).collect(), all))
        }
    }
}

struct Sums {
    by: By,
    keys: Keys,
    channels: HashMap<String, Channel>,
    all: HashMap<String, Figures>,
}

impl Sums {
    fn of(&mut self, key: &str, at: Timestamp) -> &mut Figures {
        let key = match self.by {
            By::Day | By::Hour => self.keys.of(at),
            By::Channel => self.channels.get(key).map(|it| it.as_str()).unwrap_or_default(),
            _ => key,
        };
        if !self.all.contains_key(key) {
            self.all.insert(key.to_owned(), Figures::default());
        }
        self.all.entry(key.to_owned()).or_default()
    }
}

/// Days or hours of moments; each quarter of an hour is looked up once.
struct Keys {
    calendar: Calendar,
    hours: bool,
    known: BTreeMap<i64, String>,
}

impl Keys {
    fn new(calendar: Calendar, by: By) -> Self {
        Self { calendar, hours: by == By::Hour, known: BTreeMap::new() }
    }

    fn of(&mut self, at: Timestamp) -> &str {
        let quarter = at.as_micros().div_euclid(15 * 60 * 1_000_000);
        let (calendar, hours) = (&self.calendar, self.hours);
        self.known.entry(quarter).or_insert_with(|| match hours {
            true => hour(calendar.hour(at)).0,
            false => calendar.day(at).to_string(),
        })
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
fn every(named: Vec<(String, String)>, mut all: HashMap<String, Figures>) -> Vec<Line> {
    let line = |(key, name): (String, String)| {
        let figures = all.remove(&key).unwrap_or_default();
        (key, name, figures)
    };
    named.into_iter().map(line).collect()
}

/// A line for each that there is something of.
fn known(named: Vec<(String, String)>, mut all: HashMap<String, Figures>) -> Vec<Line> {
    let line = |(key, name): (String, String)| {
        let figures = all.remove(&key)?;
        Some((key, name, figures))
    };
    named.into_iter().filter_map(line).collect()
}

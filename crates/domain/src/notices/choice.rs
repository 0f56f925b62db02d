//! What somebody wants to be told of, of which conversations, and when.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    NoticeKind, When,
    quiet::{self, BadQuiet, Quiet},
};
use crate::{
    Timestamp,
    dispatch::BadHours,
    ids::{AccountId, TeamId},
};

/// What somebody wants to be told of, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Conversations that start.
    pub started: bool,
    /// Conversations that wait for a person.
    pub waiting: bool,
    /// Conversations that have waited for so many minutes, 1 to 1440; `None`: no.
    pub waits_minutes: Option<u32>,
    /// Conversations that became theirs.
    pub assigned: bool,
    /// Notes that are for them.
    pub mentioned: bool,
    /// Of which conversations, for each of these.
    #[serde(default)]
    pub only: Only,
    /// How present they may be.
    pub when: When,
    /// A mail at most so often, in minutes, 1 to 1440.
    pub every_minutes: u32,
    /// When they want no mails.
    #[serde(default)]
    pub quiet: Vec<Quiet>,
    /// Where they live: an IANA time zone.
    pub zone: String,
}

/// Of which conversations somebody wants to know, for each kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Only {
    /// That start.
    pub started: Scope,
    /// That wait.
    pub waiting: Scope,
    /// That have waited long.
    pub waits_minutes: Scope,
    /// That became theirs.
    pub assigned: Scope,
    /// In which a note is for them.
    pub mentioned: Scope,
}

/// Some conversations. What is listed and is not there any more fits none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// Those that these teams answer for, one at least; `None`: whoever does.
    pub teams: Option<Vec<TeamId>>,
    /// Those on these accounts, one at least; `None`: on any.
    pub accounts: Option<Vec<AccountId>>,
}

/// A choice that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadChoice {
    /// Not a number of minutes that makes sense, in that field.
    #[error("{1} minutes are too few or too many; choose 1 to 1440")]
    Minutes(&'static str, u32),
    /// No time zone.
    #[error(transparent)]
    Zone(#[from] BadHours),
    /// Quiet times that make no sense; which, if it is one.
    #[error("the quiet times: {1}")]
    Quiet(Option<usize>, BadQuiet),
    /// No team, no account, or too many, in that field.
    #[error("list 1 to {most}, or null for all", most = Choice::MOST)]
    Listed(String),
}

impl BadChoice {
    /// The field of the choice that is wrong.
    #[must_use]
    pub fn field(&self) -> String {
        match self {
            BadChoice::Minutes(field, _) => (*field).into(),
            BadChoice::Zone(_) => "zone".into(),
            BadChoice::Quiet(Some(number), BadQuiet::NoDay) => format!("quiet.{number}.days"),
            BadChoice::Quiet(Some(number), _) => format!("quiet.{number}.to"),
            BadChoice::Quiet(None, _) => "quiet".into(),
            BadChoice::Listed(field) => field.clone(),
        }
    }
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            started: false,
            waiting: true,
            waits_minutes: None,
            assigned: true,
            mentioned: true,
            only: Only::default(),
            when: When::Offline,
            every_minutes: 30,
            quiet: Vec::new(),
            zone: "UTC".into(),
        }
    }
}

impl Only {
    /// The same for what waits for whoever answers, as one could choose before each kind had its own.
    #[must_use]
    pub fn of_the_waiting(scope: Scope) -> Self {
        Self {
            started: scope.clone(),
            waiting: scope.clone(),
            waits_minutes: scope,
            ..Self::default()
        }
    }

    /// That of a kind.
    #[must_use]
    pub fn of(&self, kind: NoticeKind) -> &Scope {
        match kind {
            NoticeKind::Started => &self.started,
            NoticeKind::Waiting => &self.waiting,
            NoticeKind::WaitsLong => &self.waits_minutes,
            NoticeKind::Assigned => &self.assigned,
            NoticeKind::Mentioned => &self.mentioned,
        }
    }

    /// Each kind's, with its name in a choice.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &Scope)> {
        let name = |kind| match kind {
            NoticeKind::Started => "started",
            NoticeKind::Waiting => "waiting",
            NoticeKind::WaitsLong => "waits_minutes",
            NoticeKind::Assigned => "assigned",
            NoticeKind::Mentioned => "mentioned",
        };
        NoticeKind::ALL.into_iter().map(move |kind| (name(kind), self.of(kind)))
    }
}

impl Scope {
    /// Whether a conversation of that team, on that account, is one of them.
    #[must_use]
    pub fn covers(&self, team: Option<TeamId>, account: AccountId) -> bool {
        let of_team = |teams: &Vec<TeamId>| team.is_some_and(|team| teams.contains(&team));
        self.teams.as_ref().is_none_or(of_team)
            && self.accounts.as_ref().is_none_or(|accounts| accounts.contains(&account))
    }
}

impl Choice {
    /// Teams or accounts that can be listed.
    const MOST: usize = 200;

    /// The same, with nothing to be told of.
    #[must_use]
    pub fn silent(self) -> Self {
        let off = false;
        Self {
            started: off,
            waiting: off,
            waits_minutes: None,
            assigned: off,
            mentioned: off,
            ..self
        }
    }

    /// Checks what people wrote.
    ///
    /// # Errors
    /// [`BadChoice`] with what is wrong and how to write it.
    pub fn check(&self) -> Result<(), BadChoice> {
        let every = Some(("every_minutes", self.every_minutes));
        let waits = self.waits_minutes.map(|minutes| ("waits_minutes", minutes));
        let mut minutes = [every, waits].into_iter().flatten();
        if let Some((field, wrong)) = minutes.find(|(_, many)| !(1..=1440).contains(many)) {
            return Err(BadChoice::Minutes(field, wrong));
        }
        let listed = self.only.named().flat_map(|(kind, scope)| {
            let teams = ("teams", kind, scope.teams.as_ref().map(Vec::len));
            [teams, ("accounts", kind, scope.accounts.as_ref().map(Vec::len))]
        });
        let mut wrong = listed
            .filter(|(_, _, many)| many.is_some_and(|many| !(1..=Self::MOST).contains(&many)));
        if let Some((what, kind, _)) = wrong.next() {
            return Err(BadChoice::Listed(format!("only.{kind}.{what}")));
        }
        quiet::check_zone(&self.zone)?;
        quiet::check(&self.quiet, &self.zone).map_err(|(number, bad)| BadChoice::Quiet(number, bad))
    }

    /// Whether they want to know of this.
    #[must_use]
    pub fn wants(&self, kind: NoticeKind) -> bool {
        match kind {
            NoticeKind::Started => self.started,
            NoticeKind::Waiting => self.waiting,
            NoticeKind::WaitsLong => self.waits_minutes.is_some(),
            NoticeKind::Assigned => self.assigned,
            NoticeKind::Mentioned => self.mentioned,
        }
    }

    /// How long something waits before it is told at all.
    #[must_use]
    pub fn patience(&self, kind: NoticeKind) -> Duration {
        let minutes = self.waits_minutes.filter(|_| kind == NoticeKind::WaitsLong);
        Duration::from_secs(u64::from(minutes.unwrap_or_default()) * 60)
    }

    /// When they may be mailed next, having been mailed last at that time; `now` if they may.
    #[must_use]
    pub fn next(&self, last: Option<Timestamp>, now: Timestamp) -> Timestamp {
        let pause = Duration::from_secs(u64::from(self.every_minutes) * 60);
        let then = last.map_or(now, |last| last.plus(pause)).max(now);
        self.quiet_until(then).unwrap_or(then)
    }

    /// Whether more than `long` has passed since then, beside quiet times.
    #[must_use]
    pub fn is_past(&self, long: Duration, since: Timestamp, now: Timestamp) -> bool {
        let mut passed = Duration::ZERO;
        let mut at = since;
        while at < now && passed <= long {
            let (quiet, change) = self.change(at);
            let end = change.unwrap_or(now).min(now);
            passed += if quiet { Duration::ZERO } else { end.since(at) };
            at = end;
        }
        passed > long
    }

    /// A time as they write it.
    #[must_use]
    pub fn written(&self, at: Timestamp) -> String {
        format!("{} ({})", quiet::hours(&[], &self.zone).written(at), self.zone)
    }

    /// The end of the quiet time that it is then, if it is one.
    fn quiet_until(&self, at: Timestamp) -> Option<Timestamp> {
        let (quiet, change) = self.change(at);
        change.filter(|_| quiet)
    }

    /// Whether it is quiet then, and when that changes next.
    fn change(&self, at: Timestamp) -> (bool, Option<Timestamp>) {
        if self.quiet.is_empty() {
            return (false, None);
        }
        let hours = quiet::hours(&self.quiet, &self.zone);
        (hours.open(at), hours.next_change(at))
    }
}

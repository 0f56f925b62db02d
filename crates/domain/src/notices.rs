//! What people who work at the desk are told of by e-mail while they are not there, and when.
//!
//! Each person has a [`Choice`], or goes by their workspace's. Something happens ([`NoticeKind`]);
//! whoever wants to know of it is told, unless it is settled by then ([`NoticeKind::holds`]).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    conversation::Status,
    dispatch::{BadHours, Clock, Day, Hours, Opening, Presence},
    ids::{AccountId, TeamId, UserId},
};

/// What somebody may be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A customer began a conversation, or came back to one that was done.
    Started,
    /// A conversation waits for a person.
    Waiting,
    /// It has waited longer than the reader wants anybody to.
    WaitsLong,
    /// A conversation became the reader's.
    Assigned,
    /// A note is for the reader.
    Mentioned,
}

impl NoticeKind {
    /// Whether it is still worth telling: nobody has done by now what it asks for. `ticket` is the
    /// wait that it is about.
    #[must_use]
    pub fn holds(self, status: &Status, user: UserId, ticket: u64) -> bool {
        match self {
            NoticeKind::Started => matches!(status, Status::Bot | Status::Waiting { .. }),
            NoticeKind::Waiting | NoticeKind::WaitsLong => {
                matches!(status, Status::Waiting { ticket: now, .. } if *now == ticket)
            }
            NoticeKind::Assigned => matches!(status, Status::Agent { agent } if *agent == user),
            NoticeKind::Mentioned => true,
        }
    }

    /// Whether it is about the reader, and not about whoever answers for the conversation.
    #[must_use]
    pub fn is_personal(self) -> bool {
        matches!(self, NoticeKind::Assigned | NoticeKind::Mentioned)
    }
}

/// How present somebody may be and still be told by e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Only when offline.
    #[default]
    Offline,
    /// When offline or away.
    Away,
    /// Always.
    Always,
}

impl When {
    /// Whether a mail is for somebody who is so present.
    #[must_use]
    pub fn reaches(self, presence: Presence) -> bool {
        match self {
            When::Offline => presence == Presence::Offline,
            When::Away => !presence.is_present(),
            When::Always => true,
        }
    }
}

/// A part of each day in which no mails come; it may go over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// From when on.
    pub from: Clock,
    /// Until when, exclusive.
    pub to: Clock,
}

impl Quiet {
    fn is_none_or_all_day(self) -> bool {
        self.from == self.to || (self.from == Clock::MIDNIGHT && self.to == Clock::END_OF_DAY)
    }
}

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
    /// Of which teams, where it is not about them; none: of all they see.
    #[serde(default)]
    pub teams: Vec<TeamId>,
    /// Of which accounts, where it is not about them; none: of all they see.
    #[serde(default)]
    pub accounts: Vec<AccountId>,
    /// How present they may be.
    pub when: When,
    /// A mail at most so often, in minutes, 1 to 1440.
    pub every_minutes: u32,
    /// When they want no mails.
    #[serde(default)]
    pub quiet: Option<Quiet>,
    /// Where they live: an IANA time zone.
    pub zone: String,
}

/// A choice that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadChoice {
    /// Not a number of minutes that makes sense.
    #[error("{0} minutes are too few or too many; choose 1 to 1440")]
    Minutes(u32),
    /// No time zone.
    #[error(transparent)]
    Zone(#[from] BadHours),
    /// It is no time, or all the time.
    #[error(
        "quiet hours from {0} to {1} are none or all day; leave them out, or turn the mails off"
    )]
    Quiet(Clock, Clock),
    /// Too many.
    #[error("that is more than {0} teams or accounts; choose none for all")]
    Many(usize),
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            started: false,
            waiting: true,
            waits_minutes: None,
            assigned: true,
            mentioned: true,
            teams: Vec::new(),
            accounts: Vec::new(),
            when: When::Offline,
            every_minutes: 30,
            quiet: None,
            zone: "UTC".into(),
        }
    }
}

impl Choice {
    /// Teams or accounts that can be named.
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
        let minutes = [Some(self.every_minutes), self.waits_minutes].into_iter().flatten();
        if let Some(wrong) = minutes.into_iter().find(|minutes| !(1..=1440).contains(minutes)) {
            return Err(BadChoice::Minutes(wrong));
        }
        if self.teams.len().max(self.accounts.len()) > Self::MOST {
            return Err(BadChoice::Many(Self::MOST));
        }
        if let Some(quiet) = self.quiet.filter(|quiet| quiet.is_none_or_all_day()) {
            return Err(BadChoice::Quiet(quiet.from, quiet.to));
        }
        Ok(self.local().check()?)
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

    /// Whether a conversation is among those that they want to know of.
    #[must_use]
    pub fn covers(&self, kind: NoticeKind, team: TeamId, account: AccountId) -> bool {
        kind.is_personal()
            || ((self.teams.is_empty() || self.teams.contains(&team))
                && (self.accounts.is_empty() || self.accounts.contains(&account)))
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

    /// A time as they write it.
    #[must_use]
    pub fn written(&self, at: Timestamp) -> String {
        format!("{} ({})", self.local().written(at), self.zone)
    }

    /// The end of the quiet hours, if a time is in them.
    fn quiet_until(&self, at: Timestamp) -> Option<Timestamp> {
        let Quiet { from, to } = self.quiet?;
        let (midnight, end) = (Clock::MIDNIGHT, Clock::END_OF_DAY);
        let parts = if from < to { vec![(from, to)] } else { vec![(from, end), (midnight, to)] };
        let parts = parts.into_iter().filter(|(from, to)| from < to);
        let week = parts.map(|(from, to)| Opening { days: Day::ALL.into(), from, to }).collect();
        let quiet = Hours { week, ..self.local() };
        if quiet.open(at) { quiet.next_change(at) } else { None }
    }

    fn local(&self) -> Hours {
        Hours { zone: self.zone.clone(), ..Hours::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::HandOff;

    fn at(text: &str) -> Timestamp {
        let at: jiff::Timestamp = text.parse().unwrap();
        Timestamp::from_micros(at.as_microsecond())
    }

    fn quiet(from: &str, to: &str) -> Choice {
        let quiet = Some(Quiet { from: from.parse().unwrap(), to: to.parse().unwrap() });
        Choice { quiet, zone: "Europe/Berlin".into(), every_minutes: 10, ..Choice::default() }
    }

    #[test]
    fn quiet_hours_go_over_midnight_in_the_readers_time() {
        let night = quiet("20:00", "07:30");
        let evening = at("2026-11-27T18:59:00Z");
        assert_eq!(night.next(None, evening), evening, "19:59 in Berlin");
        let later = at("2026-11-27T19:00:00Z");
        assert_eq!(night.next(None, later), at("2026-11-28T06:30:00Z"));
        assert_eq!(night.next(None, at("2026-11-28T03:00:00Z")), at("2026-11-28T06:30:00Z"));
        let lunch = quiet("12:00", "13:00");
        assert_eq!(lunch.next(None, at("2026-07-01T10:30:00Z")), at("2026-07-01T11:00:00Z"));
        let from_midnight = quiet("00:00", "06:00");
        assert_eq!(
            from_midnight.next(None, at("2026-07-01T23:00:00Z")),
            at("2026-07-02T04:00:00Z")
        );
    }

    #[test]
    fn mails_keep_their_distance_and_the_quiet_hours_too() {
        let night = quiet("20:00", "07:30");
        let last = Some(at("2026-11-27T18:55:00Z"));
        assert_eq!(night.next(last, at("2026-11-27T18:56:00Z")), at("2026-11-28T06:30:00Z"));
        let morning = at("2026-11-28T09:00:00Z");
        assert_eq!(night.next(last, morning), morning);
        let last = Some(at("2026-11-28T08:55:00Z"));
        assert_eq!(night.next(last, morning), at("2026-11-28T09:05:00Z"));
    }

    #[test]
    fn what_is_settled_is_not_told() {
        let (me, other) = (UserId::derive("me"), UserId::derive("other"));
        let team = TeamId::derive("team");
        let waits = |ticket| Status::Waiting {
            team,
            since: at("2026-11-27T18:59:00Z"),
            ticket,
            reason: HandOff::Asked,
        };
        use NoticeKind::{Assigned, Mentioned, Started, Waiting, WaitsLong};
        for kind in [Waiting, WaitsLong] {
            assert!(kind.holds(&waits(2), me, 2));
            assert!(!kind.holds(&waits(3), me, 2), "another wait");
            assert!(!kind.holds(&Status::Agent { agent: me }, me, 2));
        }
        assert!(Started.holds(&Status::Bot, me, 0) && Started.holds(&waits(1), me, 0));
        assert!(!Started.holds(&Status::Agent { agent: other }, me, 0));
        assert!(Assigned.holds(&Status::Agent { agent: me }, me, 0));
        assert!(!Assigned.holds(&Status::Agent { agent: other }, me, 0));
        assert!(
            !Assigned.holds(&Status::Resolved, me, 0) && Mentioned.holds(&Status::Resolved, me, 0)
        );
    }

    #[test]
    fn teams_and_accounts_narrow_what_is_not_personal() {
        let (sales, page) = (TeamId::derive("sales"), AccountId::derive("page"));
        let choice = Choice { teams: vec![sales], accounts: vec![page], ..Choice::default() };
        let (team, account) = (TeamId::derive("other"), AccountId::derive("other"));
        assert!(choice.covers(NoticeKind::Waiting, sales, page));
        assert!(!choice.covers(NoticeKind::Waiting, team, page));
        assert!(!choice.covers(NoticeKind::Started, sales, account));
        assert!(choice.covers(NoticeKind::Mentioned, team, account));
        assert!(Choice::default().covers(NoticeKind::Waiting, team, account));
        // A silent choice wants nothing.
        let silent = Choice { started: true, waits_minutes: Some(5), ..choice }.silent();
        use NoticeKind::{Assigned, Mentioned, Started, Waiting, WaitsLong};
        let all = [Started, Waiting, WaitsLong, Assigned, Mentioned];
        assert!(all.into_iter().all(|kind| !silent.wants(kind)));
    }

    #[test]
    fn only_who_is_not_there_is_mailed_unless_they_want_it() {
        let reached = |when: When| Presence::ALL.into_iter().filter(move |one| when.reaches(*one));
        assert_eq!(reached(When::Offline).collect::<Vec<_>>(), [Presence::Offline]);
        assert_eq!(reached(When::Away).collect::<Vec<_>>(), [Presence::Away, Presence::Offline]);
        assert_eq!(reached(When::Always).count(), 4);
    }

    #[test]
    fn wrong_choices_say_what_is_wrong() {
        assert_eq!(Choice::default().check(), Ok(()));
        let never = Choice { every_minutes: 0, ..Choice::default() };
        assert_eq!(never.check(), Err(BadChoice::Minutes(0)));
        let long = Choice { waits_minutes: Some(1441), ..Choice::default() };
        assert_eq!(long.check(), Err(BadChoice::Minutes(1441)));
        let nowhere = Choice { zone: "Mars/Base".into(), ..Choice::default() };
        assert!(matches!(nowhere.check(), Err(BadChoice::Zone(_))));
        for (from, to) in [("09:00", "09:00"), ("00:00", "24:00")] {
            assert!(matches!(quiet(from, to).check(), Err(BadChoice::Quiet(..))));
        }
        let many = Choice { teams: vec![TeamId::derive("a"); 201], ..Choice::default() };
        assert_eq!(many.check(), Err(BadChoice::Many(200)));
    }
}

//! What is told, to whom, and when: the rules, and quiet times against a clock that is looked at each
//! quarter of an hour.

use std::time::Duration;

use jiff::tz::TimeZoneDatabase;
use proptest::prelude::*;

use super::*;
use crate::{
    Timestamp,
    conversation::{HandOff, Status},
    dispatch::{Clock, Day, Presence},
    ids::{AccountId, TeamId, UserId},
};

const MINUTE: Duration = Duration::from_secs(60);

fn at(text: &str) -> Timestamp {
    let at: jiff::Timestamp = text.parse().unwrap();
    Timestamp::from_micros(at.as_microsecond())
}

fn times(days: &[Day], from: &str, to: &str) -> Quiet {
    Quiet { days: days.into(), from: from.parse().unwrap(), to: to.parse().unwrap() }
}

fn in_berlin(quiet: Vec<Quiet>) -> Choice {
    Choice { quiet, zone: "Europe/Berlin".into(), every_minutes: 10, ..Choice::default() }
}

fn quiet(from: &str, to: &str) -> Choice {
    in_berlin(vec![times(&Day::ALL, from, to)])
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
    assert_eq!(from_midnight.next(None, at("2026-07-01T23:00:00Z")), at("2026-07-02T04:00:00Z"));
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
    assert!(!Assigned.holds(&Status::Resolved, me, 0) && Mentioned.holds(&Status::Resolved, me, 0));
}

#[test]
fn each_kind_is_narrowed_by_itself() {
    let (sales, page) = (TeamId::derive("sales"), AccountId::derive("page"));
    let (team, account) = (TeamId::derive("other"), AccountId::derive("other"));
    let scope = Scope { teams: Some(vec![sales]), accounts: Some(vec![page]) };
    let only = Only { waiting: scope.clone(), assigned: scope.clone(), ..Only::default() };
    for kind in [NoticeKind::Waiting, NoticeKind::Assigned] {
        assert!(only.of(kind).covers(Some(sales), page));
        assert!(!only.of(kind).covers(Some(team), page));
        assert!(!only.of(kind).covers(Some(sales), account));
        assert!(!only.of(kind).covers(None, page), "nobody answers for it");
    }
    for kind in [NoticeKind::Started, NoticeKind::WaitsLong, NoticeKind::Mentioned] {
        assert!(only.of(kind).covers(Some(team), account));
        assert!(only.of(kind).covers(None, account));
    }
    // As before each kind had its own.
    let before = Only::of_the_waiting(scope.clone());
    let narrowed = |kind: &NoticeKind| *before.of(*kind) == scope;
    use NoticeKind::{Assigned, Mentioned, Started, Waiting, WaitsLong};
    assert!([Started, Waiting, WaitsLong].iter().all(narrowed));
    assert!(![Assigned, Mentioned].iter().any(narrowed));
    // A silent choice wants nothing.
    let loud = Choice { started: true, waits_minutes: Some(5), ..Choice::default() };
    assert!(NoticeKind::ALL.into_iter().all(|kind| loud.wants(kind)));
    let silent = loud.silent();
    assert!(!NoticeKind::ALL.into_iter().any(|kind| silent.wants(kind)));
}

#[test]
fn only_who_is_not_there_is_mailed_unless_they_want_it() {
    let reached = |when: When| Presence::ALL.into_iter().filter(move |one| when.reaches(*one));
    assert_eq!(reached(When::Offline).collect::<Vec<_>>(), [Presence::Offline]);
    assert_eq!(reached(When::Away).collect::<Vec<_>>(), [Presence::Away, Presence::Offline]);
    assert_eq!(reached(When::Always).count(), 4);
}

fn wrong(choice: Choice) -> (String, String) {
    let bad = choice.check().unwrap_err();
    (bad.field(), bad.to_string())
}

#[test]
fn wrong_choices_say_what_is_wrong_and_where() {
    assert_eq!(Choice::default().check(), Ok(()));
    let usual = Choice::default;
    let (field, said) = wrong(Choice { every_minutes: 0, ..usual() });
    assert_eq!((field.as_str(), said.contains("1 to 1440")), ("every_minutes", true));
    assert_eq!(wrong(Choice { waits_minutes: Some(1441), ..usual() }).0, "waits_minutes");
    let (field, said) = wrong(Choice { zone: "Mars/Base".into(), ..usual() });
    assert_eq!((field.as_str(), said.contains("Europe/Berlin")), ("zone", true));
    assert_eq!(wrong(quiet("09:00", "09:00")).0, "quiet.0.to");
    let night = times(&Day::ALL, "20:00", "07:00");
    assert_eq!(
        wrong(in_berlin(vec![night.clone(), times(&[], "09:00", "10:00")])).0,
        "quiet.1.days"
    );
    assert_eq!(wrong(in_berlin(vec![night.clone(); 51])).0, "quiet");
    // The whole week, by itself or by several.
    for always in [
        vec![times(&Day::ALL, "00:00", "24:00")],
        vec![night.clone(), times(&Day::ALL, "07:00", "20:00")],
    ] {
        let (field, said) = wrong(in_berlin(always));
        assert_eq!((field.as_str(), said.contains("turn the mails off")), ("quiet", true));
    }
    assert_eq!(in_berlin(vec![night, times(&Day::ALL, "07:00", "19:59")]).check(), Ok(()));
    for teams in [vec![], vec![TeamId::derive("a"); 201]] {
        let started = Scope { teams: Some(teams), accounts: None };
        let only = Only { started, ..Only::default() };
        assert_eq!(wrong(Choice { only, ..usual() }).0, "only.started.teams");
    }
    let waits_minutes = Scope { teams: None, accounts: Some(vec![]) };
    let only = Only { waits_minutes, ..Only::default() };
    assert_eq!(wrong(Choice { only, ..usual() }).0, "only.waits_minutes.accounts");
}

#[test]
fn each_day_has_its_own_quiet_times() {
    use Day::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    let choice = in_berlin(vec![
        times(&[Monday, Tuesday, Wednesday, Thursday], "19:00", "07:00"),
        times(&[Friday], "17:00", "24:00"),
        times(&[Saturday, Sunday], "00:00", "24:00"),
        times(&[Monday], "00:00", "07:00"),
    ]);
    assert_eq!(choice.check(), Ok(()));
    // A Friday in November: Berlin is an hour ahead of UTC.
    let noon = at("2026-11-27T11:00:00Z");
    assert_eq!(choice.next(None, noon), noon);
    let monday = at("2026-11-30T06:00:00Z");
    assert_eq!(choice.next(None, at("2026-11-27T16:00:00Z")), monday, "all of the weekend");
    assert_eq!(choice.next(None, at("2026-11-29T22:59:00Z")), monday);
    assert_eq!(choice.next(None, monday), monday);
    let evening = at("2026-12-01T18:30:00Z");
    assert_eq!(choice.next(None, evening), at("2026-12-02T06:00:00Z"));
}

#[test]
fn quiet_times_end_as_the_clock_says_when_it_is_put_forward_or_back() {
    // On 29 March 2026 it goes from 2:00 to 3:00, on 25 October from 3:00 to 2:00.
    let until = |to: &str, now: &str| quiet("22:00", to).next(None, at(now));
    assert_eq!(until("07:00", "2026-03-28T22:00:00Z"), at("2026-03-29T05:00:00Z"));
    assert_eq!(until("07:00", "2026-10-24T21:00:00Z"), at("2026-10-25T06:00:00Z"));
    let put_forward = at("2026-03-29T01:00:00Z");
    assert_eq!(until("02:30", "2026-03-29T00:30:00Z"), put_forward, "2:30 is never");
    // 2:30 comes twice: it is quiet again from when the clock is put back.
    assert_eq!(until("02:30", "2026-10-25T00:10:00Z"), at("2026-10-25T00:30:00Z"));
    assert_eq!(until("02:30", "2026-10-25T01:00:00Z"), at("2026-10-25T01:30:00Z"));
}

#[test]
fn quiet_times_make_nothing_old() {
    use Day::{Friday, Saturday, Sunday};
    let day = MINUTE * 60 * 24;
    let weekend = in_berlin(vec![
        times(&[Friday], "17:00", "24:00"),
        times(&[Saturday, Sunday], "00:00", "24:00"),
    ]);
    let (friday, monday) = (at("2026-11-27T15:59:00Z"), at("2026-11-30T06:00:00Z"));
    assert!(Choice::default().is_past(day, friday, monday));
    assert!(!weekend.is_past(day, friday, monday), "a minute, and from midnight to seven");
    assert!(!weekend.is_past(day, friday, friday));
    assert!(!weekend.is_past(day, friday, at("2026-11-30T22:58:00Z")));
    assert!(weekend.is_past(day, friday, at("2026-11-30T23:00:00Z")));
}

/// Whether the clock on somebody's wall shows a quiet time.
fn is_quiet(choice: &Choice, at: Timestamp) -> bool {
    let zone = TimeZoneDatabase::bundled().get(&choice.zone).unwrap();
    let wall = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap().to_zoned(zone);
    let today = Day::ALL[usize::try_from(wall.weekday().to_monday_zero_offset()).unwrap()];
    let now: Clock = wall.strftime("%H:%M").to_string().parse().unwrap();
    choice.quiet.iter().any(|quiet| {
        let on = |day: Day| quiet.days.contains(&day);
        let yesterday = quiet.days.iter().any(|day| day.next() == today);
        if quiet.from < quiet.to {
            on(today) && quiet.from <= now && now < quiet.to
        } else {
            (on(today) && quiet.from <= now) || (yesterday && now < quiet.to)
        }
    })
}

fn quarter() -> impl Strategy<Value = Clock> {
    (0..=96_u16)
        .prop_map(|quarter| format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15).parse().unwrap())
}

fn any_quiet() -> impl Strategy<Value = Quiet> {
    let days = proptest::sample::subsequence(Day::ALL.to_vec(), 1..=7);
    (days, quarter(), quarter()).prop_map(|(days, from, to)| Quiet { days, from, to })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// From any quarter of an hour around the shifts of 2026, the next mail comes when the wall clock
    /// first shows no quiet time.
    #[test]
    fn a_mail_comes_when_the_quiet_ends_and_not_before(
        quiet in prop::collection::vec(any_quiet(), 0..4),
        zone in prop::sample::select(vec![
            "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
        ]),
        shift in prop::sample::select(vec!["2026-03-07", "2026-03-28", "2026-04-04", "2026-10-24", "2026-10-31"]),
        quarters in 0..400_u32,
    ) {
        let choice = Choice { quiet, zone: zone.into(), ..Choice::default() };
        prop_assume!(choice.check().is_ok());
        let step = MINUTE * 15;
        let now = at(&format!("{shift}T00:00:00Z")).plus(step * quarters);
        let next = choice.next(None, now);
        let (mut look, mut awake) = (now, Duration::ZERO);
        while look < next {
            prop_assert!(is_quiet(&choice, look), "{look:?} is not quiet, {next:?} is told");
            look = look.plus(step);
        }
        prop_assert_eq!(look, next);
        prop_assert!(!is_quiet(&choice, next));
        // What passed beside quiet times, over the next three days.
        for number in 0..288 {
            if !is_quiet(&choice, now.plus(step * number)) {
                awake += step;
            }
        }
        let end = now.plus(step * 288);
        prop_assert!(!choice.is_past(awake, now, end));
        prop_assert!(awake.is_zero() || choice.is_past(awake - MINUTE, now, end));
    }
}

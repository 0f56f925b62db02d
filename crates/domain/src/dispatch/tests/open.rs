//! How much of a time a team works, against a count of its minutes.

use std::time::Duration;

use proptest::prelude::*;

use super::super::{Clock, Day, Holiday, Hours, Opening};
use crate::Timestamp;

const MINUTE: Duration = Duration::from_secs(60);

/// Monday, 21 September 2026, 00:00 UTC.
const MONDAY: Timestamp = Timestamp::from_secs(1_789_948_800);

fn clock(minutes: u16) -> Clock {
    format!("{:02}:{:02}", minutes / 60, minutes % 60).parse().unwrap()
}

fn opening() -> impl Strategy<Value = Opening> {
    let days = prop::sample::subsequence(
        vec![Day::Monday, Day::Tuesday, Day::Wednesday, Day::Friday, Day::Sunday],
        1..4,
    );
    (days, 0_u16..1_400, 1_u16..600).prop_map(|(days, from, long)| Opening {
        days,
        from: clock(from),
        to: clock((from + long).min(1_440)),
    })
}

fn hours() -> impl Strategy<Value = Hours> {
    let zones = prop::sample::select(vec!["UTC", "Europe/Berlin", "Asia/Kathmandu"]);
    let holiday = prop::option::of(20_i8..28);
    (zones, prop::collection::vec(opening(), 0..4), holiday).prop_map(|(zone, week, holiday)| {
        let date = |day| jiff::civil::date(2026, 9, day);
        let holidays = holiday.map(|day| Holiday { date: date(day), text: None });
        Hours { zone: zone.into(), week, holidays: holidays.into_iter().collect() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn open_time_is_what_its_minutes_say(hours in hours(), from in 0_u32..8_000, long in 0_u32..6_000) {
        let begin = MONDAY.plus(MINUTE * from);
        let minutes = (0..long).filter(|at| hours.open(begin.plus(MINUTE * *at))).count();
        let open = hours.open_between(begin, begin.plus(MINUTE * long));
        prop_assert_eq!(open, MINUTE * u32::try_from(minutes).unwrap());
    }

    #[test]
    fn a_moment_after_open_time_has_just_so_much_before_it(
        hours in hours(), from in 0_u32..8_000, seconds in 0_u64..200_000
    ) {
        let (begin, long) = (MONDAY.plus(MINUTE * from), Duration::from_secs(seconds));
        if let Some(moment) = hours.after_open(begin, long) {
            prop_assert_eq!(hours.open_between(begin, moment), long);
        }
    }
}

#[test]
fn a_team_that_never_works_never_gets_there() {
    let never = Opening { days: Vec::new(), from: clock(0), to: clock(60) };
    let hours = Hours { week: vec![never], ..Hours::default() };
    assert_eq!(hours.after_open(MONDAY, MINUTE), None);
    assert_eq!(hours.open_between(MONDAY, MONDAY.plus(MINUTE * 100_000)), Duration::ZERO);
}

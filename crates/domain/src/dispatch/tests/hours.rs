//! When teams work.

use super::*;

fn at(text: &str) -> Timestamp {
    let at: jiff::Timestamp = text.parse().unwrap();
    Timestamp::from_micros(at.as_microsecond())
}

fn berlin() -> Hours {
    let week = serde_json::json!({
        "zone": "Europe/Berlin",
        "week": [
            {"days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
             "from": "09:00", "to": "17:30"},
            {"days": ["saturday"], "from": "22:00", "to": "24:00"},
            {"days": ["sunday"], "from": "00:00", "to": "02:00"},
        ],
        "holidays": [{"date": "2026-12-25", "text": "Merry Christmas"}],
    });
    serde_json::from_value(week).unwrap()
}

#[test]
fn an_opening_is_by_the_clock_of_its_zone() {
    let hours = berlin();
    assert_eq!(hours.check(), Ok(()));
    assert!(!hours.open(at("2026-07-06T06:59:59Z")), "Monday, a second before 9 in summer");
    assert!(hours.open(at("2026-07-06T07:00:00Z")));
    assert!(!hours.open(at("2026-07-06T15:30:00Z")), "the end is exclusive");
    assert!(hours.open(at("2026-11-30T08:00:00Z")), "9 in winter");
    assert_eq!(hours.next_change(at("2026-11-28T12:00:00Z")), Some(at("2026-11-28T21:00:00Z")));
}

#[test]
fn two_openings_that_meet_at_midnight_are_one() {
    let night = at("2026-11-28T21:00:00Z");
    assert_eq!(berlin().next_change(night), Some(at("2026-11-29T01:00:00Z")));
}

#[test]
fn a_week_across_the_change_of_clocks_is_right() {
    // Sunday, 29 March 2026: clocks in Berlin go from 2 to 3.
    assert_eq!(berlin().next_change(at("2026-03-29T02:00:00Z")), Some(at("2026-03-30T07:00:00Z")));
}

#[test]
fn holidays_are_closed_and_have_a_text() {
    let (hours, noon) = (berlin(), at("2026-12-25T11:00:00Z"));
    assert!(!hours.open(noon));
    assert_eq!(hours.holiday_text(noon), Some("Merry Christmas"));
    assert_eq!(hours.holiday_text(at("2026-12-24T23:30:00Z")), Some("Merry Christmas"));
    assert_eq!(hours.holiday_text(at("2026-12-26T11:00:00Z")), None);
    assert_eq!(hours.next_opening(noon), "2026-12-26 22:00");
}

#[test]
fn without_openings_it_is_always_open() {
    let hours = Hours::default();
    assert!(hours.open(NOW));
    assert_eq!(hours.next_change(NOW), None);
}

#[test]
fn what_cannot_be_kept_is_said() {
    let bad = |hours: Hours| hours.check().unwrap_err().to_string();
    let zone = Hours { zone: "Berlin".into(), ..berlin() };
    assert_eq!(bad(zone), "\"Berlin\" is no time zone; use an IANA name such as Europe/Berlin");
    let (from, to) = ("22:00".parse().unwrap(), "06:00".parse().unwrap());
    let week = vec![Opening { days: vec![Day::Monday], from, to }];
    assert_eq!(
        bad(Hours { week, ..berlin() }),
        "an opening from 22:00 to 06:00 is empty; one over midnight is written as two"
    );
    for text in ["9:00", "24:01", "12:60", "noon", "+9:00"] {
        assert!(text.parse::<Clock>().is_err(), "{text}");
    }
}

//! How rules are read and how they answer.

use switchboard_domain::content::{Button, Media, MediaKind};

use super::*;

const UNSURE: AfterTurn = AfterTurn::HandOff(HandOff::BotUnsure);
const ASKED: AfterTurn = AfterTurn::HandOff(HandOff::Asked);

fn choice(title: &str, payload: &str) -> Content {
    Content::Choice { title: title.into(), payload: payload.into() }
}

fn answer(rules: &Rules, said: &[Content]) -> Answer {
    rules.answer(said, None).unwrap()
}

/// The texts of the answer, and what comes after.
fn said(rules: &Rules, messages: &[Content]) -> (Vec<String>, AfterTurn) {
    let answer = answer(rules, messages);
    let words = answer.replies.iter().map(|reply| reply.as_words().unwrap_or_default().to_owned());
    (words.collect(), answer.then)
}

const SMALL: &str = r#"
rules:
  - when: { keywords: [hours] }
    reply: [{ text: 9 to 5 }]
  - when: { payloads: [HOURS] }
    reply: [{ text: by button }]
  - when: { patterns: ['^order \d+$'] }
    reply: [{ text: looking }, { text: it up }]
    then: stay
  - when: { keywords: [person], payloads: [PERSON] }
    then: hand_off
  - when: { keywords: [bye] }
    reply: [{ text: bye }]
    then: resolve
"#;

#[test]
fn each_message_is_answered_by_the_first_rule_that_fits() {
    let rules = check(SMALL).unwrap();
    let turn = [Content::text("Your HOURS?"), Content::text("order 7")];
    let replies = ["9 to 5", "looking", "it up"].map(str::to_owned).to_vec();
    assert_eq!(said(&rules, &turn), (replies, AfterTurn::Stay));
    assert_eq!(said(&rules, &[Content::text("Order 7")]), (vec![], UNSURE), "patterns mind case");
    assert_eq!(said(&rules, &[]), (vec![], AfterTurn::Stay));
}

#[test]
fn a_button_is_known_by_its_payload_before_its_title() {
    let rules = check(SMALL).unwrap();
    assert_eq!(said(&rules, &[choice("Hours", "HOURS")]).0, ["by button"]);
    assert_eq!(said(&rules, &[choice("Hours", "OF_ANOTHER_BOT")]).0, ["9 to 5"]);
    assert_eq!(said(&rules, &[choice("?", "hours")]), (vec![], UNSURE), "payloads are exact");
    assert_eq!(said(&rules, &[Content::text("HOURS")]).0, ["9 to 5"], "typing is no pressing");
}

#[test]
fn a_hand_off_wins_and_ends_the_turn() {
    let rules = check(SMALL).unwrap();
    let turn = ["bye", "hours", "person", "bye"].map(Content::text);
    let replies = ["bye", "9 to 5"].map(str::to_owned).to_vec();
    assert_eq!(said(&rules, &turn), (replies, ASKED));
    let turn = ["bye", "hours"].map(Content::text);
    assert_eq!(said(&rules, &turn).1, AfterTurn::Stay, "the customer went on after the good-bye");
    assert_eq!(said(&rules, &[Content::text("bye")]).1, AfterTurn::Resolve);
}

#[test]
fn what_no_rule_fits_is_for_otherwise() {
    let with = |otherwise: &str| check(&format!("{SMALL}{otherwise}")).unwrap();
    let photo = Content::Media(Media::of(MediaKind::Image));
    for message in [Content::text("what?"), photo.clone()] {
        let turn = [message];
        assert_eq!(said(&with(""), &turn), (vec![], UNSURE));
        let (replies, then) = said(&with("otherwise: { reply: [{ text: sorry }] }"), &turn);
        assert_eq!((replies, then), (vec!["sorry".to_owned()], UNSURE));
        let stay = with("otherwise: { reply: [{ text: again? }], then: stay }");
        assert_eq!(said(&stay, &turn), (vec!["again?".to_owned()], AfterTurn::Stay));
    }
    let reaction = Content::Reaction { target: "m".into(), emoji: Some("👍".into()) };
    assert_eq!(said(&with(""), &[reaction]), (vec![], AfterTurn::Stay));
    let all = check("rules: [{ when: { anything: true }, reply: [{ text: all }] }]").unwrap();
    assert_eq!(said(&all, &[photo]).0, ["all"]);
}

#[test]
fn the_example_is_valid_and_works_as_it_says() {
    let rules = check(EXAMPLE).unwrap();
    let greeting = answer(&rules, &[choice("Get Started", "GET_STARTED")]);
    let Some(Content::Prompt { buttons, .. }) = greeting.replies.last() else {
        panic!("no buttons: {greeting:?}");
    };
    let payloads: Vec<&str> = buttons
        .iter()
        .filter_map(|button| match button {
            Button::Reply { payload, .. } => Some(payload.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(payloads, ["HOURS", "ORDER"]);
    for payload in payloads {
        assert_eq!(answer(&rules, &[choice("", payload)]).then, AfterTurn::Stay, "{payload}");
    }
    for text in ["Hello!", "你好，在吗", "when do you OPEN?", "where are you", "thanks"] {
        let answer = answer(&rules, &[Content::text(text)]);
        assert!(!answer.replies.is_empty(), "{text}");
        assert!(!matches!(answer.then, AfterTurn::HandOff(_)), "{text}");
    }
    assert_eq!(answer(&rules, &[Content::text("it is a-12345")]).then, ASKED);
    assert_eq!(answer(&rules, &[Content::text("let me speak to a human")]).then, ASKED);
    assert_eq!(answer(&rules, &[Content::text("quantum physics")]).then, UNSURE);
}

/// A rule with this `when` on line 2 and this `reply` on line 3.
fn rule(when: &str, reply: &str) -> String {
    format!("rules:\n  - when: {{ {when} }}\n    reply: [{reply}]\n")
}

const HI: &str = "keywords: [hi]";
const TEXT: &str = "{ text: hi }";

#[test]
fn errors_tell_the_line_and_the_remedy() {
    let long = |length| "x".repeat(length);
    let cases = [
        (rule("keywords: [hi, ' ']", TEXT), 2, "a keyword is empty; remove it"),
        (rule("patterns: ['(']", TEXT), 2, "unclosed group; `\\` makes a sign plain"),
        (rule(r"patterns: ['(\w{9}){999}']", TEXT), 2, "the pattern is too large; use smaller"),
        (rule("patterns: ['(?=a)']", TEXT), 2, "look-around"),
        (rule("", TEXT), 2, "the rule never fits; give it `keywords`"),
        (rule("anything: false", TEXT), 2, "the rule never fits"),
        (rule("keyword: [hi]", TEXT), 2, "unknown field `keyword`, expected one of `keywords`"),
        (rule("keywords: hi", TEXT), 2, "expected a sequence"),
        (rule(HI, ""), 2, "the rule does nothing; give it a `reply:` or a `then:`"),
        (rule(HI, "{ text: '' }"), 3, "a text is empty; write something"),
        (rule(HI, &format!("{{ text: {} }}", long(4097))), 3, "4097 characters, 4096 is the limit"),
        (rule(HI, "{ image: 'http://x.example/a.png' }"), 3, "beginning with https://"),
        (rule(HI, "{ image: 'https://' }"), 3, "this is no address"),
        (rule(HI, "{ text: a, image: 'https://x.example/a.png' }"), 3, "write two messages"),
        (rule(HI, "{ caption: a }"), 3, "a message is a `text`"),
        (rule(HI, "hi"), 3, "expected a message, such as `text: Hello`"),
        (
            rule(HI, "{ text: a, buttons: [{ reply: { title: b } }] }"),
            3,
            "a button has a `payload` or a `go_to`",
        ),
        (rule(HI, "{ text: a, buttons: [{}] }"), 3, "a button is `reply: {"),
        (rule(HI, &format!("{{ text: a, buttons: [{}] }}", "{}, ".repeat(11))), 3, "a button is"),
        (format!("{}    then: stop\n", rule(HI, TEXT)), 4, "`then` is `stay`, `hand_off` or"),
        (
            format!("{}otherwise:\n  repyl: []\n", rule(HI, TEXT)),
            5,
            "expected one of `reply`, `go_to`",
        ),
        (
            "rules:\n  - when: { keywords: [a, }\n".to_owned(),
            2,
            "did not find expected node content",
        ),
        ("rules:\n\t- when\n".to_owned(), 2, "cannot start any token"),
        ("rules: []\nrules: []\n".to_owned(), 1, "duplicate field `rules`"),
    ];
    for (yaml, line, words) in cases {
        let error = check(&yaml).unwrap_err();
        let text = error.to_string();
        assert_eq!(error.line(), Some(line), "{text}\n{yaml}");
        assert!(text.starts_with(&format!("line {line}, column ")), "{text}");
        assert!(text.contains(words), "{words:?} in {text}");
        assert_eq!(text.matches("column ").count(), 1, "the place is told once: {text}");
    }
}

#[test]
fn a_text_that_is_no_list_of_rules_is_told_so() {
    assert!(matches!(check("").unwrap_err(), SettingsError::Empty));
    assert!(matches!(check("# nothing\n").unwrap_err(), SettingsError::Empty));
    let error = check("otherwise: { then: stay }").unwrap_err().to_string();
    assert!(error.contains("missing field `rules`"), "{error}");
    let error = check("- a\n- b").unwrap_err().to_string();
    assert!(error.contains("a mapping with `rules:`"), "{error}");
    let long = "#".repeat(file::MAX_BYTES + 1);
    assert!(matches!(check(&long).unwrap_err(), SettingsError::TooLong { .. }));
}

#[test]
fn plain_words_that_yaml_takes_for_others_are_words() {
    let rules = check(&rule("keywords: [yes, no, 24, true, 1.5]", TEXT)).unwrap();
    for text in ["yes", "NO", "24", "True", "1.5"] {
        assert_eq!(answer(&rules, &[Content::text(text)]).then, AfterTurn::Stay, "{text}");
    }
}

//! What can answer a question, and how an answer is read.

use regex::Regex;
use serde_json::{Number, Value};
use switchboard_domain::Content;

use super::words::Words;

/// The longest answer that is kept, in characters.
pub(super) const MAX_ANSWER: u32 = 1_000;

/// The shortest and longest telephone numbers, in digits. (ITU-T E.164; short numbers left out)
const PHONE: std::ops::RangeInclusive<usize> = 7..=15;

/// What answers a question.
#[derive(Debug)]
pub(super) enum Kind {
    /// Words.
    Text {
        /// Characters at least.
        min: u32,
        /// Characters at most.
        max: u32,
        /// What they have to fit.
        pattern: Option<Regex>,
    },
    /// A number.
    Number {
        /// The lowest.
        min: Option<f64>,
        /// The highest.
        max: Option<f64>,
    },
    /// An e-mail address.
    Email,
    /// A telephone number; kept as digits, with the `+` if it had one.
    Phone,
    /// A day; kept as `2026-12-31`.
    Date {
        /// The ways to write it, in `strptime`'s terms; the first that fits counts.
        formats: Vec<String>,
    },
    /// One of these.
    Choice(Vec<Choice>),
}

/// Something to choose.
#[derive(Debug)]
pub(super) struct Choice {
    /// What the customer reads.
    pub(super) title: String,
    /// What it is kept as.
    pub(super) value: String,
}

impl Kind {
    /// What an answer is kept as; `None` when it does not answer.
    pub(super) fn read(&self, message: &Content) -> Option<Value> {
        let words = message.as_words().unwrap_or_default().trim();
        match self {
            Kind::Text { min, max, pattern } => text(words, (*min, *max), pattern.as_ref()),
            Kind::Number { min, max } => number(words, (*min, *max)),
            Kind::Email => email_address::EmailAddress::is_valid(words).then(|| words.into()),
            Kind::Phone => phone(words).map(Value::from),
            Kind::Date { formats } => date(words, formats).map(Value::from),
            Kind::Choice(choices) => chosen(choices, message, words),
        }
    }

    /// Whether it is a button of this very question.
    pub(super) fn is_pressed(&self, message: &Content) -> bool {
        match (self, message) {
            (Kind::Choice(choices), Content::Choice { payload, .. }) => {
                choices.iter().any(|choice| choice.value == *payload)
            }
            _ => false,
        }
    }

    /// What the customer reads when nothing else was written for an answer of no use.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Kind::Text { .. } => "Sorry, that does not look right. Please try again.",
            Kind::Number { .. } => "Please answer with a number.",
            Kind::Email => "Please answer with an e-mail address, such as ann@example.com.",
            Kind::Phone => "Please answer with a telephone number, such as +49 30 1234567.",
            Kind::Date { .. } => "Please answer with a date, such as 2026-12-31.",
            Kind::Choice(_) => "Please choose one of these.",
        }
    }
}

fn text(words: &str, (min, max): (u32, u32), pattern: Option<&Regex>) -> Option<Value> {
    let count = u32::try_from(words.chars().count()).unwrap_or(u32::MAX);
    let fits = (min..=max).contains(&count) && pattern.is_none_or(|it| it.is_match(words));
    fits.then(|| words.into())
}

/// A number, with a point or a comma before its decimals, and no other sign in it.
fn number(words: &str, (min, max): (Option<f64>, Option<f64>)) -> Option<Value> {
    let plain = Words::of(words).as_str().replace(' ', "");
    let plain = if plain.contains('.') { plain } else { plain.replacen(',', ".", 1) };
    let as_written = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    if !as_written.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let value: f64 = plain.parse().ok()?;
    let fits = min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max);
    let whole = plain.parse::<i64>().map(Number::from).ok();
    fits.then_some(whole.or_else(|| Number::from_f64(value))?).map(Value::Number)
}

fn phone(words: &str) -> Option<String> {
    let plain = Words::of(words);
    let plain = plain.as_str();
    let signs = |c: char| c.is_ascii_digit() || " -./()+".contains(c);
    if !plain.chars().all(signs) || plain.rfind('+').is_some_and(|at| at > 0) {
        return None;
    }
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let sign = if plain.starts_with('+') { "+" } else { "" };
    PHONE.contains(&digits.len()).then(|| format!("{sign}{digits}"))
}

fn date(words: &str, formats: &[String]) -> Option<String> {
    let plain = Words::of(words);
    let read = |format: &String| jiff::civil::Date::strptime(format, plain.as_str()).ok();
    formats.iter().find_map(read).map(|date| date.to_string())
}

/// By its button, by its title or value, or by its number where the channel shows numbers.
fn chosen(choices: &[Choice], message: &Content, words: &str) -> Option<Value> {
    let pressed = match message {
        Content::Choice { payload, .. } => choices.iter().find(|choice| choice.value == *payload),
        _ => None,
    };
    let said = Words::of(words);
    let is_said = |choice: &&Choice| {
        [&choice.title, &choice.value].into_iter().any(|words| Words::of(words) == said)
    };
    let titled = || choices.iter().find(is_said);
    let numbered = || {
        let number: usize = said.as_str().trim_end_matches('.').parse().ok()?;
        choices.get(number.checked_sub(1)?)
    };
    let choice = pressed.or_else(titled).or_else(numbered)?;
    Some(choice.value.clone().into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: &Kind, text: &str) -> Option<Value> {
        kind.read(&Content::text(text))
    }

    #[test]
    fn numbers() {
        let any = Kind::Number { min: None, max: None };
        for (text, value) in
            [("42", json!(42)), (" -7 ", json!(-7)), ("3,5", json!(3.5)), ("４２", json!(42))]
        {
            assert_eq!(read(&any, text), Some(value), "{text}");
        }
        for text in ["", "x", "1.2.3", "1e9", "inf", "NaN", "4 apples"] {
            assert_eq!(read(&any, text), None, "{text}");
        }
        let shoe = Kind::Number { min: Some(30.0), max: Some(50.0) };
        assert_eq!(read(&shoe, "42"), Some(json!(42)));
        assert_eq!((read(&shoe, "29"), read(&shoe, "50.5")), (None, None));
    }

    #[test]
    fn addresses_and_numbers_of_people() {
        assert_eq!(read(&Kind::Email, "ann@example.com"), Some(json!("ann@example.com")));
        for text in ["ann", "ann@", "@example.com", "ann at example.com", "a b@example.com"] {
            assert_eq!(read(&Kind::Email, text), None, "{text}");
        }
        assert_eq!(read(&Kind::Phone, "+49 (30) 123-4567"), Some(json!("+49301234567")));
        assert_eq!(read(&Kind::Phone, "030 1234567"), Some(json!("0301234567")));
        for text in ["12345", "call me", "+49 30 +1234567", "1234567890123456"] {
            assert_eq!(read(&Kind::Phone, text), None, "{text}");
        }
    }

    #[test]
    fn days() {
        let kind = Kind::Date { formats: vec!["%Y-%m-%d".into(), "%d.%m.%Y".into()] };
        for text in ["2026-12-31", "31.12.2026"] {
            assert_eq!(read(&kind, text), Some(json!("2026-12-31")), "{text}");
        }
        for text in ["2026-02-30", "tomorrow", "12/31/2026"] {
            assert_eq!(read(&kind, text), None, "{text}");
        }
    }

    #[test]
    fn choices() {
        let choice = |title: &str| Choice { title: title.into(), value: title.to_uppercase() };
        let kind = Kind::Choice(vec![choice("Small"), choice("Large")]);
        for text in ["large", "2", "2.", " LARGE "] {
            assert_eq!(read(&kind, text), Some(json!("LARGE")), "{text}");
        }
        for text in ["0", "3", "larger", ""] {
            assert_eq!(read(&kind, text), None, "{text}");
        }
        let pressed = Content::Choice { title: "?".into(), payload: "SMALL".into() };
        assert_eq!(kind.read(&pressed), Some(json!("SMALL")));
        assert!(kind.is_pressed(&pressed));
    }
}

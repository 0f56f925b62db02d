//! Flows and their steps, as they are written.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use regex::Regex;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};

use super::{
    super::{
        flow::{Ask, Flow, If, Step},
        kinds::{Choice, Kind, MAX_ANSWER},
        located, names,
        template::Expression,
    },
    MAX_BUTTONS, Pattern, Payload, Reply, Target, Text, Title, contents,
};

/// How many answers to a question are heard when nothing else is written.
const TRIES: u32 = 3;

/// The ways to write a day when nothing else is written.
const DATES: [&str; 3] = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"];

/// Reads all flows.
pub(super) fn all<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Flow>, D::Error> {
    deserializer.deserialize_map(Named::<Flow> { what: "flows", value: Default::default() })
}

checked!(Name(String), "a name", names::fit);
checked!(Formula(Expression), "a condition or a value", Expression::read);

/// A mapping from names, each of them once.
struct Named<T> {
    what: &'static str,
    value: std::marker::PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Named<T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, each with its name", self.what)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut all = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<Name, T>()? {
            if all.insert(name.0.clone(), value).is_some() {
                let name = name.0;
                return Err(A::Error::custom(format!("{name:?} is there twice; rename one")));
            }
        }
        Ok(all)
    }
}

impl<'de> Deserialize<'de> for Flow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let steps = Vec::<Step>::deserialize(deserializer)?;
        let mut asked = BTreeSet::new();
        for step in &steps {
            if let Step::Ask(ask) = step
                && !asked.insert(&ask.variable)
            {
                let what = &ask.variable;
                let told = format!("the flow asks for {what:?} twice; use another name");
                return Err(D::Error::custom(told));
            }
        }
        Ok(Flow(steps))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    say: Option<Vec<Reply>>,
    ask: Option<Name>,
    text: Option<Text>,
    kind: Option<Word>,
    min: Option<f64>,
    max: Option<f64>,
    pattern: Option<Pattern>,
    formats: Option<Vec<DateFormat>>,
    choices: Option<Vec<Choice>>,
    invalid: Option<Text>,
    tries: Option<u32>,
    give_up: Option<Target>,
    set: Option<Set>,
    #[serde(rename = "if")]
    condition: Option<Formula>,
    #[serde(rename = "else")]
    otherwise: Option<Target>,
    go_to: Option<Target>,
    hand_off: Option<Summary>,
    resolve: Option<bool>,
}

checked!(Word(String), "text, number, email, phone, date or choice", |word| Ok::<_, String>(
    word.to_owned()
));
checked!(DateFormat(String), "a way to write dates, such as %d.%m.%Y", date_format);

fn date_format(format: &str) -> Result<String, String> {
    let day = jiff::civil::Date::constant(2026, 12, 31);
    let written = jiff::fmt::strtime::format(format, day);
    let read = written.ok().and_then(|it| jiff::civil::Date::strptime(format, it).ok());
    let told = || format!("{format:?} is no way to write a day; use %Y, %m and %d");
    (read == Some(day)).then(|| format.to_owned()).ok_or_else(told)
}

struct Set(Vec<(String, Expression)>);

impl<'de> Deserialize<'de> for Set {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let what = Named::<Formula> { what: "variables", value: Default::default() };
        let values = deserializer.deserialize_map(what)?;
        Ok(Set(values.into_iter().map(|(name, value)| (name, value.0)).collect()))
    }
}

checked!(Summary(Option<String>), "`true`, or a summary for your team", summary);

fn summary(text: &str) -> Result<Option<String>, String> {
    if text == "true" {
        return Ok(None);
    }
    super::text(text).map(Some)
}

const STEPS: &str = "a step is one of `say`, `ask`, `set`, `if`, `go_to`, `hand_off` or `resolve`";

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        located::mapping(deserializer, "a step, such as `say:` or `ask:`", step)
    }
}

fn step(mut raw: RawStep) -> Result<Step, String> {
    let verbs = [
        raw.say.is_some(),
        raw.ask.is_some(),
        raw.set.is_some(),
        raw.condition.is_some(),
        raw.go_to.is_some() && raw.condition.is_none(),
        raw.hand_off.is_some(),
        raw.resolve.is_some(),
    ];
    if verbs.into_iter().filter(|there| *there).count() != 1 {
        return Err(format!("{STEPS}; begin each with a `-`"));
    }
    if let Some(name) = raw.ask.take() {
        return ask(name.0, raw).map(|ask| Step::Ask(Box::new(ask)));
    }
    match raw {
        RawStep { text: Some(_), .. } | RawStep { kind: Some(_), .. } => {
            Err("only a question has a `text` and a `kind`; name its answer with `ask:`".into())
        }
        RawStep { say: Some(messages), .. } => Ok(Step::Say(contents(messages))),
        RawStep { set: Some(values), .. } => Ok(Step::Set(values.0)),
        RawStep { condition: Some(condition), go_to: Some(then), otherwise, .. } => {
            let otherwise = otherwise.map(|target| target.0);
            Ok(Step::If(Box::new(If { condition: condition.0, then: then.0, otherwise })))
        }
        RawStep { condition: Some(_), .. } => {
            Err("an `if` needs a `go_to`, the flow that goes on when it holds".into())
        }
        RawStep { go_to: Some(target), .. } => Ok(Step::GoTo(target.0)),
        RawStep { hand_off: Some(summary), .. } => Ok(Step::HandOff(summary.0)),
        RawStep { resolve: Some(true), .. } => Ok(Step::Resolve),
        _ => Err("write `resolve: true`, or leave the step out".into()),
    }
}

fn ask(variable: String, raw: RawStep) -> Result<Ask, String> {
    let Some(text) = raw.text.as_ref() else {
        return Err("a question needs a `text`, which is what the customer is asked".into());
    };
    let tries = raw.tries.unwrap_or(TRIES);
    if !(1..=10).contains(&tries) {
        return Err("`tries` is from 1 to 10".into());
    }
    Ok(Ask {
        variable,
        text: text.0.clone(),
        invalid: raw.invalid.as_ref().map(|text| text.0.clone()),
        tries,
        give_up: raw.give_up.as_ref().map(|target| target.0.clone()),
        kind: kind(raw)?,
    })
}

fn kind(raw: RawStep) -> Result<Kind, String> {
    let usually = if raw.choices.is_some() { "choice" } else { "text" };
    let word = raw.kind.as_ref().map_or(usually, |word| word.0.as_str());
    let RawStep { min, max, pattern, formats, choices, .. } = &raw;
    let belongs = [
        ("min", min.is_some(), matches!(word, "text" | "number")),
        ("max", max.is_some(), matches!(word, "text" | "number")),
        ("pattern", pattern.is_some(), word == "text"),
        ("formats", formats.is_some(), word == "date"),
        ("choices", choices.is_some(), word == "choice"),
    ];
    if let Some((field, ..)) = belongs.iter().find(|(_, there, fits)| *there && !fits) {
        return Err(format!("a question of the kind `{word}` has no `{field}`"));
    }
    if min.zip(*max).is_some_and(|(min, max)| min > max) {
        return Err("`min` is more than `max`".into());
    }
    match word {
        "text" => text((*min, *max), raw.pattern.map(|pattern| pattern.0)),
        "number" => Ok(Kind::Number { min: *min, max: *max }),
        "email" => Ok(Kind::Email),
        "phone" => Ok(Kind::Phone),
        "date" => {
            let own = raw.formats.map(|own| own.into_iter().map(|format| format.0).collect());
            Ok(Kind::Date { formats: own.unwrap_or_else(|| DATES.map(str::to_owned).to_vec()) })
        }
        "choice" => choice(raw.choices.unwrap_or_default()),
        _ => Err("`kind` is `text`, `number`, `email`, `phone`, `date` or `choice`".into()),
    }
}

fn text(bounds: (Option<f64>, Option<f64>), pattern: Option<Regex>) -> Result<Kind, String> {
    let count = |bound: Option<f64>, usually: u32| match bound {
        None => Some(usually),
        Some(bound) => (1..=MAX_ANSWER).find(|count| f64::from(*count) == bound),
    };
    match (count(bounds.0, 1), count(bounds.1, MAX_ANSWER)) {
        (Some(min), Some(max)) => Ok(Kind::Text { min, max, pattern }),
        _ => Err(format!("`min` and `max` are numbers of characters, from 1 to {MAX_ANSWER}")),
    }
}

fn choice(choices: Vec<Choice>) -> Result<Kind, String> {
    let values: BTreeSet<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
    match choices.len() {
        0 => Err("a choice needs `choices`, a list of what can be chosen".into()),
        count if count > MAX_BUTTONS => {
            Err(format!("{count} choices are too many, {MAX_BUTTONS} is the limit; ask in steps"))
        }
        count if count > values.len() => Err("two choices have the same value".into()),
        _ => Ok(Kind::Choice(choices)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChoice {
    title: Title,
    value: Option<Payload>,
}

impl<'de> Deserialize<'de> for Choice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        located::mapping(deserializer, "a choice, such as `title: Small`", |raw: RawChoice| {
            let title = raw.title.0;
            let value = raw.value.map_or_else(|| title.clone(), |value| value.0);
            Ok(Choice { title, value })
        })
    }
}

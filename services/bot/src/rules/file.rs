//! The YAML format, checked as it is read: rules and messages here, flows in `flow`.

/// A text that was checked.
macro_rules! checked {
    ($name:ident($inner:ty), $expected:literal, $check:expr) => {
        struct $name($inner);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                located::text(deserializer, $expected, $check).map($name)
            }
        }
    };
}

mod flow;

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Deserializer};
use switchboard_domain::{
    Content,
    content::{Button, Media, MediaKind},
    conversation::{AfterTurn, HandOff},
};
use url::Url;

use super::{
    Action, Rule, Rules, SettingsError, When, flow::Flow, located, names, names::Names, talk::FLOW,
    template, words::Words,
};

/// The longest text of rules.
pub(super) const MAX_BYTES: usize = 256 * 1024;

/// What WhatsApp takes at most in a text; the other channels are given it in parts.
const MAX_TEXT: usize = 4096;

/// The longest title that makes sense on a button; channels that show fewer characters get a list.
const MAX_TITLE: usize = 80;

/// What WhatsApp takes as the id of a button. (Messenger takes 1,000.)
const MAX_PAYLOAD: usize = 256;

/// What WhatsApp takes in a list, the roomiest way to offer buttons.
const MAX_BUTTONS: usize = 10;

/// How large a compiled pattern may be, in bytes.
const MAX_PATTERN: usize = 256 * 1024;

pub(super) fn read(yaml: &str) -> Result<Rules, SettingsError> {
    if yaml.len() > MAX_BYTES {
        return Err(SettingsError::TooLong { bytes: yaml.len() });
    }
    // What is no YAML at all is told when it is read in earnest.
    let names = serde_yaml_ng::from_str(yaml).map(|file| Names::of(&file)).unwrap_or_default();
    let file: Option<File> = names.during(|| serde_yaml_ng::from_str(yaml))?;
    let file = file.ok_or(SettingsError::Empty)?;
    let otherwise = file.otherwise.map_or_else(Action::unsure, |otherwise| otherwise.0);
    Ok(Rules { rules: file.rules, flows: file.flows, otherwise })
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a mapping with `rules:`, perhaps `flows:` and `otherwise:`"
)]
struct File {
    rules: Vec<Rule>,
    #[serde(default, deserialize_with = "flow::all")]
    flows: BTreeMap<String, Flow>,
    otherwise: Option<Otherwise>,
}

struct Otherwise(Action);

checked!(Keyword(Words), "a word or a few", keyword);
checked!(Pattern(Regex), "a regular expression", pattern);
checked!(Payload(String), "a payload", |text| sized(text, "a payload", MAX_PAYLOAD));
checked!(Text(String), "a text", text);
checked!(Target(String), "the name of a flow", names::flow);
checked!(Title(String), "a title", |text| sized(text, "a title", MAX_TITLE));
checked!(Link(String), "an address that begins with https://", link);
checked!(Then(AfterTurn), "stay, hand_off or resolve", then);

fn keyword(text: &str) -> Result<Words, String> {
    let words = Words::of(text);
    if words.is_empty() {
        return Err("a keyword is empty; remove it, or use `anything: true`".into());
    }
    Ok(words)
}

fn text(text: &str) -> Result<String, String> {
    let text = sized(text, "a text", MAX_TEXT)?;
    template::check(&text).map_err(|why| format!("{why}; see `{{{{ }}}}` in the guide"))?;
    Ok(text)
}

fn pattern(text: &str) -> Result<Regex, String> {
    let pattern = RegexBuilder::new(text).size_limit(MAX_PATTERN).build();
    pattern.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            "the pattern is too large; use smaller repetitions, or several patterns".to_owned()
        }
        // The last line says what is wrong; those before draw where.
        error => {
            let error = error.to_string();
            let what = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("the pattern is no regular expression: {what}; `\\` makes a sign plain")
        }
    })
}

fn sized(text: &str, what: &str, most: usize) -> Result<String, String> {
    match text.chars().count() {
        0 => Err(format!("{what} is empty; write something or remove it")),
        count if count > most => {
            Err(format!("{what} has {count} characters, {most} is the limit; shorten it"))
        }
        _ => Ok(text.to_owned()),
    }
}

fn link(text: &str) -> Result<String, String> {
    let fits = Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    let remedy = "write the whole address of a page, beginning with https://";
    fits.then(|| text.to_owned()).ok_or_else(|| format!("this is no address; {remedy}"))
}

fn then(word: &str) -> Result<AfterTurn, String> {
    match word {
        "stay" => Ok(AfterTurn::Stay),
        "hand_off" => Ok(AfterTurn::HandOff(HandOff::Asked)),
        "resolve" => Ok(AfterTurn::Resolve),
        _ => Err("`then` is `stay`, `hand_off` or `resolve`".into()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    #[serde(rename = "name")]
    _name: Option<String>,
    when: When,
    #[serde(default)]
    always: bool,
    #[serde(default)]
    reply: Vec<Reply>,
    go_to: Option<Target>,
    then: Option<Then>,
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        located::mapping(deserializer, "a rule with `when:` and `reply:`", |raw: RawRule| {
            if raw.reply.is_empty() && raw.then.is_none() && raw.go_to.is_none() {
                return Err("the rule does nothing; give it a `reply:` or a `then:`".to_owned());
            }
            let action = action(raw.reply, raw.go_to, raw.then, AfterTurn::Stay)?;
            Ok(Rule { when: raw.when, always: raw.always, action })
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWhen {
    #[serde(default)]
    keywords: Vec<Keyword>,
    #[serde(default)]
    patterns: Vec<Pattern>,
    #[serde(default)]
    payloads: Vec<Payload>,
    #[serde(default)]
    anything: bool,
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        located::mapping(deserializer, "conditions, such as `keywords:`", |raw: RawWhen| {
            let when = When {
                keywords: raw.keywords.into_iter().map(|keyword| keyword.0).collect(),
                patterns: raw.patterns.into_iter().map(|pattern| pattern.0).collect(),
                payloads: raw.payloads.into_iter().map(|payload| payload.0).collect(),
                anything: raw.anything,
            };
            let some = when.anything
                || !(when.keywords.is_empty()
                    && when.patterns.is_empty()
                    && when.payloads.is_empty());
            some.then_some(when).ok_or_else(|| {
                "the rule never fits; give it `keywords`, `patterns`, `payloads` or `anything: \
                 true`"
                    .to_owned()
            })
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOtherwise {
    #[serde(default)]
    reply: Vec<Reply>,
    go_to: Option<Target>,
    then: Option<Then>,
}

impl<'de> Deserialize<'de> for Otherwise {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        located::mapping(deserializer, "`reply:` and `then:`", |raw: RawOtherwise| {
            let unsure = AfterTurn::HandOff(HandOff::BotUnsure);
            let then = raw.then.filter(|then| !matches!(then.0, AfterTurn::HandOff(_)));
            action(raw.reply, raw.go_to, then, unsure).map(Otherwise)
        })
    }
}

fn action(
    reply: Vec<Reply>,
    go_to: Option<Target>,
    then: Option<Then>,
    usually: AfterTurn,
) -> Result<Action, String> {
    if go_to.is_some() && then.is_some() {
        return Err("a rule has a `go_to` or a `then`, not both; the flow ends by itself".into());
    }
    let (go_to, then) = (go_to.map(|target| target.0), then.map_or(usually, |then| then.0));
    Ok(Action { reply: contents(reply), go_to, then })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReply {
    text: Option<Text>,
    #[serde(default)]
    buttons: Vec<ButtonLine>,
    image: Option<Link>,
    caption: Option<Text>,
}

struct Reply(Content);

impl<'de> Deserialize<'de> for Reply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        located::mapping(deserializer, "a message, such as `text: Hello`", reply).map(Reply)
    }
}

fn reply(raw: RawReply) -> Result<Content, String> {
    match raw {
        RawReply { buttons, .. } if buttons.len() > MAX_BUTTONS => {
            let count = buttons.len();
            Err(format!("{count} buttons are too many, {MAX_BUTTONS} is the limit; ask in steps"))
        }
        RawReply { text: Some(Text(text)), buttons, image: None, caption: None } => {
            let buttons: Vec<Button> = buttons.into_iter().map(|button| button.0).collect();
            Ok(if buttons.is_empty() {
                Content::Text { text }
            } else {
                Content::Prompt { text, buttons }
            })
        }
        RawReply { image: Some(Link(url)), caption, text: None, buttons } if buttons.is_empty() => {
            Ok(Content::Media(Media {
                url: Some(url),
                caption: caption.map(|caption| caption.0),
                ..Media::of(MediaKind::Image)
            }))
        }
        _ => Err("a message is a `text`, perhaps with `buttons`, or an `image`, perhaps with a \
                  `caption`; write two messages to send both"
            .into()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawButton {
    reply: Option<ReplyButton>,
    link: Option<LinkButton>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyButton {
    title: Title,
    payload: Option<Payload>,
    go_to: Option<Target>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkButton {
    title: Title,
    url: Link,
}

struct ButtonLine(Button);

impl<'de> Deserialize<'de> for ButtonLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        located::mapping(deserializer, "a button", |raw: RawButton| match raw {
            RawButton { reply: Some(button), link: None } => {
                let payload = match (button.payload, button.go_to) {
                    (Some(payload), None) => payload.0,
                    (None, Some(target)) => format!("{FLOW}{}", target.0),
                    _ => return Err("a button has a `payload` or a `go_to`".to_owned()),
                };
                Ok(ButtonLine(Button::Reply { title: button.title.0, payload }))
            }
            RawButton { reply: None, link: Some(button) } => {
                Ok(ButtonLine(Button::Link { title: button.title.0, url: button.url.0 }))
            }
            _ => Err("a button is `reply: { title: …, payload: … }` or `link: { title: …, url: … \
                      }`; begin each with a `-`"
                .to_owned()),
        })
    }
}

fn contents(replies: Vec<Reply>) -> Vec<Content> {
    replies.into_iter().map(|reply| reply.0).collect()
}

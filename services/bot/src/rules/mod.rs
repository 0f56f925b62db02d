//! Bots that answer by rules and flows, written in YAML. `examples/rules.yaml` explains the format.
//!
//! Each message of a turn is answered by the first rule that fits it. A pressed button looks first
//! for a rule that names its payload. What no rule fits goes to people, unless `otherwise` says
//! something else. Once a rule hands off, the rest of the turn is for people.
//!
//! A rule may lead into a flow, which asks questions and keeps the answers ([`flow`], [`kinds`],
//! [`template`]); [`talk`] takes a turn. All names are checked when the rules are read ([`names`]).

mod error;
mod file;
mod flow;
mod kinds;
mod located;
mod names;
mod talk;
mod template;
mod words;

use std::collections::BTreeMap;

use flow::Flow;
use regex::Regex;
use switchboard_domain::{
    Content,
    conversation::{AfterTurn, HandOff},
};

pub use error::SettingsError;

use crate::{Answer, Failure};
use words::Words;

/// The `kind` of these bots in the store.
pub const KIND: &str = "rules";

/// A documented example: a small shop.
pub const EXAMPLE: &str = include_str!("../../examples/rules.yaml");

/// Rules that were checked.
#[derive(Debug)]
pub struct Rules {
    rules: Vec<Rule>,
    flows: BTreeMap<String, Flow>,
    otherwise: Action,
}

#[derive(Debug)]
struct Rule {
    when: When,
    /// Whether it applies in the middle of a flow too.
    always: bool,
    action: Action,
}

/// A rule fits when any of these does.
#[derive(Debug, Default)]
struct When {
    keywords: Vec<Words>,
    patterns: Vec<Regex>,
    payloads: Vec<String>,
    anything: bool,
}

/// What a rule does.
#[derive(Debug)]
struct Action {
    reply: Vec<Content>,
    /// The flow that goes on, instead of `then`.
    go_to: Option<String>,
    then: AfterTurn,
}

/// Reads rules and checks them.
///
/// # Errors
/// [`SettingsError`] with the line and the remedy.
pub fn check(yaml: &str) -> Result<Rules, SettingsError> {
    file::read(yaml)
}

impl Rules {
    /// How many rules there are, `otherwise` not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is nothing but `otherwise`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Answers what the customer said, message by message; `memory` is that of the answer before.
    ///
    /// # Errors
    /// [`Failure`] when a text or a condition cannot be worked out.
    pub fn answer(&self, said: &[Content], memory: Option<&str>) -> Result<Answer, Failure> {
        talk::Talk::new(self, memory).take(said).map_err(Failure)
    }

    fn action(&self, message: &Content) -> &Action {
        self.by_payload(message)
            .or_else(|| self.rules.iter().find(|rule| rule.fits(message)))
            .map_or(&self.otherwise, |rule| &rule.action)
    }

    fn by_payload(&self, message: &Content) -> Option<&Rule> {
        let Content::Choice { payload, .. } = message else { return None };
        self.rules.iter().find(|rule| rule.when.payloads.contains(payload))
    }
}

impl Rule {
    fn fits(&self, message: &Content) -> bool {
        let words = message.as_words().unwrap_or_default();
        self.when.fits(words, &Words::of(words))
    }
}

impl When {
    fn fits(&self, words: &str, folded: &Words) -> bool {
        self.anything
            || self.keywords.iter().any(|keyword| folded.contain(keyword))
            || self.patterns.iter().any(|pattern| pattern.is_match(words))
    }
}

impl Action {
    /// When nothing is said about what no rule fits.
    fn unsure() -> Self {
        let then = AfterTurn::HandOff(HandOff::BotUnsure);
        Self { reply: Vec::new(), go_to: None, then }
    }
}

#[cfg(test)]
mod flow_tests;
#[cfg(test)]
mod tests;

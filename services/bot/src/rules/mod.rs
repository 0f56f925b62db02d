//! Bots that answer by a list of rules, written in YAML. `examples/rules.yaml` explains the format.
//!
//! Each message of a turn is answered by the first rule that fits it. A pressed button looks first
//! for a rule that names its payload. What no rule fits goes to people, unless `otherwise` says
//! something else. Once a rule hands off, the rest of the turn is for people.

mod error;
mod file;
mod located;
mod words;

use regex::Regex;
use switchboard_domain::{
    Content,
    conversation::{AfterTurn, HandOff},
};

pub use error::RulesError;

use crate::Answer;
use words::Words;

/// The `kind` of these bots in the store.
pub const KIND: &str = "rules";

/// A documented example: a small shop.
pub const EXAMPLE: &str = include_str!("../../examples/rules.yaml");

/// Rules that were checked.
#[derive(Debug)]
pub struct Rules {
    rules: Vec<Rule>,
    otherwise: Action,
}

#[derive(Debug)]
struct Rule {
    when: When,
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
    then: AfterTurn,
}

/// Reads rules and checks them.
///
/// # Errors
/// [`RulesError`] with the line and the remedy.
pub fn check(yaml: &str) -> Result<Rules, RulesError> {
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

    /// Answers what the customer said, message by message.
    #[must_use]
    pub fn answer(&self, said: &[Content]) -> Answer {
        let mut answer = Answer::say(Vec::new());
        for message in said {
            // A reaction comments on what was said; it asks nothing.
            if matches!(message, Content::Reaction { .. }) {
                continue;
            }
            let action = self.action(message);
            answer.replies.extend(action.reply.iter().cloned());
            answer.then = action.then;
            if matches!(action.then, AfterTurn::HandOff(_)) {
                break;
            }
        }
        answer
    }

    fn action(&self, message: &Content) -> &Action {
        let by_payload = match message {
            Content::Choice { payload, .. } => {
                self.rules.iter().find(|rule| rule.when.payloads.contains(payload))
            }
            _ => None,
        };
        let words = message.as_words().unwrap_or_default();
        let folded = Words::of(words);
        by_payload
            .or_else(|| self.rules.iter().find(|rule| rule.when.fits(words, &folded)))
            .map_or(&self.otherwise, |rule| &rule.action)
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
        Self { reply: Vec::new(), then: AfterTurn::HandOff(HandOff::BotUnsure) }
    }
}

#[cfg(test)]
mod tests;

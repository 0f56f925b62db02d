//! The settings of a bot that is a language model.

use std::{collections::BTreeMap, ops::RangeInclusive};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::prompt;
use crate::SettingsError;

/// How the model is asked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address before `/chat/completions`.
    pub endpoint: String,
    /// The model's name there.
    pub model: String,
    /// What it is told before everything else.
    pub system_prompt: String,
    /// How much of the conversation it is told, in tokens, counted generously.
    #[serde(default = "usual_history")]
    pub history_tokens: u64,
    /// How long its answer may be, in tokens.
    #[serde(default = "usual_answer")]
    pub answer_tokens: u64,
    /// How the endpoint is told so.
    #[serde(default)]
    pub answer_tokens_as: AnswerTokensAs,
    /// How long one call may take, in seconds.
    #[serde(default = "usual_timeout")]
    pub timeout_seconds: u64,
    /// What it costs.
    pub price: Price,
    /// What may be spent.
    pub limits: Limits,
    /// What it may ask the business for.
    #[serde(default)]
    pub tools: Vec<Tool>,
    /// What it is told of the documents that it was taught; none when left out.
    #[serde(default)]
    pub knowledge: Option<Knowledge>,
}

/// The member of a request that says how long an answer may be. (OpenAI API reference, "Create chat
/// completion": its reasoning models take the second only)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerTokensAs {
    /// What nearly all endpoints take.
    #[default]
    MaxTokens,
    /// What takes its place at OpenAI.
    MaxCompletionTokens,
}

impl std::fmt::Display for AnswerTokensAs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::MaxTokens => "max_tokens",
            Self::MaxCompletionTokens => "max_completion_tokens",
        })
    }
}

/// What a model is told of its documents.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Knowledge {
    /// How many passages at most.
    pub passages: u64,
    /// How sure it must be that a passage answers, from 0 to 1.
    pub confidence_from: f64,
    /// How long they may be together, in tokens, counted generously.
    pub tokens: u64,
    /// Whether it must answer from them alone.
    pub only: bool,
}

impl Default for Knowledge {
    fn default() -> Self {
        Self { passages: 4, confidence_from: 0.2, tokens: 1_500, only: false }
    }
}

/// What a million tokens cost, in whatever currency the limits are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Of what it is told.
    pub input: Money,
    /// Of what it says.
    pub output: Money,
}

/// What may be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// In one conversation, ever.
    pub conversation: Money,
    /// By this bot in one day, in UTC.
    pub day: Money,
}

/// An amount, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money(pub i64);

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let amount = f64::deserialize(deserializer)?;
        let told = || serde::de::Error::custom("an amount is a number from 0 to 1000000");
        if !(0.0..=1_000_000.0).contains(&amount) {
            return Err(told());
        }
        format!("{:.0}", amount * 1e6).parse().map(Money).map_err(|_| told())
    }
}

/// An address of the business that the model may ask.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// What the model calls it.
    pub name: String,
    /// What it is for; the model decides by this.
    pub description: String,
    /// Where it is.
    pub url: String,
    /// What it has to be told.
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
}

/// Something that a tool is told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What kind of value it is.
    #[serde(rename = "type")]
    pub kind: ParameterKind,
    /// What it means.
    #[serde(default)]
    pub description: String,
    /// The only values that it may have.
    #[serde(default, rename = "enum")]
    pub values: Vec<String>,
    /// Whether it may be left out.
    #[serde(default)]
    pub optional: bool,
}

/// The kinds of values. (JSON Schema, "type")
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// A text of at most 1,000 characters.
    String,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
}

fn usual_history() -> u64 {
    3_000
}

fn usual_answer() -> u64 {
    500
}

fn usual_timeout() -> u64 {
    20
}

/// Reads settings and checks them.
///
/// # Errors
/// [`SettingsError`] with the line and the remedy.
pub fn check(yaml: &str) -> Result<Settings, SettingsError> {
    let settings: Option<Settings> = serde_yaml_ng::from_str(yaml)?;
    let whole = |message: &str| SettingsError::whole(message);
    let settings = settings.ok_or_else(|| whole("write `endpoint:`, `model:` and the others"))?;
    let ranges = [
        ("history_tokens", settings.history_tokens, 100..=200_000),
        ("answer_tokens", settings.answer_tokens, 1..=16_000),
        ("timeout_seconds", settings.timeout_seconds, 1..=120),
    ];
    in_range(&ranges)?;
    if let Some(knowledge) = settings.knowledge {
        check_knowledge(knowledge)?;
    }
    let mut names: Vec<&str> = settings.tools.iter().map(|tool| tool.name.as_str()).collect();
    let is_name = |name: &&str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        *name != "hand_off" && (1..=64).contains(&name.len()) && name.chars().all(plain)
    };
    if let Some(name) = names.iter().find(|name| !is_name(name)) {
        let told = "is no name for a tool; use letters, digits and _, and not `hand_off`";
        return Err(whole(&format!("{name:?} {told}")));
    }
    names.sort_unstable();
    names.dedup();
    if names.len() < settings.tools.len() {
        return Err(whole("two tools have the same name; rename one"));
    }
    Ok(settings)
}

fn in_range(ranges: &[(&str, u64, RangeInclusive<u64>)]) -> Result<(), SettingsError> {
    let wrong = ranges.iter().find(|(_, value, range)| !range.contains(value));
    wrong.map_or(Ok(()), |(name, _, range)| {
        let told = format!("`{name}` is from {} to {}", range.start(), range.end());
        Err(SettingsError::whole(told))
    })
}

fn check_knowledge(knowledge: Knowledge) -> Result<(), SettingsError> {
    in_range(&[
        ("knowledge.passages", knowledge.passages, 1..=20),
        ("knowledge.tokens", knowledge.tokens, 100..=50_000),
    ])?;
    if (0.0..=1.0).contains(&knowledge.confidence_from) {
        return Ok(());
    }
    Err(SettingsError::whole("`knowledge.confidence_from` is from 0 to 1; 0.2 suits most"))
}

impl Settings {
    /// The tools as the model is told of them; handing off is always among them.
    pub(super) fn functions(&self) -> Vec<Value> {
        let hand_off = json!({"type": "function", "function": {
            "name": "hand_off",
            "description": "Give the customer to a person: when they ask for one, when you do not \
                            know, or when something must be done that you cannot do.",
            "parameters": {"type": "object", "required": ["summary"], "additionalProperties": false,
                "properties": {"summary": {"type": "string",
                    "description": "What the customer wants, for the person, in a sentence or two"}}}
        }});
        self.tools.iter().map(Tool::function).chain([hand_off]).collect()
    }

    /// How many tokens telling of the tools takes at most.
    pub(super) fn tool_tokens(&self) -> u64 {
        prompt::tokens_of(&self.functions())
    }
}

impl Tool {
    fn function(&self) -> Value {
        let properties: BTreeMap<&String, Value> =
            self.parameters.iter().map(|(name, parameter)| (name, parameter.schema())).collect();
        let needed = self.parameters.iter().filter(|(_, parameter)| !parameter.optional);
        let required: Vec<&String> = needed.map(|(name, _)| name).collect();
        json!({"type": "function", "function": {
            "name": self.name, "description": self.description,
            "parameters": {"type": "object", "properties": properties, "required": required,
                "additionalProperties": false}
        }})
    }
}

impl Parameter {
    fn schema(&self) -> Value {
        let mut schema = json!({"type": self.kind, "description": self.description});
        if let Some(schema) = schema.as_object_mut().filter(|_| !self.values.is_empty()) {
            schema.insert("enum".into(), json!(self.values));
        }
        schema
    }

    /// Whether a value is one that was asked for.
    pub(super) fn takes(&self, value: &Value) -> bool {
        let listed = |text: &str| self.values.is_empty() || self.values.iter().any(|it| it == text);
        match self.kind {
            ParameterKind::String => {
                value.as_str().is_some_and(|text| text.chars().count() <= 1_000 && listed(text))
            }
            ParameterKind::Number => value.is_number(),
            ParameterKind::Integer => value.is_i64(),
            ParameterKind::Boolean => value.is_boolean(),
        }
    }
}

//! Answers to flows.
//!
//! Source: WhatsApp "Flows": the answers are JSON in a string, `response_json`.

use switchboard_domain::content::{Field, Form};

use crate::json::{self, Object};

/// The answers of an `nfm_reply`; what cannot be read stays whole.
pub(super) fn flow(reply: &Object<'_>) -> Form {
    let text = reply.text("response_json").unwrap_or_default();
    let answers = Object::parse(&text);
    let token = answers.as_ref().and_then(|answers| answers.word("flow_token"));
    let fields = match &answers {
        Some(answers) => fields(answers),
        None if text.trim().is_empty() => Vec::new(),
        None => vec![Field { name: "response_json".into(), value: text.clone() }],
    };
    Form { kind: "flow".into(), name: reply.word("name"), token, answers: fields }
}

/// Texts and numbers as they are, anything else as its JSON.
fn fields(answers: &Object<'_>) -> Vec<Field> {
    let answers = answers.iter().filter(|(name, _)| *name != "flow_token");
    let field = |(name, value): (&str, &serde_json::value::RawValue)| Field {
        name: name.to_owned(),
        value: json::scalar(value).unwrap_or_else(|| value.get().to_owned()),
    };
    answers.map(field).collect()
}

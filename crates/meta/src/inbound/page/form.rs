//! Answers to Messenger's forms.
//!
//! Sources: Messenger Platform "messaging_feedback", "messaging_customer_information", lead forms.

use switchboard_domain::content::{Field, Form};

use crate::json::{self, Object};

fn form(kind: &str, answers: Vec<Field>) -> Form {
    Form { kind: kind.to_owned(), name: None, token: None, answers }
}

/// `feedback_screens[].questions{name: {payload, follow_up: {payload}}}`.
pub(super) fn feedback(of: &Object<'_>) -> Form {
    let mut answers = Vec::new();
    for screen in of.objects("feedback_screens") {
        let Some(questions) = screen.object("questions") else { continue };
        for (name, question) in questions.iter() {
            let Some(question) = Object::of(question) else { continue };
            let follow_up = question.object("follow_up").and_then(|more| more.word("payload"));
            let said = [(name.to_owned(), question.word("payload"))];
            let more = [(format!("{name}: follow-up"), follow_up)];
            let said = said.into_iter().chain(more);
            answers.extend(said.filter_map(|(name, value)| Some(Field { name, value: value? })));
        }
    }
    form("feedback", answers)
}

/// `screens[].responses[{key, value}]`.
pub(super) fn customer_information(of: &Object<'_>) -> Form {
    let screens = of.objects("screens");
    let answers = screens.iter().flat_map(|screen| screen.objects("responses"));
    let answers = answers.filter_map(|answer| {
        Some(Field { name: answer.word("key")?, value: answer.text("value")? })
    });
    form("customer_information", answers.collect())
}

/// A lead form: Meta tells its ids only, the answers are read with the Leads API.
pub(super) fn lead(of: &Object<'_>) -> Form {
    let scalars = of.iter().filter_map(|(key, value)| {
        Some(Field { name: key.to_owned(), value: json::scalar(value)? })
    });
    form("lead", scalars.collect())
}

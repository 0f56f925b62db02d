//! Flows: steps that a bot takes with a customer, one after the other, and waits for answers.

use switchboard_domain::{
    Content,
    content::{Button, Media},
};

use super::{
    kinds::Kind,
    template::{self, Expression, Variables},
};

/// Steps, in order. After the last one the rules apply again.
#[derive(Debug)]
pub(super) struct Flow(pub(super) Vec<Step>);

/// A step.
#[derive(Debug)]
pub(super) enum Step {
    /// Says something.
    Say(Vec<Content>),
    /// Asks, and waits for an answer of a kind.
    Ask(Box<Ask>),
    /// Notes something.
    Set(Vec<(String, Expression)>),
    /// Goes on in a flow if a condition holds, and perhaps in another one if it does not.
    If(Box<If>),
    /// Goes on in a flow.
    GoTo(String),
    /// Gives the customer to people, with a summary for them.
    HandOff(Option<String>),
    /// Is done with the customer.
    Resolve,
}

/// A question.
#[derive(Debug)]
pub(super) struct Ask {
    /// What the answer is noted as; unique in the flow.
    pub(super) variable: String,
    /// What the customer is asked.
    pub(super) text: String,
    /// What answers it.
    pub(super) kind: Kind,
    /// What the customer is told about an answer of no use; the kind's own words if none.
    pub(super) invalid: Option<String>,
    /// How many answers are heard.
    pub(super) tries: u32,
    /// The flow that follows when none of them was of use; `None`: people.
    pub(super) give_up: Option<String>,
}

/// A fork.
#[derive(Debug)]
pub(super) struct If {
    pub(super) condition: Expression,
    pub(super) then: String,
    pub(super) otherwise: Option<String>,
}

impl Flow {
    /// The step at that place.
    pub(super) fn step(&self, at: usize) -> Option<&Step> {
        self.0.get(at)
    }

    /// The question with that answer, and the place after it.
    pub(super) fn question(&self, variable: &str) -> Option<(&Ask, usize)> {
        self.0.iter().enumerate().find_map(|(place, step)| match step {
            Step::Ask(ask) if ask.variable == variable => Some((&**ask, place + 1)),
            _ => None,
        })
    }
}

impl Ask {
    /// The question, as the customer is asked.
    pub(super) fn put(&self, variables: &Variables) -> Result<Content, String> {
        let text = template::fill(&self.text, variables)?;
        Ok(self.with_choices(text))
    }

    /// What the customer is told when the answer was of no use.
    pub(super) fn put_again(&self, variables: &Variables) -> Result<Content, String> {
        let text = self.invalid.as_deref().unwrap_or_else(|| self.kind.hint());
        Ok(self.with_choices(template::fill(text, variables)?))
    }

    fn with_choices(&self, text: String) -> Content {
        let Kind::Choice(choices) = &self.kind else { return Content::Text { text } };
        let button = |choice: &super::kinds::Choice| Button::Reply {
            title: choice.title.clone(),
            payload: choice.value.clone(),
        };
        Content::Prompt { text, buttons: choices.iter().map(button).collect() }
    }
}

/// A message with its variables filled in; `None` when it then says nothing.
pub(super) fn fill(message: &Content, variables: &Variables) -> Result<Option<Content>, String> {
    let filled = match message.clone() {
        Content::Text { text } => Content::Text { text: template::fill(&text, variables)? },
        Content::Prompt { text, buttons } => {
            Content::Prompt { text: template::fill(&text, variables)?, buttons }
        }
        Content::Media(media) => {
            let caption = media.caption.as_deref();
            let caption = caption.map(|text| template::fill(text, variables)).transpose()?;
            Content::Media(Media { caption, ..media })
        }
        other => other,
    };
    let blank = matches!(&filled, Content::Text { text } if text.trim().is_empty());
    Ok((!blank).then_some(filled))
}

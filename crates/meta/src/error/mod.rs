//! Meta's error objects: reading them, what each means, what to do about it, and what to tell the
//! agent.
//!
//! `graph` and `whatsapp` are the tables; they are data and hold nothing else. An error answers
//! three questions apart: is it worth another try ([`Verdict::retry`]), must the whole account stop
//! ([`Verdict::stops_account`]), and what does the agent read ([`GraphError::advice`]).

mod graph;
mod table;
#[cfg(test)]
mod tests;
mod whatsapp;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use switchboard_domain::Channel;

use crate::json::{self, Object};

/// An error as Meta tells it, in an answer or in a `failed` status.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GraphError {
    /// The code; 0 when Meta told none.
    pub code: i64,
    /// The subcode; WhatsApp has none any more.
    pub subcode: Option<i64>,
    /// Meta's class of it, such as `OAuthException`.
    pub kind: Option<String>,
    /// For developers; never to be matched on.
    pub message: Option<String>,
    /// WhatsApp's explanation.
    pub details: Option<String>,
    /// A title for people, in the token owner's language.
    pub user_title: Option<String>,
    /// A sentence for people, in the token owner's language.
    pub user_message: Option<String>,
    /// Whether Meta thinks that trying again helps.
    pub is_transient: bool,
    /// To quote to Meta's support.
    pub trace_id: Option<String>,
}

/// What an error means for what is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Passes by itself: worth this many more tries, then it is permanent.
    Transient {
        /// How many more tries.
        retries: u32,
    },
    /// Too fast for this scope: try later.
    Throttle {
        /// What has to wait.
        scope: Scope,
        /// How long to wait at first, in seconds; longer each time it is told again.
        wait_seconds: u32,
    },
    /// This message will never be taken.
    Permanent,
    /// This customer cannot be reached.
    Recipient,
    /// The account cannot send: token, permission, payment, policy. Stop it and alert.
    Account,
    /// Meta's window is closed.
    Window,
    /// Another app has the conversation.
    Control,
    /// Meta says that it may have been sent although the call failed: find out, do not resend.
    UnknownOutcome,
}

/// What a throttle holds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every call of the app.
    App,
    /// The Page, Instagram account or phone number.
    Account,
    /// The WhatsApp Business Account, with all its numbers.
    Business,
    /// This customer alone.
    Pair,
}

/// Whether to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It would be refused again, or sent twice.
    Never,
    /// With the usual back-off, this many times.
    Times(u32),
    /// After this wait at the least; nothing else in the scope before.
    After {
        /// What has to wait.
        scope: Scope,
        /// How long at first.
        wait: Duration,
    },
}

/// What the table says of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// What it means.
    pub class: Class,
    /// The sentence for the agent.
    pub sentence: &'static str,
    /// Whether the table knows the code; if not, class and sentence are the safe default.
    pub known: bool,
}

impl Verdict {
    /// Whether to try again.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self.class {
            Class::Transient { retries } => Retry::Times(retries),
            Class::Throttle { scope, wait_seconds } => {
                Retry::After { scope, wait: Duration::from_secs(wait_seconds.into()) }
            }
            _ => Retry::Never,
        }
    }

    /// Whether nothing more can be sent from this account until someone repairs it.
    #[must_use]
    pub fn stops_account(&self) -> bool {
        self.class == Class::Account
    }
}

impl GraphError {
    /// Reads the error of an answer's body, whatever its HTTP status: Meta has been seen to answer
    /// 200 with an error. `None` if there is none, or if the body is no JSON: then the outcome is
    /// unknown.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let body: &RawValue = serde_json::from_slice(body).ok()?;
        let body = Object::of(body)?;
        let error = body.raw("error").or_else(|| body.raw("errors"))?;
        if let Some(error) = body.first("error").or_else(|| body.first("errors")) {
            return Some(Self::of(&error));
        }
        // Proxies and older endpoints tell a bare text.
        let text = json::scalar(error).filter(|text| text != "false")?;
        Some(Self { message: Some(text), ..Self::default() })
    }

    /// Reads one error object.
    pub(crate) fn of(error: &Object<'_>) -> Self {
        Self {
            code: error.integer("code").unwrap_or_default(),
            subcode: error.integer("error_subcode"),
            kind: error.word("type"),
            message: error.word("message").or_else(|| error.word("title")),
            details: error.object("error_data").and_then(|data| data.word("details")),
            user_title: error.word("error_user_title"),
            user_message: error.word("error_user_msg"),
            is_transient: error.flag("is_transient"),
            trace_id: error.word("fbtrace_id"),
        }
    }

    /// The state of the template that it speaks of, as Meta lists states (WhatsApp 132015, 132016).
    #[must_use]
    pub fn template_status(&self) -> Option<&'static str> {
        match self.code {
            132_015 => Some("PAUSED"),
            132_016 => Some("DISABLED"),
            _ => None,
        }
    }

    /// Whether the app or the token was not given what the call needs ("Handle errors": 3, 10 and 200
    /// to 299).
    #[must_use]
    pub fn lacks_permission(&self) -> bool {
        matches!(self.code, 3 | 10 | 200..=299) && self.subcode.is_none()
    }

    /// What is to be done about it.
    #[must_use]
    pub fn verdict(&self, channel: Channel) -> Verdict {
        // WhatsApp answers with the platform's own codes too.
        let of_channel = match channel {
            Channel::Messenger | Channel::Instagram => None,
            Channel::WhatsApp => table::find(whatsapp::ROWS, self),
        };
        of_channel
            .or_else(|| table::find(graph::ROWS, self))
            .unwrap_or_else(|| table::default(self))
    }

    /// The sentence for the agent, with the code for whoever they ask.
    #[must_use]
    pub fn advice(&self, channel: Channel) -> String {
        let sentence = self.verdict(channel).sentence;
        match self.subcode {
            Some(subcode) => format!("{sentence} (Meta error {}/{subcode})", self.code),
            None => format!("{sentence} (Meta error {})", self.code),
        }
    }
}

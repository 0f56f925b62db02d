//! What Meta answered to a send.

use serde_json::value::RawValue;
use switchboard_domain::Channel;

use crate::{error::GraphError, json::Object};

/// An answer's meaning. Its HTTP status is not asked: Meta has answered 200 with an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Meta took it.
    Accepted {
        /// The platform's id of the message; a reaction on Messenger and Instagram has none.
        message_id: Option<String>,
    },
    /// Meta did not take it.
    Refused(GraphError),
    /// Neither; the outcome is unknown.
    Unclear,
}

/// Reads an answer's body.
#[must_use]
pub fn answer(channel: Channel, body: &[u8]) -> Answer {
    if let Some(error) = GraphError::parse(body) {
        return Answer::Refused(error);
    }
    let Ok(body) = serde_json::from_slice::<&RawValue>(body) else { return Answer::Unclear };
    let Some(body) = Object::of(body) else { return Answer::Unclear };
    let message_id = match channel {
        Channel::Messenger | Channel::Instagram => body.word("message_id"),
        Channel::WhatsApp => body.first("messages").and_then(|message| message.word("id")),
    };
    let acted = channel != Channel::WhatsApp && body.has("recipient_id");
    if message_id.is_some() || acted || body.flag("success") {
        Answer::Accepted { message_id }
    } else {
        Answer::Unclear
    }
}

/// The platform's id of the message that an answer says was taken.
#[must_use]
pub fn accepted(channel: Channel, body: &[u8]) -> Option<String> {
    match answer(channel, body) {
        Answer::Accepted { message_id } => message_id,
        Answer::Refused(_) | Answer::Unclear => None,
    }
}

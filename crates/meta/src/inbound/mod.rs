//! A single event in the words of the domain.
//!
//! [`normalise`] reads what [`crate::webhook::split`] wrote, at any later time: the raw events are
//! kept, so a kind learnt later can be normalised then. `messenger` reads Messenger's and
//! Instagram's items, `attachment` their attachments, `whatsapp` WhatsApp's.

mod attachment;
mod messenger;
#[cfg(test)]
mod tests;
mod whatsapp;

use switchboard_domain::{
    Content, Timestamp,
    conversation::{CustomerMessage, ForeignMessage, MessageStatus},
};

use crate::{
    error::GraphError,
    webhook::{
        envelope::{Envelope, Place},
        facts,
    },
};

/// What an event means.
#[derive(Debug, Clone, PartialEq)]
pub enum Normalised {
    /// The customer wrote or did something.
    Message {
        /// Who.
        identity: Identity,
        /// What.
        message: CustomerMessage,
    },
    /// The business wrote: through us, or elsewhere.
    Echo {
        /// To whom.
        identity: Identity,
        /// What.
        message: ForeignMessage,
        /// The app that sent it; `None` for some of Meta's own.
        app_id: Option<String>,
        /// What the sender attached for itself: our marker, if we sent it.
        marker: Option<String>,
    },
    /// What became of messages of the business.
    Receipt {
        /// Whose conversation.
        identity: Identity,
        /// Which messages.
        target: Target,
        /// What became of them.
        status: MessageStatus,
        /// Why they failed; [`GraphError::advice`] has the sentence for the agent.
        error: Option<GraphError>,
        /// What the sender attached for itself: our marker, if we sent it.
        marker: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// Something that concerns the account, not a customer.
    AccountNotice {
        /// The kind of event, as [`crate::webhook::RawEvent::kind`] has it.
        kind: String,
    },
    /// Kept, but nothing follows from it.
    Other {
        /// Who it is about, if anyone.
        identity: Option<Identity>,
        /// The kind of event, as [`crate::webhook::RawEvent::kind`] has it.
        kind: String,
    },
}

/// Which messages a receipt is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The one with this platform id.
    Message(String),
    /// All that were sent until then.
    UpTo(Timestamp),
}

/// A customer as the platform tells them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// The id for routing, the same as [`crate::webhook::RawEvent::customer`].
    pub customer: Option<String>,
    /// The digits of the phone number (WhatsApp, where told).
    pub phone: Option<String>,
    /// The business-scoped user id (WhatsApp, where told).
    pub user_id: Option<String>,
    /// The username, where told.
    pub username: Option<String>,
    /// The name in the profile, where told.
    pub name: Option<String>,
}

/// A text that is no single event.
#[derive(Debug, thiserror::Error)]
#[error("this is not an event as webhook::split writes it; keep it, and look what wrote it")]
pub struct NotUnderstood(#[source] serde_json::Error);

/// Says what an event means, given its [`crate::webhook::RawEvent::raw`].
///
/// Usually one thing; never none. A message with several attachments becomes several, in order: the
/// first has the platform's id, the next have it with `#2`, `#3`... A delivery can name messages
/// and a watermark. A kind that has no meaning yet becomes [`Content::Unsupported`] if a customer
/// did it, so that the agent sees that there was something, and [`Normalised::Other`] else.
///
/// # Errors
/// [`NotUnderstood`] if the text was not written by [`crate::webhook::split`].
pub fn normalise(raw: &str) -> Result<Vec<Normalised>, NotUnderstood> {
    let envelope = Envelope::parse(raw).map_err(NotUnderstood)?;
    let kind = facts::kind(&envelope);
    let found = match (envelope.channel(), envelope.place) {
        (None, _) => Vec::new(),
        (Some(channel), Place::Messaging) => messenger::normalise(&envelope, channel, &kind),
        (Some(_), Place::Messages | Place::MessageEchoes | Place::Statuses) => {
            whatsapp::normalise(&envelope, &kind)
        }
        (Some(_), Place::Errors | Place::Value) => vec![whatsapp::notice(&kind)],
        (Some(_), _) => Vec::new(),
    };
    Ok(if found.is_empty() { vec![other(&envelope, kind)] } else { found })
}

fn other(envelope: &Envelope<'_>, kind: String) -> Normalised {
    let customer = facts::customer(envelope);
    let identity = customer.map(|customer| match envelope.place {
        Place::Messages | Place::MessageEchoes | Place::Statuses => whatsapp::identity(envelope),
        _ => Identity { customer: Some(customer), ..Identity::default() },
    });
    Normalised::Other { identity, kind }
}

/// The id of the part with this index of a message: the first is the message itself.
fn part_id(message: Option<&String>, index: usize) -> Option<String> {
    message.map(|id| if index == 0 { id.clone() } else { format!("{id}#{}", index + 1) })
}

/// Something that cannot be shown yet.
fn unsupported(kind: impl Into<String>) -> Content {
    Content::Unsupported { kind: kind.into() }
}

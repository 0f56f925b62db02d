//! A single event in the words of the domain.
//!
//! [`normalise`] reads what [`crate::webhook::split`] wrote, at any later time: the raw events are
//! kept, so a kind learnt later can be normalised then. `page` reads Messenger's and Instagram's
//! items, `whatsapp` WhatsApp's, `changes` what Pages tell beside messages, `notice` has what
//! concerns accounts, `referral` where customers came from.

mod changes;
mod meaning;
mod notice;
mod page;
mod referral;
#[cfg(test)]
mod tests;
mod whatsapp;

pub use meaning::{Identity, LinkingStatus, Moved, Normalised, Target};
pub use notice::{AccountNotice, Severity};
use switchboard_domain::Content;

use crate::webhook::{
    envelope::{Envelope, Place},
    facts,
};

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
        (Some(channel), Place::Messaging | Place::Standby) => {
            page::normalise(&envelope, channel, &kind)
        }
        (
            Some(_),
            Place::Messages
            | Place::MessageEchoes
            | Place::Statuses
            | Place::Preferences
            | Place::Calls,
        ) => whatsapp::normalise(&envelope, &kind),
        (Some(_), Place::Errors | Place::Value) => whatsapp::about_the_account(&envelope, &kind),
        (Some(_), Place::Changes) => changes::normalise(&envelope, &kind),
        (Some(_), Place::Entry | Place::Body) => Vec::new(),
    };
    Ok(if found.is_empty() { vec![other(&envelope, kind)] } else { found })
}

fn other(envelope: &Envelope<'_>, kind: String) -> Normalised {
    let customer = facts::customer(envelope);
    let identity = customer.map(|customer| match envelope.place {
        Place::Messages
        | Place::MessageEchoes
        | Place::Statuses
        | Place::Preferences
        | Place::Calls => whatsapp::identity(envelope),
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

//! The body of a Send API call, and its answer.
//!
//! One [`Content`] is exactly one call. What a channel cannot show as it is degrades visibly and
//! whole (`form`, `words`), never by cutting; what cannot be shown at all is refused before it is
//! sent. People are held to what the channel shows as it is ([`check`]); bots' messages degrade.

mod answer;
mod capabilities;
pub mod files;
mod form;
pub mod limits;
mod page;
mod parameter;
mod signal;
mod strict;
#[cfg(test)]
mod tests;
mod whatsapp;
mod words;

use std::borrow::Cow;

use serde_json::Value;
use switchboard_domain::{
    Channel, Content,
    content::{Media, MediaKind},
    window::Label,
};

pub use answer::{Answer, accepted, answer};
pub use capabilities::{Capability, Support, capabilities};
pub use limits::{Limit, TooLong, TooMany, Unit};
pub use signal::signal;

/// A message to send.
#[derive(Debug, Clone)]
pub struct SendSpec<'a> {
    /// To whom.
    pub recipient: &'a Recipient,
    /// What.
    pub content: &'a Content,
    /// Under which label; WhatsApp has none.
    pub label: Label,
    /// What Meta gives back in the echo or the statuses ([`crate::marker`]).
    pub marker: &'a str,
    /// The platform's id of the message it answers.
    pub reply_to: Option<&'a str>,
    /// Meta's id of the persona as which it is said; Messenger's alone.
    pub persona: Option<&'a str>,
}

/// A customer's ids, as far as known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    /// The PSID or IGSID.
    pub psid: Option<String>,
    /// The digits of the WhatsApp number.
    pub phone: Option<String>,
    /// The WhatsApp business-scoped user id; used if the number is not known.
    pub user_id: Option<String>,
}

/// Why a message cannot be sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotSend {
    /// Too long, and no other form is shorter.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// Too many of something.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The channel has no such thing, and something else serves.
    #[error("{channel} has no {kind}; {instead}")]
    NotHere {
        /// The channel.
        channel: Channel,
        /// What it has not.
        kind: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
    /// A log-in button of an account that has no log-in page.
    #[error(
        "the account has no log-in page yet; an administrator sets it up under account linking"
    )]
    NoLogIn,
    /// The data for a flow is not what it says.
    #[error("the data for the form is no JSON")]
    NotJson,
    /// Nothing to say.
    #[error("the message is empty; write something")]
    Empty,
    /// A part that says nothing.
    #[error("a {part} is empty; write something there")]
    Blank {
        /// The part.
        part: &'static str,
    },
    /// Two that the customer could not tell apart.
    #[error("two {parts} are alike; write something else in one")]
    Alike {
        /// The parts.
        parts: &'static str,
    },
    /// A card of which there is nothing to see but its title.
    #[error("a card has only a title; add a subtitle, a picture, a link or a button")]
    BareCard,
    /// A medium with a text where media have none.
    #[error("{channel} takes no text with {kind}; send the text as a message of its own")]
    NoCaption {
        /// The channel.
        channel: Channel,
        /// The medium.
        kind: &'static str,
    },
    /// A medium without a link or an id.
    #[error("the file has neither a link nor an id at Meta; upload it first")]
    NoSource,
    /// Something that only customers can do, or that the channel cannot show.
    #[error("{channel} takes no {kind} from a business")]
    NotSendable {
        /// The channel.
        channel: Channel,
        /// What.
        kind: &'static str,
    },
    /// None of the customer's ids is known that the channel sends to.
    #[error("no id of the customer is known that {0} can send to")]
    NoRecipient(Channel),
}

/// The JSON to post to the account's `messages` edge.
///
/// # Errors
/// [`CannotSend`]; nothing was sent, and trying again changes nothing.
pub fn body(channel: Channel, spec: &SendSpec<'_>) -> Result<Value, CannotSend> {
    match channel {
        Channel::Messenger | Channel::Instagram => page::body(channel, spec),
        Channel::WhatsApp => whatsapp::body(spec),
    }
}

/// Whether the channel shows such a message as it is, for the composer.
///
/// # Errors
/// [`CannotSend`] with the limit or the reason.
pub fn check(channel: Channel, content: &Content) -> Result<(), CannotSend> {
    strict::check(channel, content)?;
    takes(channel, content)
}

/// Whether the channel takes such a message in any form, as bots' messages are sent.
///
/// # Errors
/// [`CannotSend`] with the limit or the reason.
pub fn takes(channel: Channel, content: &Content) -> Result<(), CannotSend> {
    match channel {
        Channel::Messenger | Channel::Instagram => page::call(channel, content).map(drop),
        Channel::WhatsApp => whatsapp::typed(content).map(drop),
    }
}

/// A text that is neither empty nor too long.
fn checked_text(channel: Channel, text: &str) -> Result<&str, CannotSend> {
    if text.trim().is_empty() {
        return Err(CannotSend::Empty);
    }
    limits::of(channel).text.check(channel, text)?;
    Ok(text)
}

/// How Meta gets at a file.
enum Source<'a> {
    /// It has it, under this id.
    Id(Cow<'a, str>),
    /// It fetches it.
    Link(&'a str),
}

/// Where Meta has a file from. One that was uploaded at the desk has no id at Meta before outbound
/// gives it one; until then ours stands for it, so that the message can be checked as a whole.
fn source(media: &Media) -> Result<Source<'_>, CannotSend> {
    match (&media.platform_id, &media.url, media.media_id) {
        (Some(id), _, _) => Ok(Source::Id(id.into())),
        (None, Some(url), _) => Ok(Source::Link(url)),
        (None, None, Some(ours)) => Ok(Source::Id(ours.to_string().into())),
        (None, None, None) => Err(CannotSend::NoSource),
    }
}

/// What a content is called that cannot be sent.
fn noun(content: &Content) -> &'static str {
    match content {
        Content::Media(media) => kind_noun(media.kind),
        other => other.noun(),
    }
}

fn kind_noun(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "an image",
        MediaKind::Video => "a video",
        MediaKind::Audio => "a sound",
        MediaKind::File => "a file",
        MediaKind::Sticker => "a sticker",
    }
}

/// A caption that says something.
fn caption(caption: Option<&String>) -> Option<&str> {
    caption.map(String::as_str).filter(|caption| !caption.trim().is_empty())
}

//! Identifiers: UUIDs with a type each, so that one cannot stand for another.
//!
//! An id that follows from another (an effect's from its event's) is derived, never drawn, so that
//! doing the work again after a crash names the same things.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is no id.
#[derive(Debug, thiserror::Error)]
#[error("{text:?} is no {kind}; ids look like 0190b1a2-0000-7000-8000-000000000000")]
pub struct BadId {
    kind: &'static str,
    text: String,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// From a UUID drawn elsewhere.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The id that always follows from this name (UUID version 5, RFC 9562).
            #[must_use]
            pub fn derive(name: &str) -> Self {
                let name = format!(concat!(stringify!($name), ":{}"), name);
                Self(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()))
            }

            /// The UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                Uuid::parse_str(text)
                    .map(Self)
                    .map_err(|_| BadId { kind: stringify!($name), text: text.into() })
            }
        }
    )*};
}

ids! {
    /// A tenant: users, teams, accounts and all that hangs on them.
    WorkspaceId
    /// A Meta app that an installation receives webhooks for.
    AppId
    /// A channel account: a Page, an Instagram account, a WhatsApp number.
    AccountId
    /// An assistant's configuration.
    BotId
    /// Something that a bot was taught.
    DocumentId
    /// A group of agents.
    TeamId
    /// A person who works at the desk.
    UserId
    /// A customer, as one account knows them.
    ContactId
    /// A person whom several accounts know, each as a contact.
    PersonId
    /// A customer's conversation with one account; there is one for each, for ever.
    ConversationId
    /// A message, inbound or outbound, of a conversation.
    MessageId
    /// One attempt to have a message delivered; a resend is another.
    SendId
    /// An administrative call to Meta that outbound does for another service.
    ErrandId
    /// A file that we keep.
    MediaId
    /// One turn of a bot.
    TurnId
    /// What a bot that speaks by itself is let in with.
    BotTokenId
    /// A key by which a program uses the desk's API.
    ApiKeyId
    /// A word that conversations are sorted by.
    LabelId
    /// A text that agents write often.
    CannedReplyId
    /// A list of conversations that is looked at often.
    ViewId
    /// Several things that agents often do one after the other.
    MacroId
    /// An address of other software that is told of events.
    EndpointId
    /// Something that other software is told of.
    NewsId
    /// Something that reports count.
    FactId
    /// A mail to somebody who works at the desk.
    MailId
    /// A question to a customer how it went, asked once a conversation is resolved.
    SurveyId
}

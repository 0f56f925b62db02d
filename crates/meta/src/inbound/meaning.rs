//! What an event can mean.

use switchboard_domain::{
    Timestamp,
    conversation::{CustomerMessage, ForeignMessage, Happening, MessageStatus, Revision},
};

use super::AccountNotice;
use crate::error::GraphError;

/// What an event means.
#[derive(Debug, Clone, PartialEq)]
pub enum Normalised {
    /// The customer wrote or pressed something.
    Message {
        /// Who.
        identity: Identity,
        /// What.
        message: CustomerMessage,
    },
    /// Something happened between the customer and the business that is no message.
    Happened {
        /// Who.
        identity: Identity,
        /// What.
        happening: Happening,
    },
    /// A message was changed or taken back by who wrote it.
    Revised {
        /// Whose conversation.
        identity: Identity,
        /// The platform's id of the message.
        target: String,
        /// What it is now.
        revision: Revision,
        /// When.
        at: Timestamp,
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
    /// Control of the conversation moved between the apps of the account.
    Thread {
        /// Whose conversation.
        identity: Identity,
        /// How.
        moved: Moved,
    },
    /// Messenger's account linking: the customer logged in or out.
    Linking {
        /// Who.
        identity: Identity,
        /// Which.
        status: LinkingStatus,
        /// When.
        at: Timestamp,
    },
    /// The customer is known by other ids from now on.
    Renamed {
        /// By these.
        identity: Identity,
        /// And not by these any more.
        before: Identity,
        /// What Meta says about it, if anything.
        text: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// Something that concerns the account, not a customer.
    Account(AccountNotice),
    /// Kept, but nothing follows from it.
    Other {
        /// Who it is about, if anyone.
        identity: Option<Identity>,
        /// The kind of event, as [`crate::webhook::RawEvent::kind`] has it.
        kind: String,
    },
}

/// How control of a conversation moved. Which app is ours is not Meta's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// From one app to another; either may be unknown, or none.
    To {
        /// Meta's id of the app that has it now.
        app: Option<String>,
        /// Meta's id of the app that had it.
        from: Option<String>,
        /// What was said about it.
        metadata: Option<String>,
    },
    /// To whichever app hears of it: WhatsApp names none.
    ToUs {
        /// What was said about it.
        metadata: Option<String>,
    },
    /// An app asks for it.
    Requested {
        /// Meta's id of the app.
        by: Option<String>,
        /// What it said about it.
        metadata: Option<String>,
    },
}

/// What the customer did about account linking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkingStatus {
    /// Logged in; the code is the one that the log-in page gave out.
    Linked {
        /// Opaque to Meta.
        authorization_code: Option<String>,
    },
    /// Logged out.
    Unlinked,
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

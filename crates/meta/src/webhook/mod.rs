//! A whole webhook body as single events, losing nothing.
//!
//! [`split`] cuts; an `envelope` is what one event needs to be understood alone, and is what is
//! stored; `facts` reads from an envelope what routing needs; `dedupe` names it; [`restore`] makes a
//! body of it again, and [`fields`] says which of Meta's subscriptions it belongs to.
//!
//! What is cut is everything that Meta batches: `entry[]`, in it `messaging[]`, `standby[]` and
//! `changes[]`, and in a WhatsApp value `messages[]`, `statuses[]`, `errors[]` and
//! `message_echoes[]`. What fits none of these is kept whole as an event of its own.

pub mod comment;
mod dedupe;
pub(crate) mod envelope;
pub(crate) mod facts;
pub mod fields;
mod restore;
mod split;
#[cfg(test)]
mod tests;

use switchboard_domain::{Channel, Timestamp};

pub use restore::{Names, attached, named, restore};
pub use split::{MalformedBody, split};

use envelope::Envelope;

/// One event of a webhook body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEvent {
    /// The product it comes from; `None` for objects that are no messaging product.
    pub channel: Option<Channel>,
    /// The platform's id of the account: Page id, Instagram id, phone number id; the WhatsApp
    /// Business Account's id for what concerns that as a whole.
    pub account: Option<String>,
    /// The platform's id of the customer, for routing: PSID or IGSID; on WhatsApp the
    /// business-scoped user id where it is told, else the digits of the phone number.
    pub customer: Option<String>,
    /// What happened: `message`, `echo`, `delivery`, `read`, `postback`, `reaction`, `status`,
    /// `system` (WhatsApp about a customer's number), `group_message`...;
    /// `standby:` and the same for what another app handles; `change:` or `whatsapp:` and the field
    /// for the rest; `unknown` for what has no name.
    pub kind: String,
    /// The same for each delivery of the same event, and only for those; at most 200 characters.
    pub dedupe_key: String,
    /// When it happened by the platform's clock; the notification's time if the event has none, the
    /// epoch if that has none either.
    pub at: Timestamp,
    /// The event as JSON: the exact text of the item with what is needed to understand it alone.
    /// [`crate::inbound::normalise`] reads it.
    pub raw: String,
}

impl RawEvent {
    /// `{channel}:{account}:{customer}`, if it belongs to a conversation.
    #[must_use]
    pub fn conversation_key(&self) -> Option<String> {
        let (channel, account) = (self.channel?, self.account.as_deref()?);
        Some(format!("{channel}:{account}:{}", self.customer.as_deref()?))
    }

    /// What decides the shard: the conversation, else the account, else `unknown`.
    #[must_use]
    pub fn routing_key(&self) -> String {
        self.conversation_key().unwrap_or_else(|| match (self.channel, &self.account) {
            (Some(channel), Some(account)) => format!("{channel}:{account}"),
            _ => "unknown".to_owned(),
        })
    }

    fn of(envelope: &Envelope<'_>) -> Self {
        let channel = envelope.channel();
        let kind = facts::kind(envelope);
        let customer = facts::customer(envelope);
        let account = facts::account(envelope, customer.as_deref());
        let dedupe_key = dedupe::key(envelope, account.as_deref(), &kind);
        let at = facts::at(envelope);
        Self { channel, account, customer, kind, dedupe_key, at, raw: envelope.to_text() }
    }
}

//! Webhooks: the events, their envelopes, their escaped and signed form, and
//! their delivery with retries.

mod again;
pub(crate) mod alerts;
pub(crate) mod audience;
pub(crate) mod deliver;
pub(crate) mod envelope;
pub(crate) mod escape;
pub(crate) mod events;
pub(crate) mod log;
pub(crate) mod sign;
pub(crate) mod signed_request;
pub(crate) mod verify;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::state::ThreadKey;

/// What an event is, as far as fault switches care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EventKind {
    /// The customer did something.
    Customer,
    /// An echo of our own send.
    Echo,
    /// Delivery, read or WhatsApp status.
    Status,
    /// The platform itself: control of a conversation, the state of an account.
    Platform,
}

/// An event of one conversation, not yet in its envelope.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) key: ThreadKey,
    pub(crate) kind: EventKind,
    /// Subscription field that it belongs to.
    pub(crate) field: Cow<'static, str>,
    /// Item of `messaging`, or `value` of a WhatsApp change.
    pub(crate) value: Value,
}

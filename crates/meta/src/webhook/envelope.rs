//! One event with what is needed to understand it alone. Its JSON is stored, so its keys are
//! frozen: what was once written must be read for ever.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use switchboard_domain::Channel;

use crate::json::{self, Object};

/// Where in the body the item stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    /// An element of `entry[].messaging[]`, or a dashboard test of one.
    Messaging,
    /// An element of `entry[].standby[]`.
    Standby,
    /// An element of `entry[].changes[]`.
    Changes,
    /// An element of a WhatsApp value's `messages[]`.
    Messages,
    /// An element of a WhatsApp value's `statuses[]`.
    Statuses,
    /// An element of a WhatsApp value's `errors[]`.
    Errors,
    /// An element of a WhatsApp value's `message_echoes[]`.
    MessageEchoes,
    /// An element of a WhatsApp value's `user_preferences[]`.
    Preferences,
    /// An element of a WhatsApp value's `calls[]`.
    Calls,
    /// A WhatsApp value as a whole.
    Value,
    /// An entry as a whole.
    Entry,
    /// The body as a whole.
    Body,
}

/// One event. Everything is the exact text that arrived.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Envelope<'a> {
    /// `page`, `instagram`, `whatsapp_business_account`...
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) object: Option<&'a RawValue>,
    /// The entry's `id`.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) entry_id: Option<&'a RawValue>,
    /// The entry's `time`: when the notification was made.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<&'a RawValue>,
    /// Where the item stood.
    pub(crate) place: Place,
    /// The change's `field`, if it was in a change.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<&'a RawValue>,
    /// The WhatsApp value's `metadata`.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) metadata: Option<&'a RawValue>,
    /// The WhatsApp value's contacts that the item is about.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) contacts: Vec<&'a RawValue>,
    /// What else stood around the item, by its path; only on the first event of its surroundings.
    #[serde(borrow, default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) rest: BTreeMap<String, &'a RawValue>,
    /// The item.
    #[serde(borrow)]
    pub(crate) item: &'a RawValue,
}

impl<'a> Envelope<'a> {
    pub(crate) fn new(place: Place, item: &'a RawValue) -> Self {
        Self {
            object: None,
            entry_id: None,
            time: None,
            place,
            field: None,
            metadata: None,
            contacts: Vec::new(),
            rest: BTreeMap::new(),
            item,
        }
    }

    pub(crate) fn parse(text: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// The JSON that is stored.
    pub(crate) fn to_text(&self) -> String {
        // Keys are strings and values are JSON already, so writing cannot fail; if it ever did, the
        // item itself is what must not be lost.
        serde_json::to_string(self).unwrap_or_else(|_| self.item.get().to_owned())
    }

    /// The channel by the body's `object`; without one, by the item's place.
    pub(crate) fn channel(&self) -> Option<Channel> {
        match self.object.and_then(json::scalar).as_deref() {
            Some("page") => Some(Channel::Messenger),
            Some("instagram") => Some(Channel::Instagram),
            Some("whatsapp_business_account") => Some(Channel::WhatsApp),
            Some(_) => None,
            None => match self.place {
                Place::Messaging | Place::Standby => Some(Channel::Messenger),
                Place::Messages
                | Place::Statuses
                | Place::Errors
                | Place::MessageEchoes
                | Place::Preferences
                | Place::Calls
                | Place::Value => Some(Channel::WhatsApp),
                Place::Changes | Place::Entry | Place::Body => None,
            },
        }
    }

    /// The item, if it is an object.
    pub(crate) fn object(&self) -> Option<Object<'a>> {
        Object::of(self.item)
    }

    /// The change's field.
    pub(crate) fn field(&self) -> Option<String> {
        self.field.and_then(json::scalar).filter(|field| !field.is_empty())
    }
}

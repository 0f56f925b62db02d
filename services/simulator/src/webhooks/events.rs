//! The events that a send causes: echoes, deliveries, reads, statuses.

use serde_json::{Map, Value, json};

use super::{Event, EventKind};
use crate::graph::error::GraphError;
use crate::state::directory::{Account, Customer};
use crate::state::free_entry::FreeEntry;
use crate::state::{Channel, ThreadKey};

/// A Messenger or Instagram event; `item` holds the key that names its kind.
pub(crate) fn page_item(
    sender: &str,
    recipient: &str,
    at_ms: i64,
    key: &str,
    item: Value,
) -> Value {
    let mut map = Map::new();
    map.insert("sender".into(), json!({"id": sender}));
    map.insert("recipient".into(), json!({"id": recipient}));
    map.insert("timestamp".into(), at_ms.into());
    map.insert(key.into(), item);
    Value::Object(map)
}

/// The echo of a message that an app sent.
pub(crate) fn echo(account: &Account, key: &ThreadKey, message: Value, at_ms: i64) -> Event {
    Event {
        key: key.clone(),
        kind: EventKind::Echo,
        field: match account.channel {
            Channel::Instagram => "messages".into(),
            _ => "message_echoes".into(),
        },
        value: page_item(&account.id, &key.customer, at_ms, "message", message),
    }
}

/// An event about who controls a conversation; `key` says what happened.
pub(crate) fn handover(key: &ThreadKey, kind: &str, item: Value, at_ms: i64) -> Event {
    Event {
        key: key.clone(),
        kind: EventKind::Platform,
        field: "messaging_handovers".into(),
        value: page_item(&key.customer, &key.account, at_ms, kind, item),
    }
}

/// A customer logged in to the business, or out.
pub(crate) fn account_linking(key: &ThreadKey, item: Value, at_ms: i64) -> Event {
    Event {
        key: key.clone(),
        kind: EventKind::Customer,
        field: "messaging_account_linking".into(),
        value: page_item(&key.customer, &key.account, at_ms, "account_linking", item),
    }
}

/// Messenger's delivery event. Instagram has none.
pub(crate) fn delivery(key: &ThreadKey, mid: &str, at_ms: i64) -> Event {
    let item = json!({"mids": [mid], "watermark": at_ms});
    Event {
        key: key.clone(),
        kind: EventKind::Status,
        field: "message_deliveries".into(),
        value: page_item(&key.customer, &key.account, at_ms, "delivery", item),
    }
}

/// The read event: a watermark on Messenger, a message id on Instagram.
pub(crate) fn read(channel: Channel, key: &ThreadKey, mid: &str, at_ms: i64) -> Event {
    let (field, item) = match channel {
        Channel::Instagram => ("messaging_seen", json!({"mid": mid})),
        _ => ("message_reads", json!({"watermark": at_ms})),
    };
    Event {
        key: key.clone(),
        kind: EventKind::Status,
        field: field.into(),
        value: page_item(&key.customer, &key.account, at_ms, "read", item),
    }
}

/// A WhatsApp status of a message of ours.
pub(crate) struct Status<'a> {
    pub(crate) account: &'a Account,
    pub(crate) customer: &'a Customer,
    pub(crate) wamid: &'a str,
    /// `sent`, `delivered`, `read`, `failed`.
    pub(crate) status: &'a str,
    pub(crate) callback_data: Option<&'a str>,
    /// Pricing category: `service`, `utility`, `marketing`…
    pub(crate) category: &'a str,
    pub(crate) free_entry: Option<FreeEntry>,
    pub(crate) error: Option<&'a GraphError>,
    pub(crate) at_ms: i64,
}

impl Status<'_> {
    /// The event.
    pub(crate) fn event(&self) -> Event {
        let mut status = json!({
            "id": self.wamid,
            "status": self.status,
            "timestamp": self.at_ms.div_euclid(1000).to_string(),
            "recipient_user_id": self.customer.user_id,
        });
        if let Some(map) = status.as_object_mut() {
            if !self.customer.hide_phone {
                map.insert("recipient_id".into(), self.customer.id.clone().into());
            }
            if let Some(data) = self.callback_data {
                map.insert("biz_opaque_callback_data".into(), data.into());
            }
            if matches!(self.status, "sent" | "delivered") {
                map.insert("pricing".into(), self.pricing());
            }
            if let Some(free) = &self.free_entry {
                map.insert("conversation".into(), self.conversation(free));
            }
            if let Some(error) = self.error {
                map.insert("errors".into(), json!([error.status_item()]));
            }
        }
        let contacts = (self.status != "failed").then_some(self.customer);
        Event {
            key: ThreadKey::new(&self.account.id, &self.customer.id),
            kind: EventKind::Status,
            field: "messages".into(),
            value: whatsapp_value(self.account, contacts, "statuses", status),
        }
    }
}

impl Status<'_> {
    fn pricing(&self) -> Value {
        let (kind, category) = match (&self.free_entry, self.category) {
            (Some(_), _) => ("free_entry_point", "referral_conversion"),
            (None, "service") => ("free_customer_service", "service"),
            (None, category) => ("regular", category),
        };
        json!({
            "billable": kind == "regular",
            "pricing_model": "PMP",
            "type": kind,
            "category": category,
        })
    }

    /// Since version 24 only these conversations are told of.
    fn conversation(&self, free: &FreeEntry) -> Value {
        let mut conversation = json!({"id": free.id, "origin": {"type": "referral_conversion"}});
        if let (Some(map), "sent") = (conversation.as_object_mut(), self.status) {
            let ends = free.until_ms.div_euclid(1000).to_string();
            map.insert("expiration_timestamp".into(), ends.into());
        }
        conversation
    }
}

/// The `value` of a WhatsApp `messages` change with one message or status.
pub(crate) fn whatsapp_value(
    account: &Account,
    contact: Option<&Customer>,
    key: &str,
    item: Value,
) -> Value {
    let mut value = json!({
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": digits(&account.display_phone_number),
            "phone_number_id": account.id,
        },
    });
    if let Some(map) = value.as_object_mut() {
        if let Some(customer) = contact {
            map.insert("contacts".into(), json!([whatsapp_contact(customer)]));
        }
        map.insert(key.into(), json!([item]));
    }
    value
}

fn whatsapp_contact(customer: &Customer) -> Value {
    let mut profile = json!({"name": customer.name});
    if let (Some(map), Some(username)) = (profile.as_object_mut(), &customer.username) {
        map.insert("username".into(), username.clone().into());
    }
    let mut contact = json!({"profile": profile, "user_id": customer.user_id});
    if let Some(map) = contact.as_object_mut()
        && !customer.hide_phone
    {
        map.insert("wa_id".into(), customer.id.clone().into());
    }
    contact
}

/// The digits of a phone number as people write it.
pub(crate) fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

//! The three envelopes: `page`, `instagram`, `whatsapp_business_account`.

use serde_json::{Value, json};

use crate::state::Channel;
use crate::state::directory::Account;

/// The `object` of a channel's webhooks.
pub(crate) fn object(channel: Channel) -> &'static str {
    match channel {
        Channel::Messenger => "page",
        Channel::Instagram => "instagram",
        Channel::WhatsApp => "whatsapp_business_account",
    }
}

/// Puts one event into its envelope. `sent_ms` is when the notification leaves.
pub(crate) fn wrap(account: &Account, field: &str, value: &Value, sent_ms: i64) -> Value {
    let entry = match account.channel {
        Channel::Messenger | Channel::Instagram => {
            json!({"id": account.id, "time": sent_ms, "messaging": [value]})
        }
        Channel::WhatsApp => json!({
            "id": account.parent,
            "changes": [{"field": field, "value": value}],
        }),
    };
    json!({"object": object(account.channel), "entry": [entry]})
}

/// Puts the envelopes of several events of one account into one: an entry for
/// each event on Messenger and Instagram, one entry of many changes on WhatsApp.
pub(crate) fn merge<'a>(channel: Channel, envelopes: impl Iterator<Item = &'a Value>) -> Value {
    let mut entries: Vec<Value> = Vec::new();
    for entry in envelopes.filter_map(|one| one.get("entry")?.as_array()).flatten() {
        let changes = entry.get("changes").and_then(Value::as_array);
        let first = entries.first_mut().and_then(|first| first.get_mut("changes")?.as_array_mut());
        match (changes, first) {
            (Some(changes), Some(first)) => first.extend(changes.iter().cloned()),
            _ => entries.push(entry.clone()),
        }
    }
    json!({"object": object(channel), "entry": entries})
}

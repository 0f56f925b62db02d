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

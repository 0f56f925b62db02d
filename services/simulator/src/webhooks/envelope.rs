//! The three envelopes: `page`, `instagram`, `whatsapp_business_account`.

use serde_json::{Value, json};

use super::audience::STANDBY;
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

/// Fields of a Page or Instagram account that come as `changes`, as in a feed.
const CHANGES: [&str; 6] =
    ["feed", "comments", "live_comments", "mentions", "inbox_labels", "leadgen"];

/// WhatsApp fields about conversations. The others are about the account, and
/// their entries say when they were sent, in seconds.
const CONVERSATIONS: [&str; 5] =
    ["messages", "standby", "messaging_handovers", "smb_message_echoes", "user_preferences"];

/// Puts one event into its envelope. `sent_ms` is when the notification leaves.
pub(crate) fn wrap(account: &Account, field: &str, value: &Value, sent_ms: i64) -> Value {
    let change = || json!([{"field": field, "value": value}]);
    let entry = match account.channel {
        Channel::WhatsApp if CONVERSATIONS.contains(&field) => {
            json!({"id": account.parent, "changes": change()})
        }
        Channel::WhatsApp => {
            let seconds = sent_ms.div_euclid(1000);
            json!({"id": account.parent, "time": seconds, "changes": change()})
        }
        _ if CHANGES.contains(&field) => {
            json!({"id": account.id, "time": sent_ms.div_euclid(1000), "changes": change()})
        }
        _ if field == STANDBY => json!({"id": account.id, "time": sent_ms, "standby": [value]}),
        _ => json!({"id": account.id, "time": sent_ms, "messaging": [value]}),
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

/// The field that tells how a customer came: Instagram's has a name of its own.
pub(crate) fn referrals(channel: Channel) -> &'static str {
    match channel {
        Channel::Instagram => "messaging_referral",
        _ => "messaging_referrals",
    }
}

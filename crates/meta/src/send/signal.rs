//! Signs of life: "typing" and "seen".
//!
//! Sources: Messenger Platform "Sender actions" (typing shows for up to 20 s), Instagram likewise;
//! WhatsApp "Mark messages as read" and "Typing indicators" (up to 25 s, and marks as read).

use serde_json::{Value, json};
use switchboard_domain::{Channel, conversation::Signal};

use super::Recipient;

/// The JSON to post to the account's `messages` edge; `None` where the channel has no such sign for
/// what is known.
#[must_use]
pub fn signal(channel: Channel, recipient: &Recipient, signal: &Signal) -> Option<Value> {
    match channel {
        Channel::Messenger | Channel::Instagram => {
            let action = match signal {
                Signal::Typing { .. } => "typing_on",
                Signal::Seen { .. } => "mark_seen",
            };
            let psid = recipient.psid.as_deref()?;
            Some(json!({ "recipient": { "id": psid }, "sender_action": action }))
        }
        Channel::WhatsApp => {
            let (Signal::Typing { answering: message } | Signal::Seen { up_to: message }) = signal;
            let mut body = json!({
                "messaging_product": "whatsapp", "status": "read", "message_id": message.as_deref()?
            });
            if let (Signal::Typing { .. }, Some(fields)) = (signal, body.as_object_mut()) {
                fields.insert("typing_indicator".into(), json!({ "type": "text" }));
            }
            Some(body)
        }
    }
}

//! The key that tells that two deliveries are of one event.
//!
//! Meta delivers at least once, and WhatsApp to every subscriber again when one of them failed. The
//! envelope's time is the notification's, so it differs between deliveries and is left out. Ids are
//! unique only within an account; an unsent or edited message has the id of the message, so the
//! kind is in the key. What has no id is named by its content.

use sha2::{Digest, Sha256};

use super::envelope::{Envelope, Place};
use crate::json;

/// The longest key.
const LONGEST: usize = 200;

/// The key of the event.
pub(super) fn key(envelope: &Envelope<'_>, account: Option<&str>, kind: &str) -> String {
    let channel = envelope.channel().map_or("none", |channel| channel.as_str());
    let account = account.unwrap_or("none");
    let identity = own_id(envelope, kind).unwrap_or_else(|| content_hash(envelope));
    let key = format!("{channel}:{account}:{kind}:{identity}");
    if key.len() <= LONGEST {
        return key;
    }
    let kind: String = kind.chars().filter(char::is_ascii).take(60).collect();
    format!("{channel}:{kind}:sha256:{}", hex::encode(Sha256::digest(key)))
}

/// What Meta's own ids say, for the kinds whose ids tell events apart.
fn own_id(envelope: &Envelope<'_>, kind: &str) -> Option<String> {
    let item = envelope.object()?;
    match envelope.place {
        Place::Messaging | Place::Standby => {
            let key = match kind.trim_start_matches("standby:") {
                "message" | "echo" | "message_deleted" => "message",
                "postback" => "postback",
                _ => return None,
            };
            item.object(key)?.word("mid")
        }
        Place::Messages | Place::MessageEchoes => {
            Some(format!("{}:{}", item.word("id")?, item.text("type").unwrap_or_default()))
        }
        Place::Statuses => {
            let part = |key| item.text(key).unwrap_or_default();
            let participant = ["recipient_participant_user_id", "recipient_participant_id"]
                .into_iter()
                .find_map(|key| item.word(key))
                .unwrap_or_default();
            let (status, timestamp) = (part("status"), part("timestamp"));
            Some(format!("{}:{status}:{timestamp}:{participant}", item.word("id")?))
        }
        _ => None,
    }
}

fn content_hash(envelope: &Envelope<'_>) -> String {
    let mut text = String::new();
    // A whole entry has the notification's time in it.
    match envelope.object().filter(|_| envelope.place == Place::Entry) {
        Some(entry) => entry.iter().filter(|(key, _)| *key != "time").for_each(|(key, value)| {
            text.push_str(key);
            json::canonical(value, &mut text);
        }),
        None => json::canonical(envelope.item, &mut text),
    }
    let field = envelope.field().unwrap_or_default();
    let digest = Sha256::new().chain_update(field).chain_update([0]).chain_update(text).finalize();
    hex::encode(digest)
}

//! Acts of WhatsApp customers.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{Act, Refusal, shown, text_at};
use crate::ids;
use crate::state::World;
use crate::state::media::{INBOUND_LIFE_MS, Medium, Source};
use crate::state::thread::{Attachment, View};
use crate::webhooks::events::whatsapp_value;
use crate::webhooks::{Event, EventKind};

const WHATSAPP_ACTS: &str = "text, image, video, audio, document, sticker, button_reply, \
                             list_reply, button, reaction, location, contacts, raw";

/// The event of a WhatsApp customer, and what the phone shows.
pub(super) fn act(world: &mut World, act: &Act<'_>) -> Result<(Event, Option<View>), Refusal> {
    let (kind, part, view) = whatsapp_parts(world, act)?;
    let mut item = Map::new();
    if !act.customer.hide_phone {
        item.insert("from".into(), act.customer.id.clone().into());
    }
    item.insert("from_user_id".into(), json!(act.customer.user_id));
    item.insert("id".into(), act.id.clone().into());
    let seconds = act.now_ms.div_euclid(1000).to_string();
    item.insert("timestamp".into(), seconds.into());
    if let Some(wamid) = act.text("reply_to") {
        let from: String =
            act.account.display_phone_number.chars().filter(char::is_ascii_digit).collect();
        item.insert("context".into(), json!({"from": from, "id": wamid}));
    }
    if let Some(referral) = act.body.get("referral") {
        item.insert("referral".into(), referral.clone());
    }
    if kind == "raw" {
        item.extend(part.as_object().cloned().unwrap_or_default());
    } else {
        item.insert("type".into(), kind.clone().into());
        item.insert(kind, part);
    }
    let contact = Some(act.customer);
    let event = Event {
        key: act.key.clone(),
        kind: EventKind::Customer,
        field: "messages",
        value: whatsapp_value(act.account, contact, "messages", Value::Object(item)),
    };
    Ok((event, view))
}

fn whatsapp_parts(
    world: &mut World,
    act: &Act<'_>,
) -> Result<(String, Value, Option<View>), Refusal> {
    if let Some(text) = act.text("text") {
        let view = shown("text", Some(text.clone()));
        return Ok(("text".to_owned(), json!({ "body": text }), view));
    }
    for kind in ["button_reply", "list_reply"] {
        if let Some(reply) = act.body.get(kind) {
            let view = shown(kind, text_at(reply, "title"));
            let part = json!({"type": kind, kind: reply});
            return Ok(("interactive".to_owned(), part, view));
        }
    }
    if let Some(reaction) = act.body.get("reaction") {
        let id = text_at(reaction, "message_id").or_else(|| text_at(reaction, "mid"));
        let emoji = text_at(reaction, "emoji").unwrap_or_default();
        if let Some(message) = id.as_ref().and_then(|id| world.threads.message_mut(id)) {
            message.reaction = (!emoji.is_empty()).then(|| emoji.clone());
        }
        let part = json!({"message_id": id, "emoji": emoji});
        return Ok(("reaction".to_owned(), part, None));
    }
    for kind in ["image", "video", "audio", "document", "sticker"] {
        if let Some(medium) = act.body.get(kind) {
            return Ok(inbound_medium(world, act, kind, medium));
        }
    }
    for kind in ["button", "location", "contacts", "order", "system", "raw"] {
        if let Some(part) = act.body.get(kind) {
            let text = text_at(part, "text").or_else(|| text_at(part, "name"));
            return Ok((kind.to_owned(), part.clone(), shown(kind, text)));
        }
    }
    Err(Refusal::Unknown(WHATSAPP_ACTS))
}

fn inbound_medium(
    world: &mut World,
    act: &Act<'_>,
    kind: &str,
    given: &Value,
) -> (String, Value, Option<View>) {
    let url = text_at(given, "url");
    let mime_type = text_at(given, "mime_type").unwrap_or_else(|| {
        match kind {
            "video" => "video/mp4",
            "audio" => "audio/ogg; codecs=opus",
            "document" => "application/pdf",
            "sticker" => "image/webp",
            _ => "image/png",
        }
        .to_owned()
    });
    let source = match &url {
        Some(url) => Source::Url(url.clone()),
        None => Source::Bytes(super::SAMPLE.into()),
    };
    let id = ids::numeric();
    world.media.insert(Medium {
        id: id.clone(),
        account: act.account.id.clone(),
        mime_type: mime_type.clone(),
        kind: kind.to_owned(),
        source,
        expires_at_ms: act.now_ms + INBOUND_LIFE_MS,
    });
    let mut part = json!({
        "id": id,
        "mime_type": mime_type,
        "sha256": hex::encode(Sha256::digest(super::SAMPLE)),
    });
    if let Some(map) = part.as_object_mut() {
        for key in ["caption", "filename", "voice", "animated"] {
            if let Some(value) = given.get(key) {
                map.insert(key.into(), value.clone());
            }
        }
    }
    let view = View {
        kind: kind.to_owned(),
        text: text_at(given, "caption"),
        attachments: vec![Attachment {
            kind: kind.to_owned(),
            url: Some(format!("/_sim/media/{id}")),
            title: text_at(given, "filename"),
        }],
        ..View::default()
    };
    (kind.to_owned(), part, Some(view))
}

//! Acts of WhatsApp customers.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{Act, Refusal, shown, text_at};
use crate::ids;
use crate::state::World;
use crate::state::media::{INBOUND_LIFE_MS, Medium, Source};
use crate::state::thread::{Attachment, View};
use crate::webhooks::events::{digits, whatsapp_value};
use crate::webhooks::{Event, EventKind};

/// How long a message may be edited.
const EDIT_MS: i64 = 15 * 60_000;

const ACTS: &str = "text, image, video, audio, document, sticker, button_reply, list_reply, \
     button, nfm_reply, call_permission_reply, reaction, location, contacts, order, unsupported, \
     edit, unsend, request_welcome, system, changed_number, changed_user_id, raw";

/// The event of a WhatsApp customer, and what the phone shows.
pub(super) fn act(world: &mut World, act: &Act<'_>) -> Result<(Event, Option<View>), Refusal> {
    let (kind, part, view) = parts(world, act)?;
    let mut item = Map::new();
    if !act.customer.hide_phone {
        item.insert("from".into(), act.customer.id.clone().into());
    }
    item.insert("from_user_id".into(), json!(act.customer.user_id));
    item.insert("id".into(), act.id.clone().into());
    let seconds = act.now_ms.div_euclid(1000).to_string();
    item.insert("timestamp".into(), seconds.into());
    if let Some(context) = context(act) {
        item.insert("context".into(), context);
    }
    for key in ["referral", "group_id", "identity"] {
        if let Some(value) = act.body.get(key) {
            item.insert(key.into(), value.clone());
        }
    }
    match kind.as_str() {
        "raw" => item.extend(part.as_object().cloned().unwrap_or_default()),
        "unsupported" => item.extend(unsupported(&part)),
        "request_welcome" => {
            item.insert("type".into(), kind.into());
        }
        _ => {
            item.insert("type".into(), kind.clone().into());
            item.insert(kind.clone(), part);
        }
    }
    // System messages come without the customer's profile.
    let contact = (!act.body.contains_key("system")).then_some(act.customer);
    let event = Event {
        key: act.key.clone(),
        kind: EventKind::Customer,
        field: "messages".into(),
        value: whatsapp_value(act.account, contact, "messages", Value::Object(item)),
    };
    Ok((event, view))
}

/// What a message refers to: another message, its being forwarded, a product.
fn context(act: &Act<'_>) -> Option<Value> {
    let flag = |key: &str| act.body.get(key).and_then(Value::as_bool) == Some(true);
    let mut context = Map::new();
    for key in ["forwarded", "frequently_forwarded"] {
        if flag(key) {
            context.insert(key.into(), true.into());
        }
    }
    let product = act.body.get("referred_product");
    if let Some(wamid) = act.text("reply_to").or_else(|| product.map(|_| act.id.clone())) {
        context.insert("from".into(), digits(&act.account.display_phone_number).into());
        context.insert("id".into(), wamid.into());
    }
    if let Some(product) = product {
        context.insert("referred_product".into(), product.clone());
    }
    (!context.is_empty()).then_some(Value::Object(context))
}

/// A message that the Cloud API cannot show (131051).
fn unsupported(part: &Value) -> Map<String, Value> {
    let title = "Message type unknown";
    let error = json!({
        "code": 131_051,
        "title": title,
        "message": title,
        "error_data": {"details": "Message type is currently not supported."},
    });
    let mut item = Map::new();
    item.insert("type".into(), "unsupported".into());
    item.insert("errors".into(), json!([error]));
    if part.is_object() {
        item.insert("unsupported".into(), part.clone());
    }
    item
}

type Parts = (String, Value, Option<View>);

fn parts(world: &mut World, act: &Act<'_>) -> Result<Parts, Refusal> {
    if let Some(text) = act.text("text") {
        let view = shown("text", Some(text.clone()));
        return Ok(("text".to_owned(), json!({ "body": text }), view));
    }
    if let Some(parts) = interactive(act) {
        return Ok(parts);
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
    if let Some(changed) = changed(world, act)? {
        return Ok(changed);
    }
    for kind in [
        "button",
        "location",
        "contacts",
        "order",
        "system",
        "unsupported",
        "request_welcome",
        "raw",
    ] {
        if let Some(part) = act.body.get(kind) {
            let text = text_at(part, "text").or_else(|| text_at(part, "name"));
            return Ok((kind.to_owned(), part.clone(), shown(kind, text)));
        }
    }
    Err(Refusal::Unknown(ACTS))
}

/// Taps on what the business sent: buttons, rows, forms, the question for calls.
fn interactive(act: &Act<'_>) -> Option<Parts> {
    for kind in ["button_reply", "list_reply", "call_permission_reply"] {
        if let Some(reply) = act.body.get(kind) {
            let title = text_at(reply, "title").or_else(|| text_at(reply, "response"));
            let part = json!({"type": kind, kind: reply});
            return Some(("interactive".to_owned(), part, shown(kind, title)));
        }
    }
    let mut reply = act.body.get("nfm_reply")?.clone();
    let map = reply.as_object_mut()?;
    // The form's answer travels as text.
    if let Some(response) = map.remove("response") {
        map.insert("response_json".into(), response.to_string().into());
    }
    map.entry("name").or_insert_with(|| "flow".into());
    map.entry("body").or_insert_with(|| "Sent".into());
    let view = shown("nfm_reply", text_at(&reply, "body"));
    let part = json!({"type": "nfm_reply", "nfm_reply": reply});
    Some(("interactive".to_owned(), part, view))
}

/// Edits and removals, which only numbers hear that share the WhatsApp Business
/// app. A message may be edited for 15 minutes.
fn changed(world: &mut World, act: &Act<'_>) -> Result<Option<Parts>, Refusal> {
    if let Some(edit) = act.body.get("edit") {
        let id = text_at(edit, "message_id").unwrap_or_default();
        let text = text_at(edit, "text").unwrap_or_default();
        if let Some(message) = world.threads.message_mut(&id) {
            if act.now_ms - message.at > EDIT_MS {
                return Err(Refusal::TooLate);
            }
            message.view.text = Some(text.clone());
            if let Some(content) = message.content.as_object_mut() {
                content.insert("num_edit".into(), 1.into());
            }
        }
        let message = json!({"type": "text", "text": {"body": text}});
        let part = json!({"original_message_id": id, "message": message});
        return Ok(Some(("edit".to_owned(), part, None)));
    }
    let Some(id) = act.text("unsend") else {
        return Ok(None);
    };
    if let Some(message) = world.threads.message_mut(&id) {
        message.deleted = true;
    }
    Ok(Some(("revoke".to_owned(), json!({"original_message_id": id}), None)))
}

/// Where the bytes are. What is on this simulator already is taken from there.
fn source(world: &World, act: &Act<'_>, url: Option<&str>) -> Source {
    let Some(url) = url else {
        return Source::Bytes(super::SAMPLE.into());
    };
    let path = url.strip_prefix(act.base_url).unwrap_or(url);
    if path == "/_sim/sample.png" {
        return Source::Bytes(super::SAMPLE.into());
    }
    let kept = path.strip_prefix("/_sim/media/").and_then(|id| world.media.get(id, act.now_ms));
    kept.map_or_else(|| Source::Url(url.to_owned()), |medium| medium.source.clone())
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
    let source = source(world, act, url.as_deref());
    // What lies elsewhere is not fetched here: its hash has to be given.
    let sha256 = match &source {
        Source::Bytes(bytes) => hex::encode(Sha256::digest(bytes)),
        Source::Url(url) => hex::encode(Sha256::digest(url)),
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
        "sha256": sha256,
    });
    let secret = world.media.open_url(&id, act.now_ms);
    if let Some(map) = part.as_object_mut() {
        map.insert("url".into(), format!("{}/_media/{secret}", act.base_url).into());
        match kind {
            "audio" => map.insert("voice".into(), false.into()),
            "sticker" => map.insert("animated".into(), false.into()),
            _ => None,
        };
        for key in ["caption", "filename", "voice", "animated", "sha256"] {
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

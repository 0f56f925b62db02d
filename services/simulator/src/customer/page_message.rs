//! Messages of Messenger and Instagram customers.

use serde_json::{Map, Value, json};

use super::{Act, shown, text_at};
use crate::state::thread::{Attachment, View};

/// What a customer of these channels can do, for those who ask for something else.
pub(super) const ACTS: &str = "text, commands, quick_reply, image, video, audio, file, sticker, \
     share, post, ig_post, reel, ig_reel, story_mention, ephemeral, like_heart, fallback, product, \
     appointment_booking, attachments, location, unsupported, postback, reaction, unsend, edit, \
     referral, optin, account_linking, response_feedback, messaging_feedback, order, \
     customer_information, game_play, raw, raw_event";

/// Attachments whose payload is what the act gives.
const ATTACHMENTS: [&str; 13] = [
    "image",
    "video",
    "audio",
    "file",
    "sticker",
    "ig_reel",
    "reel",
    "post",
    "ig_post",
    "share",
    "story_mention",
    "fallback",
    "appointment_booking",
];

/// Attachments without a payload.
const BARE: [&str; 2] = ["like_heart", "ephemeral"];

/// The thumb, small.
const STICKER: u64 = 369_239_263_222_822;

/// The `message` of an act, and what the phone shows; none when it is no message.
pub(super) fn of(act: &Act<'_>) -> Option<(Value, Option<View>)> {
    let (content, view) = content(act)?;
    let mut item = Map::new();
    item.insert("mid".into(), act.id.clone().into());
    match act.body.get("reply_to") {
        Some(Value::String(mid)) => {
            item.insert("reply_to".into(), json!({ "mid": mid }));
        }
        // A story: `{"story":{"url","id"}}`.
        Some(other) => {
            item.insert("reply_to".into(), other.clone());
        }
        None => {}
    }
    item.extend(content);
    if let Some(referral) = act.body.get("referral") {
        item.insert("referral".into(), referral.clone());
    }
    Some((Value::Object(item), view))
}

type Content = (Map<String, Value>, Option<View>);

fn content(act: &Act<'_>) -> Option<Content> {
    if let Some(commands) = act.body.get("commands") {
        let name = commands.pointer("/0/name").and_then(Value::as_str).unwrap_or_default();
        let text = act.text("text").unwrap_or_else(|| format!("/{name}"));
        let parts = json!({"text": text, "commands": commands});
        return Some((object(parts), shown("text", Some(text))));
    }
    if let Some(text) = act.text("text") {
        return Some((object(json!({ "text": text })), shown("text", Some(text))));
    }
    if act.body.contains_key("quick_reply") {
        let title = act.text("quick_reply/title");
        let payload = act.text("quick_reply/payload");
        let parts = json!({"text": title, "quick_reply": {"payload": payload}});
        return Some((object(parts), shown("quick_reply", title)));
    }
    if let Some(Value::Object(raw)) = act.body.get("raw") {
        return Some((raw.clone(), shown("raw", act.text("raw/text"))));
    }
    if act.body.contains_key("unsupported") {
        return Some((object(json!({"is_unsupported": true})), shown("unsupported", None)));
    }
    let (attachments, view) = attachments(act)?;
    Some((object(json!({ "attachments": attachments })), Some(view)))
}

fn attachments(act: &Act<'_>) -> Option<(Vec<Value>, View)> {
    if let Some(Value::Array(list)) = act.body.get("attachments") {
        let mut view = View { kind: "attachments".to_owned(), ..View::default() };
        for one in list {
            let kind = text_at(one, "type").unwrap_or_default();
            let payload = one.get("payload").cloned().unwrap_or_default();
            view.attachments.push(shown_attachment(act, &kind, &payload));
        }
        return Some((list.clone(), view));
    }
    if let Some(place) = act.body.get("location") {
        let coordinates = json!({"lat": place.get("latitude"), "long": place.get("longitude")});
        let attachment = json!({"type": "location", "payload": {"coordinates": coordinates}});
        return Some((vec![attachment], shown("location", Some("Location".into()))?));
    }
    if let Some(product) = act.body.get("product") {
        let elements = if product.is_array() { product.clone() } else { json!([product]) };
        let title = elements.pointer("/0/title").and_then(Value::as_str).map(str::to_owned);
        let payload = json!({"product": {"elements": elements}});
        let attachment = json!({"type": "template", "payload": payload});
        return Some((vec![attachment], shown("product", title)?));
    }
    if let Some(kind) = BARE.iter().find(|kind| act.body.contains_key(**kind)) {
        let text = if *kind == "like_heart" { "\u{2764}" } else { "Disappearing photo" };
        return Some((vec![json!({ "type": kind })], shown(kind, Some(text.to_owned()))?));
    }
    let (kind, given) = ATTACHMENTS.iter().find_map(|key| act.body.get_key_value(*key))?;
    let payload = payload(kind, given);
    let mut view = View { kind: kind.clone(), ..View::default() };
    view.attachments.push(shown_attachment(act, kind, &payload));
    Some((vec![json!({"type": kind, "payload": payload})], view))
}

fn payload(kind: &str, given: &Value) -> Value {
    let mut payload = given.clone();
    if let (Some(map), "sticker") = (payload.as_object_mut(), kind) {
        map.entry("sticker_id").or_insert_with(|| STICKER.into());
    }
    payload
}

/// What is on this simulator the phone finds by its path: it may have another name
/// in the browser than for the gateway.
fn shown_attachment(act: &Act<'_>, kind: &str, payload: &Value) -> Attachment {
    let title = text_at(payload, "title").or_else(|| text_at(payload, "status"));
    let url = text_at(payload, "url");
    let own = url.as_deref().and_then(|url| url.strip_prefix(act.base_url));
    let path = own.filter(|path| path.starts_with('/')).map(str::to_owned);
    Attachment { kind: kind.to_owned(), url: path.or(url), title }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

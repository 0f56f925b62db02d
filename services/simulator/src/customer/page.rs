//! Acts of Messenger and Instagram customers.

use serde_json::{Map, Value, json};

use super::{Act, Refusal, shown, text_at};
use crate::state::World;
use crate::state::thread::{Attachment, View};
use crate::webhooks::events::page_item;
use crate::webhooks::{Event, EventKind};

const PAGE_ACTS: &str = "text, image, video, audio, file, sticker, quick_reply, postback, \
                         reaction, location, unsend, edit, referral, optin, account_linking, raw";

/// The event of a Messenger or Instagram customer, and what the phone shows.
pub(super) fn act(world: &mut World, act: &Act<'_>) -> Result<(Event, Option<View>), Refusal> {
    let (field, key, item, view) = page_parts(world, act)?;
    let value = page_item(&act.customer.id, &act.account.id, act.now_ms, key, item);
    let event = Event { key: act.key.clone(), kind: EventKind::Customer, field, value };
    Ok((event, view))
}

type Parts = (&'static str, &'static str, Value, Option<View>);

fn page_parts(world: &mut World, act: &Act<'_>) -> Result<Parts, Refusal> {
    if let Some(postback) = act.body.get("postback") {
        let mut item = postback.clone();
        if let Some(map) = item.as_object_mut() {
            map.insert("mid".into(), act.id.clone().into());
        }
        let view = shown("postback", act.text("postback/title"));
        return Ok(("messaging_postbacks", "postback", item, view));
    }
    if let Some(reaction) = act.body.get("reaction") {
        return Ok(("message_reactions", "reaction", react(world, reaction), None));
    }
    for (key, field) in [
        ("referral", "messaging_referrals"),
        ("optin", "messaging_optins"),
        ("account_linking", "messaging_account_linking"),
    ] {
        if let Some(item) = act.body.get(key) {
            return Ok((field, key, item.clone(), None));
        }
    }
    if let Some(edit) = act.body.get("edit") {
        if let Some(message) = text_at(edit, "mid").and_then(|id| world.threads.message_mut(&id)) {
            message.view.text = text_at(edit, "text");
        }
        return Ok(("message_edits", "message_edit", edit.clone(), None));
    }
    if let Some(mid) = act.text("unsend") {
        if let Some(message) = world.threads.message_mut(&mid) {
            message.deleted = true;
        }
        let item = json!({"mid": mid, "is_deleted": true});
        return Ok(("messages", "message", item, None));
    }
    let (item, view) = page_message(act)?;
    Ok(("messages", "message", item, view))
}

fn page_message(act: &Act<'_>) -> Result<(Value, Option<View>), Refusal> {
    let mut item = Map::new();
    item.insert("mid".into(), act.id.clone().into());
    if let Some(mid) = act.text("reply_to") {
        item.insert("reply_to".into(), json!({ "mid": mid }));
    }
    if let Some(text) = act.text("text") {
        item.insert("text".into(), text.clone().into());
        return Ok((Value::Object(item), shown("text", Some(text))));
    }
    if act.body.contains_key("quick_reply") {
        let title = act.text("quick_reply/title");
        item.insert("text".into(), title.clone().into());
        let payload = act.text("quick_reply/payload");
        item.insert("quick_reply".into(), json!({ "payload": payload }));
        return Ok((Value::Object(item), shown("quick_reply", title)));
    }
    if let Some(Value::Object(raw)) = act.body.get("raw") {
        item.extend(raw.clone());
        return Ok((Value::Object(item), shown("raw", act.text("raw/text"))));
    }
    if let Some(place) = act.body.get("location") {
        let coordinates = json!({"lat": place.get("latitude"), "long": place.get("longitude")});
        let attachment = json!({"type": "location", "payload": {"coordinates": coordinates}});
        item.insert("attachments".into(), json!([attachment]));
        return Ok((Value::Object(item), shown("location", Some("Location".into()))));
    }
    let kinds =
        ["image", "video", "audio", "file", "sticker", "ig_reel", "reel", "share", "story_mention"];
    let Some((kind, medium)) = kinds.iter().find_map(|k| act.body.get_key_value(*k)) else {
        return Err(Refusal::Unknown(PAGE_ACTS));
    };
    item.insert("attachments".into(), json!([{"type": kind, "payload": medium}]));
    let mut view = View { kind: kind.clone(), ..View::default() };
    view.attachments.push(Attachment {
        kind: kind.clone(),
        url: text_at(medium, "url"),
        title: None,
    });
    Ok((Value::Object(item), Some(view)))
}

fn react(world: &mut World, reaction: &Value) -> Value {
    let mid = text_at(reaction, "mid").unwrap_or_default();
    let gone = text_at(reaction, "action").as_deref() == Some("unreact");
    let emoji = text_at(reaction, "emoji").unwrap_or_else(|| "\u{2764}".to_owned());
    if let Some(message) = world.threads.message_mut(&mid) {
        message.reaction = (!gone).then(|| emoji.clone());
    }
    let mut item = json!({"mid": mid, "action": if gone { "unreact" } else { "react" }});
    if let (Some(map), false) = (item.as_object_mut(), gone) {
        let name = text_at(reaction, "reaction").unwrap_or_else(|| "love".to_owned());
        map.insert("reaction".into(), name.into());
        map.insert("emoji".into(), emoji.into());
    }
    item
}

//! Acts of Messenger and Instagram customers that are no message: taps,
//! reactions, edits, opt-ins, feedback, orders. Messages are in `page_message`.

use serde_json::{Value, json};

use super::{Act, Refusal, page_message, shown, text_at};
use crate::state::thread::View;
use crate::state::{Channel, World};
use crate::webhooks::events::page_item;
use crate::webhooks::{Event, EventKind, envelope};

/// Acts that go out as they are given: the act's key, the field, the event's key.
const PLAIN: [(&str, &str, &str); 6] = [
    ("account_linking", "messaging_account_linking", "account_linking"),
    ("response_feedback", "response_feedback", "response_feedback"),
    ("messaging_feedback", "messaging_feedback", "messaging_feedback"),
    ("order", "send_cart", "order"),
    ("customer_information", "messaging_customer_information", "messaging_customer_information"),
    ("game_play", "messaging_game_plays", "game_play"),
];

/// Acts that Meta only knows on Messenger.
const MESSENGER_ONLY: [&str; 9] = [
    "account_linking",
    "response_feedback",
    "messaging_feedback",
    "order",
    "customer_information",
    "game_play",
    "commands",
    "post",
    "appointment_booking",
];

/// Acts that Meta only knows on Instagram.
const INSTAGRAM_ONLY: [&str; 3] = ["story_mention", "ephemeral", "like_heart"];

/// How often Messenger lets a message be edited.
const EDITS: u64 = 5;
/// Life of an opt-in token.
const OPTIN_MS: i64 = 365 * 24 * 3_600_000;

/// What an act comes to: the field, the event's key, its value, the phone's view.
type Parts = (&'static str, &'static str, Value, Option<View>);

/// The event of a Messenger or Instagram customer, and what the phone shows.
pub(super) fn act(world: &mut World, act: &Act<'_>) -> Result<(Event, Option<View>), Refusal> {
    check_channel(act)?;
    let (field, key, item, view) = parts(world, act)?;
    let user_ref = (key == "optin").then(|| item.get("user_ref").cloned()).flatten();
    let mut value = page_item(&act.customer.id, &act.account.id, act.now_ms, key, item);
    if let Some(map) = value.as_object_mut() {
        // The plugin's visitor has no page-scoped id yet.
        if let Some(user_ref) = user_ref {
            map.insert("sender".into(), json!({ "user_ref": user_ref }));
        }
        if let Some(Value::Object(raw)) = act.body.get("raw_event") {
            map.remove(key);
            map.extend(raw.clone());
        }
    }
    let event =
        Event { key: act.key.clone(), kind: EventKind::Customer, field: field.into(), value };
    Ok((event, view))
}

fn check_channel(act: &Act<'_>) -> Result<(), Refusal> {
    let (foreign, channel): (&[&str], _) = match act.account.channel {
        Channel::Instagram => (&MESSENGER_ONLY, "Messenger"),
        _ => (&INSTAGRAM_ONLY, "Instagram"),
    };
    match foreign.iter().find(|key| act.body.contains_key(**key)) {
        Some(key) => Err(Refusal::Elsewhere(key, channel)),
        None => Ok(()),
    }
}

fn parts(world: &mut World, act: &Act<'_>) -> Result<Parts, Refusal> {
    if act.body.contains_key("raw_event") {
        return Ok(("messages", "message", Value::Null, None));
    }
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
    for (given, field, key) in PLAIN {
        if let Some(item) = act.body.get(given) {
            return Ok((field, key, item.clone(), said(given, item)));
        }
    }
    if let Some(item) = act.body.get("optin") {
        return Ok(("messaging_optins", "optin", optin(act, item), None));
    }
    if let Some(given) = act.body.get("edit") {
        return Ok(("message_edits", "message_edit", edit(world, given)?, None));
    }
    if let Some(mid) = act.text("unsend") {
        if let Some(message) = world.threads.message_mut(&mid) {
            message.deleted = true;
        }
        let item = json!({"mid": mid, "is_deleted": true});
        return Ok(("messages", "message", item, None));
    }
    if let Some((item, view)) = page_message::of(act) {
        return Ok(("messages", "message", item, view));
    }
    match act.body.get("referral") {
        Some(item) => {
            Ok((envelope::referrals(act.account.channel), "referral", referral(item), None))
        }
        None => Err(Refusal::Unknown(page_message::ACTS)),
    }
}

/// What the phone shows of an act that is no message.
fn said(given: &str, item: &Value) -> Option<View> {
    match given {
        "order" => shown("order", text_at(item, "note").or_else(|| Some("Order".to_owned()))),
        "customer_information" => shown(given, Some("Details sent".to_owned())),
        "account_linking" if text_at(item, "status").as_deref() == Some("unlinked") => {
            shown(given, Some("Logged out".to_owned()))
        }
        _ => None,
    }
}

/// A referral into a conversation that exists already.
fn referral(given: &Value) -> Value {
    let mut item = json!({"source": "SHORTLINK", "type": "OPEN_THREAD"});
    if let (Some(map), Some(given)) = (item.as_object_mut(), given.as_object()) {
        map.extend(given.clone());
    }
    item
}

/// The checkbox plugin's opt-in as given; one to marketing messages with a token.
fn optin(act: &Act<'_>, given: &Value) -> Value {
    if text_at(given, "type").as_deref() != Some("notification_messages") {
        return given.clone();
    }
    let mut item = json!({
        "type": "notification_messages",
        "payload": "",
        "title": "Updates",
        "notification_messages_token": crate::ids::secret(),
        "notification_messages_timezone": "UTC",
        "token_expiry_timestamp": act.now_ms + OPTIN_MS,
        "user_token_status": "NOT_REFRESHED",
    });
    if let (Some(map), Some(given)) = (item.as_object_mut(), given.as_object()) {
        map.extend(given.clone());
    }
    item
}

/// Edits a message; `num_edit` counts by itself when it is not given.
fn edit(world: &mut World, given: &Value) -> Result<Value, Refusal> {
    let mut item = given.clone();
    let message = text_at(given, "mid").and_then(|mid| world.threads.message_mut(&mid));
    let before = message.as_ref().and_then(|message| message.content.get("num_edit")?.as_u64());
    let count = given.get("num_edit").and_then(Value::as_u64).unwrap_or(before.unwrap_or(0) + 1);
    if count > EDITS {
        return Err(Refusal::Edits);
    }
    if let Some(message) = message {
        message.view.text = text_at(given, "text");
        if let Some(content) = message.content.as_object_mut() {
            content.insert("num_edit".into(), count.into());
        }
    }
    if let Some(map) = item.as_object_mut() {
        map.insert("num_edit".into(), count.into());
    }
    Ok(item)
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

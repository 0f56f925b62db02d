//! What customers do: messages, taps, reactions, locations, unsends, reads.
//!
//! One JSON object per act, with one key that names it; see the README.

use serde_json::{Map, Value, json};

use crate::config::CustomerSeed;
use crate::ids;
use crate::state::directory::{Account, Customer};
use crate::state::media::{INBOUND_LIFE_MS, Medium, Source};
use crate::state::thread::{Attachment, Message, Progress, Side, View};
use crate::state::{Channel, ThreadKey, World};
use crate::webhooks::events::{self, Status, page_item, whatsapp_value};
use crate::webhooks::{Event, EventKind};

/// Why a customer cannot do that.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// No such account.
    #[error("there is no such account")]
    NoAccount,
    /// The seed was refused.
    #[error(transparent)]
    Seed(#[from] crate::error::Error),
    /// The act is not known on this channel.
    #[error("unknown act on this channel: give one of {0}")]
    Unknown(&'static str),
}

/// An act that was played.
#[derive(Debug)]
pub(crate) struct Played {
    /// Message id, where the act has one.
    pub(crate) id: Option<String>,
    pub(crate) events: Vec<Event>,
}

/// One act in the making.
struct Act<'a> {
    account: &'a Account,
    customer: &'a Customer,
    body: &'a Map<String, Value>,
    key: ThreadKey,
    id: String,
    now_ms: i64,
}

impl Act<'_> {
    fn text(&self, pointer: &str) -> Option<String> {
        let (key, rest) = pointer.split_once('/').unwrap_or((pointer, ""));
        let value = self.body.get(key)?;
        let value = if rest.is_empty() { value } else { value.pointer(&format!("/{rest}"))? };
        value.as_str().map(str::to_owned)
    }
}

/// Plays one act of a customer. An unknown customer is created.
pub(crate) fn play(
    world: &mut World,
    account: &str,
    customer: &str,
    body: &Map<String, Value>,
    now_ms: i64,
) -> Result<Played, Refusal> {
    let Some(account) = world.directory.accounts.get(account).cloned() else {
        return Err(Refusal::NoAccount);
    };
    let key = ThreadKey::new(&account.id, customer);
    let customer = match world.directory.customers.get(&key) {
        Some(customer) => customer.clone(),
        None => world.add_customer(&CustomerSeed {
            account: account.id.clone(),
            id: customer.to_owned(),
            ..CustomerSeed::default()
        })?,
    };
    // Whoever answers has seen what came before.
    let mut events = read_all(world, &account.id, &customer.id, now_ms).unwrap_or_default();
    let act = Act {
        id: ids::message(account.channel, &customer.id),
        account: &account,
        customer: &customer,
        body,
        key,
        now_ms,
    };
    let (event, shown) = match account.channel {
        Channel::WhatsApp => whatsapp(world, &act)?,
        _ => page(world, &act)?,
    };
    events.push(event);
    world.threads.touch(&act.key, now_ms);
    let id = shown.is_some().then(|| act.id.clone());
    if let Some(view) = shown {
        world.threads.push(&act.key, message(&act, view));
    }
    Ok(Played { id, events })
}

fn message(act: &Act<'_>, view: View) -> Message {
    Message {
        id: act.id.clone(),
        from: Side::Customer,
        at: act.now_ms,
        status: Progress::Delivered,
        view,
        marker: None,
        reply_to: act.text("reply_to"),
        reaction: None,
        deleted: false,
        content: Value::Object(act.body.clone()),
    }
}

/// Marks all business messages of a conversation read.
pub(crate) fn read_all(
    world: &mut World,
    account: &str,
    customer: &str,
    now_ms: i64,
) -> Option<Vec<Event>> {
    let account = world.directory.accounts.get(account)?.clone();
    let key = ThreadKey::new(&account.id, customer);
    let customer = world.directory.customers.get(&key)?.clone();
    let unread = world.threads.unread(&key);
    let mut list = Vec::new();
    for message in &unread {
        world.threads.progress(&message.id, Progress::Read);
        if account.channel != Channel::WhatsApp {
            continue;
        }
        list.push(
            Status {
                account: &account,
                customer: &customer,
                wamid: &message.id,
                status: "read",
                callback_data: message.marker.as_deref(),
                category: "service",
                error: None,
                at_ms: now_ms,
            }
            .event(),
        );
    }
    if let Some(last) = unread.last()
        && account.channel != Channel::WhatsApp
    {
        list.push(events::read(account.channel, &key, &last.id, now_ms));
    }
    Some(list)
}

fn shown(kind: &str, text: Option<String>) -> Option<View> {
    Some(View { kind: kind.to_owned(), text, ..View::default() })
}

const PAGE_ACTS: &str = "text, image, video, audio, file, sticker, quick_reply, postback, \
                         reaction, location, unsend, edit, referral, optin, account_linking, raw";

/// The event of a Messenger or Instagram customer, and what the phone shows.
fn page(world: &mut World, act: &Act<'_>) -> Result<(Event, Option<View>), Refusal> {
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

const WHATSAPP_ACTS: &str = "text, image, video, audio, document, sticker, button_reply, \
                             list_reply, button, reaction, location, contacts, raw";

/// The event of a WhatsApp customer, and what the phone shows.
fn whatsapp(world: &mut World, act: &Act<'_>) -> Result<(Event, Option<View>), Refusal> {
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

/// A smallest valid PNG, for media without a URL.
const SAMPLE: &[u8] = include_bytes!("sample.png");

fn inbound_medium(
    world: &mut World,
    act: &Act<'_>,
    kind: &str,
    given: &Value,
) -> (String, Value, Option<View>) {
    use sha2::{Digest as _, Sha256};
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
        None => Source::Bytes(SAMPLE.into()),
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
        "sha256": hex::encode(Sha256::digest(SAMPLE)),
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
            url,
            title: text_at(given, "filename"),
        }],
        ..View::default()
    };
    (kind.to_owned(), part, Some(view))
}

fn text_at(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

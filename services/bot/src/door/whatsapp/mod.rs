//! WhatsApp's Cloud API, as bots call it, in the words of the domain.
//!
//! Source: WhatsApp Business Platform "Messages".

mod interactive;
mod template;

use serde_json::{Value, json};
use switchboard_domain::{
    Content,
    content::{Media, MediaKind, Person, Phone},
    ids::MessageId,
};

use super::{
    call::{Call, text},
    fault::Fault,
    messages::{Act, Around, Deed, To, name},
};

/// Reads a call.
pub(super) fn read(call: &Call) -> Result<Deed, Fault> {
    if call.text("status").as_deref() == Some("read") {
        return Ok(has_read(call));
    }
    let to = call.text("to").or_else(|| call.text("recipient"));
    let to = to.ok_or_else(|| Fault::parameter("(#100) The parameter to is required."))?;
    let kind = call.text("type").unwrap_or_else(|| "text".to_owned());
    let object = call.fields.get(&kind);
    let object = object.ok_or_else(|| {
        Fault::parameter(format!("(#100) The parameter {kind} is required for this type."))
    })?;
    let reply_to = call.fields.get("context").and_then(|context| text(context, "message_id"));
    let metadata = attached(call.text("biz_opaque_callback_data"))?;
    let around = Around { reply_to, metadata, persona: None };
    let acts = vec![Act::Say(contents(&kind, object)?, around)];
    Ok(Deed { to: To::Customer(to), acts })
}

/// What a bot attaches for itself. (Cloud API "Messages": at most 512 characters)
fn attached(metadata: Option<String>) -> Result<Option<String>, Fault> {
    match metadata.as_ref().is_some_and(|metadata| metadata.chars().count() > 512) {
        true => Err(Fault::parameter("(#100) biz_opaque_callback_data has at most 512 characters")),
        false => Ok(metadata),
    }
}

/// The message was read, and an answer may be being written, which says that it was read.
fn has_read(call: &Call) -> Deed {
    let typing = call.fields.contains_key("typing_indicator");
    let acts = vec![if typing { Act::Typing } else { Act::Seen }];
    Deed { to: To::Writer(call.text("message_id").unwrap_or_default()), acts }
}

/// What Meta answers.
pub(super) fn sent(to: &str, message: Option<MessageId>) -> Value {
    let digits: String = to.chars().filter(char::is_ascii_digit).collect();
    let is_number = !to.contains(|char: char| char.is_ascii_alphabetic());
    let who = if is_number { ("wa_id", digits) } else { ("user_id", to.to_owned()) };
    let messages = message.map(|id| json!({ "id": name("wamid.", id) }));
    json!({
        "messaging_product": "whatsapp",
        "contacts": [{ "input": to, who.0: who.1 }],
        "messages": messages.into_iter().collect::<Vec<_>>(),
    })
}

fn contents(kind: &str, object: &Value) -> Result<Vec<Content>, Fault> {
    Ok(match kind {
        "text" => vec![Content::Text { text: word(object, "body")? }],
        "image" => vec![Content::Media(media(MediaKind::Image, object)?)],
        "video" => vec![Content::Media(media(MediaKind::Video, object)?)],
        "audio" => vec![Content::Media(media(MediaKind::Audio, object)?)],
        "document" => vec![Content::Media(media(MediaKind::File, object)?)],
        "sticker" => vec![Content::Media(media(MediaKind::Sticker, object)?)],
        "location" => vec![location(object)?],
        "contacts" => vec![contacts(object)],
        "reaction" => {
            let emoji = text(object, "emoji").filter(|emoji| !emoji.is_empty());
            vec![Content::Reaction { target: word(object, "message_id")?, emoji }]
        }
        "interactive" => interactive::contents(object)?,
        "template" => vec![Content::Template(Box::new(template::of(object)?))],
        other => return Err(Fault::parameter(format!("(#100) no message of type {other} here"))),
    })
}

fn media(kind: MediaKind, object: &Value) -> Result<Media, Fault> {
    let (url, platform_id) = (text(object, "link"), text(object, "id"));
    if url.is_none() && platform_id.is_none() {
        return Err(Fault::parameter("(#100) a file has a link or an id"));
    }
    let (caption, filename) = (text(object, "caption"), text(object, "filename"));
    Ok(Media { url, platform_id, caption, filename, ..Media::of(kind) })
}

fn location(object: &Value) -> Result<Content, Fault> {
    let number = |key: &str| {
        let number = text(object, key).and_then(|text| text.parse::<f64>().ok());
        number.ok_or_else(|| Fault::parameter(format!("(#100) {key} is a number of degrees")))
    };
    Ok(Content::Location {
        latitude: number("latitude")?,
        longitude: number("longitude")?,
        name: text(object, "name"),
        address: text(object, "address"),
    })
}

fn contacts(object: &Value) -> Content {
    let people = object.as_array().into_iter().flatten();
    Content::Contacts { people: people.map(person).collect() }
}

fn person(person: &Value) -> Person {
    let name = person.get("name").unwrap_or(&Value::Null);
    let all = |key: &str| person.get(key).and_then(Value::as_array).into_iter().flatten();
    let phone = |phone: &Value| Phone {
        number: text(phone, "phone").unwrap_or_default(),
        kind: text(phone, "type"),
        wa_id: text(phone, "wa_id"),
    };
    let address = |address: &Value| {
        let keys = ["street", "zip", "city", "state", "country"];
        keys.iter().filter_map(|key| text(address, key)).collect::<Vec<_>>().join(", ")
    };
    Person {
        name: text(name, "formatted_name").unwrap_or_default(),
        first_name: text(name, "first_name"),
        last_name: text(name, "last_name"),
        organisation: person.get("org").and_then(|org| text(org, "company")),
        birthday: text(person, "birthday"),
        phones: all("phones").map(phone).collect(),
        emails: all("emails").filter_map(|email| text(email, "email")).collect(),
        urls: all("urls").filter_map(|url| text(url, "url")).collect(),
        addresses: all("addresses").map(address).collect(),
    }
}

/// A text that must be there.
fn word(value: &Value, key: &str) -> Result<String, Fault> {
    text(value, key)
        .ok_or_else(|| Fault::parameter(format!("(#100) The parameter {key} is required.")))
}

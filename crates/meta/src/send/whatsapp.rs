//! WhatsApp's Send API.

use serde_json::{Map, Value, json};
use switchboard_domain::{
    Channel, Content,
    content::{Button, Media, MediaKind},
};

use super::{
    CannotSend, Recipient, SendSpec, caption, checked_text, kind_noun, limits, noun,
    prompt::{self, Form},
};

const CHANNEL: Channel = Channel::WhatsApp;

/// What the button says that opens a list; at most 20 characters.
const OPEN_LIST: &str = "Choose";

pub(super) fn body(spec: &SendSpec<'_>) -> Result<Value, CannotSend> {
    let (kind, object) = typed(spec.content)?;
    let (to, id) = recipient(spec.recipient)?;
    let mut body = Map::new();
    let mut set = |key: &str, value: Value| body.insert(key.to_owned(), value);
    set("messaging_product", "whatsapp".into());
    set("recipient_type", "individual".into());
    set(to, id.into());
    set("type", kind.into());
    set(kind, object);
    set("biz_opaque_callback_data", spec.marker.into());
    if let Some(message) = spec.reply_to.filter(|_| kind != "reaction") {
        set("context", json!({ "message_id": message }));
    }
    Ok(body.into())
}

/// The key and the id to send to. A number needs the `+`: without it Meta prepends the business's
/// own country code.
fn recipient(recipient: &Recipient) -> Result<(&'static str, String), CannotSend> {
    match (&recipient.phone, &recipient.user_id) {
        (Some(phone), _) => Ok(("to", format!("+{}", phone.trim_start_matches('+')))),
        (None, Some(user_id)) => Ok(("recipient", user_id.clone())),
        (None, None) => Err(CannotSend::NoRecipient(CHANNEL)),
    }
}

/// The message's type and the object of that name.
pub(super) fn typed(content: &Content) -> Result<(&'static str, Value), CannotSend> {
    match content {
        Content::Text { text } => Ok(("text", text_object(checked_text(CHANNEL, text)?))),
        Content::Media(media) => media_object(media),
        Content::Prompt { text, buttons } => prompted(text, buttons),
        Content::Location { latitude, longitude, name, address } => {
            let mut object = json!({ "latitude": latitude, "longitude": longitude });
            set(&mut object, "name", name.as_deref());
            set(&mut object, "address", address.as_deref());
            Ok(("location", object))
        }
        Content::Reaction { target, emoji } => {
            let emoji = emoji.as_deref().unwrap_or_default();
            Ok(("reaction", json!({ "message_id": target, "emoji": emoji })))
        }
        _ => Err(CannotSend::NotSendable { channel: CHANNEL, kind: noun(content) }),
    }
}

fn set(object: &mut Value, key: &str, value: Option<&str>) {
    if let (Some(fields), Some(value)) = (object.as_object_mut(), value) {
        fields.insert(key.to_owned(), value.into());
    }
}

fn text_object(text: &str) -> Value {
    json!({ "body": text, "preview_url": text.contains("https://") || text.contains("http://") })
}

fn media_object(media: &Media) -> Result<(&'static str, Value), CannotSend> {
    let (kind, takes_caption) = match media.kind {
        MediaKind::Image => ("image", true),
        MediaKind::Video => ("video", true),
        MediaKind::Audio => ("audio", false),
        MediaKind::File => ("document", true),
        MediaKind::Sticker => ("sticker", false),
    };
    let caption = caption(media.caption.as_ref());
    match (caption, limits::of(CHANNEL).caption) {
        (Some(caption), Some(limit)) if takes_caption => limit.check(CHANNEL, caption)?,
        (Some(_), _) => {
            return Err(CannotSend::NoCaption { channel: CHANNEL, kind: kind_noun(media.kind) });
        }
        (None, _) => {}
    }
    let mut object = match (&media.platform_id, &media.url) {
        (Some(id), _) => json!({ "id": id }),
        (None, Some(url)) => json!({ "link": url }),
        (None, None) => return Err(CannotSend::NoSource),
    };
    set(&mut object, "caption", caption);
    set(&mut object, "filename", media.filename.as_deref().filter(|_| kind == "document"));
    Ok((kind, object))
}

fn prompted(text: &str, buttons: &[Button]) -> Result<(&'static str, Value), CannotSend> {
    let (kind, action) = match prompt::form(CHANNEL, text, buttons) {
        Form::Buttons(buttons) => {
            let buttons: Vec<Value> = buttons
                .iter()
                .map(|button| json!({ "type": "reply", "reply": choice(button) }))
                .collect();
            ("button", json!({ "buttons": buttons }))
        }
        Form::More(buttons) => {
            let rows: Vec<Value> = buttons.iter().map(choice).collect();
            ("list", json!({ "button": OPEN_LIST, "sections": [{ "rows": rows }] }))
        }
        Form::Link { title, url } => {
            let parameters = json!({ "display_text": title, "url": url });
            ("cta_url", json!({ "name": "cta_url", "parameters": parameters }))
        }
        Form::Text(text) => return Ok(("text", text_object(checked_text(CHANNEL, &text)?))),
    };
    let object = json!({ "type": kind, "body": { "text": text }, "action": action });
    Ok(("interactive", object))
}

fn choice(button: &Button) -> Value {
    json!({ "id": prompt::payload(button), "title": button.title() })
}

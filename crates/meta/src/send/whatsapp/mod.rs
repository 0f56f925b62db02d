//! WhatsApp's Send API.

mod contacts;
mod interactive;
mod template;

use serde_json::{Map, Value, json};
use switchboard_domain::{
    Channel, Content,
    content::{Media, MediaKind},
};

use super::{
    CannotSend, Recipient, SendSpec, Source, caption, checked_text, form, kind_noun, limits, noun,
    words,
};

const CHANNEL: Channel = Channel::WhatsApp;

/// A message's type and the object of that name.
type Typed = (&'static str, Value);

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
pub(super) fn typed(content: &Content) -> Result<Typed, CannotSend> {
    match content {
        Content::Text { text } => plain(text),
        Content::Media(media) => media_object(media),
        Content::Prompt { text, buttons } => interactive::prompt(text, buttons),
        Content::QuickReplies { text, replies } => match form::as_buttons(replies) {
            Some(buttons) => interactive::prompt(text, &buttons),
            None => plain(&words::quick_replies(text, replies)),
        },
        Content::List(list) => interactive::list(list),
        Content::Cards { cards } => interactive::cards(cards),
        Content::Template(template) => Ok(("template", template::object(template)?)),
        Content::Flow(flow) => interactive::flow(flow),
        Content::LocationRequest { text } => interactive::location_request(text),
        Content::Contacts { people } => contacts::object(people),
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
        Content::Choice { .. }
        | Content::Order(_)
        | Content::Form(_)
        | Content::Share(_)
        | Content::Referral(_)
        | Content::Notice(_)
        | Content::Note { .. }
        | Content::Unsent
        | Content::Unsupported { .. } => {
            Err(CannotSend::NotSendable { channel: CHANNEL, kind: noun(content) })
        }
    }
}

fn set(object: &mut Value, key: &str, value: Option<&str>) {
    if let (Some(fields), Some(value)) = (object.as_object_mut(), value) {
        fields.insert(key.to_owned(), value.into());
    }
}

/// A text that is neither empty nor too long.
fn plain(text: &str) -> Result<Typed, CannotSend> {
    let text = checked_text(CHANNEL, text)?;
    let preview = text.contains("https://") || text.contains("http://");
    Ok(("text", json!({ "body": text, "preview_url": preview })))
}

fn media_object(media: &Media) -> Result<Typed, CannotSend> {
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
    let mut object = source(media)?;
    set(&mut object, "caption", caption);
    set(&mut object, "filename", media.filename.as_deref().filter(|_| kind == "document"));
    Ok((kind, object))
}

/// Meta's id of the file, or the link that Meta fetches it from.
fn source(media: &Media) -> Result<Value, CannotSend> {
    Ok(match super::source(media)? {
        Source::Id(id) => json!({ "id": id }),
        Source::Link(url) => json!({ "link": url }),
    })
}

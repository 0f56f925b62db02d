//! Messenger's and Instagram's Send API.

use serde_json::{Map, Value, json};
use switchboard_domain::{
    Channel, Content,
    content::{Button, Media, MediaKind},
    window::Label,
};

use super::{
    CannotSend, SendSpec, caption, checked_text, kind_noun, noun,
    prompt::{self, Form},
};

/// What a call does.
pub(super) enum Call {
    /// Sends the message.
    Message(Map<String, Value>),
    /// Reacts to a message; such a call takes no message, tag or metadata.
    React { target: String, emoji: Option<String> },
}

pub(super) fn body(channel: Channel, spec: &SendSpec<'_>) -> Result<Value, CannotSend> {
    let psid = spec.recipient.psid.as_deref().ok_or(CannotSend::NoRecipient(channel))?;
    let mut message = match call(channel, spec.content)? {
        Call::Message(message) => message,
        Call::React { target, emoji } => return Ok(reaction(psid, &target, emoji.as_deref())),
    };
    message.insert("metadata".into(), spec.marker.into());
    let mut body = json!({ "recipient": { "id": psid }, "message": message });
    match spec.label {
        Label::Response => set(&mut body, "messaging_type", "RESPONSE".into()),
        Label::HumanAgent => {
            set(&mut body, "messaging_type", "MESSAGE_TAG".into());
            set(&mut body, "tag", "HUMAN_AGENT".into());
        }
    }
    if let Some(mid) = spec.reply_to {
        set(&mut body, "reply_to", json!({ "mid": mid }));
    }
    Ok(body)
}

fn set(body: &mut Value, key: &str, value: Value) {
    if let Some(fields) = body.as_object_mut() {
        fields.insert(key.to_owned(), value);
    }
}

fn reaction(psid: &str, target: &str, emoji: Option<&str>) -> Value {
    let mut payload = json!({ "message_id": target });
    if let Some(emoji) = emoji {
        set(&mut payload, "reaction", emoji.into());
    }
    let action = if emoji.is_some() { "react" } else { "unreact" };
    json!({ "recipient": { "id": psid }, "sender_action": action, "payload": payload })
}

/// The call for a content.
pub(super) fn call(channel: Channel, content: &Content) -> Result<Call, CannotSend> {
    Ok(Call::Message(match content {
        Content::Text { text } => message("text", checked_text(channel, text)?.into()),
        Content::Media(media) => attachment(channel, media)?,
        Content::Prompt { text, buttons } => prompted(channel, text, buttons)?,
        Content::Location { .. } => {
            message("text", checked_text(channel, &location_text(content))?.into())
        }
        Content::Reaction { target, emoji } => {
            return Ok(Call::React { target: target.clone(), emoji: emoji.clone() });
        }
        _ => {
            return Err(CannotSend::NotSendable { channel, kind: noun(content) });
        }
    }))
}

fn message(key: &str, value: Value) -> Map<String, Value> {
    Map::from_iter([(key.to_owned(), value)])
}

fn attachment(channel: Channel, media: &Media) -> Result<Map<String, Value>, CannotSend> {
    if caption(media.caption.as_ref()).is_some() {
        return Err(CannotSend::NoCaption { channel, kind: kind_noun(media.kind) });
    }
    let kind = match media.kind {
        MediaKind::Sticker if channel == Channel::Messenger && media.platform_id.is_some() => {
            return Ok(message("sticker_id", media.platform_id.clone().into()));
        }
        MediaKind::Image | MediaKind::Sticker => "image",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
        MediaKind::File => "file",
    };
    let payload = match (&media.platform_id, &media.url) {
        (Some(id), _) => json!({ "attachment_id": id }),
        (None, Some(url)) => json!({ "url": url }),
        (None, None) => return Err(CannotSend::NoSource),
    };
    Ok(message("attachment", json!({ "type": kind, "payload": payload })))
}

fn prompted(
    channel: Channel,
    text: &str,
    buttons: &[Button],
) -> Result<Map<String, Value>, CannotSend> {
    let template = |buttons: Vec<Value>| {
        let payload = json!({ "template_type": "button", "text": text, "buttons": buttons });
        message("attachment", json!({ "type": "template", "payload": payload }))
    };
    Ok(match prompt::form(channel, text, buttons) {
        Form::Buttons(buttons) => template(buttons.iter().map(button).collect()),
        Form::Link { title, url } => {
            template(vec![json!({ "type": "web_url", "title": title, "url": url })])
        }
        Form::More(buttons) => {
            let replies: Vec<Value> = buttons.iter().map(quick_reply).collect();
            let mut message = message("text", checked_text(channel, text)?.into());
            message.insert("quick_replies".into(), replies.into());
            message
        }
        Form::Text(text) => message("text", checked_text(channel, &text)?.into()),
    })
}

fn button(button: &Button) -> Value {
    match button {
        Button::Reply { title, .. } => {
            json!({ "type": "postback", "title": title, "payload": prompt::payload(button) })
        }
        Button::Link { title, url } => json!({ "type": "web_url", "title": title, "url": url }),
        Button::Call { title, phone } => {
            json!({ "type": "phone_number", "title": title, "payload": phone })
        }
        Button::LogIn { url } => json!({ "type": "account_link", "url": url }),
        Button::LogOut => json!({ "type": "account_unlink" }),
    }
}

fn quick_reply(button: &Button) -> Value {
    let payload = prompt::payload(button);
    json!({ "content_type": "text", "title": button.title(), "payload": payload })
}

/// A place as text: these channels take no location from a business.
fn location_text(content: &Content) -> String {
    let Content::Location { latitude, longitude, name, address } = content else {
        return String::new();
    };
    let link = format!("https://www.google.com/maps/search/?api=1&query={latitude},{longitude}");
    let lines = [name.clone(), address.clone(), Some(link)];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

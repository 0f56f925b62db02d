//! Messenger's and Instagram's Send API.

mod rich;
mod template;

use serde_json::{Map, Value, json};
use switchboard_domain::{
    Channel, Content,
    content::{Button, Media, MediaKind},
    window::Label,
};

use super::{
    CannotSend, SendSpec, Source, caption, checked_text,
    form::{self, Form},
    kind_noun, noun, words,
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
        Label::Template => set(&mut body, "messaging_type", "UTILITY".into()),
        Label::HumanAgent => {
            set(&mut body, "messaging_type", "MESSAGE_TAG".into());
            set(&mut body, "tag", "HUMAN_AGENT".into());
        }
    }
    if let Some(mid) = spec.reply_to {
        set(&mut body, "reply_to", json!({ "mid": mid }));
    }
    if let Some(persona) = spec.persona.filter(|_| channel == Channel::Messenger) {
        set(&mut body, "persona_id", persona.into());
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
    let plain = |text: &str| plain(channel, text);
    Ok(Call::Message(match content {
        Content::Text { text } | Content::LocationRequest { text } => plain(text)?,
        Content::Media(media) => attachment(channel, media)?,
        Content::Prompt { text, buttons } => prompted(channel, text, buttons)?,
        Content::QuickReplies { text, replies } => rich::quick_replies(channel, text, replies)?,
        Content::List(list) => rich::list(channel, list)?,
        Content::Cards { cards } => rich::cards(channel, cards)?,
        Content::Contacts { people } => plain(&words::contacts(people))?,
        Content::Location { latitude, longitude, name, address } => {
            let place = (*latitude, *longitude);
            plain(&words::location(place, name.as_deref(), address.as_deref()))?
        }
        Content::Reaction { target, emoji } => {
            return Ok(Call::React { target: target.clone(), emoji: emoji.clone() });
        }
        Content::Template(template) if channel == Channel::Messenger => {
            message("template", template::object(template)?)
        }
        Content::Template(_)
        | Content::Flow(_)
        | Content::Choice { .. }
        | Content::Order(_)
        | Content::Form(_)
        | Content::Share(_)
        | Content::Referral(_)
        | Content::Notice(_)
        | Content::Note { .. }
        | Content::Unsent
        | Content::Unsupported { .. } => {
            return Err(CannotSend::NotSendable { channel, kind: noun(content) });
        }
    }))
}

/// A text that is neither empty nor too long.
fn plain(channel: Channel, text: &str) -> Result<Map<String, Value>, CannotSend> {
    Ok(message("text", checked_text(channel, text)?.into()))
}

fn message(key: &str, value: Value) -> Map<String, Value> {
    Map::from_iter([(key.to_owned(), value)])
}

fn structured(payload: Value) -> Map<String, Value> {
    message("attachment", json!({ "type": "template", "payload": payload }))
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
    let payload = match super::source(media)? {
        Source::Id(id) => json!({ "attachment_id": id }),
        Source::Link(url) if channel == Channel::Messenger && is_post(url) => {
            let element = json!({ "media_type": kind, "url": url });
            return Ok(structured(json!({ "template_type": "media", "elements": [element] })));
        }
        Source::Link(url) => json!({ "url": url }),
    };
    Ok(message("attachment", json!({ "type": kind, "payload": payload })))
}

/// Whether an address is that of a picture or a film on Facebook: there is no file at it, and Meta takes
/// it in a template alone. (Messenger Platform "Media template")
fn is_post(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next();
    let hosts = ["facebook.com", "www.facebook.com", "m.facebook.com", "business.facebook.com"];
    host.is_some_and(|host| hosts.contains(&host.to_ascii_lowercase().as_str()))
}

fn prompted(
    channel: Channel,
    text: &str,
    buttons: &[Button],
) -> Result<Map<String, Value>, CannotSend> {
    log_in_only_on_messenger(channel, buttons)?;
    let with = |buttons: Vec<Value>| {
        structured(json!({ "template_type": "button", "text": text, "buttons": buttons }))
    };
    Ok(match form::of(channel, text, buttons) {
        Form::Buttons(buttons) => with(buttons.iter().map(button).collect::<Result<_, _>>()?),
        Form::Link { title, url } => {
            with(vec![json!({ "type": "web_url", "title": title, "url": url })])
        }
        Form::More(buttons) => {
            let replies: Vec<Value> = buttons.iter().map(rich::quick_reply_of).collect();
            let mut message = plain(channel, text)?;
            message.insert("quick_replies".into(), replies.into());
            message
        }
        Form::Text(text) => plain(channel, &text)?,
    })
}

/// "Account linking": Messenger only, and only its own button begins it.
fn log_in_only_on_messenger(channel: Channel, buttons: &[Button]) -> Result<(), CannotSend> {
    let log_in = |button: &Button| matches!(button, Button::LogIn { .. } | Button::LogOut);
    if channel != Channel::Messenger && buttons.iter().any(log_in) {
        return Err(CannotSend::NotSendable { channel, kind: "log-in button" });
    }
    Ok(())
}

fn button(button: &Button) -> Result<Value, CannotSend> {
    Ok(match button {
        Button::Reply { title, .. } => {
            json!({ "type": "postback", "title": title, "payload": form::payload(button) })
        }
        Button::Link { title, url } => json!({ "type": "web_url", "title": title, "url": url }),
        Button::Call { title, phone } => {
            json!({ "type": "phone_number", "title": title, "payload": phone })
        }
        Button::LogIn { url: Some(url) } => json!({ "type": "account_link", "url": url }),
        Button::LogIn { url: None } => return Err(CannotSend::NoLogIn),
        Button::LogOut => json!({ "type": "account_unlink" }),
    })
}

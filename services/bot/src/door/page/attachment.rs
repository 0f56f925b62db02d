//! Files, which are sent by their address, and templates.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use switchboard_domain::{
    Content,
    content::{Media, MediaKind},
};

use super::{kept, list, template, text, word};
use crate::door::{call::Call, fault::Fault, guest::Guest};

/// How the ids of attachments begin that a bot had us keep.
const KEPT: &str = "sb_";

/// All attachments of a message, in order.
pub(super) fn all(message: &Value) -> Result<Option<Vec<Content>>, Fault> {
    if let Some(id) = text(message, "sticker_id") {
        let sticker = Media { platform_id: Some(id), ..Media::of(MediaKind::Sticker) };
        return Ok(Some(vec![Content::Media(sticker)]));
    }
    let several = message.get("attachments").map(|_| list(message, "attachments")).transpose()?;
    let attachments: Vec<&Value> =
        several.unwrap_or_default().iter().chain(message.get("attachment")).collect();
    if attachments.is_empty() {
        return Ok(None);
    }
    let mut contents = Vec::new();
    for attachment in attachments {
        contents.extend(one(attachment)?);
    }
    Ok(Some(contents))
}

fn one(attachment: &Value) -> Result<Vec<Content>, Fault> {
    let kind = match word(attachment, "type")?.to_ascii_lowercase().as_str() {
        "image" => MediaKind::Image,
        "video" => MediaKind::Video,
        "audio" => MediaKind::Audio,
        "file" => MediaKind::File,
        "like_heart" => return Ok(vec![Content::text("\u{2764}\u{fe0f}")]),
        "template" => {
            let payload = attachment.get("payload");
            let payload = payload.ok_or_else(|| Fault::parameter("(#100) payload is required"))?;
            return template::contents(payload);
        }
        other => return Err(Fault::parameter(format!("(#100) no attachment of type {other}"))),
    };
    let payload = attachment.get("payload").unwrap_or(&Value::Null);
    media(kind, payload).map(|media| vec![Content::Media(media)])
}

/// A file by its address, or by the id of one that is kept, here or at Meta.
pub(super) fn media(kind: MediaKind, payload: &Value) -> Result<Media, Fault> {
    let (url, id) = (text(payload, "url"), text(payload, "attachment_id"));
    let url = url.or_else(|| id.as_deref().and_then(address));
    let platform_id = id.filter(|_| url.is_none());
    if url.is_none() && platform_id.is_none() {
        return Err(Fault::parameter("(#100) an attachment has a url or an attachment_id"));
    }
    if url.as_ref().is_some_and(|url| !looks_fetchable(url)) {
        return Err(Fault::parameter("(#100) an attachment's url is one of https or http"));
    }
    Ok(Media { url, platform_id, ..Media::of(kind) })
}

/// Whether Meta could try to fetch it: it refuses others at once.
fn looks_fetchable(url: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme))
}

/// `POST /{account}/message_attachments`: Meta would keep the file. We keep where it is, in the id
/// itself, and it is sent from there.
pub(in crate::door) fn keep(guest: &Guest, call: &Call) -> Result<Value, Fault> {
    if !guest.is_me(&call.node) {
        return Err(Fault::no_such(&call.node));
    }
    let payload = |message: &Value| message.pointer("/attachment/payload").cloned();
    let payload = call.fields.get("message").and_then(payload);
    // What was uploaded with the call has its id already.
    if let Some(id) = payload.as_ref().and_then(|payload| text(payload, "attachment_id")) {
        return Ok(kept(&id));
    }
    let url = payload.as_ref();
    let url = url.map_or_else(|| word(&Value::Null, "url"), |payload| word(payload, "url"))?;
    Ok(kept(&format!("{KEPT}{}", URL_SAFE_NO_PAD.encode(url))))
}

fn address(id: &str) -> Option<String> {
    let url = URL_SAFE_NO_PAD.decode(id.strip_prefix(KEPT)?).ok()?;
    String::from_utf8(url).ok()
}

//! Messenger's and Instagram's attachments.

use switchboard_domain::{
    Content,
    content::{Media, MediaKind},
};

use super::unsupported;
use crate::json::Object;

/// What the attachment is.
pub(super) fn content(attachment: &Object<'_>) -> Option<Content> {
    let kind = attachment.word("type").unwrap_or_else(|| "attachment".to_owned());
    let payload = attachment.object("payload");
    let sticker = payload.as_ref().and_then(|payload| payload.word("sticker_id"));
    let media = |kind| payload.as_ref().map(|payload| media(payload, kind, sticker.clone()));
    let known = match kind.as_str() {
        "image" if sticker.is_some() => media(MediaKind::Sticker),
        "image" => media(MediaKind::Image),
        "video" => media(MediaKind::Video),
        "audio" => media(MediaKind::Audio),
        "file" => media(MediaKind::File),
        "sticker" => media(MediaKind::Sticker),
        "location" => payload.as_ref().and_then(|payload| location(attachment, payload)),
        "template" => payload.as_ref().and_then(|payload| payload.word("text")).map(Content::text),
        _ => None,
    };
    Some(known.unwrap_or_else(|| unsupported(kind)))
}

fn media(payload: &Object<'_>, kind: MediaKind, sticker: Option<String>) -> Content {
    Content::Media(Media {
        kind,
        url: payload.word("url"),
        platform_id: sticker.or_else(|| payload.word("attachment_id")),
        mime_type: None,
        caption: None,
        filename: None,
    })
}

fn location(attachment: &Object<'_>, payload: &Object<'_>) -> Option<Content> {
    let coordinates = payload.object("coordinates")?;
    Some(Content::Location {
        latitude: coordinates.number("lat")?,
        longitude: coordinates.number("long")?,
        name: attachment.word("title"),
        address: None,
    })
}

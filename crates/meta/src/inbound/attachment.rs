//! Messenger's and Instagram's attachments.

use switchboard_domain::{
    Content,
    content::{Media, MediaKind},
};

use super::unsupported;
use crate::json::Object;

/// What the attachment is.
pub(super) fn content(attachment: &Object<'_>) -> Content {
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
        "fallback" => link(attachment, payload.as_ref()),
        "template" => payload.as_ref().and_then(|payload| payload.word("text")).map(Content::text),
        _ => None,
    };
    known.unwrap_or_else(|| unsupported(kind))
}

/// Whether the attachment is the preview of a link.
pub(super) fn is_preview(attachment: &Object<'_>) -> bool {
    attachment.text("type").is_some_and(|kind| kind == "fallback")
}

/// A link that was shared without a text; its payload may be missing, or no object.
fn link(attachment: &Object<'_>, payload: Option<&Object<'_>>) -> Option<Content> {
    let find = |key| {
        let in_payload = payload.and_then(|payload| payload.word(key));
        in_payload.or_else(|| attachment.word(key))
    };
    let lines: Vec<String> = [find("title"), find("url")].into_iter().flatten().collect();
    (!lines.is_empty()).then(|| Content::text(lines.join("\n")))
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

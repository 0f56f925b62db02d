//! Messenger's and Instagram's attachments.

use switchboard_domain::{
    Content,
    content::{Media, MediaKind, Notice, Share, ShareKind},
};

use super::unsupported;
use crate::json::Object;

/// The thumbs-up in its three sizes.
const THUMBS_UP: [&str; 3] = ["369239263222822", "369239343222814", "369239383222810"];

/// What the attachment is: usually one thing; several products were shared as several.
pub(super) fn contents(attachment: &Object<'_>) -> Vec<Content> {
    let kind = attachment.word("type").unwrap_or_else(|| "attachment".to_owned());
    let payload = attachment.object("payload");
    let known = match (kind.as_str(), &payload) {
        ("template", Some(payload)) => products(payload),
        ("fallback", payload) => {
            link(attachment, payload.as_ref()).map(Content::Share).into_iter().collect()
        }
        ("like_heart", _) => vec![Content::text("\u{2764}\u{fe0f}")],
        ("ephemeral", _) => vec![Content::Notice(Notice::new(
            "ephemeral",
            "A photo or video that disappears: it can be seen only in the app.",
        ))],
        (kind, Some(payload)) => with_payload(kind, attachment, payload).into_iter().collect(),
        (_, None) => Vec::new(),
    };
    if known.is_empty() { vec![unsupported(kind)] } else { known }
}

fn with_payload(kind: &str, attachment: &Object<'_>, payload: &Object<'_>) -> Option<Content> {
    let sticker = payload.word("sticker_id");
    let media = |kind| Some(media(payload, kind, sticker.clone()));
    let share = |kind, id: &[&str]| Some(Content::Share(share(payload, kind, id)));
    match kind {
        "image" if sticker.is_some() => media(MediaKind::Sticker),
        "image" => media(MediaKind::Image),
        "video" => media(MediaKind::Video),
        "audio" => media(MediaKind::Audio),
        "file" => media(MediaKind::File),
        "sticker" => media(MediaKind::Sticker),
        "reel" | "ig_reel" => share(ShareKind::Reel, &["reel_video_id"]),
        "post" | "ig_post" | "share" => share(ShareKind::Post, &["id", "ig_post_media_id"]),
        "story_mention" => share(ShareKind::StoryMention, &["id"]),
        "location" => location(attachment, payload),
        "appointment_booking" => Some(Content::Notice(booking(payload))),
        _ => None,
    }
}

/// Whether the attachment is the preview of a link.
pub(super) fn is_preview(attachment: &Object<'_>) -> bool {
    attachment.text("type").is_some_and(|kind| kind == "fallback")
}

/// A link that was shared without a text; its payload may be missing, or no object.
fn link(attachment: &Object<'_>, payload: Option<&Object<'_>>) -> Option<Share> {
    let find = |key| {
        let in_payload = payload.and_then(|payload| payload.word(key));
        in_payload.or_else(|| attachment.word(key))
    };
    let (title, url) = (find("title"), find("url"));
    let id = find("id");
    (title.is_some() || url.is_some()).then_some(Share { kind: ShareKind::Link, title, url, id })
}

fn share(payload: &Object<'_>, kind: ShareKind, ids: &[&str]) -> Share {
    let id = ids.iter().find_map(|key| payload.word(key));
    Share { kind, title: payload.word("title"), url: payload.word("url"), id }
}

/// Products of a shop, as customers share them.
fn products(payload: &Object<'_>) -> Vec<Content> {
    let Some(product) = payload.object("product") else {
        return payload.word("text").map(Content::text).into_iter().collect();
    };
    let shared = |element: &Object<'_>| {
        Content::Share(Share {
            kind: ShareKind::Product,
            title: element.word("title"),
            url: element.word("image_url"),
            id: element.word("retailer_id").or_else(|| element.word("id")),
        })
    };
    product.objects("elements").iter().map(shared).collect()
}

fn media(payload: &Object<'_>, kind: MediaKind, sticker: Option<String>) -> Content {
    let thumbs_up = sticker.as_deref().is_some_and(|id| THUMBS_UP.contains(&id));
    Content::Media(Media {
        url: payload.word("url"),
        platform_id: sticker.or_else(|| payload.word("attachment_id")),
        caption: thumbs_up.then(|| "\u{1f44d}".to_owned()),
        ..Media::of(kind)
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

fn booking(payload: &Object<'_>) -> Notice {
    let status = payload.word("status").unwrap_or_else(|| "changed".to_owned());
    Notice::new("appointment_booking", format!("Appointment {status}"))
        .with("booking_id", payload.word("booking_id"))
        .with("start_time", payload.word("start_time"))
        .with("end_time", payload.word("end_time"))
        .with("timezone", payload.word("timezone"))
}

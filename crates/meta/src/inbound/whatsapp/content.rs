//! What WhatsApp's messages say.

use switchboard_domain::{
    Content,
    content::{Media, MediaKind, Notice, Order, OrderItem},
};

use super::{contacts, form};
use crate::{error::GraphError, inbound::unsupported, json::Object};

/// The kinds whose object has their name, for messages that came without a type.
pub(super) fn guessed_kind(item: &Object<'_>) -> String {
    const KINDS: &[&str] = &[
        "text",
        "image",
        "video",
        "audio",
        "document",
        "sticker",
        "location",
        "button",
        "interactive",
        "contacts",
        "reaction",
        "order",
    ];
    let found = KINDS.iter().find(|kind| item.has(kind));
    (*found.unwrap_or(&"unknown")).to_owned()
}

pub(super) fn content(item: &Object<'_>, kind: &str) -> Content {
    let known = match kind {
        "contacts" => contacts::content(item),
        "unsupported" => return not_supported(item),
        _ => item.object(kind).and_then(|body| of_body(&body, kind)),
    };
    known.or_else(|| not_received(item)).unwrap_or_else(|| unsupported(kind))
}

fn of_body(body: &Object<'_>, kind: &str) -> Option<Content> {
    match kind {
        "text" => body.text("body").map(|text| Content::Text { text }),
        "image" => Some(media(body, MediaKind::Image)),
        "video" => Some(media(body, MediaKind::Video)),
        "audio" | "voice" => Some(media(body, MediaKind::Audio)),
        "document" => Some(media(body, MediaKind::File)),
        "sticker" => Some(media(body, MediaKind::Sticker)),
        "location" => location(body),
        "button" => choice(body.text("text"), body.text("payload")),
        "interactive" => Some(interactive(body)),
        "order" => Some(Content::Order(order(body))),
        "reaction" => body
            .word("message_id")
            .map(|target| Content::Reaction { target, emoji: body.word("emoji") }),
        _ => None,
    }
}

/// "unsupported": WhatsApp itself cannot give it to businesses; `type` says what it was.
fn not_supported(item: &Object<'_>) -> Content {
    let kind = item.object("unsupported").and_then(|body| body.word("type"));
    match kind {
        Some(kind) => unsupported(format!("unsupported.{kind}")),
        None => not_received(item).unwrap_or_else(|| unsupported("unsupported")),
    }
}

/// A message that WhatsApp could not hand over, such as a file that is too big (131052).
fn not_received(item: &Object<'_>) -> Option<Content> {
    const NOT_SUPPORTED: i64 = 131_051;
    let error = GraphError::of(&item.first("errors")?);
    if error.code == NOT_SUPPORTED {
        return None;
    }
    let advice = error.advice(switchboard_domain::Channel::WhatsApp);
    Some(Content::Notice(Notice::new("not_received", advice)))
}

fn media(body: &Object<'_>, kind: MediaKind) -> Content {
    Content::Media(Media {
        url: body.word("url").or_else(|| body.word("link")),
        platform_id: body.word("id"),
        mime_type: body.word("mime_type"),
        caption: body.word("caption"),
        filename: body.word("filename"),
        ..Media::of(kind)
    })
}

fn location(body: &Object<'_>) -> Option<Content> {
    Some(Content::Location {
        latitude: body.number("latitude")?,
        longitude: body.number("longitude")?,
        name: body.word("name"),
        address: body.word("address"),
    })
}

/// A pressed button; one of title and payload may be missing and is then the other.
fn choice(title: Option<String>, payload: Option<String>) -> Option<Content> {
    let title = title.or_else(|| payload.clone())?;
    let payload = payload.unwrap_or_else(|| title.clone());
    Some(Content::Choice { title, payload })
}

fn interactive(body: &Object<'_>) -> Content {
    let kind = body.word("type").unwrap_or_else(|| "unknown".to_owned());
    let reply = body.object(&kind);
    let known = match (kind.as_str(), reply) {
        ("button_reply" | "list_reply", Some(reply)) => {
            choice(reply.text("title"), reply.text("id"))
        }
        ("nfm_reply", Some(reply)) => Some(Content::Form(form::flow(&reply))),
        ("call_permission_reply", Some(reply)) => Some(call_permission(&reply)),
        _ => None,
    };
    known.unwrap_or_else(|| unsupported(format!("interactive.{kind}")))
}

fn call_permission(reply: &Object<'_>) -> Content {
    let text = match reply.text("response").as_deref() {
        Some("accept") => "The customer allows the business to call.",
        Some("reject") => "The customer does not allow the business to call.",
        _ => "The customer answered whether the business may call.",
    };
    let notice = Notice::new("call_permission", text)
        .with("expiration_timestamp", reply.word("expiration_timestamp"));
    Content::Notice(notice)
}

fn order(body: &Object<'_>) -> Order {
    let item = |item: &Object<'_>| OrderItem {
        product: item.word("product_retailer_id").unwrap_or_default(),
        name: None,
        quantity: item.word("quantity").unwrap_or_else(|| "1".to_owned()),
        price: item.word("item_price"),
        currency: item.word("currency"),
    };
    Order {
        catalog_id: body.word("catalog_id"),
        note: body.word("text"),
        items: body.objects("product_items").iter().map(item).collect(),
    }
}

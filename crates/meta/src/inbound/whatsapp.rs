//! WhatsApp's messages, echoes and statuses, and what concerns its accounts.

use switchboard_domain::{
    Content,
    content::{Context, Media, MediaKind},
    conversation::{CustomerMessage, ForeignMessage, MessageStatus},
};

use super::{Identity, Normalised, Target, unsupported};
use crate::{
    error::GraphError,
    json::Object,
    webhook::{
        envelope::{Envelope, Place},
        facts,
    },
};

/// What WhatsApp itself says about the customer is no message; neither is what was said to a
/// group, for an answer would go to the sender alone.
pub(super) fn normalise(envelope: &Envelope<'_>, kind: &str) -> Vec<Normalised> {
    let Some(item) = envelope.object() else { return Vec::new() };
    let identity = identity(envelope);
    let found = match envelope.place {
        Place::Messages if kind == "message" => Some(message(envelope, &item, identity)),
        Place::MessageEchoes => echo(envelope, &item, identity),
        Place::Statuses => status(envelope, &item, identity),
        _ => None,
    };
    found.into_iter().collect()
}

/// The customer that the item is about.
pub(super) fn identity(envelope: &Envelope<'_>) -> Identity {
    let who = facts::whatsapp_customer(envelope);
    Identity {
        customer: who.user_id.clone().or_else(|| who.phone.clone()),
        phone: who.phone,
        user_id: who.user_id,
        username: who.username,
        name: who.name,
    }
}

/// What a field other than messages is about: the account, or something that nothing follows from.
pub(super) fn notice(kind: &str) -> Normalised {
    const ABOUT_THE_ACCOUNT: &[&str] = &[
        "error",
        "whatsapp:account_alerts",
        "whatsapp:account_review_update",
        "whatsapp:account_settings_update",
        "whatsapp:account_update",
        "whatsapp:business_capability_update",
        "whatsapp:business_username_update",
        "whatsapp:flows",
        "whatsapp:message_template_components_update",
        "whatsapp:message_template_quality_update",
        "whatsapp:message_template_status_update",
        "whatsapp:partner_solutions",
        "whatsapp:payment_configuration_update",
        "whatsapp:phone_number_name_update",
        "whatsapp:phone_number_quality_update",
        "whatsapp:security",
        "whatsapp:template_category_update",
    ];
    if ABOUT_THE_ACCOUNT.contains(&kind) {
        Normalised::AccountNotice { kind: kind.to_owned() }
    } else {
        Normalised::Other { identity: None, kind: kind.to_owned() }
    }
}

fn message(envelope: &Envelope<'_>, item: &Object<'_>, identity: Identity) -> Normalised {
    let kind = item.word("type").unwrap_or_else(|| guessed_kind(item));
    let context = item.object("context").and_then(|context| context.word("id"));
    let original = |key| item.object(key)?.word("original_message_id");
    let message = CustomerMessage {
        external_id: item.word("id"),
        sent_at: facts::at(envelope),
        content: content(item, &kind),
        reply_to: context.or_else(|| original("edit")).or_else(|| original("revoke")),
        opens_window: kind != "request_welcome",
        context: Context::default(),
    };
    Normalised::Message { identity, message }
}

fn echo(envelope: &Envelope<'_>, item: &Object<'_>, identity: Identity) -> Option<Normalised> {
    let kind = item.word("type").unwrap_or_else(|| guessed_kind(item));
    let message = ForeignMessage {
        external_id: item.word("id"),
        sent_at: facts::at(envelope),
        content: content(item, &kind),
        context: Context::default(),
    };
    let marker = item.word("biz_opaque_callback_data");
    Some(Normalised::Echo { identity, message, app_id: None, marker })
}

fn status(envelope: &Envelope<'_>, item: &Object<'_>, identity: Identity) -> Option<Normalised> {
    let status = match item.text("status")?.as_str() {
        "sent" => MessageStatus::Sent,
        "delivered" => MessageStatus::Delivered,
        "read" | "played" => MessageStatus::Read,
        "failed" => MessageStatus::Failed,
        _ => return None,
    };
    Some(Normalised::Receipt {
        identity,
        target: Target::Message(item.word("id")?),
        status,
        error: item.first("errors").map(|error| GraphError::of(&error)),
        marker: item.word("biz_opaque_callback_data"),
        at: facts::at(envelope),
    })
}

/// The kinds whose object has their name, for messages that came without a type.
fn guessed_kind(item: &Object<'_>) -> String {
    const KINDS: &[&str] =
        &["text", "image", "video", "audio", "document", "sticker", "location", "button"];
    let found = KINDS.iter().find(|kind| item.has(kind));
    (*found.unwrap_or(&"unknown")).to_owned()
}

fn content(item: &Object<'_>, kind: &str) -> Content {
    let Some(body) = item.object(kind) else { return unsupported(kind) };
    let known = match kind {
        "text" => body.text("body").map(|text| Content::Text { text }),
        "image" => Some(media(&body, MediaKind::Image)),
        "video" => Some(media(&body, MediaKind::Video)),
        "audio" | "voice" => Some(media(&body, MediaKind::Audio)),
        "document" => Some(media(&body, MediaKind::File)),
        "sticker" => Some(media(&body, MediaKind::Sticker)),
        "location" => location(&body),
        "button" => choice(body.text("text"), body.text("payload")),
        "interactive" => return interactive(&body),
        "unsupported" => body.word("type").map(|kind| unsupported(format!("unsupported.{kind}"))),
        "reaction" => body
            .word("message_id")
            .map(|target| Content::Reaction { target, emoji: body.word("emoji") }),
        _ => None,
    };
    known.unwrap_or_else(|| unsupported(kind))
}

fn media(body: &Object<'_>, kind: MediaKind) -> Content {
    Content::Media(Media {
        kind,
        url: body.word("url").or_else(|| body.word("link")),
        platform_id: body.word("id"),
        mime_type: body.word("mime_type"),
        caption: body.word("caption"),
        filename: body.word("filename"),
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
    let pressed = match kind.as_str() {
        "button_reply" | "list_reply" => body.object(&kind),
        _ => None,
    };
    pressed
        .and_then(|pressed| choice(pressed.text("title"), pressed.text("id")))
        .unwrap_or_else(|| unsupported(format!("interactive.{kind}")))
}

//! WhatsApp's messages, echoes, statuses and preferences, and what concerns its accounts.
//!
//! Source: WhatsApp Business Platform "Webhooks" (payload reference, May 2026; business-scoped user
//! ids; Meta Business Agent for `standby`).

mod account;
mod account_update;
mod contacts;
mod content;
mod form;

pub(super) use account::about_the_account;
use switchboard_domain::{
    Content,
    content::{Context, Forwarded, Notice},
    conversation::{CustomerMessage, ForeignMessage, Happening, MessageStatus, Revision},
};

use super::{Identity, Normalised, Target, referral};
use crate::{
    error::GraphError,
    json::Object,
    webhook::{
        envelope::{Envelope, Place},
        facts,
    },
};

/// What was said to a group is no conversation's: an answer would go to the sender alone.
pub(super) fn normalise(envelope: &Envelope<'_>, kind: &str) -> Vec<Normalised> {
    let Some(item) = envelope.object() else { return Vec::new() };
    let identity = identity(envelope);
    let found = match (envelope.place, kind.trim_start_matches("standby:")) {
        (Place::Messages, "message") => Some(message(envelope, &item, identity)),
        (Place::Messages, "system") => system(envelope, &item, identity),
        (Place::MessageEchoes, _) => Some(echo(envelope, &item, identity)),
        (Place::Statuses, _) => status(envelope, &item, identity),
        (Place::Preferences, _) => Some(preference(envelope, &item, identity)),
        (Place::Calls, _) => call(envelope, &item, identity),
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

fn message(envelope: &Envelope<'_>, item: &Object<'_>, identity: Identity) -> Normalised {
    let kind = item.word("type").unwrap_or_else(|| content::guessed_kind(item));
    if let Some(revised) = revised(envelope, item, &kind, &identity) {
        return revised;
    }
    let content = content::content(item, &kind);
    if let Content::Reaction { emoji, .. } = &content {
        let opens_window = emoji.is_some();
        let happening = Happening { content, at: facts::at(envelope), opens_window };
        return Normalised::Happened { identity, happening };
    }
    if kind == "request_welcome" {
        let content = Content::Notice(Notice::new(kind, "The customer opened the chat."));
        let happening = Happening { content, at: facts::at(envelope), opens_window: false };
        return Normalised::Happened { identity, happening };
    }
    let message = CustomerMessage {
        continues: false,
        external_id: item.word("id"),
        sent_at: facts::at(envelope),
        content,
        reply_to: item.object("context").and_then(|context| context.word("id")),
        opens_window: true,
        context: context(envelope, item),
    };
    Normalised::Message { identity, message }
}

/// "edit" and "revoke" name the message that they change.
fn revised(
    envelope: &Envelope<'_>,
    item: &Object<'_>,
    kind: &str,
    identity: &Identity,
) -> Option<Normalised> {
    let change = item.object(kind).filter(|_| matches!(kind, "edit" | "revoke"))?;
    let target = change.word("original_message_id")?;
    let revision = match change.object("message") {
        Some(now) if kind == "edit" => {
            let kind = now.word("type").unwrap_or_else(|| content::guessed_kind(&now));
            Revision::Edited(Box::new(content::content(&now, &kind)))
        }
        _ if kind == "edit" => return None,
        _ => Revision::Unsent,
    };
    let (identity, at) = (identity.clone(), facts::at(envelope));
    Some(Normalised::Revised { identity, target, revision, at })
}

fn context(envelope: &Envelope<'_>, item: &Object<'_>) -> Context {
    let around = item.object("context");
    let flag = |key| around.as_ref().is_some_and(|context| context.flag(key));
    let product = around.as_ref().and_then(|context| context.object("referred_product"));
    Context {
        product: product.and_then(|product| product.word("product_retailer_id")),
        referral: referral::under("referral", item),
        forwarded: match (flag("frequently_forwarded"), flag("forwarded")) {
            (true, _) => Some(Forwarded::Often),
            (false, true) => Some(Forwarded::Once),
            (false, false) => None,
        },
        standby: facts::is_standby(envelope),
        ..Context::default()
    }
}

fn echo(envelope: &Envelope<'_>, item: &Object<'_>, identity: Identity) -> Normalised {
    let kind = item.word("type").unwrap_or_else(|| content::guessed_kind(item));
    if let Some(revised) = revised(envelope, item, &kind, &identity) {
        return revised;
    }
    let message = ForeignMessage {
        external_id: item.word("id"),
        sent_at: facts::at(envelope),
        content: content::content(item, &kind),
        context: context(envelope, item),
    };
    let marker = item.word("biz_opaque_callback_data");
    Normalised::Echo { identity, message, app_id: None, marker }
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

/// "system": the customer's number or user id changed. Older texts call the kinds
/// `customer_changed_number` and `customer_identity_changed`.
fn system(envelope: &Envelope<'_>, item: &Object<'_>, seen: Identity) -> Option<Normalised> {
    let system = item.object("system")?;
    let phone = |text: Option<String>| text.and_then(|text| facts::digits(&text));
    let now = Identity {
        phone: phone(system.word("wa_id")).or_else(|| phone(system.word("new_wa_id"))),
        user_id: system.word("user_id"),
        ..seen.clone()
    };
    let from = item.word("from");
    let before = Identity {
        phone: phone(from.clone())
            .filter(|before| now.phone.is_some() && Some(before) != now.phone.as_ref()),
        user_id: system.word("previous_user_id").or_else(|| {
            item.word("from_user_id")
                .filter(|before| now.user_id.is_some() && Some(before) != now.user_id.as_ref())
        }),
        ..Identity::default()
    };
    let identity = Identity {
        customer: now.user_id.clone().or_else(|| now.phone.clone()).or(seen.customer),
        phone: now.phone.or_else(|| phone(from).filter(|_| before.phone.is_none())),
        ..now
    };
    Some(Normalised::Renamed {
        identity,
        before,
        text: system.word("body"),
        at: facts::at(envelope),
    })
}

/// "calls": a customer's call opens the window as a message does ("Customer service windows").
/// Calls are not taken here; the agent sees that there was one.
fn call(envelope: &Envelope<'_>, item: &Object<'_>, identity: Identity) -> Option<Normalised> {
    let ours = facts::by_business(item);
    let text = match (item.text("event")?.as_str(), ours) {
        ("connect", false) => "The customer calls on WhatsApp.",
        ("connect", true) => "The business calls on WhatsApp.",
        ("terminate", _) => "A call on WhatsApp ended.",
        _ => return None,
    };
    let notice = Notice::new("call", text)
        .with("status", item.word("status"))
        .with("seconds", item.word("duration"));
    let content = Content::Notice(notice);
    let happening = Happening { content, at: facts::at(envelope), opens_window: !ours };
    Some(Normalised::Happened { identity, happening })
}

/// "user_preferences": whether the customer wants marketing messages.
fn preference(envelope: &Envelope<'_>, item: &Object<'_>, identity: Identity) -> Normalised {
    let text = match item.text("value").as_deref() {
        Some("stop") => "The customer does not want marketing messages any more.",
        Some("resume") => "The customer wants marketing messages again.",
        _ => "The customer changed what messages they want.",
    };
    let notice = Notice::new("user_preference", text)
        .with("category", item.word("category"))
        .with("detail", item.word("detail"));
    let content = Content::Notice(notice);
    let happening = Happening { content, at: facts::at(envelope), opens_window: false };
    Normalised::Happened { identity, happening }
}

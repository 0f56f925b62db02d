//! What people may write: only what the channel shows as it is. Whoever writes can still change it,
//! so the first limit that is exceeded is named.

use std::collections::HashSet;

use switchboard_domain::{
    Channel, Content,
    content::{Button, Card, List, QuickReply, Section},
};

use super::{
    CannotSend, form,
    limits::{self, Choices, Count},
};

const SEND_AS_TEXT: &str = "write it as text";

pub(super) fn check(channel: Channel, content: &Content) -> Result<(), CannotSend> {
    let native_on_whatsapp = |kind, instead| {
        if channel == Channel::WhatsApp { Ok(()) } else { not_here(channel, kind, instead) }
    };
    match content {
        Content::Prompt { text, buttons } => prompt(channel, text, buttons),
        Content::QuickReplies { text, replies } => quick_replies(channel, text, replies),
        Content::List(list) => {
            native_on_whatsapp("lists", "use quick replies")?;
            check_list(channel, list)
        }
        Content::Cards { cards } => check_cards(channel, cards),
        Content::LocationRequest { .. } => native_on_whatsapp("location button", SEND_AS_TEXT),
        Content::Contacts { .. } => native_on_whatsapp("contact cards", SEND_AS_TEXT),
        Content::Location { .. } => native_on_whatsapp("locations", "send a link to a map"),
        _ => Ok(()),
    }
}

fn not_here(channel: Channel, kind: &'static str, instead: &'static str) -> Result<(), CannotSend> {
    Err(CannotSend::NotHere { channel, kind, instead })
}

fn prompt(channel: Channel, text: &str, buttons: &[Button]) -> Result<(), CannotSend> {
    let alone = matches!(buttons, [Button::Link { .. }]);
    for button in buttons {
        match button {
            _ if form::is_native(channel, button) => {}
            Button::Link { .. } if alone => {}
            Button::Link { .. } => {
                not_here(channel, "links beside buttons", "send one link alone")?;
            }
            Button::Call { .. } => not_here(channel, "call buttons", "write the number as text")?,
            // Refused with a reason of its own.
            Button::LogIn { .. } | Button::LogOut | Button::Reply { .. } => {}
        }
    }
    let choices = &limits::of(channel).buttons;
    Count { part: "buttons", most: choices.count }.check(channel, buttons.len())?;
    if buttons.is_empty() {
        return Ok(());
    }
    check_text(channel, choices, text)?;
    differ("button's title", "buttons", buttons.iter().map(Button::title))?;
    differ("button's payload", "buttons' payloads", buttons.iter().map(form::payload))?;
    for button in buttons {
        choices.title.check(channel, button.title())?;
        if matches!(button, Button::Reply { .. }) {
            choices.payload.check(channel, form::payload(button))?;
        }
    }
    Ok(())
}

fn quick_replies(channel: Channel, text: &str, replies: &[QuickReply]) -> Result<(), CannotSend> {
    let choices = &limits::of(channel).more;
    Count { part: "quick replies", most: choices.count }.check(channel, replies.len())?;
    check_text(channel, choices, text)?;
    if replies.is_empty() {
        return Err(CannotSend::Blank { part: "list of quick replies" });
    }
    differ("quick reply", "quick replies", replies.iter().map(QuickReply::title))?;
    if let (Channel::WhatsApp, Some(buttons)) = (channel, form::as_buttons(replies)) {
        // They are buttons or rows there, and known by their payload alone.
        differ("payload", "quick replies' payloads", buttons.iter().map(form::payload))?;
    }
    for reply in replies {
        choices.title.check(channel, reply.title())?;
        match reply {
            QuickReply::Choice { payload, .. } => choices.payload.check(channel, payload)?,
            QuickReply::Phone | QuickReply::Email if channel == Channel::WhatsApp => {
                not_here(channel, "reply that asks for a number or an address", SEND_AS_TEXT)?;
            }
            QuickReply::Phone | QuickReply::Email => {}
        }
    }
    Ok(())
}

fn check_text(channel: Channel, choices: &Choices, text: &str) -> Result<(), CannotSend> {
    if text.trim().is_empty() {
        return Err(CannotSend::Empty);
    }
    Ok(choices.text.check(channel, text)?)
}

fn check_list(channel: Channel, list: &List) -> Result<(), CannotSend> {
    let limits = &limits::LIST;
    limits.text.check(channel, &list.text)?;
    limits.open.check(channel, &list.open)?;
    Count { part: "sections", most: limits.sections }.check(channel, list.sections.len())?;
    Count { part: "rows", most: limits.rows }.check(channel, list.rows().count())?;
    if list.text.trim().is_empty() {
        return Err(CannotSend::Empty);
    }
    if list.rows().next().is_none() {
        return Err(CannotSend::Blank { part: "list" });
    }
    let named = |section: &Section| section.title.as_deref().is_some_and(is_said);
    if list.sections.len() > 1 && !list.sections.iter().all(named) {
        return Err(CannotSend::Blank { part: "section's title" });
    }
    said("row's title", list.rows().map(|row| row.title.as_str()))?;
    differ("row's payload", "rows' payloads", list.rows().map(form::row_payload))?;
    for section in &list.sections {
        limits.section.check(channel, section.title.as_deref().unwrap_or_default())?;
    }
    for row in list.rows() {
        limits.title.check(channel, &row.title)?;
        limits.description.check(channel, row.description.as_deref().unwrap_or_default())?;
        limits.payload.check(channel, &row.payload)?;
    }
    Ok(())
}

fn check_cards(channel: Channel, cards: &[Card]) -> Result<(), CannotSend> {
    if channel == Channel::WhatsApp {
        return not_here(channel, "cards", "send an image with a caption, then buttons");
    }
    let limits = &limits::CARDS;
    Count { part: "cards", most: limits.count }.check(channel, cards.len())?;
    for card in cards {
        said("card's title", std::iter::once(card.title.as_str()))?;
        let is_bare = card.subtitle.is_none() && card.image_url.is_none() && card.link.is_none();
        if is_bare && card.buttons.is_empty() {
            return Err(CannotSend::BareCard);
        }
        limits.title.check(channel, &card.title)?;
        limits.subtitle.check(channel, card.subtitle.as_deref().unwrap_or_default())?;
        let buttons = Count { part: "buttons below a card", most: limits.buttons };
        buttons.check(channel, card.buttons.len())?;
        said("button's title", card.buttons.iter().map(Button::title))?;
        for button in &card.buttons {
            if matches!(button, Button::Call { .. }) && !form::is_native(channel, button) {
                not_here(channel, "call buttons", "write the number as text")?;
            }
            let choices = &limits::of(channel).buttons;
            choices.title.check(channel, button.title())?;
            choices.payload.check(channel, form::payload(button))?;
        }
    }
    Ok(())
}

fn is_said(text: &str) -> bool {
    !text.trim().is_empty()
}

fn said<'a>(
    part: &'static str,
    mut texts: impl Iterator<Item = &'a str>,
) -> Result<(), CannotSend> {
    if texts.all(is_said) { Ok(()) } else { Err(CannotSend::Blank { part }) }
}

/// Each says something, and something else.
fn differ<'a>(
    part: &'static str,
    parts: &'static str,
    texts: impl Iterator<Item = &'a str>,
) -> Result<(), CannotSend> {
    let mut known = HashSet::new();
    for text in texts {
        if !is_said(text) {
            return Err(CannotSend::Blank { part });
        }
        if !known.insert(text) {
            return Err(CannotSend::Alike { parts });
        }
    }
    Ok(())
}

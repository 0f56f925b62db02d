//! What people may write: only what the channel shows as it is. Whoever writes can still change it,
//! so the first limit that is exceeded is named.

use switchboard_domain::{
    Channel, Content,
    content::{Button, Card, List, QuickReply},
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
        limits.title.check(channel, &card.title)?;
        limits.subtitle.check(channel, card.subtitle.as_deref().unwrap_or_default())?;
        let buttons = Count { part: "buttons below a card", most: limits.buttons };
        buttons.check(channel, card.buttons.len())?;
        for button in &card.buttons {
            limits::of(channel).buttons.title.check(channel, button.title())?;
        }
    }
    Ok(())
}

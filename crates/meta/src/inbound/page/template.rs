//! Templates as they come back in echoes: what the business sent as buttons and cards.

use switchboard_domain::{
    Content,
    content::{Button, Card},
};

use crate::json::Object;

/// The template that the attachment is, if it is one that can be shown.
pub(super) fn content(attachment: &Object<'_>) -> Option<Content> {
    if attachment.text("type").is_none_or(|kind| kind != "template") {
        return None;
    }
    let payload = attachment.object("payload")?;
    match payload.text("template_type")?.as_str() {
        "button" => Some(Content::Prompt {
            text: payload.word("text").or_else(|| attachment.word("title")).unwrap_or_default(),
            buttons: buttons(&payload),
        }),
        "generic" => {
            let cards: Vec<Card> = payload.objects("elements").iter().map(card).collect();
            (!cards.is_empty()).then_some(Content::Cards { cards })
        }
        _ => attachment.word("title").map(Content::text),
    }
}

fn card(element: &Object<'_>) -> Card {
    Card {
        title: element.word("title").unwrap_or_default(),
        subtitle: element.word("subtitle"),
        image_url: element.word("image_url"),
        link: element.object("default_action").and_then(|action| action.word("url")),
        buttons: buttons(element),
    }
}

fn buttons(of: &Object<'_>) -> Vec<Button> {
    of.objects("buttons").iter().filter_map(button).collect()
}

fn button(button: &Object<'_>) -> Option<Button> {
    let title = || button.word("title").unwrap_or_default();
    let payload = || button.text("payload").unwrap_or_default();
    Some(match button.text("type")?.as_str() {
        "web_url" => Button::Link { title: title(), url: button.word("url").unwrap_or_default() },
        "postback" => Button::Reply { title: title(), payload: payload() },
        "phone_number" => Button::Call { title: title(), phone: payload() },
        "account_link" => Button::LogIn { url: button.word("url") },
        "account_unlink" => Button::LogOut,
        _ => return None,
    })
}

//! Messenger's structured messages.

use serde_json::Value;
use switchboard_domain::{
    Content,
    content::{Card, MediaKind},
};

use super::{attachment::media, below, button::buttons, list, receipt, text, word};
use crate::door::fault::Fault;

/// What a template shows.
pub(super) fn contents(payload: &Value) -> Result<Vec<Content>, Fault> {
    Ok(match word(payload, "template_type")?.as_str() {
        "button" => {
            let (text, buttons) = (word(payload, "text")?, buttons(payload)?);
            vec![Content::Prompt { text, buttons }]
        }
        "generic" => vec![cards(payload)?],
        // Meta shows it no more; it is cards one below the other, with a button for all.
        "list" => [cards(payload)?].into_iter().chain(below(buttons(payload)?)).collect(),
        "media" => {
            let element = list(payload, "elements")?.first().unwrap_or(&Value::Null);
            let kind = match word(element, "media_type")?.as_str() {
                "video" => MediaKind::Video,
                _ => MediaKind::Image,
            };
            let file = Content::Media(media(kind, element)?);
            [file].into_iter().chain(below(buttons(element)?)).collect()
        }
        "receipt" => vec![Content::text(receipt::words(payload)?)],
        other => return Err(Fault::parameter(format!("(#100) no template of type {other}"))),
    })
}

fn cards(payload: &Value) -> Result<Content, Fault> {
    let cards = list(payload, "elements")?.iter().map(card).collect::<Result<_, _>>()?;
    Ok(Content::Cards { cards })
}

/// `item_url` is what `default_action` was called once.
fn card(element: &Value) -> Result<Card, Fault> {
    let action = element.get("default_action").and_then(|action| text(action, "url"));
    let full = |key: &str| text(element, key).filter(|text| !text.trim().is_empty());
    Ok(Card {
        title: word(element, "title")?,
        subtitle: full("subtitle"),
        image_url: full("image_url"),
        link: action.or_else(|| full("item_url")),
        buttons: buttons(element)?,
    })
}

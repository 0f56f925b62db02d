//! Quick replies, lists and cards on Messenger and Instagram.

use serde_json::{Map, Value, json};
use switchboard_domain::{
    Channel,
    content::{Button, Card, List, QuickReply},
};

use super::{
    super::{CannotSend, form, limits, words},
    button, log_in_only_on_messenger, message, plain, structured,
};

pub(super) fn quick_replies(
    channel: Channel,
    text: &str,
    replies: &[QuickReply],
) -> Result<Map<String, Value>, CannotSend> {
    if !form::quick_fit(channel, text, replies) {
        let text = words::quick_replies(text, replies);
        return plain(channel, &text);
    }
    let mut message = message("text", text.into());
    let replies: Vec<Value> = replies.iter().map(quick_reply).collect();
    message.insert("quick_replies".into(), replies.into());
    Ok(message)
}

fn quick_reply(reply: &QuickReply) -> Value {
    match reply {
        QuickReply::Choice { title, payload, image_url } => {
            let payload = if payload.is_empty() { title } else { payload };
            let mut json = json!({ "content_type": "text", "title": title, "payload": payload });
            if let (Some(url), Some(fields)) = (image_url, json.as_object_mut()) {
                fields.insert("image_url".into(), url.as_str().into());
            }
            json
        }
        QuickReply::Phone => json!({ "content_type": "user_phone_number" }),
        QuickReply::Email => json!({ "content_type": "user_email" }),
    }
}

/// A button that does not fit under the text, as a quick reply.
pub(super) fn quick_reply_of(button: &Button) -> Value {
    let payload = form::payload(button);
    json!({ "content_type": "text", "title": button.title(), "payload": payload })
}

/// A list as quick replies where nothing is lost by it: one section and no descriptions.
pub(super) fn list(channel: Channel, list: &List) -> Result<Map<String, Value>, CannotSend> {
    let is_plain = list.sections.len() <= 1 && list.rows().all(|row| row.description.is_none());
    let choice = |row: &switchboard_domain::content::Row| QuickReply::Choice {
        title: row.title.clone(),
        payload: row.payload.clone(),
        image_url: None,
    };
    let replies: Vec<QuickReply> = list.rows().map(choice).collect();
    if is_plain && form::quick_fit(channel, &list.text, &replies) {
        return quick_replies(channel, &list.text, &replies);
    }
    plain(channel, &words::list(list))
}

/// "Generic template".
pub(super) fn cards(channel: Channel, cards: &[Card]) -> Result<Map<String, Value>, CannotSend> {
    for card in cards {
        log_in_only_on_messenger(channel, &card.buttons)?;
    }
    if cards.is_empty() {
        return Err(CannotSend::Empty);
    }
    if !fit(channel, cards) {
        return plain(channel, &words::cards(cards));
    }
    let elements: Vec<Value> = cards.iter().map(element).collect::<Result<_, _>>()?;
    Ok(structured(json!({ "template_type": "generic", "elements": elements })))
}

/// "At least one property besides the title."
fn fit(channel: Channel, cards: &[Card]) -> bool {
    let limits = &limits::CARDS;
    let one = |card: &Card| {
        let has_more = card.subtitle.is_some()
            || card.image_url.is_some()
            || card.link.is_some()
            || !card.buttons.is_empty();
        has_more
            && !card.title.trim().is_empty()
            && limits.title.fits(&card.title)
            && card.subtitle.as_ref().is_none_or(|subtitle| limits.subtitle.fits(subtitle))
            && card.buttons.len() <= limits.buttons
            && card.buttons.iter().all(|button| {
                form::is_native(channel, button)
                    && !button.title().trim().is_empty()
                    && limits::of(channel).buttons.title.fits(button.title())
                    && limits::of(channel).buttons.payload.fits(form::payload(button))
            })
    };
    cards.len() <= limits.count && cards.iter().all(one)
}

fn element(card: &Card) -> Result<Value, CannotSend> {
    let mut element = Map::from_iter([("title".to_owned(), card.title.as_str().into())]);
    let mut set = |key: &str, value: Value| element.insert(key.to_owned(), value);
    if let Some(subtitle) = &card.subtitle {
        set("subtitle", subtitle.as_str().into());
    }
    if let Some(url) = &card.image_url {
        set("image_url", url.as_str().into());
    }
    if let Some(url) = &card.link {
        set("default_action", json!({ "type": "web_url", "url": url }));
    }
    if !card.buttons.is_empty() {
        let buttons: Vec<Value> = card.buttons.iter().map(button).collect::<Result<_, _>>()?;
        set("buttons", buttons.into());
    }
    Ok(element.into())
}

//! The form of a Messenger or Instagram `message`: keys, lengths, counts.

use serde_json::{Map, Value};

use super::error::{GraphError, GraphResult};
use super::shape::{Dialect, Shape};
use crate::limits::Weight;
use crate::state::Channel;

/// Longest Messenger text, in characters.
const MESSENGER_TEXT: usize = 2_000;
/// Longest Instagram text, in bytes.
const INSTAGRAM_TEXT: usize = 1_000;
const METADATA: usize = 1_000;
const QUICK_REPLIES: usize = 13;
const TITLE: usize = 20;
const PAYLOAD: usize = 1_000;
const BUTTON_TEXT: usize = 640;
const ELEMENT_TEXT: usize = 80;
/// Where the files of a media template are.
const FACEBOOK: [&str; 4] =
    ["facebook.com", "www.facebook.com", "m.facebook.com", "business.facebook.com"];

/// What the form depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) channel: Channel,
    /// See [`crate::config::Settings::insecure_login`].
    pub(crate) insecure_login: bool,
}

/// Checks a message and says what it counts as.
pub(crate) fn check(rules: Rules, message: &Map<String, Value>) -> GraphResult<Weight> {
    let value = Value::Object(message.clone());
    let shape = Shape::of(Dialect::Page, "message", &value)?;
    shape.only(&[
        "text",
        "attachment",
        "attachments",
        "quick_replies",
        "metadata",
        "sticker_id",
        "template",
    ])?;
    let kinds = ["text", "attachment", "attachments", "sticker_id", "template"];
    match kinds.iter().filter(|key| shape.has(key)).count() {
        0 => {
            return Err(GraphError::new(100, Some(2_018_034), "Message cannot be empty"));
        }
        1 => {}
        _ => {
            return Err(GraphError::parameter(
                "Only one of text, attachment, template and sticker_id is allowed in a message.",
            ));
        }
    }
    check_text(rules.channel, &shape)?;
    shape.text_max("metadata", METADATA)?;
    check_quick_replies(rules.channel, &shape)?;
    check_attachments(rules, &shape)
}

fn check_text(channel: Channel, shape: &Shape<'_>) -> GraphResult<()> {
    if !shape.has("text") {
        return Ok(());
    }
    let text = shape.need_text("text")?;
    match channel {
        Channel::Instagram if text.len() > INSTAGRAM_TEXT => Err(GraphError::new(
            100,
            Some(2_534_015),
            "The message text must be 1000 bytes of UTF-8 or less.",
        )),
        Channel::Instagram => Ok(()),
        _ => shape.text_max("text", MESSENGER_TEXT).map(|_| ()),
    }
}

fn check_quick_replies(channel: Channel, shape: &Shape<'_>) -> GraphResult<()> {
    for reply in shape.objects("quick_replies", 1, QUICK_REPLIES)?.unwrap_or_default() {
        reply.only(&["content_type", "title", "payload", "image_url"])?;
        let kind =
            reply.need_one_of("content_type", &["text", "user_phone_number", "user_email"])?;
        if kind != "text" {
            continue;
        }
        // Instagram shortens a long title instead of refusing it.
        if channel == Channel::Instagram {
            reply.need_text("title")?;
        } else {
            reply.need_text_max("title", TITLE)?;
        }
        reply.need_text_max("payload", PAYLOAD)?;
    }
    Ok(())
}

fn check_attachments(rules: Rules, shape: &Shape<'_>) -> GraphResult<Weight> {
    let mut list = shape.objects("attachments", 1, 10)?.unwrap_or_default();
    if rules.channel != Channel::Instagram && shape.has("attachments") {
        return Err(GraphError::parameter(
            "Invalid keys \"attachments\" were found in param \"message\".",
        ));
    }
    list.extend(shape.object("attachment")?);
    let mut weight = Weight::Text;
    for attachment in &list {
        attachment.only(&["type", "payload"])?;
        let kinds: &[&str] = match rules.channel {
            Channel::Instagram => &[
                "image",
                "video",
                "audio",
                "file",
                "template",
                "MEDIA_SHARE",
                "like_heart",
                "sticker",
            ],
            _ => &["image", "video", "audio", "file", "template", "sticker"],
        };
        match attachment.need_one_of("type", kinds)? {
            "template" => check_template(rules, &attachment.need_object("payload")?)?,
            "like_heart" => {}
            kind => {
                check_medium(&attachment.need_object("payload")?)?;
                if matches!(kind, "audio" | "video") {
                    weight = Weight::Media;
                }
            }
        }
    }
    Ok(weight)
}

fn check_medium(payload: &Shape<'_>) -> GraphResult<()> {
    payload.only(&["url", "is_reusable", "attachment_id", "id", "sticker_id"])?;
    if let Some(url) = payload.text("url")? {
        return match url::Url::parse(url) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(()),
            _ => Err(payload.bad("url", "should represent a valid URL")),
        };
    }
    let named = ["attachment_id", "id", "sticker_id", "is_reusable"];
    if named.iter().any(|key| payload.has(key)) {
        return Ok(());
    }
    Err(payload.missing("url"))
}

fn check_template(rules: Rules, payload: &Shape<'_>) -> GraphResult<()> {
    let messenger = [
        "generic",
        "button",
        "media",
        "receipt",
        "product",
        "coupon",
        "customer_feedback",
        "image_grid",
        "airline_boardingpass",
        "airline_checkin",
        "airline_itinerary",
        "airline_update",
        "notification_messages",
    ];
    let kinds = match rules.channel {
        Channel::Instagram => &["generic", "button", "product"][..],
        _ => &messenger[..],
    };
    match payload.need_one_of("template_type", kinds)? {
        "button" => {
            payload.only(&["template_type", "text", "buttons", "sharable"])?;
            payload.need_text_max("text", BUTTON_TEXT)?;
            let buttons = payload.need_objects("buttons", 1, 3)?;
            buttons.iter().try_for_each(|button| check_button(rules, button))
        }
        "generic" => {
            payload.only(&["template_type", "elements", "sharable", "image_aspect_ratio"])?;
            let elements = payload.need_objects("elements", 1, 10)?;
            elements.iter().try_for_each(|element| check_element(rules, element))
        }
        "media" => {
            payload.only(&["template_type", "elements", "sharable"])?;
            let elements = payload.need_objects("elements", 1, 1)?;
            elements.iter().try_for_each(|element| check_media_element(rules, element))
        }
        _ => Ok(()),
    }
}

/// Source: Messenger Platform "Media template" (22 April 2026). What is elsewhere must be uploaded.
fn check_media_element(rules: Rules, element: &Shape<'_>) -> GraphResult<()> {
    element.only(&["media_type", "attachment_id", "url", "buttons"])?;
    element.need_one_of("media_type", &["image", "video"])?;
    match (element.has("attachment_id"), element.text("url")?) {
        (true, None) => {}
        (false, Some(url)) if is_on_facebook(url) => {}
        (false, Some(_)) => {
            return Err(GraphError::parameter(
                "Invalid media template url: it must be the URL of a photo or video on Facebook.",
            ));
        }
        _ => {
            return Err(GraphError::parameter(
                "A media template element must have exactly one of attachment_id and url.",
            ));
        }
    }
    let buttons = element.objects("buttons", 1, 3)?.unwrap_or_default();
    buttons.iter().try_for_each(|button| check_button(rules, button))
}

fn is_on_facebook(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| {
        let is_web = matches!(url.scheme(), "http" | "https");
        is_web && url.host_str().is_some_and(|host| FACEBOOK.contains(&host))
    })
}

fn check_element(rules: Rules, element: &Shape<'_>) -> GraphResult<()> {
    element.only(&["title", "subtitle", "image_url", "default_action", "buttons"])?;
    element.need_text_max("title", ELEMENT_TEXT)?;
    element.text_max("subtitle", ELEMENT_TEXT)?;
    if element.map().len() < 2 {
        return Err(element.bad("title", "cannot be the only property of an element"));
    }
    let buttons = element.objects("buttons", 1, 3)?.unwrap_or_default();
    buttons.iter().try_for_each(|button| check_button(rules, button))
}

fn check_button(rules: Rules, button: &Shape<'_>) -> GraphResult<()> {
    let messenger =
        ["web_url", "postback", "phone_number", "account_link", "account_unlink", "game_play"];
    let kinds = match rules.channel {
        Channel::Instagram => &["web_url", "postback"][..],
        _ => &messenger[..],
    };
    match button.need_one_of("type", kinds)? {
        "web_url" => {
            button.need_text_max("title", TITLE)?;
            button.need_text("url").map(|_| ())
        }
        "postback" => {
            button.only(&["type", "title", "payload"])?;
            button.need_text_max("title", TITLE)?;
            button.need_text_max("payload", PAYLOAD).map(|_| ())
        }
        "phone_number" => {
            button.need_text_max("title", TITLE)?;
            let number = button.need_text("payload")?;
            if number.starts_with('+') {
                return Ok(());
            }
            Err(button.bad("payload", "must be a phone number that starts with +"))
        }
        "account_link" => {
            button.only(&["type", "url"])?;
            let url = button.need_text("url")?;
            if url.starts_with("https://") || rules.insecure_login {
                return Ok(());
            }
            Err(button.bad("url", "must use HTTPS"))
        }
        "account_unlink" => button.only(&["type"]),
        _ => Ok(()),
    }
}

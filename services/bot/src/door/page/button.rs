//! Buttons and quick replies.

use serde_json::Value;
use switchboard_domain::content::{Button, QuickReply};

use super::{list, text, word};
use crate::door::fault::Fault;

/// Meta shows so many characters of a title and cuts off the rest; what it means stays whole. (Messenger
/// Platform "Quick Replies", "Buttons")
const SHOWN: usize = 20;

/// A title as customers see it.
fn title(of: &Value) -> Result<String, Fault> {
    let whole = word(of, "title")?;
    Ok(whole.chars().take(SHOWN).collect::<String>().trim_end().to_owned())
}

/// The quick replies of a message.
pub(super) fn quick_replies(message: &Value) -> Result<Vec<QuickReply>, Fault> {
    let none =
        message.get("quick_replies").is_none_or(|it| it.as_array().is_some_and(Vec::is_empty));
    if none {
        return Ok(Vec::new());
    }
    list(message, "quick_replies")?.iter().map(quick_reply).collect()
}

fn quick_reply(reply: &Value) -> Result<QuickReply, Fault> {
    Ok(match text(reply, "content_type").as_deref().unwrap_or("text") {
        "text" => {
            let payload = text(reply, "payload").map_or_else(|| word(reply, "title"), Ok)?;
            let image_url = text(reply, "image_url");
            QuickReply::Choice { title: title(reply)?, payload, image_url }
        }
        "user_phone_number" => QuickReply::Phone,
        "user_email" => QuickReply::Email,
        other => return Err(Fault::parameter(format!("(#100) no quick reply of type {other}"))),
    })
}

/// The buttons of a template or of one of its elements; there may be none.
pub(super) fn buttons(holder: &Value) -> Result<Vec<Button>, Fault> {
    let buttons = holder.get("buttons").and_then(Value::as_array);
    buttons.into_iter().flatten().map(button).collect()
}

fn button(button: &Value) -> Result<Button, Fault> {
    let title = || title(button);
    Ok(match word(button, "type")?.as_str() {
        "web_url" => Button::Link { title: title()?, url: word(button, "url")? },
        "postback" => Button::Reply { title: title()?, payload: word(button, "payload")? },
        "phone_number" => Button::Call { title: title()?, phone: word(button, "payload")? },
        "account_link" => Button::LogIn { url: Some(word(button, "url")?) },
        "account_unlink" => Button::LogOut,
        other => return Err(Fault::parameter(format!("(#100) no button of type {other}"))),
    })
}

//! Messenger's and Instagram's Send API, as bots call it, in the words of the domain. What Content has
//! no word for is said in another form; what cannot be said at all is refused, never cut.
//!
//! Source: Messenger Platform "Send API", "Templates", "Sender actions"; Instagram "Send messages".

mod attachment;
mod button;
mod receipt;
mod template;

pub(super) use attachment::keep as keep_attachment;
use serde_json::{Map, Value, json};
use switchboard_domain::{Content, content::Button, ids::MessageId};

use super::{
    call::{Call, text},
    fault::Fault,
    messages::{Act, Around, Deed, To, name},
};

/// Above buttons or quick replies that a bot hangs under a picture: here they hang under words.
const POINTER: &str = "\u{1f447}";

/// Reads a call.
pub(super) fn read(call: &Call) -> Result<Deed, Fault> {
    let missing = || match call.fields.get("recipient") {
        Some(_) => Fault::parameter("(#100) A recipient has an id, a comment_id or a post_id here"),
        None => Fault::parameter("(#100) The parameter recipient is required"),
    };
    let to = call.fields.get("recipient").and_then(|recipient| text(recipient, "id"));
    let to = To::Customer(to.ok_or_else(missing)?);
    let message = call.fields.get("message");
    let acts = match (call.text("sender_action"), message) {
        (Some(_), Some(_)) => {
            return Err(Fault::parameter("(#100) sender_action goes without a message"));
        }
        (Some(action), None) => act(call, &action)?,
        (None, Some(message)) => {
            let reply_to = call.fields.get("reply_to").or_else(|| message.get("reply_to"));
            let reply_to = reply_to.and_then(|reply_to| text(reply_to, "mid"));
            let metadata = attached(text(message, "metadata"))?;
            let around = Around { reply_to, metadata, persona: call.text("persona_id") };
            let pass = call.fields.get("thread_control").and_then(|it| text(it, "control_type"));
            let pass = pass.filter(|kind| kind == "pass").map(|_| Act::HandOff(None));
            [Act::Say(contents(message)?, around)].into_iter().chain(pass).collect()
        }
        (None, None) => return Err(Fault::parameter("(#100) The parameter message is required")),
    };
    Ok(Deed { to, acts })
}

/// What Meta answers.
pub(super) fn sent(to: &str, message: Option<MessageId>) -> Value {
    let mut answer = Map::from_iter([("recipient_id".to_owned(), to.into())]);
    answer.extend(message.map(|id| ("message_id".to_owned(), name("m_", id).into())));
    answer.into()
}

fn act(call: &Call, action: &str) -> Result<Vec<Act>, Fault> {
    let wrong = || Fault::parameter("(#100) there is no such sender_action, or it lacks something");
    Ok(match action.to_ascii_lowercase().as_str() {
        "typing_on" => vec![Act::Typing],
        // It ends by itself.
        "typing_off" => Vec::new(),
        "mark_seen" => vec![Act::Seen],
        action @ ("react" | "unreact") => {
            let payload = call.fields.get("payload").ok_or_else(wrong)?;
            let target = text(payload, "message_id").ok_or_else(wrong)?;
            let emoji = text(payload, "reaction").filter(|_| action == "react");
            vec![Act::Say(vec![Content::Reaction { target, emoji }], Around::default())]
        }
        _ => return Err(wrong()),
    })
}

/// What a bot attaches for itself. (Send API: at most 1,000 characters)
fn attached(metadata: Option<String>) -> Result<Option<String>, Fault> {
    match metadata.as_ref().is_some_and(|metadata| metadata.chars().count() > 1_000) {
        true => Err(Fault::parameter("(#100) metadata has at most 1,000 characters")),
        false => Ok(metadata),
    }
}

/// What a message says.
pub(super) fn contents(message: &Value) -> Result<Vec<Content>, Fault> {
    let mut contents = match (text(message, "text"), attachment::all(message)?) {
        (Some(text), None) => vec![Content::Text { text }],
        (None, Some(attachments)) => attachments,
        (Some(_), Some(_)) => {
            return Err(Fault::parameter("(#100) a message has a text or an attachment, not both"));
        }
        (None, None) => return Err(Fault::parameter("(#100) Message cannot be empty")),
    };
    let replies = button::quick_replies(message)?;
    if !replies.is_empty() {
        let words = match contents.pop() {
            Some(Content::Text { text }) => text,
            other => {
                contents.extend(other);
                POINTER.to_owned()
            }
        };
        contents.push(Content::QuickReplies { text: words, replies });
    }
    Ok(contents)
}

/// Buttons below what takes none here.
fn below(buttons: Vec<Button>) -> Option<Content> {
    let some = !buttons.is_empty();
    some.then(|| Content::Prompt { text: POINTER.to_owned(), buttons })
}

/// A list that must be there.
fn list<'a>(value: &'a Value, key: &str) -> Result<&'a [Value], Fault> {
    let list = value.get(key).and_then(Value::as_array).filter(|list| !list.is_empty());
    list.map(Vec::as_slice).ok_or_else(|| Fault::parameter(format!("(#100) {key} is a list")))
}

/// A text that must be there.
fn word(value: &Value, key: &str) -> Result<String, Fault> {
    text(value, key)
        .ok_or_else(|| Fault::parameter(format!("(#100) The parameter {key} is required")))
}

/// Meta's answer to a kept attachment.
fn kept(id: &str) -> Value {
    json!({ "attachment_id": id })
}

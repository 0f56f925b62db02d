//! Who answers: a bot passes the conversation to people, and may ask for it back. It never takes it.
//!
//! Source: Messenger Platform "Conversation Routing".

use serde_json::{Value, json};
use switchboard_domain::conversation::BotAct;

use super::{
    Door,
    call::{Call, text},
    fault::Fault,
    guest::{Guest, Listener},
};

/// Whether an edge is about who answers.
pub(super) fn is_one(edge: &str) -> bool {
    ["pass_thread_control", "request_thread_control", "take_thread_control", "thread_control"]
        .contains(&edge)
}

/// Does what a call says.
pub(super) async fn post(
    door: &Door,
    guest: &Guest,
    call: &Call,
    edge: &str,
) -> Result<Value, Fault> {
    if !guest.is_me(&call.node) {
        return Err(Fault::no_such(&call.node));
    }
    let named = call.fields.get("recipient").and_then(|recipient| text(recipient, "id"));
    let named = named.or_else(|| call.text("recipient")).or_else(|| call.text("to"));
    let to = named.ok_or_else(|| Fault::parameter("(#100) param recipient must be non-empty."))?;
    let to = Listener::known(guest.conversation(door, &to).await?);
    let note = call.text("metadata");
    // WhatsApp has one edge, and says what in the body.
    let action = call.text("action").map(|action| format!("{action}_thread_control"));
    match action.as_deref().filter(|_| edge == "thread_control").unwrap_or(edge) {
        "pass_thread_control" => {
            guest.may_speak(&to.record)?;
            guest.does(door, &to, BotAct::HandOff { note }).await?;
        }
        "request_thread_control" => {
            guest.does(door, &to, BotAct::AskBack { note }).await?;
        }
        "take_thread_control" => guest.may_speak(&to.record)?,
        other => return Err(Fault::parameter(format!("(#100) there is no {other} here"))),
    }
    Ok(json!({ "success": true }))
}

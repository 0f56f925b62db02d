//! `POST /{phone-number-id}/thread_control`: giving a WhatsApp conversation to the
//! Meta Business Agent, or taking it.
//!
//! Meta documents the `standby` field only; the call is as its partners show it.

use serde_json::{Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::shape::{Dialect, Shape};
use super::{auth, unknown_path, whatsapp};
use crate::state::World;
use crate::state::directory::Account;
use crate::state::tokens::Token;

/// Handles the call.
pub(crate) fn control(
    world: &mut World,
    call: &Call,
    token: &Token,
    account: &Account,
) -> GraphResult<Value> {
    if call.method != "POST" || !auth::reaches(world, token, account) {
        return Err(unknown_path(call));
    }
    auth::whatsapp_scope(token, "whatsapp_business_messaging")?;
    let shape = Shape::root(Dialect::WhatsApp, &call.params);
    shape.only(&["messaging_product", "to", "recipient", "action", "metadata"])?;
    if shape.need_text("messaging_product")? != "whatsapp" {
        return Err(shape.bad("messaging_product", "must be whatsapp"));
    }
    let action = shape.need_one_of("action", &["pass", "release", "take"])?;
    let Some(target) = whatsapp::target(world, account, call) else {
        return Err(shape.missing("to"));
    };
    if !world.directory.customers.contains_key(&target.key) {
        return Err(shape.bad("to", "is not a customer of this number"));
    }
    if !world.controls.has_agent(&account.id) {
        return Err(GraphError::whatsapp(100, "No Meta Business Agent answers on this number."));
    }
    if action != "take" {
        world.controls.release(&target.key);
    } else if world.controls.may_take(&account.id, &token.app_id) {
        world.controls.answered(&target.key, &token.app_id);
    } else {
        let details = "This app may not take control of conversations.";
        return Err(GraphError::whatsapp(2_494_191, details));
    }
    Ok(json!({"success": true}))
}

//! WhatsApp statuses that do not come by themselves: `played`, a late `failed`,
//! or one that comes twice or late.

use serde_json::Value;

use super::{Refusal, text_at};
use crate::graph::error::GraphError;
use crate::state::directory::{Account, Customer};
use crate::state::thread::{Progress, Side};
use crate::state::{Channel, World};
use crate::webhooks::Event;
use crate::webhooks::events::Status;

/// The event of `{"status":{"id","status","code"}}`.
pub(super) fn event(
    world: &mut World,
    account: &Account,
    customer: &Customer,
    given: &Value,
    now_ms: i64,
) -> Result<Event, Refusal> {
    let id = text_at(given, "id").unwrap_or_default();
    let status = text_at(given, "status").unwrap_or_default();
    let message = world.threads.message(&id).filter(|message| message.from == Side::Business);
    let Some(message) = message.filter(|_| account.channel == Channel::WhatsApp) else {
        return Err(Refusal::Status);
    };
    let callback_data = message.marker.clone();
    let (progress, error) = match status.as_str() {
        "sent" => (Progress::Sent, None),
        "delivered" => (Progress::Delivered, None),
        "read" | "played" => (Progress::Read, None),
        "failed" => {
            let code = given.get("code").and_then(Value::as_i64).unwrap_or(131_026);
            let details = text_at(given, "details").unwrap_or_default();
            (Progress::Failed, Some(GraphError::whatsapp(code, &details)))
        }
        _ => return Err(Refusal::Status),
    };
    world.threads.progress(&id, progress);
    let status = Status {
        account,
        customer,
        wamid: &id,
        status: &status,
        callback_data: callback_data.as_deref(),
        category: "service",
        free_entry: None,
        error: error.as_ref(),
        at_ms: now_ms,
    };
    Ok(status.event())
}

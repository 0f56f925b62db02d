//! What the three send endpoints have in common.

use serde_json::Value;

use super::error::GraphError;
use crate::limits::Exceeded;
use crate::state::directory::Account;
use crate::state::ledger::Violation;
use crate::state::thread::Progress;
use crate::state::{ThreadKey, World};
use crate::webhooks::Event;

/// The conversation that a send is about.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) account: Account,
    pub(crate) key: ThreadKey,
}

/// An accepted call.
#[derive(Debug)]
pub(crate) struct Accepted {
    /// Answer body.
    pub(crate) body: Value,
    /// None for actions that are no message.
    pub(crate) message_id: Option<String>,
    /// Webhooks it causes.
    pub(crate) events: Vec<Event>,
    /// False when a `failed` status follows: the customer never sees it.
    pub(crate) reached: bool,
    /// WhatsApp may accept a message, fail it by status, and answer an error too.
    pub(crate) late_error: Option<GraphError>,
}

/// Notes a call over a limit.
pub(crate) fn over_limit(world: &mut World, key: &ThreadKey, exceeded: Exceeded, now_ms: i64) {
    world.ledger.violate(Violation {
        at: now_ms,
        limit: exceeded.limit.to_owned(),
        account: key.account.clone(),
        customer: key.customer.clone(),
        code: exceeded.code,
    });
}

/// Moves a fresh message as far as the settings say phones do by themselves.
pub(crate) fn progress(world: &mut World, message_id: &str) {
    if !world.settings.auto_deliver {
        return;
    }
    let to = if world.settings.auto_read { Progress::Read } else { Progress::Delivered };
    world.threads.progress(message_id, to);
}

//! WhatsApp's own block list at Meta (ADR 29): whoever is blocked or unblocked here, however that came,
//! is to be on it or off it, if the account wants that. Outbound tells Meta.

use std::time::Duration;

use switchboard_contract::{Body, convert::account_shard, wire::BlockRequest};
use switchboard_domain::{
    Channel,
    conversation::{Event, EventKind},
};
use switchboard_lane::Out;
use switchboard_queue::Topic;

use super::{cache::Loaded, effects::recipient, integrators::Before};

/// WhatsApp takes only those onto its list who wrote within this time. ("Block users")
const RECENT: Duration = Duration::from_secs(24 * 3_600);

/// Puts the request, if the event blocked or unblocked the customer, or if one who was blocked writes
/// after so long a silence that WhatsApp has not taken them. Who was put on the list is taken off it
/// even if the account does not want the list any more: outbound knows.
pub(super) fn tell(loaded: &Loaded, event: &Event, before: &Before, out: &mut Out) {
    if loaded.account.channel != Channel::WhatsApp {
        return;
    }
    let (blocked, wanted) =
        (loaded.record.state.blocked.is_some(), loaded.account.settings.block_at_meta);
    let changed = blocked != before.blocked;
    let due = changed || is_back(event, before);
    if !due || (blocked && !wanted) || (!blocked && !changed) {
        return;
    }
    let record = &loaded.record;
    let request = BlockRequest {
        workspace_id: record.workspace.to_string(),
        account_id: record.account.to_string(),
        conversation_id: record.state.id.to_string(),
        conversation_shard: record.shard.number().into(),
        recipient: Some(recipient(loaded)),
        blocked,
    };
    let topic = Topic::Outbound(account_shard(record.account));
    out.put(topic, format!("block:{}", event.id), Body::BlockRequest(request));
}

/// Whether the customer writes after a silence.
fn is_back(event: &Event, before: &Before) -> bool {
    let recent = before.customer_wrote_at.is_some_and(|at| event.now.since(at) < RECENT);
    matches!(event.kind, EventKind::Customer(_)) && !recent
}

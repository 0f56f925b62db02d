//! WhatsApp's own block list at Meta (ADR 29): whoever is blocked or unblocked here, however that came,
//! is to be on it or off it, if the account wants that. Outbound tells Meta.

use switchboard_contract::{Body, convert::account_shard, wire::BlockRequest};
use switchboard_domain::{Channel, conversation::Event};
use switchboard_lane::Out;
use switchboard_queue::Topic;

use super::{cache::Loaded, effects::recipient, integrators::Before};

/// Puts the request, if the event blocked or unblocked the customer. Who was put on the list is taken
/// off it even if the account does not want the list any more: outbound knows.
pub(super) fn tell(loaded: &Loaded, event: &Event, before: &Before, out: &mut Out) {
    let blocked = loaded.record.state.blocked.is_some();
    let changed = blocked != before.blocked && loaded.account.channel == Channel::WhatsApp;
    if !changed || (blocked && !loaded.account.settings.block_at_meta) {
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

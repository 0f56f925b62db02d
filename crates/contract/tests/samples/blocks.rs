//! Customers who are blocked.

use switchboard_contract::{
    Body,
    wire::{self, agent_action::Action},
};
use switchboard_domain::{Timestamp, conversation::Blocked};

const ID: &str = "0190b1a2-0000-7000-8000-000000000000";

pub(crate) fn all() -> Vec<(&'static str, Body)> {
    let reason = "insults".to_owned();
    let block = Blocked {
        by: ID.parse().unwrap(),
        at: Timestamp::from_secs(1_790_000_000),
        reason: reason.clone(),
    };
    let joined = wire::ConversationJoined {
        workspace_id: ID.into(),
        conversation_id: ID.into(),
        from_conversation_id: ID.into(),
        unread: 0,
        block: Some(block.into()),
    };
    vec![
        ("agent_block", action(Action::Block(wire::agent_action::Block { reason }))),
        ("agent_unblock", action(Action::Unblock(wire::Empty {}))),
        ("conversation_joined_blocked", Body::ConversationJoined(joined)),
        ("block_request", Body::BlockRequest(request())),
        ("block_report", Body::BlockReport(report())),
    ]
}

fn request() -> wire::BlockRequest {
    let phone = Some("15550001111".to_owned());
    wire::BlockRequest {
        workspace_id: ID.into(),
        account_id: ID.into(),
        conversation_id: ID.into(),
        conversation_shard: 3,
        recipient: Some(wire::Recipient { phone, ..wire::Recipient::default() }),
        blocked: true,
    }
}

fn report() -> wire::BlockReport {
    wire::BlockReport {
        workspace_id: ID.into(),
        conversation_id: ID.into(),
        blocked: true,
        refused: Some("the list is full".into()),
    }
}

fn action(action: Action) -> Body {
    Body::AgentAction(wire::AgentAction {
        workspace_id: ID.into(),
        conversation_id: ID.into(),
        agent_id: ID.into(),
        action: Some(action),
    })
}

//! What a conversation is told of its send, and the desk of an account.

use switchboard_contract::{
    Body,
    convert::conversation_shard,
    wire::{DeskEvent, SendReport, SendRequest, send_report::Outcome},
};
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, WorkspaceId},
    shard::ConversationShard,
};
use switchboard_lane::Out;
use switchboard_queue::Topic;

/// A report on its way, in the trace of the message it is about.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    shard: ConversationShard,
    /// Follows from the send, the try and the outcome: told twice it counts once.
    id: String,
    report: SendReport,
    trace: (String, String),
}

impl Report {
    /// `None` when the request names no shard of conversations, which is looked at when it is taken
    /// up.
    pub(crate) fn new(
        request: &SendRequest,
        attempt: u32,
        word: &str,
        (outcome, code): (Outcome, Option<i64>),
    ) -> Option<Self> {
        Some(Self {
            shard: conversation_shard(request.conversation_shard).ok()?,
            id: format!("report:{}:{attempt}:{word}", request.send_id),
            report: SendReport {
                workspace_id: request.workspace_id.clone(),
                conversation_id: request.conversation_id.clone(),
                message_id: request.message_id.clone(),
                send_id: request.send_id.clone(),
                outcome: Some(outcome),
                code,
            },
            trace: (request.traceparent.clone(), request.tracestate.clone()),
        })
    }

    pub(crate) fn put(self, out: &mut Out) {
        out.belongs_to(self.trace);
        out.put(Topic::Inbound(self.shard), self.id, Body::SendReport(self.report));
    }
}

/// Tells the pages that an account stopped sending, or sends again.
pub(crate) fn tell_desk(workspace: WorkspaceId, account: AccountId, now: Timestamp, out: &mut Out) {
    let hint = DeskEvent {
        workspace_id: workspace.to_string(),
        topic: "accounts".into(),
        ..DeskEvent::default()
    };
    let id = format!("health:{account}:{}", now.as_micros());
    out.put(Topic::DeskEvents, id, Body::DeskEvent(hint));
}

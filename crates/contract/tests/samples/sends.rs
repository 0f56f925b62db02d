//! What goes to outbound with every field, and how it fails.

use switchboard_contract::{Body, wire};
use switchboard_domain::{Content, conversation::SendOutcome};

const ID: &str = "0190b1a2-0000-7000-8000-000000000000";

pub(crate) fn all() -> Vec<(&'static str, Body)> {
    let as_persona = wire::SendRequest {
        workspace_id: ID.into(),
        account_id: ID.into(),
        conversation_id: ID.into(),
        conversation_shard: 31,
        send_id: ID.into(),
        message_id: ID.into(),
        content: Some(Content::text("Hello").into()),
        sender: "bot".into(),
        label: "response".into(),
        not_after_us: 1_790_000_000_000_000,
        reply_to: Some("m_1".into()),
        persona: Some("61".into()),
        ..wire::SendRequest::default()
    };
    let refused = wire::SendReport {
        workspace_id: ID.into(),
        conversation_id: ID.into(),
        message_id: ID.into(),
        send_id: ID.into(),
        outcome: Some(SendOutcome::Failed { reason: "Too late.".into() }.into()),
        code: Some(131_047),
    };
    vec![
        ("send_request_as_persona", Body::SendRequest(as_persona)),
        ("send_report_refused", Body::SendReport(refused)),
    ]
}

//! What other software is told of an event: kept in the transaction that applies it (ADR 0017).
//!
//! Ids derive from the event's, so doing the work again after a crash names the same things.

use serde_json::{Value, json};
use switchboard_domain::{
    Content, Timestamp,
    conversation::{
        Author, Conversation, Effect, Event, EventKind, LinkingChange, MessageStatus, NewMessage,
        Status, SurveyChange,
    },
    ids::{MessageId, NewsId, UserId},
};
use switchboard_store::{
    Db, StoreError,
    webhooks::events::{self, RAW},
};

use super::cache::Loaded;

/// What a conversation was before an event.
pub(super) struct Before {
    fresh: bool,
    pub(super) status: &'static str,
    pub(super) agent: Option<UserId>,
    /// Which wait, if it waited.
    pub(super) ticket: Option<u64>,
    snoozed_until: Option<Timestamp>,
    pub(super) blocked: bool,
    pub(super) customer_wrote_at: Option<Timestamp>,
}

impl Before {
    pub(super) fn of(state: &Conversation) -> Self {
        Self {
            fresh: state.revision == 0,
            status: status_word(&state.status),
            agent: agent(&state.status),
            ticket: match state.status {
                Status::Waiting { ticket, .. } => Some(ticket),
                _ => None,
            },
            blocked: state.blocked.is_some(),
            customer_wrote_at: state.customer_wrote_at,
            snoozed_until: snoozed_until(&state.status),
        }
    }
}

impl Before {
    /// Whether the customer was blocked.
    pub(super) fn is_blocked(&self) -> bool {
        self.blocked
    }
}

/// Keeps what integrators of the workspace want to know of an event that was applied.
pub(super) fn tell(
    db: &mut Db,
    loaded: &Loaded,
    (event, raw): (&Event, Option<&str>),
    (before, effects): (&Before, &[Effect]),
) -> Result<(), StoreError> {
    if loaded.wanted.is_empty() {
        return Ok(());
    }
    // Of what a blocked customer does, only that they wrote is told.
    let quiet = before.blocked && is_customers(&event.kind);
    let mut news = Vec::new();
    if let Some(raw) = raw.filter(|_| !quiet) {
        // What is no JSON is told as the text it is.
        let value = serde_json::from_str(raw).unwrap_or_else(|_| Value::String(raw.to_owned()));
        news.push((RAW, json!({ "event": value })));
    }
    if before.fresh {
        news.push(("conversation.created", json!({})));
    }
    if !quiet {
        news.extend(linking(&event.kind));
    }
    news.extend(overdue(&event.kind));
    news.extend(effects.iter().filter_map(of_effect));
    news.extend(moved(before, &loaded.record.state.status));
    for (index, (kind, data)) in news.into_iter().enumerate() {
        if loaded.wanted.iter().any(|wanted| wanted == kind) {
            keep(db, loaded, event, (index, kind, data))?;
        }
    }
    Ok(())
}

fn keep(
    db: &mut Db,
    loaded: &Loaded,
    event: &Event,
    (index, kind, mut data): (usize, &'static str, Value),
) -> Result<(), StoreError> {
    let (record, contact) = (&loaded.record, &loaded.contact);
    let name = format!("{}/{}/{index}", record.state.id, event.id);
    let id = format!("evt_{}", NewsId::derive(&name).uuid().simple());
    if let Some(data) = data.as_object_mut() {
        data.insert("conversation_id".into(), json!(record.state.id));
        data.insert("account_id".into(), json!(record.account));
        data.insert("channel".into(), json!(loaded.account.channel.as_str()));
        data.insert("contact".into(), json!({"id": contact.id, "name": contact.name}));
    }
    let body = json!({
        "id": id,
        "type": kind,
        "version": 1,
        "timestamp": event.now.as_millis(),
        "workspace_id": record.workspace,
        "data": data,
    });
    let event = events::Event {
        id,
        workspace: record.workspace,
        conversation: record.state.id,
        kind,
        body: body.to_string(),
        at: event.now,
    };
    events::keep(db, &event)
}

/// Whether it is the customer who did it.
fn is_customers(kind: &EventKind) -> bool {
    match kind {
        EventKind::Customer(_)
        | EventKind::Rated(_)
        | EventKind::Revised { .. }
        | EventKind::Happened(_) => true,
        EventKind::Linking(change) => {
            !matches!(change, LinkingChange::Unlinked { by_agent: true, .. })
        }
        _ => false,
    }
}

fn linking(kind: &EventKind) -> Option<(&'static str, Value)> {
    let EventKind::Linking(change) = kind else { return None };
    match change {
        LinkingChange::Linked { customer_number, customer_name, .. } => Some((
            "contact.linked",
            json!({"customer_number": customer_number, "customer_name": customer_name}),
        )),
        LinkingChange::Unlinked { customer_number, by_agent, .. } => Some((
            "contact.unlinked",
            json!({"customer_number": customer_number, "by_agent": by_agent}),
        )),
        LinkingChange::Refused { .. } => None,
    }
}

fn overdue(kind: &EventKind) -> Option<(&'static str, Value)> {
    let EventKind::Overdue { target } = kind else { return None };
    Some(("sla.breached", json!({"target": target})))
}

fn of_effect(effect: &Effect) -> Option<(&'static str, Value)> {
    match effect {
        Effect::Append(message) => appended(message),
        Effect::Mark { message, status, reason, .. } => {
            let kind = fate_kind(*status)?;
            Some((kind, json!({"message_id": message, "reason": reason})))
        }
        Effect::MarkUpTo { watermark, status } => {
            let until = json!({"all_sent_until": watermark.as_millis()});
            fate_kind(*status).map(|kind| (kind, until))
        }
        Effect::Restart { message, status, reason, .. } => failed(*message, *status, reason),
        Effect::Survey { survey, change: SurveyChange::Rated { score } } => {
            Some(("survey.answered", json!({"survey_id": survey, "score": score})))
        }
        Effect::Survey { survey, change: SurveyChange::Commented { text, .. } } => {
            Some(("survey.answered", json!({"survey_id": survey, "comment": text})))
        }
        _ => None,
    }
}

/// Notes are for colleagues, and lines of the transcript for agents.
fn appended(message: &NewMessage) -> Option<(&'static str, Value)> {
    let inside = matches!(message.content, Content::Note { .. } | Content::Notice(_));
    if inside {
        return None;
    }
    let kind = match (message.author, message.status) {
        (Author::Customer, _) => "message.received",
        (_, MessageStatus::Failed) => "message.failed",
        _ => "message.created",
    };
    let data = json!({
        "message_id": message.id,
        "author": message.author,
        "content": message.content,
        "reason": message.reason,
        "written_at": message.at.as_millis(),
        "blocked": message.context.blocked,
    });
    Some((kind, data))
}

fn failed(
    message: MessageId,
    status: MessageStatus,
    reason: &Option<String>,
) -> Option<(&'static str, Value)> {
    let kind = fate_kind(status)?;
    Some((kind, json!({"message_id": message, "reason": reason})))
}

fn fate_kind(status: MessageStatus) -> Option<&'static str> {
    match status {
        MessageStatus::Sent => Some("message.sent"),
        MessageStatus::Delivered => Some("message.delivered"),
        MessageStatus::Read => Some("message.read"),
        MessageStatus::Failed => Some("message.failed"),
        MessageStatus::Received | MessageStatus::Pending | MessageStatus::Uncertain => None,
    }
}

fn moved(before: &Before, now: &Status) -> Vec<(&'static str, Value)> {
    let (status, agent) = (status_word(now), agent(now));
    let mut news = Vec::new();
    if before.status != status {
        let change = json!({"from": before.status, "status": status});
        news.push(("conversation.status_changed", change));
    }
    if agent.is_some() && before.agent != agent {
        news.push(("conversation.assigned", json!({"agent_id": agent, "from": before.agent})));
    }
    let (was, is) = (before.snoozed_until, snoozed_until(now));
    match is {
        Some(until) if was != is => {
            news.push(("conversation.snoozed", json!({"until": until.as_millis()})));
        }
        None if was.is_some() => news.push(("conversation.unsnoozed", json!({}))),
        _ => {}
    }
    news
}

fn snoozed_until(status: &Status) -> Option<Timestamp> {
    match status {
        Status::Snoozed { until, .. } => Some(*until),
        _ => None,
    }
}

fn status_word(status: &Status) -> &'static str {
    match status {
        Status::Bot => "bot",
        Status::Waiting { .. } => "waiting",
        Status::Agent { .. } => "agent",
        Status::Snoozed { .. } => "snoozed",
        Status::Resolved => "resolved",
    }
}

fn agent(status: &Status) -> Option<UserId> {
    match status {
        Status::Agent { agent } => Some(*agent),
        _ => None,
    }
}

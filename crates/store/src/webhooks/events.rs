//! What happened. Written by router; whether it was given out by desk, which removes what is old.
//!
//! A conversation has one writer, so what happened in it is committed in the order of the numbers,
//! and whoever sees one event of it sees those before.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{ConversationId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    db::on,
    schema::webhook_events::{self, dsl},
};

/// Every kind of event, as endpoints name it.
pub const KINDS: &[&str] = &[
    "conversation.created",
    "conversation.status_changed",
    "conversation.assigned",
    "conversation.snoozed",
    "conversation.unsnoozed",
    "message.received",
    "message.created",
    "message.sent",
    "message.delivered",
    "message.read",
    "message.failed",
    "contact.linked",
    "contact.unlinked",
    "sla.breached",
    "survey.answered",
    RAW,
];

/// The kind of Meta's own events.
pub const RAW: &str = "meta.raw";

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Names it for ever, to receivers too.
    pub id: String,
    /// Whose.
    pub workspace: WorkspaceId,
    /// Where.
    pub conversation: ConversationId,
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// What is posted: JSON.
    pub body: String,
    /// When.
    pub at: Timestamp,
}

/// Keeps an event to be given out.
///
/// # Errors
/// As any write.
pub fn keep(db: &mut Db, event: &Event) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(&event.id),
        dsl::workspace_id.eq(event.workspace.to_string()),
        dsl::conversation_id.eq(event.conversation.to_string()),
        dsl::kind.eq(event.kind),
        dsl::body.eq(&event.body),
        dsl::at.eq(event.at.as_micros()),
    );
    on!(db, conn => diesel::insert_into(webhook_events::table)
        .values(row)
        .on_conflict(dsl::id)
        .do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Forgets what happened before a time, and its deliveries.
///
/// # Errors
/// As any write.
pub fn forget(db: &mut Db, before: Timestamp) -> Result<usize, StoreError> {
    use crate::schema::webhook_deliveries as deliveries;
    let old = webhook_events::table.filter(dsl::at.lt(before.as_micros()));
    let theirs = deliveries::table.filter(deliveries::seq.eq_any(old.select(dsl::seq)));
    on!(db, conn => diesel::delete(theirs).execute(conn))?;
    Ok(on!(db, conn => diesel::delete(old).execute(conn))?)
}

/// Erases what was to be told of a conversation. For router, when a person is erased.
///
/// # Errors
/// As any write.
pub fn erase(db: &mut Db, conversation: ConversationId) -> Result<(), StoreError> {
    use crate::schema::webhook_deliveries as deliveries;
    let id = conversation.to_string();
    let theirs = deliveries::table.filter(deliveries::conversation_id.eq(&id));
    on!(db, conn => diesel::delete(theirs).execute(conn))?;
    let events = webhook_events::table.filter(dsl::conversation_id.eq(&id));
    on!(db, conn => diesel::delete(events).execute(conn))?;
    Ok(())
}

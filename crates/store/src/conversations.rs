//! Conversations: the state that the router works on, and the columns that people filter by.
//! Written by router.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    conversation::{Conversation, Status, Thread},
    dispatch::Priority,
    ids::{AccountId, ContactId, ConversationId, WorkspaceId},
    shard::ConversationShard,
};

use crate::{
    Db, StoreError, changes,
    convert::{from_json, parse, signed, small, to_json},
    db::on,
    schema::conversations::{self, dsl},
};

/// A conversation as the router holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The account it is with.
    pub account: AccountId,
    /// The customer.
    pub contact: ContactId,
    /// Where it lives.
    pub shard: ConversationShard,
    /// What decisions depend on.
    pub state: Conversation,
    /// A line of the last message.
    pub preview: String,
    /// When that was.
    pub last_message_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = conversations)]
struct Row {
    workspace_id: String,
    account_id: String,
    contact_id: String,
    shard: i32,
    state: String,
    preview: String,
    last_message_at: i64,
}

impl TryFrom<Row> for Record {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let shard = u16::try_from(row.shard).ok().and_then(ConversationShard::new);
        let found = row.shard.to_string();
        let field = "conversations.shard";
        Ok(Self {
            workspace: parse("conversations.workspace_id", &row.workspace_id)?,
            account: parse("conversations.account_id", &row.account_id)?,
            contact: parse("conversations.contact_id", &row.contact_id)?,
            shard: shard.ok_or(StoreError::Corrupt { field, found })?,
            state: from_json("conversations.state", &row.state)?,
            preview: row.preview,
            last_message_at: Timestamp::from_micros(row.last_message_at),
        })
    }
}

/// The conversation of that id, in whatever workspace: the router is told ids by its own shard.
///
/// # Errors
/// As any read.
pub fn load(db: &mut Db, id: ConversationId) -> Result<Option<Record>, StoreError> {
    let query = conversations::table.filter(dsl::id.eq(id.to_string()));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Record::try_from).transpose()
}

/// Where a conversation lives.
///
/// # Errors
/// As any read.
pub fn shard_of(
    db: &mut Db,
    workspace: WorkspaceId,
    id: ConversationId,
) -> Result<Option<ConversationShard>, StoreError> {
    let record = load(db, id)?;
    Ok(record.filter(|record| record.workspace == workspace).map(|record| record.shard))
}

/// Writes a conversation, new or changed, and takes the next place among the changes of its shard.
///
/// # Errors
/// As any write.
pub fn save(db: &mut Db, record: &Record, now: Timestamp) -> Result<(), StoreError> {
    let position = changes::one(db, record.workspace, record.shard)?;
    save_at(db, record, position, now)
}

/// Writes a conversation, new or changed, at a place among the changes of its shard that
/// [`changes::advance`] gave.
///
/// # Errors
/// As any write.
pub fn save_at(
    db: &mut Db,
    record: &Record,
    position: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let state = &record.state;
    let (status, agent, team) = match &state.status {
        Status::Bot => ("bot", None, state.team),
        Status::Waiting { team, .. } => ("waiting", None, Some(*team)),
        Status::Agent { agent } => ("agent", Some(agent), state.team),
        Status::Snoozed { agent, .. } => ("snoozed", Some(agent), state.team),
        Status::Resolved => ("resolved", None, state.team),
    };
    let snoozed_until = match state.status {
        Status::Snoozed { until, .. } => Some(until.as_micros()),
        _ => None,
    };
    let (thread, thread_app) = match &state.thread {
        Thread::Ours => ("ours", None),
        Thread::Elsewhere { app, .. } => ("elsewhere", app.as_deref()),
    };
    let priority = state.priority.map(Priority::as_str);
    let block = state.blocked.as_ref();
    let set = (
        dsl::position.eq(position),
        (
            dsl::blocked_at.eq(block.map(|block| block.at.as_micros())),
            dsl::blocked_by.eq(block.map(|block| block.by.to_string())),
            dsl::blocked_because.eq(block.map(|block| block.reason.clone())),
        ),
        (dsl::thread.eq(thread), dsl::thread_app.eq(thread_app)),
        dsl::priority.eq(priority),
        (dsl::status.eq(status), dsl::snoozed_until.eq(snoozed_until)),
        dsl::agent_id.eq(agent.map(ToString::to_string)),
        dsl::team_id.eq(team.map(|team| team.to_string())),
        dsl::state.eq(to_json("conversations.state", state)?),
        dsl::revision.eq(signed(state.revision)),
        dsl::unread.eq(small(state.unread)),
        dsl::preview.eq(&record.preview),
        dsl::customer_wrote_at.eq(state.customer_wrote_at.map(Timestamp::as_micros)),
        dsl::last_message_at.eq(record.last_message_at.as_micros()),
    );
    let row = (
        dsl::id.eq(state.id.to_string()),
        dsl::workspace_id.eq(record.workspace.to_string()),
        dsl::account_id.eq(record.account.to_string()),
        dsl::contact_id.eq(record.contact.to_string()),
        dsl::shard.eq(i32::from(record.shard.number())),
        dsl::created_at.eq(now.as_micros()),
        set.clone(),
    );
    on!(db, conn => diesel::insert_into(conversations::table)
        .values(row)
        .on_conflict(dsl::id)
        .do_update()
        .set(set)
        .execute(conn))?;
    Ok(())
}

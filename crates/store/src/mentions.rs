//! Whom notes are for. Written by router; what a person has seen of them by desk.

use diesel::prelude::*;
use switchboard_domain::{
    Content, Timestamp,
    ids::{ConversationId, MessageId, UserId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{from_json, parse, parse_some, time},
    db::on,
    schema::{mentions, messages, users},
};

/// A note that somebody is to read.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// The note.
    pub message: MessageId,
    /// Where it is.
    pub conversation: ConversationId,
    /// Who wrote it.
    pub by: Option<UserId>,
    /// What it says.
    pub content: Content,
    /// When it was written.
    pub at: Timestamp,
}

/// Notes that a note is for these users; those who are none are left out.
///
/// # Errors
/// As any write.
pub fn add(
    db: &mut Db,
    workspace: WorkspaceId,
    (conversation, message): (ConversationId, MessageId),
    whom: &[UserId],
    now: Timestamp,
) -> Result<(), StoreError> {
    let wanted: Vec<String> = whom.iter().map(ToString::to_string).collect();
    let known = users::table
        .filter(users::workspace_id.eq(workspace.to_string()))
        .filter(users::id.eq_any(wanted))
        .select(users::id);
    let known: Vec<String> = on!(db, conn => known.load(conn))?;
    for user in known {
        let row = (
            mentions::user_id.eq(user),
            mentions::message_id.eq(message.to_string()),
            mentions::conversation_id.eq(conversation.to_string()),
            mentions::workspace_id.eq(workspace.to_string()),
            mentions::at.eq(now.as_micros()),
        );
        on!(db, conn => diesel::insert_into(mentions::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn))?;
    }
    Ok(())
}

type Row = (String, String, Option<String>, String, i64);

/// The notes for a user, the latest first.
///
/// # Errors
/// As any read.
pub fn of(
    db: &mut Db,
    workspace: WorkspaceId,
    user: UserId,
    limit: i64,
) -> Result<Vec<Mention>, StoreError> {
    let query = mentions::table
        .inner_join(messages::table.on(messages::id.eq(mentions::message_id)))
        .filter(mentions::workspace_id.eq(workspace.to_string()))
        .filter(mentions::user_id.eq(user.to_string()))
        .order((mentions::at.desc(), mentions::message_id.desc()))
        .limit(limit)
        .select((
            mentions::message_id,
            mentions::conversation_id,
            messages::author_id,
            messages::content,
            mentions::at,
        ));
    let rows: Vec<Row> = on!(db, conn => query.load(conn))?;
    rows.into_iter()
        .map(|(message, conversation, by, content, at)| {
            Ok(Mention {
                message: parse("mentions.message_id", &message)?,
                conversation: parse("mentions.conversation_id", &conversation)?,
                by: parse_some("messages.author_id", by.as_deref())?,
                content: from_json("messages.content", &content)?,
                at: time(at),
            })
        })
        .collect()
}

/// Until when a user has seen the notes for them.
///
/// # Errors
/// As any read.
pub fn seen_at(db: &mut Db, workspace: WorkspaceId, user: UserId) -> Result<Timestamp, StoreError> {
    let query = users::table
        .filter(users::workspace_id.eq(workspace.to_string()))
        .filter(users::id.eq(user.to_string()))
        .select(users::mentions_seen_at);
    let at: Option<i64> = on!(db, conn => query.first(conn).optional())?;
    Ok(time(at.unwrap_or_default()))
}

/// Notes that a user has seen them until then.
///
/// # Errors
/// As any write.
pub fn see(
    db: &mut Db,
    workspace: WorkspaceId,
    user: UserId,
    until: Timestamp,
) -> Result<(), StoreError> {
    let row = users::table
        .filter(users::workspace_id.eq(workspace.to_string()))
        .filter(users::id.eq(user.to_string()));
    let set = users::mentions_seen_at.eq(until.as_micros());
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Forgets the mentions of a conversation whose notes are gone.
///
/// # Errors
/// As any write.
pub fn clear(db: &mut Db, conversation: ConversationId) -> Result<(), StoreError> {
    let rows = mentions::table.filter(mentions::conversation_id.eq(conversation.to_string()));
    on!(db, conn => diesel::delete(rows).execute(conn))?;
    Ok(())
}

//! Places for changes that are being written.

use diesel::prelude::*;
use switchboard_domain::{
    ids::{ContactId, ConversationId, WorkspaceId},
    shard::ConversationShard,
};

use crate::{
    Db, StoreError,
    convert::{parse, signed},
    db::on,
    schema::{change_heads, conversations, noted_changes, noted_heads},
};

/// Takes so many places in a shard; tells the first. They are the transaction's, and the next ones
/// nobody's until it ends.
///
/// # Errors
/// As any write.
pub fn advance(
    db: &mut Db,
    workspace: WorkspaceId,
    shard: ConversationShard,
    many: usize,
) -> Result<i64, StoreError> {
    let many: i64 = signed(many);
    let new = (
        change_heads::workspace_id.eq(workspace.to_string()),
        change_heads::shard.eq(i32::from(shard.number())),
        change_heads::position.eq(many),
    );
    let head: i64 = on!(db, conn => diesel::insert_into(change_heads::table)
        .values(new)
        .on_conflict((change_heads::workspace_id, change_heads::shard))
        .do_update()
        .set(change_heads::position.eq(change_heads::position + many))
        .returning(change_heads::position)
        .get_result(conn))?;
    Ok(head - many + 1)
}

/// Takes the next place in a shard.
///
/// # Errors
/// As any write.
pub(crate) fn one(
    db: &mut Db,
    workspace: WorkspaceId,
    shard: ConversationShard,
) -> Result<i64, StoreError> {
    advance(db, workspace, shard, 1)
}

/// Something was noted about these conversations. Call it last in a transaction: it holds up all
/// others that note something in the workspace.
///
/// # Errors
/// As any write.
pub fn noted(
    db: &mut Db,
    workspace: WorkspaceId,
    about: &[ConversationId],
) -> Result<(), StoreError> {
    if about.is_empty() {
        return Ok(());
    }
    let many: i64 = signed(about.len());
    let new = (noted_heads::workspace_id.eq(workspace.to_string()), noted_heads::position.eq(many));
    let head: i64 = on!(db, conn => diesel::insert_into(noted_heads::table)
        .values(new)
        .on_conflict(noted_heads::workspace_id)
        .do_update()
        .set(noted_heads::position.eq(noted_heads::position + many))
        .returning(noted_heads::position)
        .get_result(conn))?;
    for (position, conversation) in (head - many + 1..).zip(about) {
        let row = (
            noted_changes::conversation_id.eq(conversation.to_string()),
            noted_changes::workspace_id.eq(workspace.to_string()),
            noted_changes::position.eq(position),
        );
        on!(db, conn => diesel::insert_into(noted_changes::table)
            .values(row)
            .on_conflict(noted_changes::conversation_id)
            .do_update()
            .set(noted_changes::position.eq(position))
            .execute(conn))?;
    }
    Ok(())
}

/// Something was noted about these contacts, which their conversations show.
///
/// # Errors
/// As any write.
pub fn noted_of(
    db: &mut Db,
    workspace: WorkspaceId,
    contacts: &[ContactId],
) -> Result<(), StoreError> {
    let ids: Vec<String> = contacts.iter().map(ToString::to_string).collect();
    let query = conversations::table
        .filter(conversations::workspace_id.eq(workspace.to_string()))
        .filter(conversations::contact_id.eq_any(ids))
        .select(conversations::id);
    let found: Vec<String> = on!(db, conn => query.load(conn))?;
    let parsed: Result<Vec<_>, _> = found.iter().map(|id| parse("conversations.id", id)).collect();
    noted(db, workspace, &parsed?)
}

//! What each person is to be told. Written by desk.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{ConversationId, UserId, WorkspaceId},
    notices::NoticeKind,
};

use crate::{
    Db, StoreError,
    convert::{from_word, parse, signed, time, unsigned, word},
    db::on,
    schema::notice_items::{self, dsl},
};

/// What somebody is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Who.
    pub user: UserId,
    /// Where they work.
    pub workspace: WorkspaceId,
    /// Of which conversation.
    pub conversation: ConversationId,
    /// What.
    pub kind: NoticeKind,
    /// Which wait it is about.
    pub ticket: u64,
    /// When it happened.
    pub at: Timestamp,
}

type Row = (String, String, String, String, i64, i64);

/// Has somebody told something from then on. What they were to be told before of the same kind and
/// conversation is replaced.
///
/// # Errors
/// As any write.
pub fn put(db: &mut Db, item: &Item, due: Timestamp) -> Result<(), StoreError> {
    let fresh = (
        dsl::ticket.eq(signed(item.ticket)),
        dsl::at.eq(item.at.as_micros()),
        dsl::due_at.eq(due.as_micros()),
        dsl::mail_id.eq(None::<String>),
    );
    let row = (
        dsl::user_id.eq(item.user.to_string()),
        dsl::conversation_id.eq(item.conversation.to_string()),
        dsl::kind.eq(word("notice_items.kind", &item.kind)?),
        dsl::workspace_id.eq(item.workspace.to_string()),
        fresh.clone(),
    );
    on!(db, conn => diesel::insert_into(notice_items::table)
        .values(row)
        .on_conflict((dsl::user_id, dsl::conversation_id, dsl::kind))
        .do_update()
        .set(fresh)
        .execute(conn))?;
    Ok(())
}

/// What somebody is to be told by now and no mail tells, what happened first first.
///
/// # Errors
/// As any read.
pub fn due(
    db: &mut Db,
    (workspace, user): (WorkspaceId, UserId),
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Item>, StoreError> {
    let query = notice_items::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::user_id.eq(user.to_string()))
        .filter(dsl::due_at.le(now.as_micros()))
        .filter(dsl::mail_id.is_null())
        .order((dsl::at, dsl::conversation_id, dsl::kind))
        .limit(limit)
        .select((
            dsl::user_id,
            dsl::workspace_id,
            dsl::conversation_id,
            dsl::kind,
            dsl::ticket,
            dsl::at,
        ));
    let rows: Vec<Row> = on!(db, conn => query.load(conn))?;
    rows.into_iter().map(from_row).collect()
}

/// Has something not told; nothing if it was replaced meanwhile.
///
/// # Errors
/// As any write.
pub fn drop(db: &mut Db, item: &Item) -> Result<(), StoreError> {
    let row = notice_items::table
        .filter(dsl::user_id.eq(item.user.to_string()))
        .filter(dsl::conversation_id.eq(item.conversation.to_string()))
        .filter(dsl::kind.eq(word("notice_items.kind", &item.kind)?))
        .filter(dsl::at.eq(item.at.as_micros()));
    on!(db, conn => diesel::delete(row).execute(conn))?;
    Ok(())
}

fn from_row((user, workspace, conversation, kind, ticket, at): Row) -> Result<Item, StoreError> {
    Ok(Item {
        user: parse("notice_items.user_id", &user)?,
        workspace: parse("notice_items.workspace_id", &workspace)?,
        conversation: parse("notice_items.conversation_id", &conversation)?,
        kind: from_word("notice_items.kind", &kind)?,
        ticket: unsigned("notice_items.ticket", ticket)?,
        at: time(at),
    })
}

//! What there is to tell. Written by router; removed by desk.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{ConversationId, UserId, WorkspaceId},
    notices::NoticeKind,
};

use crate::{
    Db, StoreError,
    convert::{from_word, parse, parse_some, signed, time, unsigned, word},
    db::on,
    schema::notices::{self, dsl},
};

/// Something that people may want to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Where.
    pub conversation: ConversationId,
    /// What.
    pub kind: NoticeKind,
    /// Whom it is about; `None`: whoever answers for the conversation.
    pub user: Option<UserId>,
    /// Which wait it is about; 0 when none.
    pub ticket: u64,
    /// When.
    pub at: Timestamp,
}

type Row = (i64, String, String, String, Option<String>, i64, i64);

/// Keeps it until a desk takes it. The transaction that says that its event was applied says that
/// it is kept, too.
///
/// # Errors
/// As any write.
pub fn keep(db: &mut Db, notice: &Notice) -> Result<(), StoreError> {
    let row = (
        dsl::workspace_id.eq(notice.workspace.to_string()),
        dsl::conversation_id.eq(notice.conversation.to_string()),
        dsl::kind.eq(word("notices.kind", &notice.kind)?),
        dsl::user_id.eq(notice.user.map(|user| user.to_string())),
        dsl::ticket.eq(signed(notice.ticket)),
        dsl::at.eq(notice.at.as_micros()),
    );
    on!(db, conn => diesel::insert_into(notices::table).values(row).execute(conn))?;
    Ok(())
}

/// Whether a desk has something to take.
///
/// # Errors
/// As any read.
pub fn any(db: &mut Db) -> Result<bool, StoreError> {
    let query = notices::table.select(dsl::seq);
    let one: Option<i64> = on!(db, conn => query.first(conn).optional())?;
    Ok(one.is_some())
}

/// Takes up to `limit` of them, in order: they are gone when the transaction is kept.
///
/// # Errors
/// As any write.
pub fn take(db: &mut Db, limit: i64) -> Result<Vec<Notice>, StoreError> {
    let query = notices::table.order(dsl::seq).limit(limit).select((
        dsl::seq,
        dsl::workspace_id,
        dsl::conversation_id,
        dsl::kind,
        dsl::user_id,
        dsl::ticket,
        dsl::at,
    ));
    let rows: Vec<Row> = match db {
        // What another replica takes at the same time is left to it.
        Db::Postgres(conn) => query.for_update().skip_locked().load(&mut **conn)?,
        Db::Sqlite(conn) => query.load(&mut **conn)?,
    };
    let taken: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let gone = notices::table.filter(dsl::seq.eq_any(taken));
    on!(db, conn => diesel::delete(gone).execute(conn))?;
    rows.into_iter().map(from_row).collect()
}

/// Forgets what happened before a time and nobody took.
///
/// # Errors
/// As any write.
pub fn forget(db: &mut Db, before: Timestamp) -> Result<usize, StoreError> {
    let old = notices::table.filter(dsl::at.lt(before.as_micros()));
    Ok(on!(db, conn => diesel::delete(old).execute(conn))?)
}

fn from_row(
    (_, workspace, conversation, kind, user, ticket, at): Row,
) -> Result<Notice, StoreError> {
    Ok(Notice {
        workspace: parse("notices.workspace_id", &workspace)?,
        conversation: parse("notices.conversation_id", &conversation)?,
        kind: from_word("notices.kind", &kind)?,
        user: parse_some("notices.user_id", user.as_deref())?,
        ticket: unsigned("notices.ticket", ticket)?,
        at: time(at),
    })
}

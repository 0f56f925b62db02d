//! Texts that agents write often. Written by desk.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{CannedReplyId, TeamId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{parse, parse_some, time},
    db::on,
    schema::canned_replies::{self, dsl},
};

/// A text that agents write often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedReply {
    /// Names it here.
    pub id: CannedReplyId,
    /// The team that has it; `None`: everybody.
    pub team: Option<TeamId>,
    /// What an agent types to find it; no two of a workspace have the same.
    pub shortcut: String,
    /// The text, with `{{ }}` where something is filled in.
    pub text: String,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

type Row = (String, Option<String>, String, String, i64);

fn from_row((id, team, shortcut, text, updated_at): Row) -> Result<CannedReply, StoreError> {
    Ok(CannedReply {
        id: parse("canned_replies.id", &id)?,
        team: parse_some("canned_replies.team_id", team.as_deref())?,
        shortcut,
        text,
        updated_at: time(updated_at),
    })
}

/// All of a workspace, by shortcut.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<CannedReply>, StoreError> {
    let query = canned_replies::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .order((dsl::shortcut, dsl::id))
        .select((dsl::id, dsl::team_id, dsl::shortcut, dsl::text, dsl::updated_at));
    let rows: Vec<Row> = on!(db, conn => query.load(conn))?;
    rows.into_iter().map(from_row).collect()
}

/// Adds one, or changes the one of that id.
///
/// # Errors
/// [`StoreError::Exists`] when another has the shortcut.
pub fn put(db: &mut Db, workspace: WorkspaceId, reply: &CannedReply) -> Result<(), StoreError> {
    let set = (
        dsl::team_id.eq(reply.team.map(|team| team.to_string())),
        dsl::shortcut.eq(&reply.shortcut),
        dsl::text.eq(&reply.text),
        dsl::updated_at.eq(reply.updated_at.as_micros()),
    );
    let row = (
        dsl::id.eq(reply.id.to_string()),
        dsl::workspace_id.eq(workspace.to_string()),
        set.clone(),
    );
    on!(db, conn => diesel::insert_into(canned_replies::table)
        .values(row)
        .on_conflict(dsl::id)
        .do_update()
        .set(set)
        .execute(conn))?;
    Ok(())
}

/// Takes one away.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn remove(db: &mut Db, workspace: WorkspaceId, id: CannedReplyId) -> Result<(), StoreError> {
    let row = canned_replies::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let rows = on!(db, conn => diesel::delete(row).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("canned reply")) }
}

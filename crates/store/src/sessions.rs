//! Who is logged in. Written by desk. A token itself is never kept, only its hash: what is read
//! here logs nobody in.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{UserId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{parse, time},
    db::on,
    schema::sessions::{self, dsl},
};

/// Someone who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The hash of the token that proves it.
    pub token_hash: String,
    /// Who.
    pub user: UserId,
    /// Where.
    pub workspace: WorkspaceId,
    /// What a write must present besides.
    pub csrf: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

type Row = (String, String, String, String, i64);

fn from_row((token_hash, user, workspace, csrf, expires_at): Row) -> Result<Session, StoreError> {
    Ok(Session {
        token_hash,
        user: parse("sessions.user_id", &user)?,
        workspace: parse("sessions.workspace_id", &workspace)?,
        csrf,
        expires_at: time(expires_at),
    })
}

/// Begins a session.
///
/// # Errors
/// As any write.
pub fn add(db: &mut Db, session: &Session, now: Timestamp) -> Result<(), StoreError> {
    let row = (
        dsl::token_hash.eq(&session.token_hash),
        dsl::user_id.eq(session.user.to_string()),
        dsl::workspace_id.eq(session.workspace.to_string()),
        dsl::csrf.eq(&session.csrf),
        dsl::created_at.eq(now.as_micros()),
        dsl::expires_at.eq(session.expires_at.as_micros()),
    );
    on!(db, conn => diesel::insert_into(sessions::table).values(row).execute(conn))?;
    Ok(())
}

/// The session that a token's hash proves, unless it is over: the one thing that tells the
/// workspace of a request.
///
/// # Errors
/// As any read.
pub fn find(db: &mut Db, token_hash: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
    let query = sessions::table
        .filter(dsl::token_hash.eq(token_hash))
        .filter(dsl::expires_at.gt(now.as_micros()))
        .select((dsl::token_hash, dsl::user_id, dsl::workspace_id, dsl::csrf, dsl::expires_at));
    let row: Option<Row> = on!(db, conn => query.first(conn).optional())?;
    row.map(from_row).transpose()
}

/// Lets a session last until then; it is in use.
///
/// # Errors
/// As any write.
pub fn extend(db: &mut Db, token_hash: &str, until: Timestamp) -> Result<(), StoreError> {
    let session = sessions::table.filter(dsl::token_hash.eq(token_hash));
    let set = dsl::expires_at.eq(until.as_micros());
    on!(db, conn => diesel::update(session).set(set).execute(conn))?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// As any write.
pub fn end(db: &mut Db, token_hash: &str) -> Result<(), StoreError> {
    let session = sessions::table.filter(dsl::token_hash.eq(token_hash));
    on!(db, conn => diesel::delete(session).execute(conn))?;
    Ok(())
}

/// Ends all sessions of a user, but for the one `kept`: their password changed, or they left.
///
/// # Errors
/// As any write.
pub fn end_others(
    db: &mut Db,
    workspace: WorkspaceId,
    user: UserId,
    kept: Option<&str>,
) -> Result<(), StoreError> {
    let theirs = sessions::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::user_id.eq(user.to_string()))
        // No token hashes to nothing.
        .filter(dsl::token_hash.ne(kept.unwrap_or_default()));
    on!(db, conn => diesel::delete(theirs).execute(conn))?;
    Ok(())
}

/// Forgets sessions that are over.
///
/// # Errors
/// As any write.
pub fn sweep(db: &mut Db, now: Timestamp) -> Result<usize, StoreError> {
    let over = sessions::table.filter(dsl::expires_at.le(now.as_micros()));
    Ok(on!(db, conn => diesel::delete(over).execute(conn))?)
}

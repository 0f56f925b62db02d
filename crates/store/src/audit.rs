//! Who changed what, and when. Written by desk.

use diesel::prelude::*;
use serde_json::Value;
use switchboard_domain::{
    Timestamp,
    ids::{ApiKeyId, UserId, WorkspaceId},
};
use uuid::Uuid;

use crate::{
    Db, StoreError,
    convert::{from_json, parse, parse_some, time},
    db::on,
    schema::audit_log::{self, dsl},
};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Names it; grows with time.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who, or as whom a program acted.
    pub user: UserId,
    /// The key that a program used; `None`: a person at a page.
    pub key: Option<ApiKeyId>,
    /// The operation, such as `PUT /accounts/{id}/token`.
    pub operation: String,
    /// The path that it was called by.
    pub path: String,
    /// The HTTP status that it was answered with.
    pub status: u16,
    /// What it was about beside the path, in JSON: ids and names of things.
    pub detail: Option<Value>,
}

type Row = (String, i64, String, Option<String>, String, String, i32, Option<String>);

fn from_row(
    (id, at, user, key, operation, path, status, detail): Row,
) -> Result<Entry, StoreError> {
    Ok(Entry {
        id: parse("audit_log.id", &id)?,
        at: time(at),
        user: parse("audit_log.user_id", &user)?,
        key: parse_some("audit_log.key_id", key.as_deref())?,
        operation,
        path,
        status: u16::try_from(status).unwrap_or_default(),
        detail: detail.map(|text| from_json("audit_log.detail", &text)).transpose()?,
    })
}

/// Keeps an entry.
///
/// # Errors
/// As any write.
pub fn add(db: &mut Db, workspace: WorkspaceId, entry: &Entry) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(entry.id.to_string()),
        dsl::workspace_id.eq(workspace.to_string()),
        dsl::at.eq(entry.at.as_micros()),
        dsl::user_id.eq(entry.user.to_string()),
        dsl::key_id.eq(entry.key.map(|key| key.to_string())),
        dsl::operation.eq(&entry.operation),
        dsl::path.eq(&entry.path),
        dsl::status.eq(i32::from(entry.status)),
        dsl::detail.eq(entry.detail.as_ref().map(ToString::to_string)),
    );
    on!(db, conn => diesel::insert_into(audit_log::table).values(row).execute(conn))?;
    Ok(())
}

/// A page of the log, the latest first; `before` is the last entry of the page before.
///
/// # Errors
/// As any read.
pub fn list(
    db: &mut Db,
    workspace: WorkspaceId,
    before: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = on!(db, conn => {
        let mut query = audit_log::table
            .filter(dsl::workspace_id.eq(workspace.to_string()))
            .into_boxed();
        if let Some((at, id)) = before {
            let (at, id) = (at.as_micros(), id.to_string());
            query = query.filter(dsl::at.lt(at).or(dsl::at.eq(at).and(dsl::id.lt(id))));
        }
        query
            .order((dsl::at.desc(), dsl::id.desc()))
            .limit(limit)
            .select((
                dsl::id, dsl::at, dsl::user_id, dsl::key_id, dsl::operation, dsl::path, dsl::status,
                dsl::detail,
            ))
            .load(conn)
    })?;
    rows.into_iter().map(from_row).collect()
}

/// Forgets what is older; tells how many entries there were.
///
/// # Errors
/// As any write.
pub fn forget(db: &mut Db, before: Timestamp) -> Result<usize, StoreError> {
    let old = audit_log::table.filter(dsl::at.lt(before.as_micros()));
    Ok(on!(db, conn => diesel::delete(old).execute(conn))?)
}

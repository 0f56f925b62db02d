//! Tenants. Written by desk.

use diesel::prelude::*;
use switchboard_domain::{Timestamp, ids::WorkspaceId};

use crate::{
    Db, StoreError,
    convert::parse,
    db::on,
    schema::workspaces::{self, dsl},
};

/// A tenant: users, teams, accounts and all that hangs on them belong to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Names it.
    pub id: WorkspaceId,
    /// For people.
    pub name: String,
}

type Row = (String, String);

fn from_row((id, name): Row) -> Result<Workspace, StoreError> {
    Ok(Workspace { id: parse("workspaces.id", &id)?, name })
}

/// Adds a workspace.
///
/// # Errors
/// [`StoreError::Exists`] when the id is taken.
pub fn add(db: &mut Db, workspace: &Workspace, now: Timestamp) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(workspace.id.to_string()),
        dsl::name.eq(&workspace.name),
        dsl::created_at.eq(now.as_micros()),
    );
    on!(db, conn => diesel::insert_into(workspaces::table).values(row).execute(conn))?;
    Ok(())
}

/// The workspace of that id.
///
/// # Errors
/// As any read.
pub fn by_id(db: &mut Db, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
    let query = workspaces::table.filter(dsl::id.eq(id.to_string())).select((dsl::id, dsl::name));
    let row: Option<Row> = on!(db, conn => query.first(conn).optional())?;
    row.map(from_row).transpose()
}

/// All workspaces, the oldest first; for operators.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db) -> Result<Vec<Workspace>, StoreError> {
    let query = workspaces::table.order((dsl::created_at, dsl::id)).select((dsl::id, dsl::name));
    let rows: Vec<Row> = on!(db, conn => query.load(conn))?;
    rows.into_iter().map(from_row).collect()
}

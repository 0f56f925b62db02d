//! Several things that agents often do one after the other. Written by desk, which knows what a step
//! is.

use diesel::prelude::*;
use serde_json::Value;
use switchboard_domain::{
    Timestamp,
    ids::{MacroId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{from_json, parse, to_json},
    db::on,
    schema::macros::{self, dsl},
};

/// Several steps under one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Macro {
    /// Names it here.
    pub id: MacroId,
    /// For people; no two of a workspace have the same.
    pub name: String,
    /// The steps, in order.
    pub steps: Value,
}

type Row = (String, String, String);

fn from_row((id, name, steps): Row) -> Result<Macro, StoreError> {
    Ok(Macro { id: parse("macros.id", &id)?, name, steps: from_json("macros.steps", &steps)? })
}

/// All of a workspace, by name.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<Macro>, StoreError> {
    let query = macros::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .order((dsl::name, dsl::id))
        .select((dsl::id, dsl::name, dsl::steps));
    let rows: Vec<Row> = on!(db, conn => query.load(conn))?;
    rows.into_iter().map(from_row).collect()
}

/// Adds one, or changes the one of that id.
///
/// # Errors
/// [`StoreError::Exists`] when another has the name.
pub fn put(
    db: &mut Db,
    workspace: WorkspaceId,
    of: &Macro,
    now: Timestamp,
) -> Result<(), StoreError> {
    let set = (
        dsl::name.eq(&of.name),
        dsl::steps.eq(to_json("macros.steps", &of.steps)?),
        dsl::updated_at.eq(now.as_micros()),
    );
    let row =
        (dsl::id.eq(of.id.to_string()), dsl::workspace_id.eq(workspace.to_string()), set.clone());
    on!(db, conn => diesel::insert_into(macros::table)
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
pub fn remove(db: &mut Db, workspace: WorkspaceId, id: MacroId) -> Result<(), StoreError> {
    let row = macros::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let rows = on!(db, conn => diesel::delete(row).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("macro")) }
}

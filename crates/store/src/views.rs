//! Lists of conversations that are looked at often. Written by desk.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{UserId, ViewId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::parse,
    db::on,
    schema::saved_views::{self, dsl},
};

/// A list of conversations by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Names it here.
    pub id: ViewId,
    /// Who made it.
    pub user: UserId,
    /// Whether everybody sees it.
    pub shared: bool,
    /// For people.
    pub name: String,
    /// The query of `GET /conversations`.
    pub query: String,
}

type Row = (String, String, bool, String, String);

fn from_row((id, user, shared, name, query): Row) -> Result<View, StoreError> {
    let (id, user) = (parse("saved_views.id", &id)?, parse("saved_views.user_id", &user)?);
    Ok(View { id, user, shared, name, query })
}

/// Those that a user sees: their own, and what others share.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId, user: UserId) -> Result<Vec<View>, StoreError> {
    let query = saved_views::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::shared.eq(true).or(dsl::user_id.eq(user.to_string())))
        .order((dsl::name, dsl::id))
        .select((dsl::id, dsl::user_id, dsl::shared, dsl::name, dsl::query));
    let rows: Vec<Row> = on!(db, conn => query.load(conn))?;
    rows.into_iter().map(from_row).collect()
}

/// Keeps a view; one of that id stays as it is.
///
/// # Errors
/// As any write.
pub fn add(
    db: &mut Db,
    workspace: WorkspaceId,
    view: &View,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(view.id.to_string()),
        dsl::workspace_id.eq(workspace.to_string()),
        dsl::user_id.eq(view.user.to_string()),
        dsl::shared.eq(view.shared),
        dsl::name.eq(&view.name),
        dsl::query.eq(&view.query),
        dsl::created_at.eq(now.as_micros()),
    );
    on!(db, conn => diesel::insert_into(saved_views::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Takes one away.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn remove(db: &mut Db, workspace: WorkspaceId, id: ViewId) -> Result<(), StoreError> {
    let row = saved_views::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let rows = on!(db, conn => diesel::delete(row).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("view")) }
}

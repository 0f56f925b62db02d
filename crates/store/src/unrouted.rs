//! Events that belong to no conversation: of accounts not connected here, of kinds about the
//! account, of kinds not known. Kept whole, shown to administrators. Written by router.

use diesel::prelude::*;
use switchboard_domain::{Timestamp, ids::WorkspaceId};

use crate::{
    Db, StoreError,
    db::on,
    schema::unrouted_events::{self, dsl},
};

/// An event that belongs to no conversation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = unrouted_events)]
pub struct Unrouted {
    /// Its dedupe key.
    pub id: String,
    /// Whose account it concerns, if that is known.
    pub workspace_id: Option<String>,
    /// The app key of the callback URL that it came to.
    pub app_key: String,
    /// The channel's word; empty when unknown.
    pub channel: String,
    /// The account's external id; empty when unknown.
    pub account: String,
    /// What it is.
    pub kind: String,
    /// Why it was not given to a conversation.
    pub reason: String,
    /// The event.
    pub raw: String,
    /// When it came, microseconds.
    pub received_at: i64,
}

/// Keeps an event.
///
/// # Errors
/// As any write.
pub fn keep(db: &mut Db, event: &Unrouted) -> Result<(), StoreError> {
    on!(db, conn => diesel::insert_into(unrouted_events::table)
        .values(event)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// The latest events of the workspace and of accounts that no workspace has, received before
/// `before`.
///
/// # Errors
/// As any read.
pub fn page(
    db: &mut Db,
    workspace: WorkspaceId,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Unrouted>, StoreError> {
    let query = unrouted_events::table
        .filter(dsl::workspace_id.eq(workspace.to_string()).or(dsl::workspace_id.is_null()))
        .filter(dsl::received_at.lt(before.as_micros()))
        .order(dsl::received_at.desc())
        .limit(limit);
    Ok(on!(db, conn => query.select(Unrouted::as_select()).load(conn))?)
}

//! What the business knows about a customer, in words of its own. Written by desk.

use std::collections::BTreeMap;

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{ContactId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    db::on,
    schema::contact_attributes::{self, dsl},
};

/// All that is known about a contact, by name.
///
/// # Errors
/// As any read.
pub fn of(
    db: &mut Db,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<BTreeMap<String, String>, StoreError> {
    let query = contact_attributes::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::contact_id.eq(contact.to_string()))
        .select((dsl::name, dsl::value));
    let rows: Vec<(String, String)> = on!(db, conn => query.load(conn))?;
    Ok(rows.into_iter().collect())
}

/// Sets one, or takes it away with `None`.
///
/// # Errors
/// As any write.
pub fn set(
    db: &mut Db,
    workspace: WorkspaceId,
    (contact, name): (ContactId, &str),
    value: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(value) = value else {
        let row = contact_attributes::table
            .filter(dsl::workspace_id.eq(workspace.to_string()))
            .filter(dsl::contact_id.eq(contact.to_string()))
            .filter(dsl::name.eq(name));
        on!(db, conn => diesel::delete(row).execute(conn))?;
        return Ok(());
    };
    let set = (dsl::value.eq(value), dsl::updated_at.eq(now.as_micros()));
    let row = (
        dsl::contact_id.eq(contact.to_string()),
        dsl::name.eq(name),
        dsl::workspace_id.eq(workspace.to_string()),
        set,
    );
    on!(db, conn => diesel::insert_into(contact_attributes::table)
        .values(row)
        .on_conflict((dsl::contact_id, dsl::name))
        .do_update()
        .set(set)
        .execute(conn))?;
    Ok(())
}

/// Forgets all that is known about a contact.
///
/// # Errors
/// As any write.
pub fn clear(db: &mut Db, workspace: WorkspaceId, contact: ContactId) -> Result<(), StoreError> {
    let rows = contact_attributes::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::contact_id.eq(contact.to_string()));
    on!(db, conn => diesel::delete(rows).execute(conn))?;
    Ok(())
}

//! Whom contacts turned out to be: the bond between a contact and a customer of the business, and
//! the log-ins whose code was used up. Written by router.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{ContactId, WorkspaceId},
};
use uuid::Uuid;

use crate::{
    Db, StoreError,
    convert::time,
    db::on,
    schema::{contacts, linking_codes},
};

/// Who a contact is to the business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bond {
    /// The business's number for them.
    pub customer_number: String,
    /// What the business calls them.
    pub customer_name: Option<String>,
    /// Since when it is known.
    pub since: Timestamp,
}

/// Uses a log-in's code up; false when it was used before.
///
/// # Errors
/// As any write.
pub fn use_up(db: &mut Db, nonce: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    let row =
        (linking_codes::nonce.eq(nonce.to_string()), linking_codes::used_at.eq(now.as_micros()));
    let rows = on!(db, conn => diesel::insert_into(linking_codes::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(rows == 1)
}

/// Forgets log-ins that were used up before then; their codes have long expired. Tells how many.
///
/// # Errors
/// As any write.
pub fn forget_used(db: &mut Db, before: Timestamp) -> Result<usize, StoreError> {
    let old = linking_codes::table.filter(linking_codes::used_at.lt(before.as_micros()));
    Ok(on!(db, conn => diesel::delete(old).execute(conn))?)
}

/// Binds a contact, or unbinds it.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such contact.
pub fn set(
    db: &mut Db,
    workspace: WorkspaceId,
    contact: ContactId,
    bond: Option<&Bond>,
) -> Result<(), StoreError> {
    let row = contacts::table
        .filter(contacts::workspace_id.eq(workspace.to_string()))
        .filter(contacts::id.eq(contact.to_string()));
    let set = (
        contacts::customer_number.eq(bond.map(|bond| &bond.customer_number)),
        contacts::customer_name.eq(bond.and_then(|bond| bond.customer_name.as_ref())),
        contacts::linked_at.eq(bond.map(|bond| bond.since.as_micros())),
    );
    let rows = on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("contact")) }
}

/// Who a contact is to the business, if that is known.
///
/// # Errors
/// As any read.
pub fn of(
    db: &mut Db,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Option<Bond>, StoreError> {
    let query = contacts::table
        .filter(contacts::workspace_id.eq(workspace.to_string()))
        .filter(contacts::id.eq(contact.to_string()))
        .select((contacts::customer_number, contacts::customer_name, contacts::linked_at));
    type Row = (Option<String>, Option<String>, Option<i64>);
    let row: Option<Row> = on!(db, conn => query.first(conn).optional())?;
    Ok(row.and_then(|(number, customer_name, since)| {
        let since = time(since.unwrap_or_default());
        number.map(|customer_number| Bond { customer_number, customer_name, since })
    }))
}

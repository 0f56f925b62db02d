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

/// All that is known about a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// By name.
    pub values: BTreeMap<String, String>,
    /// What was noted with a contact and is not so for the person: an earlier one says otherwise.
    pub overruled: Vec<Overruled>,
}

/// What was noted with a contact, and another of the same person says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overruled {
    /// With which.
    pub contact: ContactId,
    /// What.
    pub name: String,
    /// What was noted.
    pub value: String,
}

/// All that is known about a person by their contacts; what the first of them says wins.
///
/// # Errors
/// As any read.
pub fn of(db: &mut Db, workspace: WorkspaceId, person: &[ContactId]) -> Result<Known, StoreError> {
    let ids: Vec<String> = person.iter().map(ToString::to_string).collect();
    let query = contact_attributes::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::contact_id.eq_any(ids))
        .order(dsl::name)
        .select((dsl::contact_id, dsl::name, dsl::value));
    let rows: Vec<(String, String, String)> = on!(db, conn => query.load(conn))?;
    let mut known = Known::default();
    for contact in person {
        let noted = rows.iter().filter(|(id, ..)| *id == contact.to_string());
        for (_, name, value) in noted.cloned() {
            let winner = known.values.entry(name.clone()).or_insert_with(|| value.clone());
            if *winner != value {
                known.overruled.push(Overruled { contact: *contact, name, value });
            }
        }
    }
    Ok(known)
}

/// Sets one of a person: with the contact that wins. Taken away with `None`, it is so with all.
///
/// # Errors
/// As any write.
pub fn set(
    db: &mut Db,
    workspace: WorkspaceId,
    (person, name): (&[ContactId], &str),
    value: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let noted = if value.is_some() { person.get(..1).unwrap_or_default() } else { person };
    for contact in noted {
        note(db, workspace, (*contact, name), value, now)?;
    }
    Ok(())
}

fn note(
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

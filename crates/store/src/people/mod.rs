//! Who is who: contacts that are one person, and what agents call them (ADR 0022). Written by desk;
//! erased with the customer, by router.
//!
//! Nothing is moved when contacts are merged: each keeps its conversation, its ids and what is known
//! of it, so taking one out again loses nothing.

mod find;

use diesel::prelude::*;
pub(crate) use find::{about, called, knowing, named};
use switchboard_domain::ids::{ContactId, PersonId, WorkspaceId};

use crate::{
    Db, StoreError, changes,
    convert::{parse, parse_some},
    db::on,
    schema::{
        contacts,
        persons::{self, dsl},
        workspaces,
    },
};

/// Contacts of one person at most.
pub const MOST: usize = 20;

/// Contacts that are suggested at once.
const SUGGESTED: i64 = 50;

/// A contact that may be the same person as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suggestion {
    /// Which contact.
    pub contact: ContactId,
    /// Why.
    pub why: Why,
}

/// Why two contacts may be one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// They logged in as the same customer of the business.
    CustomerNumber,
    /// They have the same phone number.
    Phone,
}

impl Why {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Why::CustomerNumber => "customer_number",
            Why::Phone => "phone",
        }
    }
}

/// Gives a contact the name that agents call it by, or takes it away with `None`.
///
/// # Errors
/// As any write.
pub fn call(
    db: &mut Db,
    workspace: WorkspaceId,
    contact: ContactId,
    name: Option<&str>,
) -> Result<(), StoreError> {
    let row = (
        dsl::contact_id.eq(contact.to_string()),
        dsl::workspace_id.eq(workspace.to_string()),
        dsl::name.eq(name),
    );
    on!(db, conn => diesel::insert_into(persons::table)
        .values(row)
        .on_conflict(dsl::contact_id)
        .do_update()
        .set(dsl::name.eq(name))
        .execute(conn))?;
    let person = contacts_of(db, workspace, contact)?;
    changes::noted_of(db, workspace, &person)
}

/// The contacts that are the same person as this one, with it, the one that wins first. It alone,
/// when nobody else is.
///
/// # Errors
/// As any read.
pub fn contacts_of(
    db: &mut Db,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Vec<ContactId>, StoreError> {
    let Some(person) = person_of(db, workspace, contact)? else { return Ok(vec![contact]) };
    let query = persons::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::person_id.eq(person.to_string()))
        .order((dsl::place, dsl::contact_id))
        .select(dsl::contact_id);
    let found: Vec<String> = on!(db, conn => query.load(conn))?;
    found.iter().map(|id| parse("persons.contact_id", id)).collect()
}

fn person_of(
    db: &mut Db,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Option<PersonId>, StoreError> {
    let query = persons::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::contact_id.eq(contact.to_string()))
        .select(dsl::person_id);
    let found: Option<Option<String>> = on!(db, conn => query.first(conn).optional())?;
    parse_some("persons.person_id", found.flatten().as_deref())
}

/// Says that two contacts, and all that are the same person as either, are one person. What is known
/// of `kept` wins. False when they would be more than [`MOST`].
///
/// # Errors
/// As any write.
pub fn merge(
    db: &mut Db,
    workspace: WorkspaceId,
    (kept, other): (ContactId, ContactId),
    fresh: PersonId,
) -> Result<bool, StoreError> {
    one_at_a_time(db, workspace)?;
    let mut all = contacts_of(db, workspace, kept)?;
    if all.contains(&other) {
        return Ok(true);
    }
    let person = person_of(db, workspace, kept)?.unwrap_or(fresh);
    all.extend(contacts_of(db, workspace, other)?);
    if all.len() > MOST {
        return Ok(false);
    }
    for (place, contact) in (0..).zip(&all) {
        put(db, workspace, *contact, (Some(person), place))?;
    }
    changes::noted_of(db, workspace, &all)?;
    Ok(true)
}

/// Takes a contact out of its person: it is a person by itself.
///
/// # Errors
/// As any write.
pub fn split(db: &mut Db, workspace: WorkspaceId, contact: ContactId) -> Result<(), StoreError> {
    one_at_a_time(db, workspace)?;
    let all = contacts_of(db, workspace, contact)?;
    // The last of two is nobody else's either.
    let alone = if all.len() <= 2 { all.clone() } else { vec![contact] };
    for contact in alone {
        put(db, workspace, contact, (None, 0))?;
    }
    changes::noted_of(db, workspace, &all)
}

/// Forgets what agents know of a contact, and who else it is.
///
/// # Errors
/// As any write.
pub fn clear(db: &mut Db, workspace: WorkspaceId, contact: ContactId) -> Result<(), StoreError> {
    split(db, workspace, contact)?;
    let row = persons::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::contact_id.eq(contact.to_string()));
    on!(db, conn => diesel::delete(row).execute(conn))?;
    Ok(())
}

/// Contacts that may be the same person as these, for they share a phone number or a customer
/// number with one of them.
///
/// # Errors
/// As any read.
pub fn suggestions(
    db: &mut Db,
    workspace: WorkspaceId,
    person: &[ContactId],
) -> Result<Vec<Suggestion>, StoreError> {
    type Numbers = (Option<String>, Option<String>);
    let ids: Vec<String> = person.iter().map(ToString::to_string).collect();
    let known = contacts::table
        .filter(contacts::workspace_id.eq(workspace.to_string()))
        .filter(contacts::id.eq_any(ids.clone()))
        .select((contacts::phone, contacts::customer_number));
    let known: Vec<Numbers> = on!(db, conn => known.load(conn))?;
    let (phones, numbers): (Vec<_>, Vec<_>) = known.into_iter().unzip();
    let phones: Vec<String> = phones.into_iter().flatten().collect();
    let numbers: Vec<String> = numbers.into_iter().flatten().collect();
    let others = contacts::table
        .filter(contacts::workspace_id.eq(workspace.to_string()))
        .filter(contacts::id.ne_all(ids))
        .filter(
            contacts::phone
                .eq_any(phones)
                .or(contacts::customer_number.eq_any(numbers.clone()))
                .assume_not_null(),
        )
        .order(contacts::id)
        .limit(SUGGESTED)
        .select((contacts::id, contacts::customer_number));
    let others: Vec<(String, Option<String>)> = on!(db, conn => others.load(conn))?;
    let suggestion = |(id, number): (String, Option<String>)| {
        let same = number.is_some_and(|number| numbers.contains(&number));
        let why = if same { Why::CustomerNumber } else { Why::Phone };
        Ok(Suggestion { contact: parse("contacts.id", &id)?, why })
    };
    others.into_iter().map(suggestion).collect()
}

fn put(
    db: &mut Db,
    workspace: WorkspaceId,
    contact: ContactId,
    (person, place): (Option<PersonId>, i64),
) -> Result<(), StoreError> {
    let person = person.map(|person| person.to_string());
    let set = || (dsl::person_id.eq(person.clone()), dsl::place.eq(place));
    let row = (
        dsl::contact_id.eq(contact.to_string()),
        dsl::workspace_id.eq(workspace.to_string()),
        set(),
    );
    on!(db, conn => diesel::insert_into(persons::table)
        .values(row)
        .on_conflict(dsl::contact_id)
        .do_update()
        .set(set())
        .execute(conn))?;
    Ok(())
}

/// Two merges at the same time could leave a contact with nobody: they are done one by one in a
/// workspace. SQLite has one writer anyway.
fn one_at_a_time(db: &mut Db, workspace: WorkspaceId) -> Result<(), StoreError> {
    if let Db::Postgres(pooled) = db {
        let conn: &mut diesel::PgConnection = pooled;
        let row = workspaces::table
            .filter(workspaces::id.eq(workspace.to_string()))
            .select(workspaces::id)
            .for_no_key_update();
        row.first::<String>(conn).optional()?;
    }
    Ok(())
}

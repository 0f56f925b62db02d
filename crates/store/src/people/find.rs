//! Finding people: what a list of conversations asks about the customer, and who else is the same
//! person as one who fits.

use diesel::prelude::*;
use switchboard_domain::ids::WorkspaceId;

use crate::{
    Db, StoreError,
    db::on,
    inbox::lower,
    schema::{contact_attributes, contacts, persons},
};

/// People of several contacts who are found at once by one of them. Each contact that fits is found
/// by itself, however many there are.
const MOST: i64 = 500;

/// Whether a contact is called so: any of its names and numbers is like the pattern.
macro_rules! named {
    ($pattern:expr) => {{
        let pattern: String = $pattern;
        lower(contacts::name)
            .like(pattern.clone())
            .escape('\\')
            .or(lower(contacts::username).like(pattern.clone()).escape('\\'))
            .or(contacts::phone.like(pattern.clone()).escape('\\'))
            .or(lower(persons::name.nullable()).like(pattern.clone()).escape('\\'))
            .or(lower(contacts::customer_name).like(pattern.clone()).escape('\\'))
            .or(lower(contacts::customer_number).like(pattern).escape('\\'))
            .assume_not_null()
    }};
}
pub(crate) use named;

/// The conditions of a list of conversations that are about the customer. `kin` are the people who
/// fit by another of their contacts: by name, and by what is known of them.
macro_rules! about {
    ($query:expr, $filter:expr, $kin:expr) => {{
        let (mut query, filter) = ($query, $filter);
        let (called, knowing): (Vec<String>, Vec<String>) = $kin;
        if let Some(contacts) = &filter.contacts {
            let ids: Vec<String> = contacts.iter().map(ToString::to_string).collect();
            query = query.filter(conversations::contact_id.eq_any(ids));
        }
        if let Some(channel) = filter.channel {
            query = query.filter(accounts::channel.eq(channel.as_str()));
        }
        query = match filter.blocked {
            Some(true) => query.filter(conversations::blocked_at.is_not_null()),
            Some(false) => query.filter(conversations::blocked_at.is_null()),
            None => query,
        };
        if let Some(text) = &filter.called {
            let kin = persons::person_id.nullable().eq_any(called).assume_not_null();
            query = query.filter(named!(pattern(text)).or(kin));
        }
        if let Some((name, value)) = &filter.attribute {
            let kin = persons::person_id.nullable().eq_any(knowing).assume_not_null();
            let known = contact_attributes::table
                .filter(contact_attributes::name.eq(name))
                .filter(contact_attributes::value.eq(value))
                .select(contact_attributes::contact_id);
            query = query.filter(conversations::contact_id.eq_any(known).or(kin));
        }
        query
    }};
}
pub(crate) use about;

/// People of several contacts, one of which is called so.
///
/// # Errors
/// As any read.
pub(crate) fn called(
    db: &mut Db,
    workspace: WorkspaceId,
    pattern: &str,
) -> Result<Vec<String>, StoreError> {
    let query = persons::table
        .inner_join(contacts::table.on(contacts::id.eq(persons::contact_id)))
        .filter(persons::workspace_id.eq(workspace.to_string()))
        .filter(persons::person_id.is_not_null())
        .filter(named!(pattern.to_owned()))
        .select(persons::person_id.assume_not_null())
        .distinct()
        .limit(MOST);
    Ok(on!(db, conn => query.load(conn))?)
}

/// People of several contacts, of one of which this is known.
///
/// # Errors
/// As any read.
pub(crate) fn knowing(
    db: &mut Db,
    workspace: WorkspaceId,
    (name, value): (&str, &str),
) -> Result<Vec<String>, StoreError> {
    let query = persons::table
        .inner_join(
            contact_attributes::table.on(contact_attributes::contact_id.eq(persons::contact_id)),
        )
        .filter(persons::workspace_id.eq(workspace.to_string()))
        .filter(persons::person_id.is_not_null())
        .filter(contact_attributes::name.eq(name))
        .filter(contact_attributes::value.eq(value))
        .select(persons::person_id.assume_not_null())
        .distinct()
        .limit(MOST);
    Ok(on!(db, conn => query.load(conn))?)
}

//! Message templates, as Meta listed them last, by the id of whoever owns them: a WhatsApp business
//! account or a Page. Written by outbound.

use diesel::prelude::*;
use serde_json::Value;
use switchboard_domain::{Timestamp, ids::WorkspaceId};

use crate::{
    Db, StoreError,
    convert::{from_json, time, to_json},
    db::on,
    schema::templates::{self, dsl},
};

/// A template in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Meta's id of it.
    pub id: String,
    /// Its name; several languages share one.
    pub name: String,
    /// Such as `en_US`.
    pub language: String,
    /// Meta's word for its state.
    pub status: String,
    /// Meta's word for its category.
    pub category: String,
    /// All that Meta listed of it.
    pub definition: Value,
    /// When Meta listed it.
    pub synced_at: Timestamp,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = templates)]
struct Row {
    workspace_id: String,
    business_id: String,
    id: String,
    name: String,
    language: String,
    status: String,
    category: String,
    definition: String,
    synced_at: i64,
}

impl TryFrom<Row> for Template {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            name: row.name,
            language: row.language,
            status: row.status,
            category: row.category,
            definition: from_json("templates.definition", &row.definition)?,
            synced_at: time(row.synced_at),
        })
    }
}

/// Replaces all templates of an owner by what Meta listed now.
///
/// # Errors
/// As any write.
pub fn replace(
    db: &mut Db,
    workspace: WorkspaceId,
    owner: &str,
    listed: &[Template],
) -> Result<(), StoreError> {
    let before = templates::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::business_id.eq(owner));
    on!(db, conn => diesel::delete(before).execute(conn))?;
    for template in listed {
        let row = || {
            Ok::<_, StoreError>(Row {
                workspace_id: workspace.to_string(),
                business_id: owner.to_owned(),
                id: template.id.clone(),
                name: template.name.clone(),
                language: template.language.clone(),
                status: template.status.clone(),
                category: template.category.clone(),
                definition: to_json("templates.definition", &template.definition)?,
                synced_at: template.synced_at.as_micros(),
            })
        };
        on!(db, conn => diesel::insert_into(templates::table)
            .values(row()?)
            .on_conflict_do_nothing()
            .execute(conn))?;
    }
    Ok(())
}

/// The templates of an owner, by name and language.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId, owner: &str) -> Result<Vec<Template>, StoreError> {
    let query = templates::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::business_id.eq(owner))
        .order((dsl::name, dsl::language, dsl::id));
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(Template::try_from).collect()
}

/// The template of that name in that language.
///
/// # Errors
/// As any read.
pub fn find(
    db: &mut Db,
    workspace: WorkspaceId,
    owner: &str,
    (name, language): (&str, &str),
) -> Result<Option<Template>, StoreError> {
    let query = templates::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::business_id.eq(owner))
        .filter(dsl::name.eq(name))
        .filter(dsl::language.eq(language));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Template::try_from).transpose()
}

/// Notes that Meta says another state of a template before it lists it again.
///
/// # Errors
/// As any write.
pub fn set_status(
    db: &mut Db,
    workspace: WorkspaceId,
    owner: &str,
    (name, language): (&str, &str),
    status: &str,
) -> Result<(), StoreError> {
    let row = templates::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::business_id.eq(owner))
        .filter(dsl::name.eq(name))
        .filter(dsl::language.eq(language));
    on!(db, conn => diesel::update(row).set(dsl::status.eq(status)).execute(conn))?;
    Ok(())
}

//! What a workspace has chosen for all who did not choose. Written by desk.

use diesel::prelude::*;
use switchboard_domain::{ids::WorkspaceId, notices::Choice};

use super::choices;
use crate::{
    Db, StoreError,
    db::on,
    schema::notice_defaults::{self, dsl},
};

const FIELD: &str = "notice_defaults.choice";

/// What a workspace has chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Defaults {
    /// For all who did not choose.
    pub choice: Choice,
    /// Whether mails may repeat what customers wrote.
    pub words: bool,
}

/// What the workspace has chosen; ours when nothing.
///
/// # Errors
/// As any read.
pub fn get(db: &mut Db, workspace: WorkspaceId) -> Result<Defaults, StoreError> {
    let query = notice_defaults::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .select((dsl::choice, dsl::wants, dsl::words));
    let row: Option<(String, Option<String>, bool)> =
        on!(db, conn => query.first(conn).optional())?;
    let Some((choice, wants, words)) = row else { return Ok(Defaults::default()) };
    Ok(Defaults { choice: choices::read(FIELD, &choice, wants.as_deref())?, words })
}

/// Chooses.
///
/// # Errors
/// As any write.
pub fn set(db: &mut Db, workspace: WorkspaceId, defaults: &Defaults) -> Result<(), StoreError> {
    let (choice, wants) = choices::write(FIELD, &defaults.choice)?;
    let set = (dsl::choice.eq(choice), dsl::wants.eq(Some(wants)), dsl::words.eq(defaults.words));
    let row = (dsl::workspace_id.eq(workspace.to_string()), set.clone());
    on!(db, conn => diesel::insert_into(notice_defaults::table)
        .values(row)
        .on_conflict(dsl::workspace_id)
        .do_update()
        .set(set)
        .execute(conn))?;
    Ok(())
}

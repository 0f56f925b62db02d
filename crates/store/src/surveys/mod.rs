//! How accounts ask their customers how it went (written by desk), and what came of it
//! ([`answers`], written by router).

pub mod answers;

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, WorkspaceId},
    survey::Settings,
};

use crate::{
    Db, StoreError,
    convert::{from_json, to_json},
    db::on,
    schema::surveys::{self, dsl},
};

/// How an account asks; `None`: that was never said.
///
/// # Errors
/// As any read.
pub fn of(
    db: &mut Db,
    workspace: WorkspaceId,
    account: AccountId,
) -> Result<Option<Settings>, StoreError> {
    let query = surveys::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::account_id.eq(account.to_string()))
        .select(dsl::settings);
    let found: Option<String> = on!(db, conn => query.first(conn).optional())?;
    found.map(|settings| from_json("surveys.settings", &settings)).transpose()
}

/// Says how an account is to ask. The account is one of the workspace.
///
/// # Errors
/// As any write.
pub fn set(
    db: &mut Db,
    (workspace, account): (WorkspaceId, AccountId),
    settings: &Settings,
    now: Timestamp,
) -> Result<(), StoreError> {
    let set = (
        dsl::settings.eq(to_json("surveys.settings", settings)?),
        dsl::updated_at.eq(now.as_micros()),
    );
    let row = (
        dsl::account_id.eq(account.to_string()),
        dsl::workspace_id.eq(workspace.to_string()),
        set.clone(),
    );
    on!(db, conn => diesel::insert_into(surveys::table)
        .values(row)
        .on_conflict(dsl::account_id)
        .do_update()
        .set(set)
        .execute(conn))?;
    Ok(())
}

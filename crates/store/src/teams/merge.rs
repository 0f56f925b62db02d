//! Merging a team into another. Its id stands for the other from then on, so that what names it
//! still, on its way or put aside, is answered by the other's members (ADR 27).

use std::collections::BTreeMap;

use diesel::{
    define_sql_function,
    prelude::*,
    sql_types::{Nullable, Text},
};
use switchboard_domain::{
    dispatch::Overflow,
    ids::{TeamId, WorkspaceId},
};

use super::by_id;
use crate::{
    Db, StoreError,
    convert::parse,
    db::on,
    schema::{
        accounts, canned_replies, macros, mailboxes, notice_defaults, saved_views, team_members,
        team_settings, team_sla, teams,
    },
    teamwork,
};

define_sql_function! {
    /// A text with one part in place of another.
    fn replace(text: Text, from: Text, to: Text) -> Text;
}

define_sql_function! {
    /// The same of a text that may not be there.
    #[sql_name = "replace"]
    fn replace_some(text: Nullable<Text>, from: Text, to: Text) -> Nullable<Text>;
}

/// Has rows name the other team. Ids are found as text: they are as long and occur nowhere else.
macro_rules! lead {
    ($db:expr, $workspace:expr, $id:expr => $into:expr, $table:ident.$column:ident by $replace:ident) => {{
        let rows = $table::table.filter($table::workspace_id.eq($workspace.to_string()));
        let led = $replace($table::$column, $id.to_string(), $into.to_string());
        let set = $table::$column.eq(led);
        on!($db, conn => diesel::update(rows).set(set).execute(conn))?;
    }};
}

/// Takes away what a team has to itself.
macro_rules! drop_own {
    ($db:expr, $id:expr, $table:ident) => {{
        let own = $table::table.filter($table::team_id.eq($id.to_string()));
        on!($db, conn => diesel::delete(own).execute(conn))?;
    }};
}

/// Merges a team into another: what it answers for, its replies, and who helps out by it. Its
/// members, hours and promises are none any more; what it did keeps its name in reports. Again is the
/// same as once.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no two such teams.
pub fn merge(
    db: &mut Db,
    workspace: WorkspaceId,
    id: TeamId,
    into: TeamId,
) -> Result<(), StoreError> {
    if merged(db, workspace)?.get(&id) == Some(&into) {
        return Ok(());
    }
    let both = (by_id(db, workspace, id)?, by_id(db, workspace, into)?);
    if id == into || both.0.is_none() || both.1.is_none() {
        return Err(StoreError::NotFound("team"));
    }
    lead_overflow(db, workspace, (id, into))?;
    lead!(db, workspace, id => into, accounts.team_id by replace);
    lead!(db, workspace, id => into, macros.steps by replace);
    lead!(db, workspace, id => into, saved_views.query by replace);
    lead!(db, workspace, id => into, notice_defaults.wants by replace_some);
    lead!(db, workspace, id => into, mailboxes.wants by replace_some);
    lead!(db, workspace, id => into, canned_replies.team_id by replace_some);
    drop_own!(db, id, team_members);
    drop_own!(db, id, team_settings);
    drop_own!(db, id, team_sla);
    let (id, into) = (id.to_string(), into.to_string());
    let gone = teams::table.filter(teams::id.eq(&id).or(teams::merged_into.eq(&id)));
    let set = teams::merged_into.eq(&into);
    on!(db, conn => diesel::update(gone).set(set).execute(conn))?;
    Ok(())
}

/// Whom it helped out, the other helps; nobody helps out themselves.
fn lead_overflow(
    db: &mut Db,
    workspace: WorkspaceId,
    (id, into): (TeamId, TeamId),
) -> Result<(), StoreError> {
    for (team, mut settings) in teamwork::settings(db, workspace)? {
        if let Some(overflow) = settings.overflow.filter(|overflow| overflow.to == id) {
            let led = Overflow { to: into, ..overflow };
            settings.overflow = (team != into && team != id).then_some(led);
            teamwork::set(db, workspace, team, &settings)?;
        }
    }
    Ok(())
}

/// The teams that were merged, and into which.
///
/// # Errors
/// As any read.
pub fn merged(db: &mut Db, workspace: WorkspaceId) -> Result<BTreeMap<TeamId, TeamId>, StoreError> {
    let query = teams::table
        .filter(teams::workspace_id.eq(workspace.to_string()))
        .filter(teams::merged_into.is_not_null())
        .select((teams::id, teams::merged_into.assume_not_null()));
    let rows: Vec<(String, String)> = on!(db, conn => query.load(conn))?;
    let pair = |(id, into): &(String, String)| {
        Ok((parse("teams.id", id)?, parse("teams.merged_into", into)?))
    };
    rows.iter().map(pair).collect()
}

/// The team that an id stands for.
///
/// # Errors
/// As any read.
pub fn meant(db: &mut Db, workspace: WorkspaceId, id: TeamId) -> Result<TeamId, StoreError> {
    Ok(merged(db, workspace)?.get(&id).copied().unwrap_or(id))
}

//! Teams and who is in them. Written by desk.

mod merge;

use diesel::prelude::*;
pub use merge::{meant, merge, merged};
use switchboard_domain::{
    Timestamp,
    ids::{TeamId, UserId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::parse,
    db::on,
    schema::{team_members, teams},
    users,
};

/// A group of agents that answers for accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Names it here.
    pub id: TeamId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// For people.
    pub name: String,
}

type Row = (String, String, String);

fn from_row((id, workspace, name): Row) -> Result<Team, StoreError> {
    let (id, workspace) = (parse("teams.id", &id)?, parse("teams.workspace_id", &workspace)?);
    Ok(Team { id, workspace, name })
}

/// Adds a team.
///
/// # Errors
/// [`StoreError::Exists`] when the id is taken.
pub fn add(db: &mut Db, team: &Team, now: Timestamp) -> Result<(), StoreError> {
    let row = (
        teams::id.eq(team.id.to_string()),
        teams::workspace_id.eq(team.workspace.to_string()),
        teams::name.eq(&team.name),
        teams::created_at.eq(now.as_micros()),
    );
    on!(db, conn => diesel::insert_into(teams::table).values(row).execute(conn))?;
    Ok(())
}

/// Gives a team another name.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such team.
pub fn rename(
    db: &mut Db,
    workspace: WorkspaceId,
    id: TeamId,
    name: &str,
) -> Result<(), StoreError> {
    let team = teams::table
        .filter(teams::workspace_id.eq(workspace.to_string()))
        .filter(teams::id.eq(id.to_string()))
        .filter(teams::merged_into.is_null());
    let set = teams::name.eq(name);
    let rows = on!(db, conn => diesel::update(team).set(set).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("team")) }
}

/// The team of that id, unless it was merged into another.
///
/// # Errors
/// As any read.
pub fn by_id(db: &mut Db, workspace: WorkspaceId, id: TeamId) -> Result<Option<Team>, StoreError> {
    let query = teams::table
        .filter(teams::workspace_id.eq(workspace.to_string()))
        .filter(teams::id.eq(id.to_string()))
        .filter(teams::merged_into.is_null())
        .select((teams::id, teams::workspace_id, teams::name));
    let row: Option<Row> = on!(db, conn => query.first(conn).optional())?;
    row.map(from_row).transpose()
}

/// The teams of a workspace, by name.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<Team>, StoreError> {
    let gone = merged(db, workspace)?;
    let all = all(db, workspace)?.into_iter();
    Ok(all.filter(|team| !gone.contains_key(&team.id)).collect())
}

/// The same with those that were merged into others, for what names them.
///
/// # Errors
/// As any read.
pub fn all(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<Team>, StoreError> {
    let query = teams::table
        .filter(teams::workspace_id.eq(workspace.to_string()))
        .order((teams::name, teams::id))
        .select((teams::id, teams::workspace_id, teams::name));
    let rows: Vec<Row> = on!(db, conn => query.load(conn))?;
    rows.into_iter().map(from_row).collect()
}

/// Puts a user into a team; again is the same as once.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such team or no such user.
pub fn add_member(
    db: &mut Db,
    workspace: WorkspaceId,
    team: TeamId,
    user: UserId,
) -> Result<(), StoreError> {
    by_id(db, workspace, team)?.ok_or(StoreError::NotFound("team"))?;
    users::by_id(db, workspace, user)?.ok_or(StoreError::NotFound("user"))?;
    let row = (
        team_members::team_id.eq(team.to_string()),
        team_members::user_id.eq(user.to_string()),
        team_members::workspace_id.eq(workspace.to_string()),
    );
    on!(db, conn => diesel::insert_into(team_members::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Takes a user out of a team.
///
/// # Errors
/// [`StoreError::NotFound`] when they were not in it.
pub fn remove_member(
    db: &mut Db,
    workspace: WorkspaceId,
    team: TeamId,
    user: UserId,
) -> Result<(), StoreError> {
    let member = team_members::table
        .filter(team_members::workspace_id.eq(workspace.to_string()))
        .filter(team_members::team_id.eq(team.to_string()))
        .filter(team_members::user_id.eq(user.to_string()));
    let rows = on!(db, conn => diesel::delete(member).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("member")) }
}

/// The teams that a user is in, and those that were merged into them.
///
/// # Errors
/// As any read.
pub fn of_user(
    db: &mut Db,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Vec<TeamId>, StoreError> {
    let members = members(db, workspace)?;
    Ok(members.into_iter().filter(|(_, member)| *member == user).map(|(team, _)| team).collect())
}

/// Who is in which team of a workspace. Those of a team are of what was merged into it, too.
///
/// # Errors
/// As any read.
pub fn members(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<(TeamId, UserId)>, StoreError> {
    let stands_for = team_members::team_id
        .eq(teams::id)
        .or(team_members::team_id.nullable().eq(teams::merged_into));
    let query = teams::table
        .inner_join(team_members::table.on(stands_for))
        .filter(team_members::workspace_id.eq(workspace.to_string()))
        .order((teams::id, team_members::user_id))
        .select((teams::id, team_members::user_id));
    let rows: Vec<(String, String)> = on!(db, conn => query.load(conn))?;
    rows.iter()
        .map(|(team, user)| {
            let team = parse("teams.id", team)?;
            Ok((team, parse("team_members.user_id", user)?))
        })
        .collect()
}

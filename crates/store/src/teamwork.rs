//! How teams work and what agents can do. Written by desk, read by the router's dispatch lane.

use std::collections::BTreeMap;

use diesel::prelude::*;
use switchboard_domain::{
    dispatch::{Talents, TeamSettings},
    ids::{TeamId, UserId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{from_json, parse, to_json},
    db::on,
    schema::{agent_talents, team_settings},
    teams, users,
};

/// The settings of all teams of a workspace that have any; one that was merged has the other's.
///
/// # Errors
/// As any read.
pub fn settings(
    db: &mut Db,
    workspace: WorkspaceId,
) -> Result<Vec<(TeamId, TeamSettings)>, StoreError> {
    let query = team_settings::table
        .filter(team_settings::workspace_id.eq(workspace.to_string()))
        .order(team_settings::team_id)
        .select((team_settings::team_id, team_settings::settings));
    let rows: Vec<(String, String)> = on!(db, conn => query.load(conn))?;
    let parsed = rows.iter().map(|(team, settings)| {
        let team = parse("team_settings.team_id", team)?;
        Ok((team, from_json("team_settings.settings", settings)?))
    });
    let mut all: BTreeMap<TeamId, TeamSettings> = parsed.collect::<Result<_, StoreError>>()?;
    for (gone, into) in teams::merged(db, workspace)? {
        if let Some(settings) = all.get(&into).cloned() {
            all.insert(gone, settings);
        }
    }
    Ok(all.into_iter().collect())
}

/// The settings of one team; what is usual when nobody said.
///
/// # Errors
/// As any read.
pub fn of_team(
    db: &mut Db,
    workspace: WorkspaceId,
    team: TeamId,
) -> Result<TeamSettings, StoreError> {
    let team = teams::meant(db, workspace, team)?;
    let query = team_settings::table
        .filter(team_settings::workspace_id.eq(workspace.to_string()))
        .filter(team_settings::team_id.eq(team.to_string()))
        .select(team_settings::settings);
    let row: Option<String> = on!(db, conn => query.first(conn).optional())?;
    row.map_or_else(
        || Ok(TeamSettings::default()),
        |settings| from_json("team_settings.settings", &settings),
    )
}

/// Replaces the settings of a team.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such team.
pub fn set(
    db: &mut Db,
    workspace: WorkspaceId,
    team: TeamId,
    settings: &TeamSettings,
) -> Result<(), StoreError> {
    teams::by_id(db, workspace, team)?.ok_or(StoreError::NotFound("team"))?;
    let settings = to_json("team_settings.settings", settings)?;
    let row = (
        team_settings::team_id.eq(team.to_string()),
        team_settings::workspace_id.eq(workspace.to_string()),
        team_settings::settings.eq(&settings),
    );
    on!(db, conn => diesel::insert_into(team_settings::table)
        .values(row)
        .on_conflict(team_settings::team_id)
        .do_update()
        .set(team_settings::settings.eq(&settings))
        .execute(conn))?;
    Ok(())
}

/// What an agent can do; nothing in particular when nobody said.
///
/// # Errors
/// As any read.
pub fn talents(db: &mut Db, workspace: WorkspaceId, user: UserId) -> Result<Talents, StoreError> {
    let query = agent_talents::table
        .filter(agent_talents::workspace_id.eq(workspace.to_string()))
        .filter(agent_talents::user_id.eq(user.to_string()))
        .select(agent_talents::talents);
    let row: Option<String> = on!(db, conn => query.first(conn).optional())?;
    row.map_or_else(
        || Ok(Talents::default()),
        |talents| from_json("agent_talents.talents", &talents),
    )
}

/// Says what an agent can do.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such user.
pub fn set_talents(
    db: &mut Db,
    workspace: WorkspaceId,
    user: UserId,
    talents: &Talents,
) -> Result<(), StoreError> {
    users::by_id(db, workspace, user)?.ok_or(StoreError::NotFound("user"))?;
    let talents = to_json("agent_talents.talents", talents)?;
    let row = (
        agent_talents::user_id.eq(user.to_string()),
        agent_talents::workspace_id.eq(workspace.to_string()),
        agent_talents::talents.eq(&talents),
    );
    on!(db, conn => diesel::insert_into(agent_talents::table)
        .values(row)
        .on_conflict(agent_talents::user_id)
        .do_update()
        .set(agent_talents::talents.eq(&talents))
        .execute(conn))?;
    Ok(())
}

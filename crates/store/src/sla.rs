//! What teams promise of their answers. Written by desk, read by router.

use diesel::prelude::*;
use switchboard_domain::{
    ids::{TeamId, WorkspaceId},
    ledger::{Sla, Terms},
};

use crate::{
    Db, StoreError,
    convert::{from_json, to_json},
    db::on,
    schema::team_sla,
    teams, teamwork,
};

/// What a team promises; nothing when nobody said.
///
/// # Errors
/// As any read.
pub fn of_team(db: &mut Db, workspace: WorkspaceId, team: TeamId) -> Result<Sla, StoreError> {
    let team = teams::meant(db, workspace, team)?;
    let query = team_sla::table
        .filter(team_sla::workspace_id.eq(workspace.to_string()))
        .filter(team_sla::team_id.eq(team.to_string()))
        .select(team_sla::sla);
    let row: Option<String> = on!(db, conn => query.first(conn).optional())?;
    row.map_or_else(|| Ok(Sla::default()), |sla| from_json("team_sla.sla", &sla))
}

/// Says what a team promises.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such team.
pub fn set(db: &mut Db, workspace: WorkspaceId, team: TeamId, sla: &Sla) -> Result<(), StoreError> {
    teams::by_id(db, workspace, team)?.ok_or(StoreError::NotFound("team"))?;
    let sla = to_json("team_sla.sla", sla)?;
    let row = (
        team_sla::team_id.eq(team.to_string()),
        team_sla::workspace_id.eq(workspace.to_string()),
        team_sla::sla.eq(&sla),
    );
    on!(db, conn => diesel::insert_into(team_sla::table)
        .values(row)
        .on_conflict(team_sla::team_id)
        .do_update()
        .set(team_sla::sla.eq(&sla))
        .execute(conn))?;
    Ok(())
}

/// What the time of a team's conversations is measured by.
///
/// # Errors
/// As any read.
pub fn terms(db: &mut Db, workspace: WorkspaceId, team: TeamId) -> Result<Terms, StoreError> {
    let hours = teamwork::of_team(db, workspace, team)?.hours;
    Ok(Terms { hours, sla: of_team(db, workspace, team)? })
}

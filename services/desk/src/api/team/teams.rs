//! Teams and who is in them, for administrators.

use std::collections::BTreeSet;

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::Deserialize;
use switchboard_chassis::clock;
use switchboard_domain::ids::{TeamId, UserId};
use switchboard_store::{
    Db,
    teams::{self, Team},
};
use utoipa::ToSchema;

use super::people::Created;
use crate::{
    api::named,
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue,
    fault::{self, Fault},
    live::presence,
};

/// A group of agents to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Returns"}))]
pub(crate) struct NewTeam {
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
}

/// The team that takes over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"into_id": "6f45fac3-5295-5c49-8f92-77ae535ebbaf"}))]
pub(crate) struct TeamMerge {
    #[schema(value_type = String, format = "uuid")]
    into_id: TeamId,
}

/// Adds a team.
#[utoipa::path(
    post, path = "/teams", tag = "people",
    request_body = NewTeam,
    responses((status = 201, body = Created), (status = 401), (status = 403), (status = 422)),
)]
pub(crate) async fn add_team(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<NewTeam>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManagePeople)?;
    let name = named(body.into_inner().name)?;
    let team = Team { id: TeamId::new(caller.fresh_id()), workspace: caller.workspace(), name };
    let id = team.id.uuid();
    let add = move |db: &mut _| match teams::by_id(db, team.workspace, team.id)? {
        Some(_) => Ok(()),
        None => teams::add(db, &team, clock::now()),
    };
    desk.store.write(add).await?;
    Ok(HttpResponse::Created().json(Created { id }))
}

/// Gives a team another name.
#[utoipa::path(
    put, path = "/teams/{id}", tag = "people",
    params(("id" = String, Path)),
    request_body = NewTeam,
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 422)),
)]
pub(crate) async fn rename_team(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<TeamId>,
    body: Json<NewTeam>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManagePeople)?;
    let (workspace, id, name) = (caller.workspace(), *id, named(body.into_inner().name)?);
    desk.store.write(move |db| teams::rename(db, workspace, id, &name)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Merges a team into another, which answers for its accounts and for all that waits for it from then
/// on. It is a team no more; its name stays in reports. It cannot be undone.
#[utoipa::path(
    post, path = "/teams/{id}/merge", tag = "people",
    params(("id" = String, Path)),
    request_body = TeamMerge,
    responses(
        (status = 204), (status = 401), (status = 403), (status = 404), (status = 422),
        (status = 503)
    ),
)]
pub(crate) async fn merge_team(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<TeamId>,
    body: Json<TeamMerge>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManagePeople)?;
    let (workspace, id, into) = (caller.workspace(), *id, body.into_id);
    if id == into {
        return Err(fault::invalid("A team is merged into another.").field("into_id").into());
    }
    let write = move |db: &mut Db| {
        let before = teams::members(db, workspace)?.into_iter();
        teams::merge(db, workspace, id, into)?;
        let concerned = before.filter(|(team, _)| [id, into].contains(team));
        Ok(concerned.map(|(_, user)| user).collect::<BTreeSet<_>>())
    };
    for user in desk.store.write(write).await? {
        presence::agent_changed(&desk, workspace, user).await?;
    }
    enqueue::teams_changed(&desk, workspace).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Puts a user into a team; again is the same as once.
#[utoipa::path(
    put, path = "/teams/{id}/members/{user}", tag = "people",
    params(("id" = String, Path), ("user" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn add_member(
    desk: Data<Desk>,
    caller: Caller,
    path: Path<(TeamId, UserId)>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManagePeople)?;
    let ((team, user), workspace) = (path.into_inner(), caller.workspace());
    desk.store.write(move |db| teams::add_member(db, workspace, team, user)).await?;
    presence::agent_changed(&desk, workspace, user).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes a user out of a team.
#[utoipa::path(
    delete, path = "/teams/{id}/members/{user}", tag = "people",
    params(("id" = String, Path), ("user" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn remove_member(
    desk: Data<Desk>,
    caller: Caller,
    path: Path<(TeamId, UserId)>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManagePeople)?;
    let ((team, user), workspace) = (path.into_inner(), caller.workspace());
    desk.store.write(move |db| teams::remove_member(db, workspace, team, user)).await?;
    presence::agent_changed(&desk, workspace, user).await?;
    Ok(HttpResponse::NoContent().finish())
}

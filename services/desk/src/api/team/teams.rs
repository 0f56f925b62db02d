//! Teams and who is in them, for administrators.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::Deserialize;
use switchboard_chassis::clock;
use switchboard_domain::ids::{TeamId, UserId};
use switchboard_store::teams::{self, Team};
use utoipa::ToSchema;

use super::people::Created;
use crate::{
    api::named,
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::Fault,
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

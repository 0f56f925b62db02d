//! Users and teams, for administrators.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::{
    dispatch::Presence,
    ids::{TeamId, UserId},
};
use switchboard_store::{
    teams::{self, Team},
    users::{self, Role, User},
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::settings::MOST;
use crate::{
    api::{LONGEST_NAME, named, words::RoleWord},
    auth::{
        caller::Caller,
        password::HashError,
        permissions::{Permission, role_word},
    },
    desk::Desk,
    fault::{self, Fault},
    live::presence,
};

/// Conversations at once, unless said otherwise.
const USUAL_CAPACITY: u32 = 8;

/// Someone who works at the desk.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "d56c5a42-cc14-57ee-8702-a10042f42842", "email": "ann@shop.example", "name": "Ann",
    "role": "agent", "capacity": 8, "active": true
}))]
pub(crate) struct UserView {
    #[schema(value_type = String, format = "uuid")]
    id: UserId,
    email: String,
    name: String,
    #[schema(value_type = RoleWord)]
    role: &'static str,
    capacity: u32,
    active: bool,
}

/// Someone who is to work at the desk.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "email": "ann@shop.example", "name": "Ann", "role": "agent",
    "password": "correct horse battery"
}))]
pub(crate) struct NewUser {
    #[schema(min_length = 3, max_length = 200, pattern = "^[^@]+@[^@]+$")]
    email: String,
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
    /// 10 characters at least.
    #[schema(value_type = String, format = Password, min_length = 10)]
    password: SecretString,
    #[schema(value_type = RoleWord)]
    role: Role,
    /// Conversations at once; 8 when absent.
    #[schema(minimum = 0, maximum = 1000)]
    capacity: Option<u32>,
}

/// A group of agents to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Returns"}))]
pub(crate) struct NewTeam {
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01a21d5b-7006-72eb-a6fa-f5d80654476e"}))]
pub(crate) struct Created {
    #[schema(value_type = String, format = "uuid")]
    id: Uuid,
}

/// All users.
#[utoipa::path(
    get, path = "/users", tag = "people",
    responses((status = 200, body = Vec<UserView>), (status = 401), (status = 403)),
)]
pub(crate) async fn users(desk: Data<Desk>, caller: Caller) -> Result<Json<Vec<UserView>>, Fault> {
    caller.require(Permission::ManagePeople)?;
    let workspace = caller.workspace();
    let all = desk.store.read(move |db| users::list(db, workspace)).await?;
    let view = |user: User| UserView {
        id: user.id,
        email: user.email,
        name: user.name,
        role: role_word(user.role),
        capacity: user.capacity,
        active: user.active,
    };
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Adds a user.
#[utoipa::path(
    post, path = "/users", tag = "people",
    request_body = NewUser,
    responses(
        (status = 201, body = Created), (status = 401), (status = 403), (status = 409),
        (status = 422)
    ),
)]
pub(crate) async fn add_user(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<NewUser>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManagePeople)?;
    let NewUser { email, name, password, role, capacity } = body.into_inner();
    let parts = email.split_once('@').filter(|(who, at)| !who.is_empty() && !at.is_empty());
    if parts.is_none_or(|(_, at)| at.contains('@')) || email.len() > LONGEST_NAME {
        return Err(fault::invalid("The e-mail address is not one.").into());
    }
    if capacity.is_some_and(|capacity| capacity > MOST) {
        return Err(fault::invalid(format!("A capacity is 0 to {MOST}.")).field("capacity").into());
    }
    let user = User {
        id: UserId::new(caller.fresh_id()),
        workspace: caller.workspace(),
        email,
        name: named(name)?,
        role,
        capacity: capacity.unwrap_or(USUAL_CAPACITY),
        active: true,
        chosen_presence: Presence::Online,
    };
    let hash = desk.gate.hash(password.expose_secret().to_owned()).await.map_err(too_short)?;
    let id = user.id.uuid();
    let add = move |db: &mut _| match users::by_id(db, user.workspace, user.id)? {
        // The same Idempotency-Key again.
        Some(_) => Ok(()),
        None => users::add(db, &user, &hash, clock::now()),
    };
    desk.store.write(add).await?;
    Ok(HttpResponse::Created().json(Created { id }))
}

fn too_short(error: HashError) -> Fault {
    match error {
        HashError::Length => fault::invalid(format!("{error}.")).into(),
        HashError::Failed(_) => error.into(),
    }
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

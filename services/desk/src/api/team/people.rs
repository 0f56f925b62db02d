//! Users, for administrators: who works here, what they may do, and who may not come in any more.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use switchboard_chassis::{clock, problem::Problem};
use switchboard_domain::{dispatch::Presence, ids::UserId};
use switchboard_store::{
    Db,
    users::{self, Particulars, Role, User},
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
    /// Whether they may log in, and their keys be used.
    active: bool,
}

impl UserView {
    fn new(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            role: role_word(user.role),
            capacity: user.capacity,
            active: user.active,
        }
    }
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

/// What an administrator says of a user.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "email": "ann@shop.example", "name": "Ann", "role": "supervisor", "active": true
}))]
pub(crate) struct UserChange {
    #[schema(min_length = 3, max_length = 200, pattern = "^[^@]+@[^@]+$")]
    email: String,
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
    #[schema(value_type = RoleWord)]
    role: Role,
    /// false: they are locked out.
    active: bool,
}

/// A password to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "correct horse battery"}))]
pub(crate) struct NewPassword {
    /// 10 characters at least.
    #[schema(value_type = String, format = Password, min_length = 10)]
    password: SecretString,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01a21d5b-7006-72eb-a6fa-f5d80654476e"}))]
pub(crate) struct Created {
    #[schema(value_type = String, format = "uuid")]
    pub(super) id: Uuid,
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
    Ok(Json(all.into_iter().map(UserView::new).collect()))
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
    if capacity.is_some_and(|capacity| capacity > MOST) {
        return Err(fault::invalid(format!("A capacity is 0 to {MOST}.")).field("capacity").into());
    }
    let user = User {
        id: UserId::new(caller.fresh_id()),
        workspace: caller.workspace(),
        email: address(email)?,
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

/// Changes who a user is, what they may do, and whether they may come in. Who may not is logged out at
/// once, their keys open nothing, and after the grace their conversations go back to the line.
#[utoipa::path(
    put, path = "/users/{id}", tag = "people",
    params(("id" = String, Path)),
    request_body = UserChange,
    responses(
        (status = 200, body = UserView), (status = 401), (status = 403), (status = 404),
        (status = 409), (status = 422), (status = 503)
    ),
)]
pub(crate) async fn change_user(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<UserId>,
    body: Json<UserChange>,
) -> Result<Json<UserView>, Fault> {
    caller.require(Permission::ManagePeople)?;
    let (workspace, id) = (caller.workspace(), *id);
    let UserChange { email, name, role, active } = body.into_inner();
    let to = Particulars { email: address(email)?, name: named(name)?, role, active };
    let change = move |db: &mut Db| {
        users::change(db, workspace, id, &to)?;
        users::by_id(db, workspace, id)
    };
    let user = desk.store.write(change).await?.ok_or_else(|| fault::not_found("user"))?;
    if !active {
        desk.hub.end_sessions(id, None);
        presence::tell_once(&desk, workspace, id).await?;
    }
    Ok(Json(UserView::new(user)))
}

/// Gives a user another password, who is logged out everywhere.
#[utoipa::path(
    put, path = "/users/{id}/password", tag = "people",
    params(("id" = String, Path)),
    request_body = NewPassword,
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 422)),
)]
pub(crate) async fn set_password(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<UserId>,
    body: Json<NewPassword>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManagePeople)?;
    let (workspace, id) = (caller.workspace(), *id);
    let password = body.into_inner().password.expose_secret().to_owned();
    let hash = desk.gate.hash(password).await.map_err(too_short)?;
    desk.store.write(move |db| users::set_password(db, workspace, id, &hash, None)).await?;
    desk.hub.end_sessions(id, None);
    Ok(HttpResponse::NoContent().finish())
}

/// An address as people gave it.
fn address(email: String) -> Result<String, Problem> {
    let parts = email.split_once('@').filter(|(who, at)| !who.is_empty() && !at.is_empty());
    if parts.is_none_or(|(_, at)| at.contains('@')) || email.len() > LONGEST_NAME {
        return Err(fault::invalid("The e-mail address is not one.").field("email"));
    }
    Ok(users::normal_email(&email))
}

/// Why a password is not taken.
pub(crate) fn too_short(error: HashError) -> Fault {
    match error {
        HashError::Length => fault::invalid(format!("{error}.")).field("password").into(),
        HashError::Failed(_) => error.into(),
    }
}

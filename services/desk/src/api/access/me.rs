//! Who is logged in, and how they are.

use actix_web::web::{Data, Json};
use serde::{Deserialize, Serialize};
use switchboard_domain::{
    dispatch::Presence,
    ids::{TeamId, UserId, WorkspaceId},
};
use switchboard_store::{dispatch, teamwork, users};
use utoipa::ToSchema;

use crate::{
    api::words::{PresenceWord, RoleWord},
    auth::{caller::Caller, permissions::role_word},
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// Who is logged in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    #[schema(value_type = String, format = "uuid")]
    id: UserId,
    #[schema(value_type = String, format = "uuid")]
    workspace_id: WorkspaceId,
    name: String,
    email: String,
    #[schema(value_type = RoleWord)]
    role: &'static str,
    #[schema(value_type = Vec<uuid::Uuid>)]
    team_ids: Vec<TeamId>,
    /// The presence they chose last.
    #[schema(value_type = PresenceWord)]
    chosen_presence: &'static str,
    /// To be sent as X-CSRF-Token with every write; null for a program with a key.
    csrf: Option<String>,
}

impl Me {
    pub(crate) fn new(caller: &Caller) -> Self {
        Self {
            id: caller.user.id,
            workspace_id: caller.user.workspace,
            name: caller.user.name.clone(),
            email: caller.user.email.clone(),
            role: role_word(caller.user.role),
            team_ids: caller.teams.clone(),
            chosen_presence: caller.user.chosen_presence.as_str(),
            csrf: caller.session().ok().map(|session| session.csrf.clone()),
        }
    }
}

/// Whether someone takes conversations.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PresenceBody {
    #[schema(value_type = PresenceWord)]
    presence: String,
}

/// Who is logged in.
#[utoipa::path(
    get, path = "/me", tag = "session",
    responses((status = 200, body = Me), (status = 401)),
)]
pub(crate) async fn me(caller: Caller) -> Json<Me> {
    Json(Me::new(&caller))
}

/// The caller's presence as dispatch knows it.
#[utoipa::path(
    get, path = "/me/presence", tag = "session",
    responses((status = 200, body = PresenceBody), (status = 401)),
)]
pub(crate) async fn presence(
    desk: Data<Desk>,
    caller: Caller,
) -> Result<Json<PresenceBody>, Fault> {
    let workspace = caller.workspace();
    let agents = desk.store.read(move |db| dispatch::agents(db, workspace)).await?;
    let known = agents.iter().find(|(agent, _)| agent.id == caller.user.id);
    let presence = known.map_or(Presence::Offline, |(agent, _)| agent.presence);
    Ok(Json(PresenceBody { presence: presence.as_str().into() }))
}

/// Chooses the caller's presence, for now and for the next time they connect.
#[utoipa::path(
    put, path = "/me/presence", tag = "session",
    request_body = PresenceBody,
    responses(
        (status = 202, body = PresenceBody), (status = 401), (status = 403), (status = 422),
        (status = 503)
    ),
)]
pub(crate) async fn set_presence(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<PresenceBody>,
) -> Result<(Json<PresenceBody>, actix_web::http::StatusCode), Fault> {
    let presence: Presence =
        body.presence.parse().map_err(|error| fault::invalid(format!("{error}.")))?;
    let Caller { user, teams, .. } = caller;
    let (workspace, id) = (user.workspace, user.id);
    let choose = move |db: &mut _| {
        users::choose_presence(db, workspace, id, presence)?;
        teamwork::talents(db, workspace, id)
    };
    let talents = desk.store.write(choose).await?;
    enqueue::presence(&desk, &user, (teams, talents), presence).await?;
    Ok((body, actix_web::http::StatusCode::ACCEPTED))
}

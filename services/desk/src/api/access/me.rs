//! Who is logged in, and how they are.

use std::time::Duration;

use actix_web::{
    http::StatusCode,
    web::{Data, Json},
};
use serde::{Deserialize, Serialize};
use switchboard_domain::{
    dispatch::Presence,
    ids::{TeamId, UserId, WorkspaceId},
};
use switchboard_store::{
    Db, dispatch,
    pages::{self, Page},
    users,
};
use utoipa::ToSchema;

use crate::{
    api::words::{PresenceWord, RoleWord},
    auth::{
        caller::{Caller, Via},
        permissions::role_word,
    },
    desk::Desk,
    fault::{self, Fault},
    live::presence as live,
};

/// Where it is said that a program is there for somebody, in place of a desk with a page.
const PROGRAM: &str = "program";

/// How long that holds.
const PROGRAM_HOLDS: Duration = Duration::from_secs(120);

/// Who is logged in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "f25fed47-5add-5dae-b27c-c4893406aaf7",
    "workspace_id": "ef628cd7-7daa-5d61-be60-98f4195d175f", "name": "Alex",
    "email": "alex@shop.example", "role": "admin",
    "team_ids": ["6f45fac3-5295-5c49-8f92-77ae535ebbaf"], "chosen_presence": "online",
    "csrf": "fpBISaRJX5XS39p0oVqGD2XaO9L14baLXW0e9AR9dUA"
}))]
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
#[schema(example = json!({"presence": "online"}))]
pub(crate) struct PresenceBody {
    #[schema(value_type = PresenceWord)]
    presence: String,
}

/// How the caller is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "presence": "away", "chosen": "online",
    "reason": "Nothing was done in any of your pages for 15 minutes."
}))]
pub(crate) struct PresenceView {
    /// What dispatch goes by.
    #[schema(value_type = PresenceWord)]
    presence: &'static str,
    /// What they chose last.
    #[schema(value_type = PresenceWord)]
    chosen: &'static str,
    /// Why it is not what they chose.
    reason: Option<String>,
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
    responses((status = 200, body = PresenceView), (status = 401)),
)]
pub(crate) async fn presence(
    desk: Data<Desk>,
    caller: Caller,
) -> Result<Json<PresenceView>, Fault> {
    let (workspace, id) = (caller.workspace(), caller.user.id);
    let presence = desk.store.read(move |db| dispatch::presence(db, workspace, id)).await?;
    let chosen = caller.user.chosen_presence;
    let reason = live::reason(&desk, chosen, presence);
    Ok(Json(PresenceView { presence: presence.as_str(), chosen: chosen.as_str(), reason }))
}

/// Chooses the caller's presence, for now and for the next time they connect. A program has no page:
/// what it chooses for the person it acts as holds for two minutes, and it says so again meanwhile.
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
) -> Result<(Json<PresenceBody>, StatusCode), Fault> {
    let presence: Presence =
        body.presence.parse().map_err(|error| fault::invalid(format!("{error}.")))?;
    let (workspace, id, now) = (caller.workspace(), caller.user.id, (desk.tuning.clock)());
    let page = Page { workspace, user: id, active_at: now };
    let is_program = matches!(caller.via, Via::Key(_));
    let choose = move |db: &mut Db| {
        users::choose_presence(db, workspace, id, presence)?;
        if is_program { pages::hold(db, PROGRAM, &page, now.plus(PROGRAM_HOLDS)) } else { Ok(()) }
    };
    desk.store.write(choose).await?;
    live::tell_once(&desk, workspace, id).await?;
    Ok((body, StatusCode::ACCEPTED))
}

//! Who answers the customers of an account, and what that takes. For administrators.

use std::collections::BTreeSet;

use actix_web::web::{Data, Json, Path};
use serde::{Deserialize, Serialize};
use switchboard_domain::{
    dispatch::Priority,
    ids::{AccountId, TeamId},
};
use switchboard_store::{
    accounts::{self, Answering},
    teams,
};
use utoipa::ToSchema;

use crate::{
    api::{
        team::talents,
        words::{self, PriorityWord},
    },
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
};

/// Who answers the customers of an account.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "team_id": "0190b1a2-0000-7000-8000-000000000000", "priority": "normal", "language": "de",
    "skills": ["billing"]
}))]
pub(crate) struct AccountWork {
    /// The team whose line they wait in.
    #[schema(value_type = String, format = "uuid")]
    team_id: TeamId,
    /// Of its conversations, unless an agent says otherwise.
    #[schema(value_type = PriorityWord)]
    #[serde(default)]
    priority: Priority,
    /// What its customers speak, such as `de`; null: anything.
    #[schema(min_length = 2, max_length = 35, pattern = "^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*$")]
    #[serde(default)]
    language: Option<String>,
    /// What whoever answers must know, all of it.
    #[schema(schema_with = words::skills)]
    #[serde(default)]
    skills: BTreeSet<String>,
}

/// Who answers the customers of an account.
#[utoipa::path(
    get, path = "/accounts/{id}/settings", tag = "connections",
    params(("id" = String, Path)),
    responses((status = 200, body = AccountWork), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn get(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
) -> Result<Json<AccountWork>, Fault> {
    caller.require(Permission::ManageAccounts)?;
    let (workspace, id) = (caller.workspace(), *id);
    let found = desk.store.read(move |db| accounts::by_id(db, workspace, id)).await?;
    let account = found.ok_or_else(|| fault::not_found("account"))?;
    let accounts::AccountSettings { priority, language, skills, .. } = account.settings;
    Ok(Json(AccountWork { team_id: account.team, priority, language, skills }))
}

/// Says who answers the customers of an account, from the next time that one waits on.
#[utoipa::path(
    put, path = "/accounts/{id}/settings", tag = "connections",
    params(("id" = String, Path)),
    request_body = AccountWork,
    responses(
        (status = 200, body = AccountWork), (status = 401), (status = 403), (status = 404),
        (status = 422)
    ),
)]
pub(crate) async fn set(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
    body: Json<AccountWork>,
) -> Result<Json<AccountWork>, Fault> {
    caller.require(Permission::ManageAccounts)?;
    let (workspace, id, work) = (caller.workspace(), *id, body.into_inner());
    let language = work.language.filter(|language| !language.trim().is_empty());
    let language = language.map(|language| talents::language("language", &language)).transpose()?;
    let skills = talents::skills("skills", &work.skills)?;
    let (team, priority) = (work.team_id, work.priority);
    let found = desk.store.read(move |db| teams::by_id(db, workspace, team)).await?;
    found.ok_or_else(|| fault::not_found("team").field("team_id"))?;
    let answering = Answering { team, priority, language, skills };
    let kept = answering.clone();
    desk.store.write(move |db| accounts::set_answering(db, workspace, id, &answering)).await?;
    let Answering { team, priority, language, skills } = kept;
    Ok(Json(AccountWork { team_id: team, priority, language, skills }))
}

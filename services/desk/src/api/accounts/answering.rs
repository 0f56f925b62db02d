//! Who answers the customers of an account, and what that takes. For administrators.

use std::collections::BTreeSet;

use actix_web::web::{Data, Json, Path};
use serde::{Deserialize, Serialize};
use switchboard_domain::{
    Channel,
    dispatch::Priority,
    ids::{AccountId, TeamId},
};
use switchboard_store::{
    accounts::{self, Account, AccountSettings, Answering},
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
    /// WhatsApp only: whether Meta is told to block whom agents block, so that what they write does
    /// not even arrive. Null on other channels; absent: as before.
    #[serde(default)]
    block_at_meta: Option<bool>,
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
    Ok(Json(view(account)))
}

/// Says who answers the customers of an account, from the next time that one waits on.
#[utoipa::path(
    put, path = "/accounts/{id}/settings", tag = "connections",
    params(("id" = String, Path)),
    request_body = AccountWork,
    responses(
        (status = 200, body = AccountWork), (status = 401), (status = 403), (status = 404),
        (status = 409), (status = 422)
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
    let found = desk.store.read(move |db| accounts::by_id(db, workspace, id)).await?;
    let account = found.ok_or_else(|| fault::not_found("account"))?;
    if work.block_at_meta == Some(true) && account.channel != Channel::WhatsApp {
        return Err(fault::no_block_list().into());
    }
    let language = work.language.filter(|language| !language.trim().is_empty());
    let language = language.map(|language| talents::language("language", &language)).transpose()?;
    let skills = talents::skills("skills", &work.skills)?;
    let (team, priority) = (work.team_id, work.priority);
    let found = desk.store.read(move |db| teams::by_id(db, workspace, team)).await?;
    found.ok_or_else(|| fault::not_found("team").field("team_id"))?;
    let block_at_meta = work.block_at_meta;
    let answering = Answering { team, priority, language, skills, block_at_meta };
    let write = move |db: &mut _| {
        accounts::set_answering(db, workspace, id, &answering)?;
        accounts::by_id(db, workspace, id)
    };
    let account = desk.store.write(write).await?.ok_or_else(|| fault::not_found("account"))?;
    Ok(Json(view(account)))
}

fn view(account: Account) -> AccountWork {
    let (team_id, listed) = (account.team, account.channel == Channel::WhatsApp);
    let AccountSettings { priority, language, skills, block_at_meta, .. } = account.settings;
    let block_at_meta = listed.then_some(block_at_meta);
    AccountWork { team_id, priority, language, skills, block_at_meta }
}

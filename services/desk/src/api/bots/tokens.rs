//! What bots that were written for Meta's platform call us with.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, BotId, BotTokenId, WorkspaceId},
};
use switchboard_store::{
    accounts,
    bot_tokens::{self, BotToken},
    bots,
};
use utoipa::ToSchema;

use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
};

/// A token, without what opens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a21d5b-7002-72eb-a6fa-f5d80654476e",
    "account_id": "d95e37f3-aa87-5409-b65a-405842b0b5fd", "hint": "sbb_8cKq1P",
    "created_at": 1795788829120_i64, "revoked_at": null
}))]
pub(crate) struct BotTokenView {
    #[schema(value_type = String, format = "uuid")]
    id: BotTokenId,
    /// The account that the bot speaks for with it.
    #[schema(value_type = String, format = "uuid")]
    account_id: AccountId,
    /// How it begins.
    hint: String,
    created_at: i64,
    revoked_at: Option<i64>,
}

/// A token to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"account_id": "0190b1a2-0000-7000-8000-000000000000"}))]
pub(crate) struct NewBotToken {
    #[schema(value_type = String, format = "uuid")]
    account_id: AccountId,
}

/// What was made; the token is told this once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01a21d5b-7002-72eb-a6fa-f5d80654476e", "token": "sbb_…"}))]
pub(crate) struct MadeBotToken {
    #[schema(value_type = String, format = "uuid")]
    id: BotTokenId,
    /// What the bot uses where it would use the Page's or the system user's access token.
    token: String,
}

/// All tokens of a bot, those that are over too. For administrators.
#[utoipa::path(
    get, path = "/bots/{id}/tokens", tag = "connections",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = Vec<BotTokenView>), (status = 401), (status = 403), (status = 404)
    ),
)]
pub(crate) async fn list(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<BotId>,
) -> Result<Json<Vec<BotTokenView>>, Fault> {
    caller.require(Permission::ManageAccounts)?;
    let (workspace, id) = (caller.workspace(), *id);
    exists(&desk, workspace, id).await?;
    let all = desk.store.read(move |db| bot_tokens::list(db, workspace, id)).await?;
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Makes a token by which a bot that was written for Meta's platform speaks for one account. For
/// people only: a key makes no keys.
#[utoipa::path(
    post, path = "/bots/{id}/tokens", tag = "connections",
    params(("id" = String, Path)),
    request_body = NewBotToken,
    responses(
        (status = 201, body = MadeBotToken), (status = 401), (status = 403), (status = 404),
        (status = 422)
    ),
)]
pub(crate) async fn add(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<BotId>,
    body: Json<NewBotToken>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageAccounts)?;
    caller.session()?;
    let (workspace, account) = (caller.workspace(), body.account_id);
    exists(&desk, workspace, *id).await?;
    let found = desk.store.read(move |db| accounts::by_id(db, workspace, account)).await?;
    found.ok_or_else(|| fault::not_found("account"))?;
    let name = BotTokenId::new(caller.fresh_id());
    let (token, secret) = BotToken::draw(name, (workspace, *id, account), clock::now());
    let told = secret.expose_secret().to_owned();
    desk.store.write(move |db| bot_tokens::add(db, &token, &secret)).await?;
    Ok(HttpResponse::Created().json(MadeBotToken { id: name, token: told }))
}

/// Ends a token.
#[utoipa::path(
    delete, path = "/bots/{id}/tokens/{token}", tag = "connections",
    params(("id" = String, Path), ("token" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn revoke(
    desk: Data<Desk>,
    caller: Caller,
    ids: Path<(BotId, BotTokenId)>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageAccounts)?;
    let (workspace, (bot, token)) = (caller.workspace(), ids.into_inner());
    let end = move |db: &mut _| bot_tokens::revoke(db, (workspace, bot), token, clock::now());
    desk.store.write(end).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn exists(desk: &Desk, workspace: WorkspaceId, id: BotId) -> Result<(), Fault> {
    let found = desk.store.read(move |db| bots::by_id(db, workspace, id)).await?;
    Ok(found.map(drop).ok_or_else(|| fault::not_found("bot"))?)
}

fn view(token: BotToken) -> BotTokenView {
    BotTokenView {
        id: token.id,
        account_id: token.account,
        hint: token.hint,
        created_at: token.created_at.as_millis(),
        revoked_at: token.revoked_at.map(Timestamp::as_millis),
    }
}

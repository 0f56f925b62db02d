//! Which assistant an account has.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::Deserialize;
use switchboard_domain::ids::{AccountId, BotId};
use switchboard_store::bots;
use utoipa::ToSchema;

use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue,
    fault::Fault,
};

/// The assistant that answers first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"bot_id": "ff781d56-725b-5a35-8e1a-9fcc4acedc12"}))]
pub(crate) struct BotOfAccount {
    /// `null`: people answer.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(value_type = Option<String>, format = "uuid", required = true)]
    bot_id: Option<BotId>,
}

/// Gives an account another assistant, or none. It answers from the customer's next message on; a turn
/// that runs ends with the bot that began it. For administrators.
#[utoipa::path(
    put, path = "/accounts/{id}/bot", tag = "bots",
    params(("id" = String, Path)),
    request_body = BotOfAccount,
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 422)),
)]
pub(crate) async fn set(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
    body: Json<BotOfAccount>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageBots)?;
    let (workspace, id, bot) = (caller.workspace(), *id, body.bot_id);
    desk.store.write(move |db| bots::give(db, workspace, id, bot)).await?;
    enqueue::accounts_changed(&desk, workspace).await;
    Ok(HttpResponse::NoContent().finish())
}

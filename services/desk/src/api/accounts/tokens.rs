//! Another token for an account. It is sealed at once and in no answer, log or error; only outbound
//! opens it.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use switchboard_contract::wire::AccountChanged;
use switchboard_domain::ids::AccountId;
use switchboard_store::accounts::{self, Account};
use utoipa::ToSchema;

use crate::{
    api::accepted,
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// The longest token, in bytes; Meta's have a few hundred.
const LONGEST: usize = 4_096;

/// The token that Meta gave out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "EAAGm0PX4ZCpsBA0000"}))]
pub(crate) struct NewToken {
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 4096, pattern = "^[!-~]+$")]
    token: SecretString,
}

/// Replaces an account's token; sends that were stopped go on at once. For administrators.
#[utoipa::path(
    put, path = "/accounts/{id}/token", tag = "connections",
    params(("id" = String, Path)),
    request_body = NewToken,
    responses(
        (status = 202), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422), (status = 503)
    ),
)]
pub(crate) async fn replace(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
    body: Json<NewToken>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageAccounts)?;
    let (workspace, id) = (caller.workspace(), *id);
    let found = desk.store.read(move |db| accounts::by_id(db, workspace, id)).await?;
    let found = found.ok_or_else(|| fault::not_found("account"))?;
    if found.disconnected_at.is_some() {
        return Err(
            fault::conflict("The account is disconnected; connect it again instead.").into()
        );
    }
    let token = read(&body.token)?;
    let keys = desk.tokens.as_ref().ok_or_else(fault::no_key)?;
    let row = id.to_string();
    let sealed = keys.seal(Account::token_place(workspace, &row), &token);
    let sealed = sealed.map_err(|_| fault::no_key())?;
    desk.store.write(move |db| accounts::set_token(db, workspace, id, &sealed)).await?;
    let changed =
        AccountChanged { workspace_id: workspace.to_string(), account_id: id.to_string() };
    enqueue::account_changed(&desk, id, changed).await?;
    Ok(accepted())
}

/// A token is one word; a line break from copying is no part of it.
fn read(given: &SecretString) -> Result<SecretString, Fault> {
    let token = given.expose_secret().trim();
    let is_one = !token.is_empty()
        && token.len() <= LONGEST
        && token.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_one {
        return Err(fault::invalid("A token is one word of letters, digits and signs.").into());
    }
    Ok(token.to_owned().into())
}

//! Which kinds of bots there are, and whether settings can be used.

use actix_web::{
    HttpResponse,
    web::{Data, Json},
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
};

/// A kind of bot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "kind": "rules",
    "example": "rules:\n  - keywords: [hours, open]\n    reply:\n      - text: We are open from 9 to 18.\n"
}))]
pub(crate) struct KindView {
    kind: &'static str,
    /// Settings to begin with, which explain themselves.
    example: &'static str,
}

/// Settings that could be a bot's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "kind": "rules",
    "settings": "rules:\n  - when: { keywords: [hello] }\n    reply: [{ text: Hello! }]\n"
}))]
pub(crate) struct SettingsBody {
    kind: String,
    /// YAML.
    settings: String,
}

/// The kinds of bots that there are, each with settings to begin with. For administrators.
#[utoipa::path(
    get, path = "/bots/kinds", tag = "bots",
    responses((status = 200, body = Vec<KindView>), (status = 401), (status = 403)),
)]
pub(crate) async fn kinds(desk: Data<Desk>, caller: Caller) -> Result<Json<Vec<KindView>>, Fault> {
    caller.require(Permission::ManageBots)?;
    let all = desk.bots.kinds.all.iter();
    Ok(Json(all.map(|kind| KindView { kind: kind.name, example: kind.example }).collect()))
}

/// Says whether settings can be used, and keeps nothing. Where they cannot, the problem has the
/// `line` and the `column` that are wrong, counted from 1, as far as it is at one place. For
/// administrators.
#[utoipa::path(
    post, path = "/bots/check", tag = "bots",
    request_body = SettingsBody,
    responses(
        (status = 204, description = "They can be used."), (status = 401), (status = 403),
        (status = 422)
    ),
)]
pub(crate) async fn check(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<SettingsBody>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageBots)?;
    usable(&desk, &body.kind, &body.settings, None)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Refuses settings that cannot be used; with `Some`, the secret too.
///
/// # Errors
/// 422, with the place.
pub(super) fn usable(
    desk: &Desk,
    kind: &str,
    settings: &str,
    secret: Option<Option<&SecretString>>,
) -> Result<(), Fault> {
    let checked = (desk.bots.kinds.check)(kind, settings, secret);
    Ok(checked.map_err(|bad| fault::bad_settings(&bad))?)
}

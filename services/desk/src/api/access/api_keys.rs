//! Keys by which programs use the API.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::{
    Timestamp,
    ids::{ApiKeyId, UserId},
};
use switchboard_store::api_keys::{self, ApiKey};
use utoipa::ToSchema;

use crate::{
    api::{named, words::ScopeWord},
    auth::{caller::Caller, permissions::Permission, scopes, token},
    desk::Desk,
    fault::{self, Fault},
};

/// How keys begin, so that scanners for secrets find them.
const PREFIX: &str = "sbk_";

/// Characters that people know a key by, beside the prefix.
const HINT: usize = 6;

const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// A key, without what opens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a21d5b-74de-7433-80cc-10137c4b99a3", "name": "Shop", "hint": "sbk_3lNVSO",
    "user_id": "f25fed47-5add-5dae-b27c-c4893406aaf7", "scopes": ["conversations:write"],
    "created_at": 1795788829120_i64, "expires_at": 1827324829120_i64, "used_at": null,
    "revoked_at": null
}))]
pub(crate) struct ApiKeyView {
    #[schema(value_type = String, format = "uuid")]
    id: ApiKeyId,
    name: String,
    /// How it begins.
    hint: String,
    /// As whom it acts: their role holds besides the scopes, and it ends with them.
    #[schema(value_type = String, format = "uuid")]
    user_id: UserId,
    scopes: Vec<String>,
    created_at: i64,
    expires_at: Option<i64>,
    /// To the minute.
    used_at: Option<i64>,
    revoked_at: Option<i64>,
}

/// A key to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Shop", "scopes": ["conversations:write"], "days": 365}))]
pub(crate) struct NewApiKey {
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
    /// Who may write may read.
    #[schema(value_type = Vec<ScopeWord>, min_items = 1)]
    scopes: Vec<String>,
    /// How long it lasts; for ever when absent.
    days: Option<u32>,
}

/// What was made; the key is told this once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01a21d5b-74de-7433-80cc-10137c4b99a3", "key": "sbk_…"}))]
pub(crate) struct MadeApiKey {
    #[schema(value_type = String, format = "uuid")]
    id: ApiKeyId,
    /// To be sent as `Authorization: Bearer …`.
    key: String,
}

/// All keys, those that are over too.
#[utoipa::path(
    get, path = "/api-keys", tag = "administration",
    responses((status = 200, body = Vec<ApiKeyView>), (status = 401), (status = 403)),
)]
pub(crate) async fn list(desk: Data<Desk>, caller: Caller) -> Result<Json<Vec<ApiKeyView>>, Fault> {
    caller.require(Permission::ManageKeys)?;
    let workspace = caller.workspace();
    let all = desk.store.read(move |db| api_keys::list(db, workspace)).await?;
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Makes a key that acts as the caller. For people only: a key makes no keys.
#[utoipa::path(
    post, path = "/api-keys", tag = "administration",
    request_body = NewApiKey,
    responses((status = 201, body = MadeApiKey), (status = 401), (status = 403), (status = 422)),
)]
pub(crate) async fn add(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<NewApiKey>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageKeys)?;
    caller.session()?;
    let NewApiKey { name, scopes, days } = body.into_inner();
    let known: Vec<String> = scopes::all().collect();
    if scopes.is_empty() || !scopes.iter().all(|scope| known.contains(scope)) {
        let words = known.join(", ");
        return Err(fault::invalid(format!("A key has one or more of the scopes {words}.")).into());
    }
    let (secret, now) = (format!("{PREFIX}{}", token::draw()), clock::now());
    let key = ApiKey {
        id: ApiKeyId::new(caller.fresh_id()),
        workspace: caller.workspace(),
        user: caller.user.id,
        name: named(name)?,
        hint: secret.chars().take(PREFIX.len() + HINT).collect(),
        scopes,
        created_at: now,
        expires_at: days.map(|days| now.plus(DAY * days)),
        used_at: None,
        revoked_at: None,
    };
    let (id, hash) = (key.id, token::hash(&secret));
    desk.store.write(move |db| api_keys::add(db, &key, &hash)).await?;
    Ok(HttpResponse::Created().json(MadeApiKey { id, key: secret }))
}

/// Ends a key.
#[utoipa::path(
    delete, path = "/api-keys/{id}", tag = "administration",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn revoke(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ApiKeyId>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageKeys)?;
    let (workspace, id) = (caller.workspace(), *id);
    desk.store.write(move |db| api_keys::revoke(db, workspace, id, clock::now())).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn view(key: ApiKey) -> ApiKeyView {
    ApiKeyView {
        id: key.id,
        name: key.name,
        hint: key.hint,
        user_id: key.user,
        scopes: key.scopes,
        created_at: key.created_at.as_millis(),
        expires_at: key.expires_at.map(Timestamp::as_millis),
        used_at: key.used_at.map(Timestamp::as_millis),
        revoked_at: key.revoked_at.map(Timestamp::as_millis),
    }
}

//! The Meta apps that accounts are connected through. Their secrets are sealed at once and in no
//! answer, log or error.

use actix_web::{
    HttpResponse,
    web::{Data, Json},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::ids::AppId;
use switchboard_store::apps::{self, App};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
};

/// A Meta app.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a21d58-d380-7769-9e5a-a745b2ceaf8e", "key": "shop",
    "meta_app_id": "7700000000000001",
    "callback_url": "https://in.shop.example/meta/webhooks/shop"
}))]
pub(crate) struct MetaAppView {
    #[schema(value_type = String, format = "uuid")]
    id: AppId,
    /// Names it in the callback URL.
    key: String,
    /// Meta's id of it.
    meta_app_id: String,
    /// Where Meta posts its webhooks; connecting an account enters it at Meta.
    callback_url: String,
}

/// A Meta app to add, as the App Dashboard shows it (Settings, Basic).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"meta_app_id": "7700000000000001", "secret": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"}))]
pub(crate) struct NewMetaApp {
    /// App ID.
    #[schema(min_length = 1, pattern = "^[0-9]+$")]
    meta_app_id: String,
    /// App secret.
    #[schema(value_type = String, format = Password, min_length = 1, pattern = "^[A-Za-z0-9]+$")]
    secret: SecretString,
}

/// The Meta apps that accounts are connected through. For administrators.
#[utoipa::path(
    get, path = "/meta-apps", tag = "connections",
    responses((status = 200, body = Vec<MetaAppView>), (status = 401), (status = 403)),
)]
pub(crate) async fn list(
    desk: Data<Desk>,
    caller: Caller,
) -> Result<Json<Vec<MetaAppView>>, Fault> {
    caller.require(Permission::ManageAccounts)?;
    let workspace = caller.workspace();
    let all = desk.store.read(move |db| apps::list(db, workspace)).await?;
    Ok(Json(all.into_iter().map(|app| view(&desk, app)).collect()))
}

/// Adds a Meta app, or replaces the secret of one that is known. For administrators.
#[utoipa::path(
    post, path = "/meta-apps", tag = "connections",
    request_body = NewMetaApp,
    responses(
        (status = 200, body = MetaAppView), (status = 401), (status = 403), (status = 409),
        (status = 422)
    ),
)]
pub(crate) async fn add(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<NewMetaApp>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageAccounts)?;
    let keys = desk.apps.clone().ok_or_else(fault::no_key)?;
    let NewMetaApp { meta_app_id, secret } = body.into_inner();
    let (meta_app_id, secret) = (meta_app_id.trim().to_owned(), secret.expose_secret().trim());
    if meta_app_id.is_empty() || !meta_app_id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fault::invalid("An App ID is a number; see Settings, Basic.").into());
    }
    if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return Err(
            fault::invalid("An app secret is letters and digits; see Settings, Basic.").into()
        );
    }
    let (workspace, secret) = (caller.workspace(), SecretString::from(secret.to_owned()));
    let all = desk.store.read(move |db| apps::list(db, workspace)).await?;
    let known = all.into_iter().find(|app| app.meta_app_id == meta_app_id);
    let id = known.as_ref().map_or_else(|| AppId::new(Uuid::now_v7()), |app| app.id);
    let row = id.to_string();
    let sealed = keys.seal(App::secret_place(workspace, &row), &secret);
    let sealed = sealed.map_err(|_| fault::no_key())?;
    if let Some(app) = known {
        desk.store.write(move |db| apps::rotate_secret(db, workspace, id, &sealed)).await?;
        return Ok(HttpResponse::Ok().json(view(&desk, app)));
    }
    let verify_token = SecretString::from(BASE64.encode(rand::random::<[u8; 32]>()));
    let verify_token = keys.seal(App::verify_token_place(workspace, &row), &verify_token);
    let app = App {
        id,
        workspace,
        // Part of an address that Meta keeps: short, and nobody else's.
        key: id.uuid().simple().to_string(),
        meta_app_id,
        secret: sealed,
        previous_secret: None,
        verify_token: verify_token.map_err(|_| fault::no_key())?,
    };
    let added = app.clone();
    desk.store.write(move |db| apps::add(db, &app, clock::now())).await?;
    Ok(HttpResponse::Ok().json(view(&desk, added)))
}

fn view(desk: &Desk, app: App) -> MetaAppView {
    let root = desk.linking.public_url.as_str().trim_end_matches('/');
    let callback_url = format!("{root}/meta/webhooks/{}", app.key);
    MetaAppView { id: app.id, key: app.key, meta_app_id: app.meta_app_id, callback_url }
}

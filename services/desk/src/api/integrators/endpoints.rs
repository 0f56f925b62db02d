//! Endpoints of other software that is told of events: docs/INTEGRATE.md.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::{Timestamp, ids::EndpointId};
use switchboard_store::{
    Db,
    webhooks::{
        endpoints::{self, Endpoint},
        events::KINDS,
    },
};
use utoipa::{
    ToSchema,
    openapi::schema::{Array, ArrayBuilder, Object, Type},
};

use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
    integrators::{BOTH_SIGN, MOST_ENDPOINTS as MOST, NoSecret, PAUSED, check_kinds},
};

/// An endpoint, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a21d5b-0782-756c-a66a-1f1810479f6a", "url": "https://crm.shop.example/hooks",
    "events": ["message.received"], "enabled": true, "off_because": null, "failing_since": null,
    "last_taken_at": 1795788834120_i64, "old_secret_until": null, "created_at": 1795788829120_i64
}))]
pub(crate) struct EndpointView {
    #[schema(value_type = String, format = "uuid")]
    id: EndpointId,
    url: String,
    /// The kinds of events that it is told of.
    events: Vec<String>,
    /// Whether it is told anything.
    enabled: bool,
    /// Why it is not.
    off_because: Option<String>,
    /// Since when nothing arrived.
    failing_since: Option<i64>,
    /// When it last took something.
    last_taken_at: Option<i64>,
    /// Until when the secret before signs, too.
    old_secret_until: Option<i64>,
    created_at: i64,
}

/// Where and what is to be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "url": "https://shop.example/switchboard", "events": ["message.received", "message.failed"]
}))]
pub(crate) struct EndpointBody {
    /// https, on the internet; others only if desk.webhook_trusted_hosts names the host.
    #[schema(format = "uri", pattern = "^https://[A-Za-z0-9]")]
    url: String,
    /// docs/INTEGRATE.md says what each is; meta.raw are Meta's own events.
    #[schema(schema_with = wanted_kinds)]
    events: Vec<String>,
    /// `false` tells nothing until it is changed back; what happens meanwhile can be replayed.
    enabled: Option<bool>,
}

/// The kinds of events that there are.
fn wanted_kinds() -> Array {
    let words =
        Object::builder().schema_type(Type::String).enum_values(Some(KINDS.iter().copied()));
    ArrayBuilder::new().items(words).min_items(Some(1)).build()
}

/// A secret, told this once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01a21d5b-0782-756c-a66a-1f1810479f6a", "secret": "whsec_…"}))]
pub(crate) struct MadeSecret {
    #[schema(value_type = String, format = "uuid")]
    id: EndpointId,
    /// Checks `webhook-signature`, as <https://www.standardwebhooks.com> says.
    secret: String,
}

/// All endpoints.
#[utoipa::path(
    get, path = "/webhook-endpoints", tag = "administration",
    responses((status = 200, body = Vec<EndpointView>), (status = 401), (status = 403)),
)]
pub(crate) async fn list(
    desk: Data<Desk>,
    caller: Caller,
) -> Result<Json<Vec<EndpointView>>, Fault> {
    caller.require(Permission::ManageWebhooks)?;
    let workspace = caller.workspace();
    let all = desk.store.read(move |db| endpoints::list(db, workspace)).await?;
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Adds an endpoint, which is told of what happens from now on.
#[utoipa::path(
    post, path = "/webhook-endpoints", tag = "administration",
    request_body = EndpointBody,
    responses(
        (status = 201, body = MadeSecret), (status = 401), (status = 403), (status = 409),
        (status = 422),
    ),
)]
pub(crate) async fn add(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<EndpointBody>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageWebhooks)?;
    let (url, kinds) = checked(&desk, &body)?;
    let (workspace, id) = (caller.workspace(), EndpointId::new(caller.fresh_id()));
    let (secret, sealed) = desk.integrators.draw((workspace, id)).map_err(no_secret)?;
    let endpoint = Endpoint::new((workspace, id), (url, kinds), sealed, clock::now());
    let full = desk.store.read(move |db| endpoints::list(db, workspace)).await?.len() >= MOST;
    if full {
        return Err(
            fault::conflict(format!("There are {MOST} endpoints, which is the most.")).into()
        );
    }
    desk.store.write(move |db| endpoints::add(db, &endpoint)).await?;
    let secret = secret.expose_secret().to_owned();
    Ok(HttpResponse::Created().json(MadeSecret { id, secret }))
}

/// One endpoint.
#[utoipa::path(
    get, path = "/webhook-endpoints/{id}", tag = "administration",
    params(("id" = String, Path)),
    responses((status = 200, body = EndpointView), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn get(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<EndpointId>,
) -> Result<Json<EndpointView>, Fault> {
    Ok(Json(view(find(&desk, &caller, *id).await?)))
}

/// Changes where and what it is told. One that was off is on again, unless `enabled` is false.
#[utoipa::path(
    put, path = "/webhook-endpoints/{id}", tag = "administration",
    params(("id" = String, Path)), request_body = EndpointBody,
    responses(
        (status = 200, body = EndpointView), (status = 401), (status = 403), (status = 404),
        (status = 422),
    ),
)]
pub(crate) async fn change(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<EndpointId>,
    body: Json<EndpointBody>,
) -> Result<Json<EndpointView>, Fault> {
    let endpoint = find(&desk, &caller, *id).await?;
    let (url, kinds) = checked(&desk, &body)?;
    let off = (body.enabled == Some(false)).then_some(PAUSED);
    let whose = (endpoint.workspace, endpoint.id);
    let work = move |db: &mut Db| {
        endpoints::change(db, whose, (&url, &kinds), off)?;
        endpoints::get(db, whose.0, whose.1)
    };
    Ok(Json(view(desk.store.write(work).await?)))
}

/// Removes an endpoint with its deliveries.
#[utoipa::path(
    delete, path = "/webhook-endpoints/{id}", tag = "administration",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn remove(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<EndpointId>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageWebhooks)?;
    let (workspace, id) = (caller.workspace(), *id);
    desk.store.write(move |db| endpoints::remove(db, workspace, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes a new secret. For 24 hours the one before signs as well.
#[utoipa::path(
    post, path = "/webhook-endpoints/{id}/rotate", tag = "administration",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = MadeSecret), (status = 401), (status = 403), (status = 404),
        (status = 409),
    ),
)]
pub(crate) async fn rotate(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<EndpointId>,
) -> Result<Json<MadeSecret>, Fault> {
    let endpoint = find(&desk, &caller, *id).await?;
    let whose = (endpoint.workspace, endpoint.id);
    let (secret, sealed) = desk.integrators.draw(whose).map_err(no_secret)?;
    let until = clock::now().plus(BOTH_SIGN);
    desk.store.write(move |db| endpoints::rotate(db, whose, &sealed, until)).await?;
    Ok(Json(MadeSecret { id: whose.1, secret: secret.expose_secret().to_owned() }))
}

/// An endpoint of the caller's, if they may.
///
/// # Errors
/// 403, 404.
pub(crate) async fn find(desk: &Desk, caller: &Caller, id: EndpointId) -> Result<Endpoint, Fault> {
    caller.require(Permission::ManageWebhooks)?;
    let workspace = caller.workspace();
    Ok(desk.store.read(move |db| endpoints::get(db, workspace, id)).await?)
}

/// The address and the kinds, if they can be.
fn checked(desk: &Desk, body: &EndpointBody) -> Result<(String, Vec<String>), Fault> {
    let url = body.url.trim().to_owned();
    let wrong = |field: &'static str| move |why| fault::invalid(why).field(field);
    desk.integrators.check_address(&url).map_err(wrong("url"))?;
    check_kinds(&body.events).map_err(wrong("events"))?;
    Ok((url, body.events.clone()))
}

fn no_secret(_: NoSecret) -> Fault {
    fault::no_webhook_key().into()
}

fn view(endpoint: Endpoint) -> EndpointView {
    EndpointView {
        id: endpoint.id,
        url: endpoint.url,
        events: endpoint.kinds,
        enabled: endpoint.off_because.is_none(),
        off_because: endpoint.off_because,
        failing_since: endpoint.failing_since.map(Timestamp::as_millis),
        last_taken_at: endpoint.taken_at.map(Timestamp::as_millis),
        old_secret_until: endpoint.old_secret.map(|(_, until)| until.as_millis()),
        created_at: endpoint.created_at.as_millis(),
    }
}

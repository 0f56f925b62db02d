//! Saved views: lists of conversations that are looked at often.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::ids::{UserId, ViewId};
use switchboard_store::views::{self, View};
use utoipa::ToSchema;

use crate::{
    api::{conversations::listing::ListQuery, named},
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
};

/// A list by name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a21d5b-74d5-720f-8656-23767308d725",
    "user_id": "f25fed47-5add-5dae-b27c-c4893406aaf7", "shared": false, "name": "Who waits",
    "query": "status=waiting"
}))]
pub(crate) struct SavedView {
    #[schema(value_type = String, format = "uuid")]
    id: ViewId,
    /// Who made it.
    #[schema(value_type = String, format = "uuid")]
    user_id: UserId,
    /// Whether everybody sees it.
    shared: bool,
    name: String,
    /// The query of GET /conversations.
    query: String,
}

/// A view to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Waiting on WhatsApp", "query": "status=waiting", "shared": false}))]
pub(crate) struct NewView {
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
    /// The query of GET /conversations, such as `status=waiting&unassigned=true`.
    query: String,
    /// Whether everybody sees it; that is for supervisors.
    #[serde(default)]
    shared: bool,
}

/// The caller's own views, and what others share.
#[utoipa::path(
    get, path = "/views", tag = "views",
    responses((status = 200, body = Vec<SavedView>), (status = 401)),
)]
pub(crate) async fn list(desk: Data<Desk>, caller: Caller) -> Result<Json<Vec<SavedView>>, Fault> {
    let (workspace, user) = (caller.workspace(), caller.user.id);
    let all = desk.store.read(move |db| views::list(db, workspace, user)).await?;
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Keeps a view.
#[utoipa::path(
    post, path = "/views", tag = "views",
    request_body = NewView,
    responses((status = 201, body = SavedView), (status = 401), (status = 403), (status = 422)),
)]
pub(crate) async fn add(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<NewView>,
) -> Result<HttpResponse, Fault> {
    let NewView { name, query, shared } = body.into_inner();
    if shared {
        caller.require(Permission::SeeAll)?;
    }
    let query = query.trim_start_matches('?').to_owned();
    actix_web::web::Query::<ListQuery>::from_query(&query).map_err(|error| {
        fault::invalid(format!("The query is not one of GET /conversations: {error}."))
    })?;
    let (id, user) = (ViewId::new(caller.fresh_id()), caller.user.id);
    let new = View { id, user, shared, name: named(name)?, query };
    let (workspace, made) = (caller.workspace(), new.clone());
    desk.store.write(move |db| views::add(db, workspace, &new, clock::now())).await?;
    Ok(HttpResponse::Created().json(view(made)))
}

/// Takes a view away: one's own, or for supervisors a shared one.
#[utoipa::path(
    delete, path = "/views/{id}", tag = "views",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn remove(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ViewId>,
) -> Result<HttpResponse, Fault> {
    let (workspace, user, id) = (caller.workspace(), caller.user.id, *id);
    let seen = desk.store.read(move |db| views::list(db, workspace, user)).await?;
    let known = seen.into_iter().find(|view| view.id == id);
    let known = known.ok_or_else(|| fault::not_found("view"))?;
    if known.user != user {
        caller.require(Permission::SeeAll)?;
    }
    desk.store.write(move |db| views::remove(db, workspace, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn view(of: View) -> SavedView {
    SavedView { id: of.id, user_id: of.user, shared: of.shared, name: of.name, query: of.query }
}

//! What agents work with beside conversations: labels, canned replies, macros, saved views.

pub(crate) mod canned;
pub(crate) mod labels;
pub(crate) mod macros;
pub(crate) mod views;

use actix_web::web::{ServiceConfig, delete, get, post, put};
use utoipa::OpenApi;

/// Its part of the description.
#[derive(OpenApi)]
#[openapi(paths(
    labels::list,
    labels::add,
    labels::change,
    labels::remove,
    labels::put,
    canned::list,
    canned::add,
    canned::change,
    canned::remove,
    macros::list,
    macros::add,
    macros::change,
    macros::remove,
    macros::run,
    views::list,
    views::add,
    views::remove,
))]
pub(crate) struct Docs;

/// Its routes.
pub(crate) fn routes(app: &mut ServiceConfig) {
    app.route("/conversations/{id}/labels", put().to(labels::put))
        .route("/conversations/{id}/macros/{mid}", post().to(macros::run))
        .route("/labels", get().to(labels::list))
        .route("/labels", post().to(labels::add))
        .route("/labels/{id}", put().to(labels::change))
        .route("/labels/{id}", delete().to(labels::remove))
        .route("/canned-replies", get().to(canned::list))
        .route("/canned-replies", post().to(canned::add))
        .route("/canned-replies/{id}", put().to(canned::change))
        .route("/canned-replies/{id}", delete().to(canned::remove))
        .route("/macros", get().to(macros::list))
        .route("/macros", post().to(macros::add))
        .route("/macros/{id}", put().to(macros::change))
        .route("/macros/{id}", delete().to(macros::remove))
        .route("/views", get().to(views::list))
        .route("/views", post().to(views::add))
        .route("/views/{id}", delete().to(views::remove));
}

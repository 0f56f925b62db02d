//! The assistants: what they are taught.

mod documents;

use actix_web::web::{ServiceConfig, delete, get, post};
use utoipa::OpenApi;

/// Its part of the description.
#[derive(OpenApi)]
#[openapi(paths(documents::list, documents::add, documents::remove))]
pub(crate) struct Docs;

/// Its routes.
pub(crate) fn routes(app: &mut ServiceConfig) {
    app.route("/bots/{id}/documents", get().to(documents::list))
        .route("/bots/{id}/documents", post().to(documents::add))
        .route("/bots/{id}/documents/{document}", delete().to(documents::remove));
}

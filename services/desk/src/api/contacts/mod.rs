//! Customers: who they are, who is the same person, and what the business knows about them. A contact
//! is a customer as one account knows them; a person may be several (ADR 0022).

pub(crate) mod attributes;
pub(crate) mod blocking;
pub(crate) mod listing;
pub(crate) mod merging;
pub(crate) mod privacy;
pub(crate) mod view;

use actix_web::web::{ServiceConfig, get, post, put};
use utoipa::OpenApi;

/// Its part of the description.
#[derive(OpenApi)]
#[openapi(paths(
    listing::list,
    listing::get,
    listing::change,
    attributes::attributes,
    attributes::set_attributes,
    merging::suggestions,
    merging::merge,
    merging::split,
    blocking::block,
    blocking::unblock,
    privacy::export,
    privacy::erase,
))]
pub(crate) struct Docs;

/// Its routes.
pub(crate) fn routes(app: &mut ServiceConfig) {
    app.route("/contacts", get().to(listing::list))
        .route("/contacts/{id}", get().to(listing::get))
        .route("/contacts/{id}", put().to(listing::change))
        .route("/contacts/{id}/attributes", get().to(attributes::attributes))
        .route("/contacts/{id}/attributes", put().to(attributes::set_attributes))
        .route("/contacts/{id}/suggestions", get().to(merging::suggestions))
        .route("/contacts/{id}/merge", post().to(merging::merge))
        .route("/contacts/{id}/split", post().to(merging::split))
        .route("/contacts/{id}/block", post().to(blocking::block))
        .route("/contacts/{id}/unblock", post().to(blocking::unblock))
        .route("/contacts/{id}/export", get().to(privacy::export))
        .route("/contacts/{id}/erase", post().to(privacy::erase));
}

//! Other software that is told what happens.

pub(crate) mod deliveries;
pub(crate) mod endpoints;

use actix_web::web::{ServiceConfig, delete, get, post, put};
use utoipa::OpenApi;

/// Its part of the description.
#[derive(OpenApi)]
#[openapi(paths(
    endpoints::list,
    endpoints::add,
    endpoints::get,
    endpoints::change,
    endpoints::remove,
    endpoints::rotate,
    deliveries::test,
    deliveries::list,
    deliveries::replay,
))]
pub(crate) struct Docs;

/// Its routes.
pub(crate) fn routes(app: &mut ServiceConfig) {
    app.route("/webhook-endpoints", get().to(endpoints::list))
        .route("/webhook-endpoints", post().to(endpoints::add))
        .route("/webhook-endpoints/{id}", get().to(endpoints::get))
        .route("/webhook-endpoints/{id}", put().to(endpoints::change))
        .route("/webhook-endpoints/{id}", delete().to(endpoints::remove))
        .route("/webhook-endpoints/{id}/rotate", post().to(endpoints::rotate))
        .route("/webhook-endpoints/{id}/test", post().to(deliveries::test))
        .route("/webhook-endpoints/{id}/deliveries", get().to(deliveries::list))
        .route("/webhook-endpoints/{id}/replay", post().to(deliveries::replay));
}

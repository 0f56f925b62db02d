//! Customers: what the business knows about them.

pub(crate) mod attributes;

use actix_web::web::{ServiceConfig, get, put};
use utoipa::OpenApi;

/// Its part of the description.
#[derive(OpenApi)]
#[openapi(paths(attributes::attributes, attributes::set_attributes,))]
pub(crate) struct Docs;

/// Its routes.
pub(crate) fn routes(app: &mut ServiceConfig) {
    app.route("/conversations/{id}/attributes", get().to(attributes::attributes))
        .route("/conversations/{id}/attributes", put().to(attributes::set_attributes));
}

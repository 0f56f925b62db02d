//! Asking customers how it went: how accounts do it, and what came of it.

pub(crate) mod answers;
pub(crate) mod settings;

use actix_web::web::{ServiceConfig, get, put};
use utoipa::OpenApi;

/// Its part of the description.
#[derive(OpenApi)]
#[openapi(paths(settings::get, settings::set, answers::list, answers::summary))]
pub(crate) struct Docs;

/// Its routes.
pub(crate) fn routes(app: &mut ServiceConfig) {
    app.route("/accounts/{id}/survey", get().to(settings::get))
        .route("/accounts/{id}/survey", put().to(settings::set))
        .route("/surveys/answers", get().to(answers::list))
        .route("/surveys/summary", get().to(answers::summary));
}

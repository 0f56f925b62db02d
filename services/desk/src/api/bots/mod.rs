//! The assistants: their settings, what they are taught, and which accounts have them.

mod accounts;
mod check;
mod documents;
mod manage;
mod tokens;
mod trial;

use actix_web::web::{JsonConfig, ServiceConfig, delete, get, post, put, resource, to};
use utoipa::OpenApi;

use super::{bad_json, unknown};

/// The largest body with settings: 256 KiB of rules, written as JSON, with room.
const LARGEST_BODY: usize = 1024 * 1024;

/// Its part of the description.
#[derive(OpenApi)]
#[openapi(paths(
    manage::list,
    manage::add,
    manage::get,
    manage::change,
    manage::remove,
    check::kinds,
    check::check,
    accounts::set,
    documents::list,
    documents::add,
    documents::remove,
    tokens::list,
    tokens::add,
    tokens::revoke,
    trial::try_out,
))]
pub(crate) struct Docs;

/// Its routes.
pub(crate) fn routes(app: &mut ServiceConfig) {
    let json = || JsonConfig::default().limit(LARGEST_BODY).error_handler(bad_json);
    let all = resource("/bots").app_data(json()).default_service(to(unknown::answer));
    let checked = resource("/bots/check").app_data(json()).default_service(to(unknown::answer));
    let one = resource("/bots/{id}").app_data(json()).default_service(to(unknown::answer));
    app.service(all.route(get().to(manage::list)).route(post().to(manage::add)))
        .service(checked.route(post().to(check::check)))
        .service(
            resource("/bots/kinds")
                .route(get().to(check::kinds))
                .default_service(to(unknown::answer)),
        )
        .service(
            one.route(get().to(manage::get))
                .route(put().to(manage::change))
                .route(delete().to(manage::remove)),
        )
        .route("/accounts/{id}/bot", put().to(accounts::set))
        .route("/bots/{id}/documents", get().to(documents::list))
        .route("/bots/{id}/documents", post().to(documents::add))
        .route("/bots/{id}/documents/{document}", delete().to(documents::remove))
        .route("/bots/{id}/try", post().to(trial::try_out))
        .route("/bots/{id}/tokens", get().to(tokens::list))
        .route("/bots/{id}/tokens", post().to(tokens::add))
        .route("/bots/{id}/tokens/{token}", delete().to(tokens::revoke));
}

//! Who calls: log-in, oneself, keys of programs, and the log of what was changed.

pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod login;
pub(crate) mod me;
pub(crate) mod password;

use actix_web::web::{ServiceConfig, delete, get, post, put};
use utoipa::OpenApi;

/// Its part of the description.
#[derive(OpenApi)]
#[openapi(paths(
    login::login,
    login::logout,
    me::me,
    me::presence,
    me::set_presence,
    password::change,
    api_keys::list,
    api_keys::add,
    api_keys::revoke,
    audit::list,
))]
pub(crate) struct Docs;

/// Its routes.
pub(crate) fn routes(app: &mut ServiceConfig) {
    app.route("/login", post().to(login::login))
        .route("/logout", post().to(login::logout))
        .route("/me", get().to(me::me))
        .route("/me/presence", get().to(me::presence))
        .route("/me/presence", put().to(me::set_presence))
        .route("/me/password", put().to(password::change))
        .route("/api-keys", get().to(api_keys::list))
        .route("/api-keys", post().to(api_keys::add))
        .route("/api-keys/{id}", delete().to(api_keys::revoke))
        .route("/audit", get().to(audit::list));
}

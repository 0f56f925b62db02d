//! Channel accounts: connecting, keeping them well, and what belongs to them.

mod answering;
pub(crate) mod channels;
pub(crate) mod connect;
pub(crate) mod connections;
pub(crate) mod deletions;
pub(crate) mod linking;
pub(crate) mod meta_apps;
pub(crate) mod setup;
pub(crate) mod templates;
pub(crate) mod tokens;

use actix_web::web::{ServiceConfig, delete, get, post, put};
use utoipa::OpenApi;

/// Its part of the description.
#[derive(OpenApi)]
#[openapi(paths(
    answering::get,
    answering::set,
    linking::get,
    linking::set,
    linking::remove,
    linking::send_button,
    linking::unlink,
    deletions::list,
    deletions::complete,
    connections::accounts,
    connect::connect,
    connect::disconnect,
    connect::test,
    meta_apps::list,
    meta_apps::add,
    connections::events,
    connections::apps,
    channels::channels,
    tokens::replace,
    templates::list,
    templates::sync,
    setup::doctor,
    setup::progress,
    connections::unrouted,
))]
pub(crate) struct Docs;

/// Its routes.
pub(crate) fn routes(app: &mut ServiceConfig) {
    app.route("/conversations/{id}/login-button", post().to(linking::send_button))
        .route("/conversations/{id}/unlink", post().to(linking::unlink))
        .route("/accounts", get().to(connections::accounts))
        .route("/accounts", post().to(connect::connect))
        .route("/accounts/{id}", delete().to(connect::disconnect))
        .route("/accounts/{id}/settings", get().to(answering::get))
        .route("/accounts/{id}/settings", put().to(answering::set))
        .route("/accounts/{id}/test", post().to(connect::test))
        .route("/meta-apps", get().to(meta_apps::list))
        .route("/meta-apps", post().to(meta_apps::add))
        .route("/accounts/{id}/token", put().to(tokens::replace))
        .route("/accounts/{id}/templates", get().to(templates::list))
        .route("/accounts/{id}/templates/sync", post().to(templates::sync))
        .route("/channels", get().to(channels::channels))
        .route("/accounts/{id}/linking", get().to(linking::get))
        .route("/accounts/{id}/linking", put().to(linking::set))
        .route("/accounts/{id}/linking", delete().to(linking::remove))
        .route("/data-deletions", get().to(deletions::list))
        .route("/data-deletions/{code}/complete", post().to(deletions::complete))
        .route("/apps", get().to(connections::apps))
        .route("/accounts/{id}/events", get().to(connections::events))
        .route("/doctor", post().to(setup::doctor))
        .route("/errands/{id}", get().to(setup::progress))
        .route("/unrouted", get().to(connections::unrouted));
}

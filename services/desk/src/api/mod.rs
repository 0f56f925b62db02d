//! The REST API under `/api/v1`. Handlers take a [`crate::auth::caller::Caller`], read through its
//! sight, and give actions to the router; times are milliseconds since the Unix epoch, UTC.

mod actions;
mod channels;
mod composer;
mod connect;
mod connections;
mod conversations;
mod deletions;
mod files;
mod linking;
mod login;
mod me;
mod meta_apps;
mod openapi;
mod people;
mod replies;
mod setup;
mod team;
mod templates;
mod threads;
mod tokens;
mod transcripts;
mod uploads;
mod view;
mod window;

use actix_web::{
    HttpRequest, HttpResponse,
    error::{JsonPayloadError, PathError, QueryPayloadError},
    web::{self, ServiceConfig, delete, get, post, put},
};

use crate::{
    fault::{self, Fault},
    live::socket,
};

/// The largest body that a client may send: text for a message, with room.
const LARGEST_BODY: usize = 64 * 1024;

/// Mounts the API.
pub(crate) fn mount(app: &mut ServiceConfig) {
    app.app_data(web::JsonConfig::default().limit(LARGEST_BODY).error_handler(bad_json))
        .app_data(web::PathConfig::default().error_handler(bad_path))
        .app_data(web::QueryConfig::default().error_handler(bad_query));
    app.service(web::scope("/api/v1").configure(routes));
}

fn routes(app: &mut ServiceConfig) {
    app.route("/openapi.json", get().to(openapi::serve))
        .route("/login", post().to(login::login))
        .route("/logout", post().to(login::logout))
        .route("/me", get().to(me::me))
        .route("/me/presence", get().to(me::presence))
        .route("/me/presence", put().to(me::set_presence))
        .route("/ws", get().to(socket::open))
        .route("/conversations", get().to(conversations::list))
        .route("/conversations/{id}", get().to(conversations::get))
        .route("/conversations/{id}/messages", get().to(transcripts::messages))
        .route("/conversations/{id}/messages", post().to(replies::send))
        .route("/conversations/{id}/messages/{mid}/resend", post().to(replies::resend))
        .route("/conversations/{id}/messages/{mid}/revisions", get().to(transcripts::revisions))
        .route("/conversations/{id}/attachments", post().to(uploads::upload))
        .route("/media/{id}", get().to(files::get))
        .route("/conversations/{id}/referrals", get().to(transcripts::referrals))
        .route("/conversations/{id}/thread", post().to(threads::control))
        .route("/conversations/{id}/assign", post().to(actions::assign))
        .route("/conversations/{id}/unassign", post().to(actions::unassign))
        .route("/conversations/{id}/return-to-bot", post().to(actions::return_to_bot))
        .route("/conversations/{id}/resolve", post().to(actions::resolve))
        .route("/conversations/{id}/reopen", post().to(actions::reopen))
        .route("/conversations/{id}/read", post().to(actions::read))
        .route("/conversations/{id}/typing", post().to(actions::typing))
        .route("/agents", get().to(team::agents))
        .route("/teams", get().to(team::teams))
        .route("/teams", post().to(people::add_team))
        .route("/teams/{id}/members/{user}", put().to(people::add_member))
        .route("/teams/{id}/members/{user}", delete().to(people::remove_member))
        .route("/users", get().to(people::users))
        .route("/users", post().to(people::add_user))
        .route("/conversations/{id}/login-button", post().to(linking::send_button))
        .route("/conversations/{id}/unlink", post().to(linking::unlink))
        .route("/accounts", get().to(connections::accounts))
        .route("/accounts", post().to(connect::connect))
        .route("/accounts/{id}", delete().to(connect::disconnect))
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
        .route("/bots", get().to(connections::bots))
        .route("/unrouted", get().to(connections::unrouted));
}

fn bad_json(error: JsonPayloadError, _: &HttpRequest) -> actix_web::Error {
    told(fault::invalid(format!("The body is not the JSON that is expected: {error}.")))
}

fn bad_query(error: QueryPayloadError, _: &HttpRequest) -> actix_web::Error {
    told(fault::invalid(format!("The query is not what is expected: {error}.")))
}

/// An id that is none names nothing.
fn bad_path(_: PathError, _: &HttpRequest) -> actix_web::Error {
    told(fault::not_found("thing"))
}

fn told(problem: switchboard_chassis::problem::Problem) -> actix_web::Error {
    Fault::Told(problem).into()
}

/// 202: durable, to be applied by the router in a moment.
fn accepted() -> HttpResponse {
    HttpResponse::Accepted().finish()
}

//! The REST API under `/api/v1`. Handlers take a [`crate::auth::caller::Caller`], read through its
//! sight, and give actions to the router; times are milliseconds since the Unix epoch, UTC.

mod actions;
mod api_keys;
mod audit;
mod bulk;
mod canned;
mod channels;
mod composer;
mod connect;
mod connections;
mod contacts;
mod conversations;
mod cursor;
mod deletions;
mod files;
mod labels;
mod linking;
mod login;
mod macros;
mod me;
mod meta_apps;
mod notes;
mod openapi;
mod people;
mod privacy;
mod replies;
mod setup;
mod steps;
mod team;
mod teamwork;
mod templates;
mod threads;
mod tokens;
mod transcripts;
mod transfers;
mod uploads;
mod view;
mod views;
mod webhook_deliveries;
mod webhooks;
mod window;

use actix_web::{
    HttpRequest, HttpResponse,
    error::{JsonPayloadError, PathError, QueryPayloadError},
    middleware::from_fn,
    web::{self, ServiceConfig, delete, get, post, put},
};

use switchboard_chassis::problem::Problem;

use crate::{
    auth::audit::record,
    fault::{self, Fault},
    live::socket,
};

/// The largest body that a client may send: text for a message, with room.
const LARGEST_BODY: usize = 64 * 1024;

/// The longest name of anything, in characters.
const LONGEST_NAME: usize = 200;

/// Mounts the API.
pub(crate) fn mount(app: &mut ServiceConfig) {
    app.app_data(web::JsonConfig::default().limit(LARGEST_BODY).error_handler(bad_json))
        .app_data(web::PathConfig::default().error_handler(bad_path))
        .app_data(web::QueryConfig::default().error_handler(bad_query));
    app.service(web::scope("/api/v1").wrap(from_fn(record)).configure(routes));
}

fn routes(app: &mut ServiceConfig) {
    conversation_routes(app);
    kit_routes(app);
    setup_routes(app);
    webhook_routes(app);
}

fn conversation_routes(app: &mut ServiceConfig) {
    app.route("/openapi.json", get().to(openapi::serve))
        .route("/login", post().to(login::login))
        .route("/logout", post().to(login::logout))
        .route("/me", get().to(me::me))
        .route("/me/presence", get().to(me::presence))
        .route("/me/presence", put().to(me::set_presence))
        .route("/me/mentions", get().to(notes::mentions))
        .route("/me/mentions/read", post().to(notes::read))
        .route("/ws", get().to(socket::open))
        .route("/conversations", get().to(conversations::list))
        .route("/conversations/{id}", get().to(conversations::get))
        .route("/conversations/{id}/messages", get().to(transcripts::messages))
        .route("/conversations/{id}/messages", post().to(replies::send))
        .route("/conversations/{id}/messages/{mid}/resend", post().to(replies::resend))
        .route("/conversations/{id}/messages/{mid}/revisions", get().to(transcripts::revisions))
        .route("/conversations/{id}/notes", post().to(notes::add))
        .route("/conversations/{id}/attachments", post().to(uploads::upload))
        .route("/media/{id}", get().to(files::get))
        .route("/conversations/{id}/referrals", get().to(transcripts::referrals))
        .route("/conversations/{id}/thread", post().to(threads::control))
        .route("/conversations/{id}/assign", post().to(actions::assign))
        .route("/conversations/{id}/unassign", post().to(actions::unassign))
        .route("/conversations/{id}/return-to-bot", post().to(actions::return_to_bot))
        .route("/conversations/{id}/transfer", post().to(transfers::transfer))
        .route("/conversations/{id}/priority", put().to(transfers::set_priority))
        .route("/conversations/{id}/resolve", post().to(actions::resolve))
        .route("/conversations/{id}/reopen", post().to(actions::reopen))
        .route("/conversations/{id}/read", post().to(actions::read))
        .route("/conversations/{id}/typing", post().to(actions::typing))
        .route("/conversations/{id}/login-button", post().to(linking::send_button))
        .route("/conversations/{id}/unlink", post().to(linking::unlink))
        .route("/conversations/{id}/labels", put().to(labels::put))
        .route("/conversations/{id}/export", get().to(privacy::export))
        .route("/conversations/{id}/erase", post().to(privacy::erase))
        .route("/conversations/{id}/macros/{mid}", post().to(macros::run))
        .route("/conversations/{id}/attributes", get().to(contacts::attributes))
        .route("/conversations/{id}/attributes", put().to(contacts::set_attributes));
}

/// What agents work with beside conversations.
fn kit_routes(app: &mut ServiceConfig) {
    app.route("/labels", get().to(labels::list))
        .route("/labels", post().to(labels::add))
        .route("/labels/{id}", put().to(labels::change))
        .route("/labels/{id}", delete().to(labels::remove))
        .route("/canned-replies", get().to(canned::list))
        .route("/canned-replies", post().to(canned::add))
        .route("/canned-replies/{id}", put().to(canned::change))
        .route("/canned-replies/{id}", delete().to(canned::remove))
        .route("/bulk", post().to(bulk::act))
        .route("/macros", get().to(macros::list))
        .route("/macros", post().to(macros::add))
        .route("/macros/{id}", put().to(macros::change))
        .route("/macros/{id}", delete().to(macros::remove))
        .route("/views", get().to(views::list))
        .route("/views", post().to(views::add))
        .route("/views/{id}", delete().to(views::remove))
        .route("/agents", get().to(team::agents))
        .route("/agents/{id}/settings", get().to(teamwork::agent))
        .route("/agents/{id}/settings", put().to(teamwork::set_agent))
        .route("/teams", get().to(team::teams))
        .route("/teams/{id}/settings", get().to(teamwork::team))
        .route("/teams/{id}/settings", put().to(teamwork::set_team))
        .route("/teams", post().to(people::add_team))
        .route("/teams/{id}/members/{user}", put().to(people::add_member))
        .route("/teams/{id}/members/{user}", delete().to(people::remove_member))
        .route("/users", get().to(people::users))
        .route("/users", post().to(people::add_user));
}

fn setup_routes(app: &mut ServiceConfig) {
    app.route("/api-keys", get().to(api_keys::list))
        .route("/api-keys", post().to(api_keys::add))
        .route("/api-keys/{id}", delete().to(api_keys::revoke))
        .route("/audit", get().to(audit::list))
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

fn webhook_routes(app: &mut ServiceConfig) {
    app.route("/webhook-endpoints", get().to(webhooks::list))
        .route("/webhook-endpoints", post().to(webhooks::add))
        .route("/webhook-endpoints/{id}", get().to(webhooks::get))
        .route("/webhook-endpoints/{id}", put().to(webhooks::change))
        .route("/webhook-endpoints/{id}", delete().to(webhooks::remove))
        .route("/webhook-endpoints/{id}/rotate", post().to(webhooks::rotate))
        .route("/webhook-endpoints/{id}/test", post().to(webhook_deliveries::test))
        .route("/webhook-endpoints/{id}/deliveries", get().to(webhook_deliveries::list))
        .route("/webhook-endpoints/{id}/replay", post().to(webhook_deliveries::replay));
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

fn told(problem: Problem) -> actix_web::Error {
    Fault::Told(problem).into()
}

/// A name as people gave it.
///
/// # Errors
/// 422 when it is empty or too long.
fn named(name: String) -> Result<String, Problem> {
    let length = name.trim().chars().count();
    if (1..=LONGEST_NAME).contains(&length) {
        return Ok(name.trim().to_owned());
    }
    Err(fault::invalid(format!("A name has 1 to {LONGEST_NAME} characters.")))
}

/// 202: durable, to be applied by the router in a moment.
fn accepted() -> HttpResponse {
    HttpResponse::Accepted().finish()
}

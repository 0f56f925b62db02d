//! Conversations: lists, transcripts, what is written, and what is done with them.

pub(crate) mod actions;
pub(crate) mod bulk;
pub(crate) mod composer;
pub(crate) mod files;
pub(crate) mod listing;
pub(crate) mod notes;
pub(crate) mod replies;
pub(crate) mod snooze;
pub(crate) mod steps;
pub(crate) mod threads;
pub(crate) mod transcripts;
pub(crate) mod transfers;
pub(crate) mod uploads;
pub(crate) mod view;
pub(crate) mod window;

use actix_web::web::{ServiceConfig, get, post, put};
use utoipa::OpenApi;

/// Its part of the description.
#[derive(OpenApi)]
#[openapi(paths(
    listing::list,
    listing::get,
    transcripts::messages,
    transcripts::revisions,
    transcripts::referrals,
    uploads::upload,
    files::get,
    notes::add,
    notes::mentions,
    notes::read,
    replies::send,
    replies::resend,
    actions::assign,
    actions::unassign,
    actions::return_to_bot,
    transfers::transfer,
    transfers::set_priority,
    snooze::snooze,
    snooze::unsnooze,
    actions::resolve,
    actions::reopen,
    actions::read,
    threads::control,
    actions::typing,
    bulk::act,
))]
pub(crate) struct Docs;

/// Its routes.
pub(crate) fn routes(app: &mut ServiceConfig) {
    app.route("/me/mentions", get().to(notes::mentions))
        .route("/me/mentions/read", post().to(notes::read))
        .route("/conversations", get().to(listing::list))
        .route("/conversations/{id}", get().to(listing::get))
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
        .route("/conversations/{id}/snooze", post().to(snooze::snooze))
        .route("/conversations/{id}/unsnooze", post().to(snooze::unsnooze))
        .route("/conversations/{id}/resolve", post().to(actions::resolve))
        .route("/conversations/{id}/reopen", post().to(actions::reopen))
        .route("/conversations/{id}/read", post().to(actions::read))
        .route("/conversations/{id}/typing", post().to(actions::typing))
        .route("/bulk", post().to(bulk::act));
}

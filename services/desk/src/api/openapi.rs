//! The description of the API for programs.

use actix_web::HttpResponse;
use utoipa::OpenApi;

use super::{
    actions, api_keys, audit, bulk, canned, channels, connect, connections, contacts,
    conversations, deletions, files, labels, linking, login, macros, me, meta_apps, notes, people,
    privacy, replies, setup, team, teamwork, templates, threads, tokens, transcripts, transfers,
    uploads, views, webhook_deliveries, webhooks,
};

/// Everything under `/api/v1`.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Switchboard desk",
        description = "For the agents' page and for programs. Programs send a key that an \
            administrator makes, as Authorization: Bearer. Pages log in, keep the cookie, and send \
            the CSRF token of the answer as X-CSRF-Token with every write. With an Idempotency-Key \
            a write that is repeated is done once. Writes to conversations \
            answer 202: they are durable, and applied in a moment. Errors are problem+json with a \
            next_step. Times are milliseconds since the Unix epoch. GET /ws is a WebSocket that \
            says {type: conversation, id, revision}, {type: agents}, {type: accounts} or {type: resync}: hints to \
            read again."
    ),
    paths(
        login::login,
        login::logout,
        me::me,
        me::presence,
        me::set_presence,
        conversations::list,
        conversations::get,
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
        actions::resolve,
        actions::reopen,
        actions::read,
        threads::control,
        actions::typing,
        labels::list,
        labels::add,
        labels::change,
        labels::remove,
        labels::put,
        canned::list,
        canned::add,
        canned::change,
        canned::remove,
        bulk::act,
        macros::list,
        macros::add,
        macros::change,
        macros::remove,
        macros::run,
        privacy::export,
        privacy::erase,
        views::list,
        views::add,
        views::remove,
        contacts::attributes,
        contacts::set_attributes,
        api_keys::list,
        api_keys::add,
        api_keys::revoke,
        webhooks::list,
        webhooks::add,
        webhooks::get,
        webhooks::change,
        webhooks::remove,
        webhooks::rotate,
        webhook_deliveries::test,
        webhook_deliveries::list,
        webhook_deliveries::replay,
        audit::list,
        team::agents,
        team::teams,
        teamwork::team,
        teamwork::set_team,
        teamwork::agent,
        teamwork::set_agent,
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
        connections::bots,
        connections::unrouted,
        people::users,
        people::add_user,
        people::add_team,
        people::add_member,
        people::remove_member,
    ),
    servers((url = "/api/v1"))
)]
struct Api;

/// `GET /openapi.json`
pub(super) async fn serve() -> HttpResponse {
    HttpResponse::Ok().json(Api::openapi())
}

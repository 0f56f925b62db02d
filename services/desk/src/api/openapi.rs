//! The description of the API for programs.

use actix_web::HttpResponse;
use utoipa::OpenApi;

use super::{access, accounts, contacts, conversations, integrators, kit, notifications, team};

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
    servers((url = "/api/v1"))
)]
struct Api;

/// The parts, one from each folder.
fn parts() -> [utoipa::openapi::OpenApi; 8] {
    [
        conversations::Docs::openapi(),
        contacts::Docs::openapi(),
        kit::Docs::openapi(),
        access::Docs::openapi(),
        team::Docs::openapi(),
        accounts::Docs::openapi(),
        integrators::Docs::openapi(),
        notifications::Docs::openapi(),
    ]
}

/// `GET /openapi.json`
pub(super) async fn serve() -> HttpResponse {
    let mut whole = Api::openapi();
    for part in parts() {
        whole.merge(part);
    }
    HttpResponse::Ok().json(whole)
}

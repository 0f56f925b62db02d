//! What the caller is told of by e-mail.

use actix_web::{
    HttpResponse,
    web::{Data, Json},
};
use serde::Serialize;
use switchboard_domain::notices::Choice;
use switchboard_store::{
    Db,
    notices::{defaults, mailboxes},
};
use utoipa::ToSchema;

use super::check;
use crate::{auth::caller::Caller, desk::Desk, fault::Fault};

/// What the caller is told of by e-mail, and when.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "on": true, "address": "ann@shop.example", "refused": null, "own": false,
    "choice": {
        "started": false, "waiting": true, "waits_minutes": null, "assigned": true,
        "mentioned": true, "teams": [], "accounts": [], "when": "offline", "every_minutes": 30,
        "quiet": null, "zone": "UTC"
    }
}))]
pub(crate) struct MyNotifications {
    /// Whether there are mails at all; false until the operator sets `mail.url`.
    on: bool,
    /// Where they go.
    address: String,
    /// What the mail server said when it refused the address; nothing is sent there any more.
    refused: Option<String>,
    /// Whether the caller chose; otherwise this is what their workspace chose.
    own: bool,
    /// As for PUT.
    #[schema(value_type = Object)]
    choice: Choice,
}

/// What the caller is told of by e-mail.
#[utoipa::path(
    get, path = "/me/notifications", tag = "notifications",
    responses((status = 200, body = MyNotifications), (status = 401)),
)]
pub(crate) async fn get(desk: Data<Desk>, caller: Caller) -> Result<Json<MyNotifications>, Fault> {
    Ok(Json(read(&desk, &caller).await?))
}

/// Chooses what the caller is told of by e-mail: `started`, `waiting`, `assigned` and `mentioned` on
/// or off; `waits_minutes`, a number (1 to 1440) or null; `teams` and `accounts`, none for all that
/// they see; `when`: offline, away (or offline), always; a mail at most `every_minutes` (1 to
/// 1440); `quiet`, a part of the day or null; `zone`, an IANA time zone.
#[utoipa::path(
    put, path = "/me/notifications", tag = "notifications",
    request_body(content = Object, example = json!({
        "started": false, "waiting": true, "waits_minutes": 10, "assigned": true,
        "mentioned": true, "teams": [], "accounts": [], "when": "offline", "every_minutes": 30,
        "quiet": {"from": "20:00", "to": "07:30"}, "zone": "Europe/Berlin"
    })),
    responses(
        (status = 200, body = MyNotifications), (status = 401), (status = 403), (status = 404),
        (status = 422)
    ),
)]
pub(crate) async fn choose(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<Choice>,
) -> Result<Json<MyNotifications>, Fault> {
    let choice = body.into_inner();
    check(&desk, caller.workspace(), &choice).await?;
    let whose = (caller.workspace(), caller.user.id);
    desk.store.write(move |db| mailboxes::choose(db, whose, Some(&choice))).await?;
    Ok(Json(read(&desk, &caller).await?))
}

/// Goes by what the workspace chose again.
#[utoipa::path(
    delete, path = "/me/notifications", tag = "notifications",
    responses((status = 204), (status = 401), (status = 403)),
)]
pub(crate) async fn forget(desk: Data<Desk>, caller: Caller) -> Result<HttpResponse, Fault> {
    let whose = (caller.workspace(), caller.user.id);
    desk.store.write(move |db| mailboxes::choose(db, whose, None)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn read(desk: &Desk, caller: &Caller) -> Result<MyNotifications, Fault> {
    let (workspace, user) = (caller.workspace(), caller.user.id);
    let read = move |db: &mut Db| {
        Ok((mailboxes::get(db, workspace, user)?, defaults::get(db, workspace)?.choice))
    };
    let (mailbox, usual) = desk.store.read(read).await?;
    let address = caller.user.email.clone();
    let refused = mailbox.refused.filter(|(refused, _)| *refused == address);
    Ok(MyNotifications {
        on: desk.notices.mailer.is_some(),
        refused: refused.map(|(_, because)| because),
        address,
        own: mailbox.choice.is_some(),
        choice: mailbox.choice.unwrap_or(usual),
    })
}

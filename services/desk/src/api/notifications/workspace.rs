//! What a workspace has its people told of by e-mail, and how mailing them goes, for administrators.

use actix_web::web::{Data, Json};
use serde::{Deserialize, Serialize};
use switchboard_domain::{
    ids::{MailId, UserId},
    notices::Choice,
};
use switchboard_mail::Given;
use switchboard_store::{
    Db, StoreError,
    notices::{
        defaults::{self, Defaults},
        mailboxes,
        mails::{self, Mail},
    },
    users,
};
use utoipa::ToSchema;

use super::check;
use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
};

/// Mails that are listed.
const LISTED: i64 = 50;

/// What all are told of who did not choose, and who cannot be mailed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "on": true,
    "choice": {
        "started": false, "waiting": true, "waits_minutes": null, "assigned": true,
        "mentioned": true, "teams": [], "accounts": [], "when": "offline", "every_minutes": 30,
        "quiet": null, "zone": "UTC"
    },
    "words": false, "refused": []
}))]
pub(crate) struct WorkspaceNotifications {
    /// Whether there are mails at all; false until the operator sets `mail.url`.
    on: bool,
    /// As for PUT /me/notifications.
    #[schema(value_type = Object)]
    choice: Choice,
    /// Whether mails may repeat what customers wrote.
    words: bool,
    /// Addresses that the mail server refused: nothing is sent there until a test mail arrives.
    refused: Vec<Refused>,
}

/// An address that the mail server refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Refused {
    #[schema(value_type = String, format = "uuid")]
    user_id: UserId,
    address: String,
    /// What the server said.
    because: String,
}

/// What all are to be told of who did not choose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "choice": {
        "started": false, "waiting": true, "waits_minutes": null, "assigned": true,
        "mentioned": true, "when": "offline", "every_minutes": 30, "zone": "Europe/Berlin"
    },
    "words": false
}))]
pub(crate) struct NewDefaults {
    /// As for PUT /me/notifications.
    #[schema(value_type = Object)]
    choice: Choice,
    /// Whether mails may repeat what customers wrote.
    words: bool,
}

/// A mail to somebody of the workspace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a21d5b-7004-72eb-a6fa-f5d80654476e",
    "user_id": "d56c5a42-cc14-57ee-8702-a10042f42842", "state": "sent", "conversations": 2,
    "answer": "250 2.0.0 Ok: queued", "at": 1795788829120_i64
}))]
pub(crate) struct MailView {
    #[schema(value_type = String, format = "uuid")]
    id: MailId,
    #[schema(value_type = String, format = "uuid")]
    user_id: UserId,
    /// sending, sent, refused, or uncertain: nobody knows whether it arrived, and it is not sent again.
    state: String,
    /// How many conversations it tells of.
    conversations: u32,
    /// What the mail server said.
    answer: String,
    at: i64,
}

/// Whom a test mail goes to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": null}))]
pub(crate) struct NewTest {
    /// Null: the caller.
    #[schema(value_type = Option<String>, format = "uuid")]
    user_id: Option<UserId>,
}

/// What came of a test mail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"taken": true, "answer": "250 2.0.0 Ok: queued"}))]
pub(crate) struct TestedMail {
    /// Whether the mail server has it.
    taken: bool,
    /// What it said.
    answer: String,
}

/// What all are told of who did not choose, and who cannot be mailed.
#[utoipa::path(
    get, path = "/notifications/defaults", tag = "notifications",
    responses((status = 200, body = WorkspaceNotifications), (status = 401), (status = 403)),
)]
pub(crate) async fn get(
    desk: Data<Desk>,
    caller: Caller,
) -> Result<Json<WorkspaceNotifications>, Fault> {
    caller.require(Permission::ManagePeople)?;
    Ok(Json(read(&desk, &caller).await?))
}

/// Chooses what all are told of who did not choose.
#[utoipa::path(
    put, path = "/notifications/defaults", tag = "notifications",
    request_body = NewDefaults,
    responses(
        (status = 200, body = WorkspaceNotifications), (status = 401), (status = 403),
        (status = 404), (status = 422)
    ),
)]
pub(crate) async fn choose(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<NewDefaults>,
) -> Result<Json<WorkspaceNotifications>, Fault> {
    caller.require(Permission::ManagePeople)?;
    let NewDefaults { choice, words } = body.into_inner();
    check(&desk, caller.workspace(), &choice).await?;
    let (workspace, defaults) = (caller.workspace(), Defaults { choice, words });
    desk.store.write(move |db| defaults::set(db, workspace, &defaults)).await?;
    Ok(Json(read(&desk, &caller).await?))
}

/// The latest mails to people of the workspace.
#[utoipa::path(
    get, path = "/notifications/mails", tag = "notifications",
    responses((status = 200, body = Vec<MailView>), (status = 401), (status = 403)),
)]
pub(crate) async fn mails(desk: Data<Desk>, caller: Caller) -> Result<Json<Vec<MailView>>, Fault> {
    caller.require(Permission::ManagePeople)?;
    let workspace = caller.workspace();
    let all = desk.store.read(move |db| mails::latest(db, workspace, LISTED)).await?;
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Sends a test mail now. When the server takes it, an address that it refused before counts again.
#[utoipa::path(
    post, path = "/notifications/test", tag = "notifications",
    request_body = NewTest,
    responses(
        (status = 200, body = TestedMail), (status = 401), (status = 403), (status = 404),
        (status = 409)
    ),
)]
pub(crate) async fn test(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<NewTest>,
) -> Result<Json<TestedMail>, Fault> {
    caller.require(Permission::ManagePeople)?;
    let (workspace, id) = (caller.workspace(), body.user_id.unwrap_or(caller.user.id));
    let find =
        move |db: &mut Db| users::by_id(db, workspace, id)?.ok_or(StoreError::NotFound("user"));
    let user = desk.store.read(find).await?;
    let mailer = desk.notices.mailer.as_ref().ok_or_else(fault::no_mails)?;
    // A repeat of the request is the same mail to whoever gets it.
    let letter = desk.notices.trial(caller.fresh_id(), &user);
    let given = match mailer.offer(&letter).await {
        Ok(offered) => offered.give().await,
        Err(fault) => Given::Refused(fault),
    };
    let (taken, answer) = match given {
        Given::Taken(answer) => (true, answer),
        Given::Refused(fault) => (false, format!("{fault}.")),
        Given::Unknown(why) => (false, format!("It may have arrived: {why}.")),
    };
    if taken {
        desk.store.write(move |db| mailboxes::accept(db, workspace, id)).await?;
    }
    Ok(Json(TestedMail { taken, answer }))
}

async fn read(desk: &Desk, caller: &Caller) -> Result<WorkspaceNotifications, Fault> {
    let workspace = caller.workspace();
    let read = move |db: &mut Db| {
        let (defaults, boxes) = (defaults::get(db, workspace)?, mailboxes::list(db, workspace)?);
        Ok((defaults, boxes, users::list(db, workspace)?))
    };
    let (Defaults { choice, words }, boxes, users) = desk.store.read(read).await?;
    let refused = boxes.into_iter().filter_map(|one| {
        let (address, because) = one.refused?;
        let counts = users.iter().any(|user| user.id == one.user && user.email == address);
        counts.then_some(Refused { user_id: one.user, address, because })
    });
    let on = desk.notices.mailer.is_some();
    Ok(WorkspaceNotifications { on, choice, words, refused: refused.collect() })
}

fn view(of: Mail) -> MailView {
    MailView {
        id: of.id,
        user_id: of.user,
        state: of.state,
        conversations: of.entries,
        answer: of.answer,
        at: of.at.as_millis(),
    }
}

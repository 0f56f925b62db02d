//! Canned replies: texts that agents write often. The places in them are filled in where an agent
//! picks one, so that they read what goes out.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::{
    Timestamp,
    ids::{CannedReplyId, TeamId},
};
use switchboard_store::{
    Db, StoreError,
    canned::{self, CannedReply},
    teams,
};
use utoipa::ToSchema;

use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
};

/// The longest text, in characters: WhatsApp's, the most that any channel takes.
const LONGEST_TEXT: usize = 4096;

/// The longest shortcut, in characters.
const LONGEST_SHORTCUT: usize = 40;

/// What can be filled in: each between `{{` and `}}`.
const PLACES: [&str; 6] = [
    "contact.name",
    "contact.first_name",
    "contact.customer_number",
    "agent.name",
    "agent.first_name",
    "account.name",
];

/// A text that agents write often.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a21d5b-681e-72eb-a6fa-f5d80654476e", "team_id": null, "shortcut": "on-its-way",
    "text": "Hello {{contact.first_name}}, your order is on its way.",
    "updated_at": 1795788829120_i64
}))]
pub(crate) struct CannedReplyView {
    #[schema(value_type = String, format = "uuid")]
    id: CannedReplyId,
    /// The team that has it; null: everybody.
    #[schema(value_type = Option<String>, format = "uuid")]
    team_id: Option<TeamId>,
    shortcut: String,
    text: String,
    updated_at: i64,
}

/// A canned reply to be, or as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "shortcut": "hours", "text": "Hello {{contact.first_name}}, we are open from 9 to 18."
}))]
pub(crate) struct NewCannedReply {
    /// The team that has it; null: everybody.
    #[schema(value_type = Option<String>, format = "uuid")]
    team_id: Option<TeamId>,
    /// What an agent types after / to find it: letters, digits, - and _.
    #[schema(min_length = 1, max_length = 40, pattern = "^[A-Za-z0-9_-]+$")]
    shortcut: String,
    /// With {{contact.name}}, {{contact.first_name}}, {{contact.customer_number}}, {{agent.name}},
    /// {{agent.first_name}}, {{account.name}} where something is filled in.
    #[schema(min_length = 1, pattern = r"\S")]
    text: String,
}

/// Those of everybody and of the caller's teams, by shortcut; supervisors see all.
#[utoipa::path(
    get, path = "/canned-replies", tag = "canned replies",
    responses((status = 200, body = Vec<CannedReplyView>), (status = 401)),
)]
pub(crate) async fn list(
    desk: Data<Desk>,
    caller: Caller,
) -> Result<Json<Vec<CannedReplyView>>, Fault> {
    let workspace = caller.workspace();
    let all = desk.store.read(move |db| canned::list(db, workspace)).await?;
    let theirs = |reply: &CannedReply| {
        caller.may(Permission::SeeAll) || reply.team.is_none_or(|team| caller.teams.contains(&team))
    };
    Ok(Json(all.into_iter().filter(theirs).map(view).collect()))
}

/// Makes one. For supervisors.
#[utoipa::path(
    post, path = "/canned-replies", tag = "canned replies",
    request_body = NewCannedReply,
    responses(
        (status = 201, body = CannedReplyView), (status = 401), (status = 403), (status = 404),
        (status = 409), (status = 422)
    ),
)]
pub(crate) async fn add(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<NewCannedReply>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageLabels)?;
    let reply = read(CannedReplyId::new(caller.fresh_id()), body.into_inner())?;
    let workspace = caller.workspace();
    let add = move |db: &mut _| {
        // The same Idempotency-Key again.
        let mut known = canned::list(db, workspace)?.into_iter();
        if let Some(known) = known.find(|known| known.id == reply.id) {
            return Ok(known);
        }
        require_team(db, workspace, reply.team)?;
        canned::put(db, workspace, &reply)?;
        Ok(reply)
    };
    let made = desk.store.write(add).await?;
    Ok(HttpResponse::Created().json(view(made)))
}

/// Changes one. For supervisors.
#[utoipa::path(
    put, path = "/canned-replies/{id}", tag = "canned replies",
    params(("id" = String, Path)),
    request_body = NewCannedReply,
    responses(
        (status = 200, body = CannedReplyView), (status = 401), (status = 403), (status = 404),
        (status = 409), (status = 422)
    ),
)]
pub(crate) async fn change(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<CannedReplyId>,
    body: Json<NewCannedReply>,
) -> Result<Json<CannedReplyView>, Fault> {
    caller.require(Permission::ManageLabels)?;
    let reply = read(*id, body.into_inner())?;
    let (workspace, changed) = (caller.workspace(), reply.clone());
    let put = move |db: &mut _| {
        let known = canned::list(db, workspace)?.iter().any(|known| known.id == reply.id);
        if !known {
            return Err(StoreError::NotFound("canned reply"));
        }
        require_team(db, workspace, reply.team)?;
        canned::put(db, workspace, &reply)
    };
    desk.store.write(put).await?;
    Ok(Json(view(changed)))
}

/// Takes one away. For supervisors.
#[utoipa::path(
    delete, path = "/canned-replies/{id}", tag = "canned replies",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn remove(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<CannedReplyId>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageLabels)?;
    let (workspace, id) = (caller.workspace(), *id);
    desk.store.write(move |db| canned::remove(db, workspace, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn require_team(
    db: &mut Db,
    workspace: switchboard_domain::ids::WorkspaceId,
    team: Option<TeamId>,
) -> Result<(), StoreError> {
    let Some(team) = team else { return Ok(()) };
    teams::by_id(db, workspace, team)?.map(|_| ()).ok_or(StoreError::NotFound("team"))
}

fn read(id: CannedReplyId, new: NewCannedReply) -> Result<CannedReply, Fault> {
    let NewCannedReply { team_id, shortcut, text } = new;
    let shortcut = shortcut.trim().trim_start_matches('/').to_lowercase();
    let is_word = shortcut.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if !is_word || !(1..=LONGEST_SHORTCUT).contains(&shortcut.chars().count()) {
        let wrong = format!(
            "A shortcut has 1 to {LONGEST_SHORTCUT} letters, digits, - and _, such as \"hours\"."
        );
        return Err(fault::invalid(wrong).into());
    }
    if !(1..=LONGEST_TEXT).contains(&text.trim().chars().count()) {
        let wrong = format!("A text has 1 to {LONGEST_TEXT} characters.");
        return Err(fault::invalid(wrong).into());
    }
    if let Some(strange) = places(&text).find(|place| !PLACES.contains(place)) {
        let known = PLACES.join(", ");
        let wrong = format!("{{{{{strange}}}}} cannot be filled in; there are {known}.");
        return Err(fault::invalid(wrong).into());
    }
    let text = text.trim().to_owned();
    Ok(CannedReply { id, team: team_id, shortcut, text, updated_at: clock::now() })
}

/// What stands between `{{` and `}}`.
fn places(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split("{{").skip(1);
    parts.filter_map(|part| part.split_once("}}")).map(|(place, _)| place.trim())
}

fn view(reply: CannedReply) -> CannedReplyView {
    CannedReplyView {
        id: reply.id,
        team_id: reply.team,
        shortcut: reply.shortcut,
        text: reply.text,
        updated_at: Timestamp::as_millis(reply.updated_at),
    }
}

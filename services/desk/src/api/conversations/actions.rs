//! What agents do to conversations, beside writing. Each answers 202: durable, applied by the
//! router in a moment.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::Deserialize;
use switchboard_contract::wire::{
    Empty,
    agent_action::{Action, Assign},
};
use switchboard_domain::ids::{ConversationId, UserId};
use switchboard_store::{inbox::Summary, users};
use utoipa::ToSchema;

use super::listing::find;
use crate::{
    api::accepted,
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// Who is to answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agent": "me"}))]
pub(crate) struct AssignBody {
    /// A user's id, or `me`.
    agent: String,
}

/// Puts someone in charge; oneself: takes over.
#[utoipa::path(
    post, path = "/conversations/{id}/assign", tag = "conversations",
    params(("id" = String, Path)),
    request_body = AssignBody,
    responses(
        (status = 202), (status = 401), (status = 403), (status = 404), (status = 422),
        (status = 503)
    ),
)]
pub(crate) async fn assign(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
    body: Json<AssignBody>,
) -> Result<HttpResponse, Fault> {
    let to =
        if body.agent == "me" { caller.user.id } else { colleague(&desk, &caller, &body).await? };
    let assign = Assign { agent_id: to.to_string() };
    act(&desk, &caller, *id, Action::Assign(assign)).await
}

/// Someone else who can be put in charge.
async fn colleague(desk: &Desk, caller: &Caller, body: &AssignBody) -> Result<UserId, Fault> {
    let unknown = || fault::not_found("agent");
    let id: UserId = body.agent.parse().map_err(|_| unknown())?;
    if id != caller.user.id {
        caller.require(Permission::AssignOthers)?;
    }
    let workspace = caller.workspace();
    let found = desk.store.read(move |db| users::by_id(db, workspace, id)).await?;
    Ok(found.filter(|user| user.active).ok_or_else(unknown)?.id)
}

/// Gives it back to the waiting line.
#[utoipa::path(
    post, path = "/conversations/{id}/unassign", tag = "conversations",
    params(("id" = String, Path)),
    responses((status = 202), (status = 401), (status = 403), (status = 404), (status = 503)),
)]
pub(crate) async fn unassign(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
) -> Result<HttpResponse, Fault> {
    act(&desk, &caller, *id, Action::Unassign(Empty {})).await
}

/// Lets the bot answer again.
#[utoipa::path(
    post, path = "/conversations/{id}/return-to-bot", tag = "conversations",
    params(("id" = String, Path)),
    responses((status = 202), (status = 401), (status = 403), (status = 404), (status = 503)),
)]
pub(crate) async fn return_to_bot(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
) -> Result<HttpResponse, Fault> {
    act(&desk, &caller, *id, Action::ReturnToBot(Empty {})).await
}

/// Done, until the customer writes again.
#[utoipa::path(
    post, path = "/conversations/{id}/resolve", tag = "conversations",
    params(("id" = String, Path)),
    responses((status = 202), (status = 401), (status = 403), (status = 404), (status = 503)),
)]
pub(crate) async fn resolve(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
) -> Result<HttpResponse, Fault> {
    act(&desk, &caller, *id, Action::Resolve(Empty {})).await
}

/// Not done after all: the caller takes it.
#[utoipa::path(
    post, path = "/conversations/{id}/reopen", tag = "conversations",
    params(("id" = String, Path)),
    responses((status = 202), (status = 401), (status = 403), (status = 404), (status = 503)),
)]
pub(crate) async fn reopen(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
) -> Result<HttpResponse, Fault> {
    act(&desk, &caller, *id, Action::Reopen(Empty {})).await
}

/// The caller has seen everything.
#[utoipa::path(
    post, path = "/conversations/{id}/read", tag = "conversations",
    params(("id" = String, Path)),
    responses((status = 202), (status = 401), (status = 403), (status = 404), (status = 503)),
)]
pub(crate) async fn read(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
) -> Result<HttpResponse, Fault> {
    act(&desk, &caller, *id, Action::MarkRead(Empty {})).await
}

/// The caller is writing: the customer sees so for a moment, where the channel shows it and Meta's
/// limits leave room, and colleagues who look at the conversation do.
#[utoipa::path(
    post, path = "/conversations/{id}/typing", tag = "conversations",
    params(("id" = String, Path)),
    responses((status = 202), (status = 401), (status = 403), (status = 404), (status = 503)),
)]
pub(crate) async fn typing(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
) -> Result<HttpResponse, Fault> {
    let conversation = find(&desk, &caller, *id).await?;
    enqueue::colleague_types(&desk, &caller.user, &conversation).await;
    let action = Action::Typing(Empty {});
    enqueue::action(&desk, enqueue::action_id(&caller), &caller.user, &conversation, action)
        .await?;
    Ok(accepted())
}

/// Gives an action to the conversation's shard.
///
/// # Errors
/// 404 if the caller does not see the conversation; 503 if the queue is away.
pub(crate) async fn act(
    desk: &Desk,
    caller: &Caller,
    id: ConversationId,
    action: Action,
) -> Result<HttpResponse, Fault> {
    let conversation = find(desk, caller, id).await?;
    act_on(desk, caller, &conversation, action).await
}

/// Gives an action on a conversation that the caller sees to its shard.
///
/// # Errors
/// 503 if the queue is away.
pub(crate) async fn act_on(
    desk: &Desk,
    caller: &Caller,
    conversation: &Summary,
    action: Action,
) -> Result<HttpResponse, Fault> {
    enqueue::action(desk, enqueue::action_id(caller), &caller.user, conversation, action).await?;
    Ok(accepted())
}

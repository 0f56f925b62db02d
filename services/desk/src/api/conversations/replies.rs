//! What agents write to customers, and what they send once more.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::Serialize;
use switchboard_contract::wire::agent_action::{Action, Reply, Resend};
use switchboard_domain::{
    conversation::MessageStatus,
    ids::{ConversationId, MessageId},
};
use switchboard_store::messages;
use utoipa::ToSchema;

use super::{
    composer::{self, NewMessage},
    listing::find,
};
use crate::{
    api::accepted,
    auth::caller::Caller,
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// Where to find the message once the router has taken it up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"message_id": "01a21d5b-6c8e-7455-ad64-f0b1a46572eb"}))]
pub(crate) struct AcceptedMessage {
    #[schema(value_type = String, format = "uuid")]
    message_id: MessageId,
}

impl AcceptedMessage {
    pub(crate) fn new(message_id: MessageId) -> Self {
        Self { message_id }
    }
}

/// Writes to the customer. Whoever answers a conversation that no person has takes it over.
#[utoipa::path(
    post, path = "/conversations/{id}/messages", tag = "conversations",
    params(("id" = String, Path)),
    request_body = NewMessage,
    responses(
        (status = 202, body = AcceptedMessage), (status = 401), (status = 403), (status = 404),
        (status = 409), (status = 422), (status = 503)
    ),
)]
pub(crate) async fn send(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
    body: Json<NewMessage>,
) -> Result<HttpResponse, Fault> {
    let conversation = find(&desk, &caller, *id).await?;
    let message = MessageId::new(caller.fresh_id());
    let composed = composer::compose(&desk, &caller, &conversation, body.into_inner()).await?;
    let (content, reply_to) = (Some(composed.content.into()), composed.reply_to);
    let reply = Reply { message_id: message.to_string(), content, reply_to };
    let envelope = format!("reply/{message}");
    enqueue::action(&desk, envelope, &caller.user, &conversation, Action::Reply(reply)).await?;
    Ok(HttpResponse::Accepted().json(AcceptedMessage { message_id: message }))
}

/// Sends a message once more that failed or may not have arrived.
#[utoipa::path(
    post, path = "/conversations/{id}/messages/{mid}/resend", tag = "conversations",
    params(("id" = String, Path), ("mid" = String, Path)),
    responses(
        (status = 202), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422), (status = 503)
    ),
)]
pub(crate) async fn resend(
    desk: Data<Desk>,
    caller: Caller,
    path: Path<(ConversationId, MessageId)>,
) -> Result<HttpResponse, Fault> {
    let (id, message) = path.into_inner();
    let conversation = find(&desk, &caller, id).await?;
    let workspace = caller.workspace();
    let found = desk.store.read(move |db| messages::by_id(db, workspace, message)).await?;
    let found = found
        .filter(|found| found.conversation == conversation.id)
        .ok_or_else(|| fault::not_found("message"))?;
    if !matches!(found.status, MessageStatus::Failed | MessageStatus::Uncertain) {
        return Err(fault::conflict("Only a message that failed or may be lost is resent.").into());
    }
    enqueue::require_unblocked(&conversation)?;
    composer::check_window(&conversation, &found.content)?;
    let action = Action::Resend(Resend { message_id: message.to_string() });
    enqueue::action(&desk, enqueue::action_id(&caller), &caller.user, &conversation, action)
        .await?;
    Ok(accepted())
}

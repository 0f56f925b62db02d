//! Customers whom people do not want to hear from. It is decided where their conversation lives, in
//! order with what they write: each answers 202.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_contract::wire::{
    Empty,
    agent_action::{self, Action},
};
use switchboard_domain::ids::{ContactId, ConversationId};
use utoipa::ToSchema;

use super::listing::find;
use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Insults colleagues"}))]
pub(crate) struct BlockBody {
    /// For colleagues, 1 to 500 characters; the customer does not see it.
    reason: String,
}

/// What is on its way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"conversation_ids": ["e867bd60-f230-5b05-8559-59b56862e224"]}))]
pub(crate) struct BlockedConversations {
    #[schema(value_type = Vec<String>)]
    conversation_ids: Vec<ConversationId>,
}

/// Blocks a customer, in all conversations of the person that the caller sees. What they write is
/// kept, and wakes nobody; what waited is taken out of the line; nothing is sent to them.
#[utoipa::path(
    post, path = "/contacts/{id}/block", tag = "contacts",
    params(("id" = String, Path)),
    request_body = BlockBody,
    responses(
        (status = 202, body = BlockedConversations), (status = 401), (status = 403),
        (status = 404), (status = 422), (status = 503)
    ),
)]
pub(crate) async fn block(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ContactId>,
    body: Json<BlockBody>,
) -> Result<HttpResponse, Fault> {
    let reason = body.reason.trim().to_owned();
    if !(1..=LONGEST_REASON).contains(&reason.chars().count()) {
        let wrong = format!("A reason has 1 to {LONGEST_REASON} characters.");
        return Err(fault::invalid(wrong).into());
    }
    act(&desk, &caller, *id, &Action::Block(agent_action::Block { reason })).await
}

/// Unblocks a customer: each conversation goes on where it was.
#[utoipa::path(
    post, path = "/contacts/{id}/unblock", tag = "contacts",
    params(("id" = String, Path)),
    responses(
        (status = 202, body = BlockedConversations), (status = 401), (status = 403),
        (status = 404), (status = 503)
    ),
)]
pub(crate) async fn unblock(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ContactId>,
) -> Result<HttpResponse, Fault> {
    act(&desk, &caller, *id, &Action::Unblock(Empty {})).await
}

async fn act(
    desk: &Desk,
    caller: &Caller,
    id: ContactId,
    action: &Action,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::BlockPeople)?;
    let person = find(desk, caller, id).await?;
    let request = enqueue::action_id(caller);
    let mut conversation_ids = Vec::with_capacity(person.conversations.len());
    for conversation in &person.conversations {
        let name = format!("{request}/{}", conversation.id);
        enqueue::action(desk, name, &caller.user, conversation, action.clone()).await?;
        conversation_ids.push(conversation.id);
    }
    Ok(HttpResponse::Accepted().json(BlockedConversations { conversation_ids }))
}

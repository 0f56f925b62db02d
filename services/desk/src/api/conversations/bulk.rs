//! The same for many conversations at once.

use actix_web::web::{Data, Json};
use serde::{Deserialize, Serialize};
use switchboard_domain::ids::ConversationId;
use utoipa::ToSchema;

use super::{
    listing::find,
    steps::{self, Step},
};
use crate::{
    auth::caller::Caller,
    desk::Desk,
    fault::{self, Fault},
};

/// Conversations at once.
const MOST: usize = 100;

/// What is to be done to which.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"conversation_ids": [], "step": {"do": "resolve"}}))]
pub(crate) struct BulkBody {
    /// At most 100.
    #[schema(value_type = Vec<uuid::Uuid>)]
    conversation_ids: Vec<ConversationId>,
    step: Step,
}

/// What came of it for one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "e867bd60-f230-5b05-8559-59b56862e224", "accepted": false,
    "reason": "The customer is blocked: spam."
}))]
pub(crate) struct BulkResult {
    #[schema(value_type = String, format = "uuid")]
    id: ConversationId,
    /// Whether it is on its way.
    accepted: bool,
    /// Why not.
    reason: Option<String>,
}

/// Does the same to many conversations. Each stands by itself: what cannot be done to one is told, and
/// the others go on.
#[utoipa::path(
    post, path = "/bulk", tag = "conversations",
    request_body = BulkBody,
    responses((status = 200, body = Vec<BulkResult>), (status = 401), (status = 403), (status = 422)),
)]
pub(crate) async fn act(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<BulkBody>,
) -> Result<Json<Vec<BulkResult>>, Fault> {
    let BulkBody { conversation_ids, step } = body.into_inner();
    if conversation_ids.len() > MOST {
        let many = format!("At most {MOST} conversations at once.");
        return Err(fault::invalid(many).into());
    }
    steps::check(std::slice::from_ref(&step))?;
    let request = caller.fresh_id();
    let mut results = Vec::with_capacity(conversation_ids.len());
    for id in conversation_ids {
        let done = one(&desk, &caller, id, (&format!("{request}/{id}"), &step)).await;
        results.push(BulkResult {
            id,
            accepted: done.is_ok(),
            reason: done.err().map(|fault| fault.sentence()),
        });
    }
    Ok(Json(results))
}

async fn one(
    desk: &Desk,
    caller: &Caller,
    id: ConversationId,
    named: (&str, &Step),
) -> Result<(), Fault> {
    let conversation = find(desk, caller, id).await?;
    steps::take(desk, caller, &conversation, named).await
}

//! People whose data Meta wants erased: what was asked, and what an administrator makes of it.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_contract::wire::EraseConversation;
use switchboard_domain::{
    ids::{AppId, ConversationId},
    shard::ConversationShard,
};
use switchboard_store::deletions::{self, Deletion, State};
use utoipa::ToSchema;

use crate::{
    api::{accepted, conversations::listing::find},
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// Requests in the list.
const PAGE: i64 = 200;

/// A request to erase a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "Zx8Kq1Pw", "app_id": "01a21d58-d380-7769-9e5a-a745b2ceaf8e", "state": "open",
    "user_id": "10150000000000001", "requested_at": 1795788829120_i64, "completed_at": null
}))]
pub(crate) struct DeletionView {
    /// The confirmation code that the person was given.
    code: String,
    /// The app that Meta asked through.
    #[schema(value_type = String, format = "uuid")]
    app_id: AppId,
    /// Meta's id of the person, by which only the app knows them; null when it is done.
    user_id: Option<String>,
    /// open: no customer is known by this id, so somebody has to look; erasing; done
    state: &'static str,
    requested_at: i64,
    completed_at: Option<i64>,
}

/// Who the person is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"conversation_id": "e867bd60-f230-5b05-8559-59b56862e224"}))]
pub(crate) struct CompleteBody {
    /// The conversation whose customer is to be erased; null when there is nothing of them here.
    #[schema(value_type = Option<String>, format = "uuid")]
    conversation_id: Option<ConversationId>,
}

/// Requests to erase people, the latest first. For administrators.
#[utoipa::path(
    get, path = "/data-deletions", tag = "connections",
    responses((status = 200, body = Vec<DeletionView>), (status = 401), (status = 403)),
)]
pub(crate) async fn list(
    desk: Data<Desk>,
    caller: Caller,
) -> Result<Json<Vec<DeletionView>>, Fault> {
    caller.require(Permission::ErasePeople)?;
    let workspace = caller.workspace();
    let all = desk.store.read(move |db| deletions::list(db, workspace, PAGE)).await?;
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Erases the customer of a conversation for a request, or notes that there is nothing to erase. It
/// cannot be undone. For administrators.
#[utoipa::path(
    post, path = "/data-deletions/{code}/complete", tag = "connections",
    params(("code" = String, Path)),
    request_body = CompleteBody,
    responses(
        (status = 202), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 503)
    ),
)]
pub(crate) async fn complete(
    desk: Data<Desk>,
    caller: Caller,
    code: Path<String>,
    body: Json<CompleteBody>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ErasePeople)?;
    let (workspace, code) = (caller.workspace(), code.into_inner());
    let wanted = code.clone();
    let found = desk.store.read(move |db| deletions::by_code(db, workspace, &wanted)).await?;
    let found = found.ok_or_else(|| fault::not_found("data deletion"))?;
    if found.state == State::Done {
        return Err(fault::conflict("This request is done already.").into());
    }
    let (shard, conversation_id) = match body.conversation_id {
        Some(id) => {
            let conversation = find(&desk, &caller, id).await?;
            (conversation.shard, conversation.id.to_string())
        }
        None => (ConversationShard::of(&code), String::new()),
    };
    let request = EraseConversation {
        workspace_id: workspace.to_string(),
        conversation_id,
        deletion_code: code,
    };
    enqueue::erase(&desk, shard, request).await?;
    Ok(accepted())
}

fn view(deletion: Deletion) -> DeletionView {
    DeletionView {
        code: deletion.code,
        app_id: deletion.app,
        user_id: deletion.user_id,
        state: deletion.state.as_str(),
        requested_at: deletion.requested_at.as_millis(),
        completed_at: deletion.completed_at.map(|at| at.as_millis()),
    }
}

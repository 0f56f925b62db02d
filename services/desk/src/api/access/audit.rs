//! Who changed what.

use actix_web::web::{Data, Json, Query};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_domain::ids::{ApiKeyId, UserId};
use switchboard_store::audit::{self, Entry};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    api::{conversations::listing::page_size, cursor},
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::Fault,
};

/// Which part of the log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// `next` of the page before.
    #[param(pattern = "^[0-9a-f]{48}$")]
    cursor: Option<String>,
    /// At most 200.
    limit: Option<i64>,
}

/// A page of the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "entries": [
        {
            "id": "01a21d5b-74e0-721c-8cb3-eccc1c00d4d3", "at": 1795788829120_i64,
            "user_id": "f25fed47-5add-5dae-b27c-c4893406aaf7", "api_key_id": null,
            "operation": "POST /api-keys", "path": "/api-keys", "status": 201, "detail": null
        }
    ],
    "next": null
}))]
pub(crate) struct AuditPage {
    entries: Vec<AuditEntry>,
    /// For the next page; null on the last.
    next: Option<String>,
}

/// One change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    #[schema(value_type = String, format = "uuid")]
    id: Uuid,
    at: i64,
    /// Who, or as whom a program acted.
    #[schema(value_type = String, format = "uuid")]
    user_id: UserId,
    /// The key that a program used.
    #[schema(value_type = Option<String>, format = "uuid")]
    api_key_id: Option<ApiKeyId>,
    /// Such as PUT /accounts/{id}/token.
    operation: String,
    path: String,
    status: u16,
    /// What it was about beside the path, where there is something to say: ids and names of things.
    #[schema(value_type = Option<Object>)]
    detail: Option<Value>,
}

/// What was changed through the API, the latest first. What people wrote to customers is in the
/// transcripts.
#[utoipa::path(
    get, path = "/audit", tag = "administration",
    params(AuditQuery),
    responses((status = 200, body = AuditPage), (status = 401), (status = 403), (status = 422)),
)]
pub(crate) async fn list(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<AuditQuery>,
) -> Result<Json<AuditPage>, Fault> {
    caller.require(Permission::SeeAudit)?;
    let limit = page_size(query.limit);
    let before = query.cursor.as_deref().map(cursor::read).transpose()?;
    let workspace = caller.workspace();
    let found = desk.store.read(move |db| audit::list(db, workspace, before, limit)).await?;
    let full = i64::try_from(found.len()).is_ok_and(|count| count == limit);
    let next = found.last().filter(|_| full).map(|last| cursor::write(last.at, last.id));
    Ok(Json(AuditPage { entries: found.into_iter().map(view).collect(), next }))
}

fn view(entry: Entry) -> AuditEntry {
    AuditEntry {
        id: entry.id,
        at: entry.at.as_millis(),
        user_id: entry.user,
        api_key_id: entry.key,
        operation: entry.operation,
        path: entry.path,
        status: entry.status,
        detail: entry.detail,
    }
}

//! Examining what is connected, and how far work at Meta is that takes a while.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use switchboard_domain::ids::{AccountId, ErrandId};
use switchboard_store::{
    accounts,
    errands::{self, Progress},
};
use utoipa::ToSchema;

use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    errand,
    fault::{self, Fault},
};

/// What is to be examined.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"account_id": "b5f58ed1-fa49-58a6-b82f-87cfe924b574"}))]
pub(crate) struct DoctorBody {
    /// Only this account; the installation and all accounts when null.
    #[schema(value_type = Option<String>, format = "uuid")]
    account_id: Option<AccountId>,
}

/// Work that begins.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"errand_id": "01a21d5b-750c-7521-8e69-341a67a478fc"}))]
pub(crate) struct Begun {
    #[schema(value_type = String, format = "uuid")]
    errand_id: ErrandId,
}

/// How far work is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "kind": "doctor", "state": "done",
    "result": {
        "findings": [
            {
                "check": "clock", "subject": "clock", "verdict": "ok",
                "evidence": "It differs from Meta's by 0 seconds.", "remedy": null
            }
        ]
    },
    "reason": null
}))]
pub(crate) struct ErrandView {
    /// doctor...
    kind: String,
    /// running, done, failed
    state: &'static str,
    /// What it found, when it is done. Of doctor: findings, each with check, subject, verdict (ok,
    /// skipped, warning, failed), evidence and remedy.
    #[schema(value_type = Option<Object>)]
    result: Option<Value>,
    /// Why it failed.
    reason: Option<String>,
}

/// Begins to examine an account, or everything; `GET /errands/{id}` has the findings. For
/// administrators.
#[utoipa::path(
    post, path = "/doctor", tag = "connections",
    request_body = DoctorBody,
    responses(
        (status = 202, body = Begun), (status = 401), (status = 403), (status = 404),
        (status = 422), (status = 503)
    ),
)]
pub(crate) async fn doctor(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<DoctorBody>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageAccounts)?;
    let (workspace, account) = (caller.workspace(), body.account_id);
    if let Some(id) = account {
        let found = desk.store.read(move |db| accounts::by_id(db, workspace, id)).await?;
        found.ok_or_else(|| fault::not_found("account"))?;
    }
    let errand_id = errand::of(&caller);
    errand::begin(&desk, (workspace, account), (errand_id, "doctor"), &json!({})).await?;
    Ok(HttpResponse::Accepted().json(Begun { errand_id }))
}

/// How far work is; not found until someone took it up. For administrators.
#[utoipa::path(
    get, path = "/errands/{id}", tag = "connections",
    params(("id" = String, Path)),
    responses((status = 200, body = ErrandView), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn progress(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ErrandId>,
) -> Result<Json<ErrandView>, Fault> {
    caller.require(Permission::ManageAccounts)?;
    let (workspace, id) = (caller.workspace(), *id);
    let found = desk.store.read(move |db| errands::progress(db, workspace, id)).await?;
    let (errand, progress) = found.ok_or_else(|| fault::not_found("errand"))?;
    let (state, result, reason) = match progress {
        Progress::Running => ("running", None, None),
        Progress::Done(mut result) => {
            // Sealed as it is, it concerns nobody but the account's row.
            if let Some(connection) = result.get_mut("connection").and_then(Value::as_object_mut) {
                connection.remove("token");
            }
            ("done", Some(result), None)
        }
        Progress::Failed(reason) => ("failed", None, Some(reason)),
    };
    Ok(Json(ErrandView { kind: errand.kind, state, result, reason }))
}

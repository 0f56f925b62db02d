//! Every change that was made through the API is kept, with who made it. What people say to customers
//! is not here: the transcripts have it.

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};
use serde_json::Value;
use switchboard_chassis::clock;
use switchboard_domain::ids::{ApiKeyId, UserId, WorkspaceId};
use switchboard_store::audit::{self, Entry};
use uuid::Uuid;

use super::caller::{Caller, Via};
use crate::desk::Desk;

/// Too many to be worth keeping, and kept elsewhere, or no change at all: the ends of their paths.
const PASSING: &[&str] = &[
    "/messages",
    "/notes",
    "/read",
    "/typing",
    "/presence",
    "/attachments",
    "/bots/check",
    "/try",
];

/// Who makes a change.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    workspace: WorkspaceId,
    user: UserId,
    key: Option<ApiKeyId>,
}

/// What an operation was about beside its path; a handler leaves it with the request.
#[derive(Debug, Clone)]
pub(crate) struct Detail(pub(crate) Value);

impl Actor {
    pub(crate) fn of(caller: &Caller) -> Self {
        let key = match caller.via {
            Via::Session(_) => None,
            Via::Key(id) => Some(id),
        };
        Self { workspace: caller.workspace(), user: caller.user.id, key }
    }
}

/// Keeps what was changed, before the client is told that it was.
///
/// # Errors
/// What the handler says. That an entry could not be kept is logged: the change is made.
pub(crate) async fn record(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let writes = !request.method().is_safe();
    let desk = request.app_data::<Data<Desk>>().cloned();
    let response = next.call(request).await?;
    let entry = if writes { entry(&response) } else { None };
    if let (Some(desk), Some((workspace, entry))) = (desk, entry) {
        let kept = desk.store.write(move |db| audit::add(db, workspace, &entry)).await;
        if let Err(error) = kept {
            tracing::warn!(%error, "an entry of the audit log is lost");
        }
    }
    Ok(response)
}

fn entry<B>(response: &ServiceResponse<B>) -> Option<(WorkspaceId, Entry)> {
    let request = response.request();
    let pattern = request.match_pattern()?;
    let status = response.status();
    if !status.is_success() || PASSING.iter().any(|end| pattern.ends_with(end)) {
        return None;
    }
    let actor = request.extensions().get::<Actor>().cloned()?;
    let detail = request.extensions().get::<Detail>().map(|detail| detail.0.clone());
    let short = |path: &str| path.trim_start_matches("/api/v1").to_owned();
    let entry = Entry {
        id: Uuid::now_v7(),
        at: clock::now(),
        user: actor.user,
        key: actor.key,
        operation: format!("{} {}", request.method(), short(&pattern)),
        path: short(request.path()),
        status: status.as_u16(),
        detail,
    };
    Some((actor.workspace, entry))
}

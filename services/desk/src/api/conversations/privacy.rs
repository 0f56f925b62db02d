//! A customer's rights: all that is known of them, and to be forgotten. (GDPR, Articles 15, 17, 20.)

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Path},
};
use serde::Serialize;
use switchboard_chassis::clock;
use switchboard_contract::wire::EraseConversation;
use switchboard_domain::ids::ConversationId;
use switchboard_store::{attributes, labels, messages};
use utoipa::ToSchema;

use super::{listing::find, transcripts::TranscriptMessage, view::Conversation};
use crate::api::accepted;
use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue,
    fault::Fault,
};

/// Messages that are read at once.
const CHUNK: i64 = 500;

/// All that is known of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Export {
    conversation: Conversation,
    /// What the business knows of them, by name.
    attributes: BTreeMap<String, String>,
    /// All of the transcript, oldest first. Files are given by GET /media/{id}.
    messages: Vec<TranscriptMessage>,
}

/// All that is known of a conversation's customer, as a file. For supervisors.
#[utoipa::path(
    get, path = "/conversations/{id}/export", tag = "contacts",
    params(("id" = String, Path)),
    responses((status = 200, body = Export), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn export(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::SeeAll)?;
    let found = find(&desk, &caller, *id).await?;
    let (workspace, id, contact) = (caller.workspace(), found.id, found.contact);
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let read = move |db: &mut _| messages::page(db, workspace, id, before, CHUNK);
        let page = desk.store.read(read).await?;
        let Some(first) = page.first() else { break };
        before = Some(first.seq);
        all.extend(page.into_iter().rev());
    }
    all.reverse();
    let read = move |db: &mut _| {
        let worn = labels::of(db, workspace, &[id])?.remove(&id).unwrap_or_default();
        Ok((attributes::of(db, workspace, contact)?, worn))
    };
    let (attributes, worn) = desk.store.read(read).await?;
    let export = Export {
        conversation: Conversation::new(&desk, found, clock::now()).with_labels(worn),
        attributes,
        messages: all.into_iter().map(TranscriptMessage::alone).collect(),
    };
    let name = format!("attachment; filename=\"customer-{id}.json\"");
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_DISPOSITION, name)).json(export))
}

/// Erases a conversation's customer: messages, files, names and ids. It cannot be undone. For
/// administrators.
#[utoipa::path(
    post, path = "/conversations/{id}/erase", tag = "contacts",
    params(("id" = String, Path)),
    responses((status = 202), (status = 401), (status = 403), (status = 404), (status = 503)),
)]
pub(crate) async fn erase(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ErasePeople)?;
    let found = find(&desk, &caller, *id).await?;
    let request = EraseConversation {
        workspace_id: caller.workspace().to_string(),
        conversation_id: found.id.to_string(),
        // No request of Meta's: the audit log has who asked.
        deletion_code: caller.fresh_id().to_string(),
    };
    enqueue::erase(&desk, found.shard, request).await?;
    Ok(accepted())
}

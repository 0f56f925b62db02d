//! A customer's rights: all that is known of them, and to be forgotten. (GDPR, Articles 15, 17, 20.)
//! Both are a person's, whichever of their contacts is named.

use std::collections::BTreeMap;

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::header,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use switchboard_chassis::clock;
use switchboard_contract::wire::EraseConversation;
use switchboard_domain::ids::{ContactId, ConversationId, WorkspaceId};
use switchboard_store::{attributes, inbox::Summary, labels, messages, surveys::answers};
use utoipa::ToSchema;

use super::listing::find;
use crate::{
    api::{
        accepted,
        conversations::{transcripts::TranscriptMessage, view::Conversation},
        surveys::answers::AnswerView,
    },
    auth::{audit::Detail, caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// Messages that are read at once.
const CHUNK: i64 = 500;

/// All that is known of a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"attributes": {"plan": "gold"}, "conversations": []}))]
pub(crate) struct Export {
    /// What the business knows of them, by name.
    attributes: BTreeMap<String, String>,
    /// Their conversations, one for each contact.
    conversations: Vec<ExportedConversation>,
}

/// All that is known of one of a person's contacts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExportedConversation {
    conversation: Conversation,
    /// What was noted with this contact, by name.
    attributes: BTreeMap<String, String>,
    /// All of the transcript, oldest first. Files are given by GET /media/{id}.
    messages: Vec<TranscriptMessage>,
    /// When they were asked how it went, and what they said.
    surveys: Vec<AnswerView>,
}

/// What is to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"contact_ids": ["0190b1a2-0000-7000-8000-000000000000"]}))]
pub(crate) struct EraseBody {
    /// Which of the person's contacts, each by name: whoever asks has seen what will be gone.
    #[schema(value_type = Vec<String>)]
    contact_ids: Vec<ContactId>,
}

/// All that is known of a person, as a file. For supervisors.
#[utoipa::path(
    get, path = "/contacts/{id}/export", tag = "contacts",
    params(("id" = String, Path)),
    responses((status = 200, body = Export), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn export(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ContactId>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::SeeAll)?;
    let person = find(&desk, &caller, *id).await?;
    let (workspace, contacts) = (caller.workspace(), person.contacts);
    let known = desk.store.read(move |db| attributes::of(db, workspace, &contacts)).await?;
    let mut conversations = Vec::with_capacity(person.conversations.len());
    for conversation in person.conversations {
        conversations.push(exported(&desk, workspace, conversation).await?);
    }
    let export = Export { attributes: known.values, conversations };
    let name = format!("attachment; filename=\"customer-{id}.json\"");
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_DISPOSITION, name)).json(export))
}

async fn exported(
    desk: &Desk,
    workspace: WorkspaceId,
    of: Summary,
) -> Result<ExportedConversation, Fault> {
    let (id, contact) = (of.id, of.contact);
    let read = move |db: &mut _| {
        let worn = labels::of(db, workspace, &[id])?.remove(&id).unwrap_or_default();
        let surveys = answers::of(db, workspace, id)?;
        Ok((attributes::of(db, workspace, &[contact])?.values, worn, surveys))
    };
    let (attributes, worn, surveys) = desk.store.read(read).await?;
    Ok(ExportedConversation {
        messages: transcript(desk, workspace, id).await?,
        conversation: Conversation::new(desk, of, clock::now()).with_labels(worn),
        attributes,
        surveys: surveys.into_iter().map(AnswerView::from).collect(),
    })
}

async fn transcript(
    desk: &Desk,
    workspace: WorkspaceId,
    id: ConversationId,
) -> Result<Vec<TranscriptMessage>, Fault> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let read = move |db: &mut _| messages::page(db, workspace, id, before, CHUNK);
        let page = desk.store.read(read).await?;
        let Some(first) = page.first() else { break };
        before = Some(first.seq);
        all.extend(page.into_iter().rev());
    }
    Ok(all.into_iter().rev().map(TranscriptMessage::alone).collect())
}

/// Erases contacts of a person: messages, files, names and ids. It cannot be undone. For
/// administrators.
#[utoipa::path(
    post, path = "/contacts/{id}/erase", tag = "contacts",
    params(("id" = String, Path)),
    request_body = EraseBody,
    responses(
        (status = 202), (status = 401), (status = 403), (status = 404), (status = 422),
        (status = 503)
    ),
)]
pub(crate) async fn erase(
    request: HttpRequest,
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ContactId>,
    body: Json<EraseBody>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ErasePeople)?;
    let person = find(&desk, &caller, *id).await?;
    let wanted = body.into_inner().contact_ids;
    if wanted.is_empty() {
        return Err(fault::invalid("Name the contacts that are to be erased.").into());
    }
    let theirs = |contact: &ContactId| {
        let conversation = person.conversations.iter().find(|one| one.contact == *contact);
        conversation.ok_or_else(|| fault::not_found("contact of this person"))
    };
    let going = wanted.iter().map(theirs).collect::<Result<Vec<_>, _>>()?;
    // No request of Meta's: the audit log has who asked.
    let deletion_code = caller.fresh_id().to_string();
    for conversation in going {
        let request = EraseConversation {
            workspace_id: caller.workspace().to_string(),
            conversation_id: conversation.id.to_string(),
            deletion_code: deletion_code.clone(),
        };
        enqueue::erase(&desk, conversation.shard, request).await?;
    }
    request.extensions_mut().insert(Detail(json!({"contact_ids": wanted})));
    Ok(accepted())
}

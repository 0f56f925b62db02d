//! Notes: what colleagues write for each other in a conversation. The customer never sees them.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_contract::wire::agent_action::{Action, Note};
use switchboard_domain::{
    Content,
    ids::{ConversationId, MessageId, UserId},
};
use switchboard_store::{
    mentions::{self, Mention},
    users,
};
use utoipa::ToSchema;

use super::{listing::find, replies::AcceptedMessage};
use crate::{
    auth::caller::Caller,
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// The longest note, in characters.
const LONGEST: usize = 4096;

/// People that one note is for at most.
const MOST_MENTIONS: usize = 20;

/// Notes that are listed.
const LISTED: i64 = 50;

/// What colleagues are to read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "@Ann, he called again about the refund", "mention_ids": []}))]
pub(crate) struct NewNote {
    text: String,
    /// Who is told of it, and sees the conversation from then on.
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>)]
    mention_ids: Vec<UserId>,
}

/// A note for the caller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "message_id": "01a21d5b-6c8e-7455-ad64-f0b1a46572eb",
    "conversation_id": "e867bd60-f230-5b05-8559-59b56862e224",
    "by": "d56c5a42-cc14-57ee-8702-a10042f42842", "text": "Can you refund this?",
    "at": 1795788829120_i64, "fresh": true
}))]
pub(crate) struct MentionView {
    #[schema(value_type = String, format = "uuid")]
    message_id: MessageId,
    #[schema(value_type = String, format = "uuid")]
    conversation_id: ConversationId,
    /// Who wrote it.
    #[schema(value_type = Option<String>, format = "uuid")]
    by: Option<UserId>,
    text: String,
    at: i64,
    /// Whether the caller has not seen it.
    fresh: bool,
}

/// Writes a note into a conversation. It changes nothing about who answers.
#[utoipa::path(
    post, path = "/conversations/{id}/notes", tag = "conversations",
    params(("id" = String, Path)),
    request_body = NewNote,
    responses(
        (status = 202, body = AcceptedMessage), (status = 401), (status = 403), (status = 404),
        (status = 422), (status = 503)
    ),
)]
pub(crate) async fn add(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
    body: Json<NewNote>,
) -> Result<HttpResponse, Fault> {
    let conversation = find(&desk, &caller, *id).await?;
    let NewNote { text, mention_ids } = body.into_inner();
    if !(1..=LONGEST).contains(&text.trim().chars().count()) {
        return Err(fault::invalid(format!("A note has 1 to {LONGEST} characters.")).into());
    }
    if mention_ids.len() > MOST_MENTIONS {
        let many = format!("A note is for {MOST_MENTIONS} people at most.");
        return Err(fault::invalid(many).into());
    }
    let workspace = caller.workspace();
    let known = desk.store.read(move |db| users::list(db, workspace)).await?;
    let is_colleague = |id: &UserId| known.iter().any(|user| user.active && user.id == *id);
    if !mention_ids.iter().all(is_colleague) {
        return Err(fault::not_found("colleague").into());
    }
    let message = MessageId::new(caller.fresh_id());
    let action = Action::Note(Note {
        message_id: message.to_string(),
        text: text.trim().to_owned(),
        mention_ids: mention_ids.iter().map(ToString::to_string).collect(),
    });
    let name = format!("note/{message}");
    enqueue::action(&desk, name, &caller.user, &conversation, action).await?;
    Ok(HttpResponse::Accepted().json(AcceptedMessage::new(message)))
}

/// The notes for the caller, the latest first.
#[utoipa::path(
    get, path = "/me/mentions", tag = "session",
    responses((status = 200, body = Vec<MentionView>), (status = 401)),
)]
pub(crate) async fn mentions(
    desk: Data<Desk>,
    caller: Caller,
) -> Result<Json<Vec<MentionView>>, Fault> {
    let (workspace, user) = (caller.workspace(), caller.user.id);
    let read = move |db: &mut _| {
        let seen = mentions::seen_at(db, workspace, user)?;
        Ok((mentions::of(db, workspace, user, LISTED)?, seen))
    };
    let (found, seen) = desk.store.read(read).await?;
    let view = |mention: Mention| MentionView {
        message_id: mention.message,
        conversation_id: mention.conversation,
        by: mention.by,
        text: match mention.content {
            Content::Note { text, .. } => text,
            other => other.preview(LONGEST),
        },
        at: mention.at.as_millis(),
        fresh: mention.at > seen,
    };
    Ok(Json(found.into_iter().map(view).collect()))
}

/// The caller has seen the notes for them.
#[utoipa::path(
    post, path = "/me/mentions/read", tag = "session",
    responses((status = 204), (status = 401), (status = 403)),
)]
pub(crate) async fn read(desk: Data<Desk>, caller: Caller) -> Result<HttpResponse, Fault> {
    let (workspace, user) = (caller.workspace(), caller.user.id);
    desk.store.write(move |db| mentions::see(db, workspace, user, clock::now())).await?;
    Ok(HttpResponse::NoContent().finish())
}

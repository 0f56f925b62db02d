//! What was said in a conversation, with all that stands around each message.

use std::collections::HashMap;

use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use switchboard_domain::{
    Content, Timestamp,
    content::{Context, Referral},
    conversation::{Author, MessageStatus},
    ids::{ConversationId, MediaId, MessageId, WorkspaceId},
};
use switchboard_store::{
    Db, StoreError,
    media::{self, Media},
    messages::{self, Message},
    referrals::{self, Arrival},
    revisions::{self, Earlier},
};
use utoipa::{IntoParams, ToSchema};

use super::{
    files::FileView,
    listing::{find, page_size},
};
use crate::{
    auth::caller::Caller,
    desk::Desk,
    fault::{self, Fault},
};

/// Which part of a transcript.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TranscriptQuery {
    /// Messages before this place; the latest when absent.
    before: Option<u64>,
    /// At most 200.
    limit: Option<i64>,
}

/// A page of a transcript, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "messages": [
        {
            "id": "4464b3be-7641-5ef7-ad11-4bc48d7852bc", "seq": 1,
            "author": {"kind": "customer"},
            "content": {"type": "text", "text": "Where is my order?"}, "status": "received",
            "reason": null, "at": 1795788829120_i64,
            "external_id": "wamid.HBgLMTU1NTAxMDIwMDFQoteQlLvHOk==", "reply_to": null,
            "context": {}, "revised_at": null, "file": null
        }
    ]
}))]
pub(crate) struct TranscriptPage {
    messages: Vec<TranscriptMessage>,
}

/// A message of a transcript.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TranscriptMessage {
    #[schema(value_type = String, format = "uuid")]
    id: MessageId,
    /// Its place, from 1.
    seq: u64,
    /// kind: customer, bot, system, agent (with id), elsewhere
    #[schema(value_type = Object)]
    author: Author,
    /// type: text, media, prompt, quick_replies, list, cards, template, flow, location_request,
    /// choice, location, contacts, reaction, order, form, share, referral, notice, unsent,
    /// unsupported
    #[schema(value_type = Object)]
    content: Content,
    /// received, pending, uncertain, sent, delivered, read, failed
    #[schema(value_type = String)]
    status: MessageStatus,
    /// Why it failed.
    reason: Option<String>,
    at: i64,
    /// Meta's id of it, once known.
    external_id: Option<String>,
    /// The message that it answers.
    reply_to: Option<Answered>,
    /// story, product, referral, forwarded, standby, app, metadata, persona, sources: each where there
    /// is something to say
    #[schema(value_type = Object)]
    context: Context,
    /// When its writer last changed it or took it back.
    revised_at: Option<i64>,
    /// The file that it came or goes out with, as far as we have it.
    file: Option<FileView>,
}

/// The message that another one answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Answered {
    /// Null when the transcript does not have it.
    #[schema(value_type = Option<String>, format = "uuid")]
    id: Option<MessageId>,
    /// Meta's id of it.
    external_id: String,
    /// A line of what it says.
    preview: Option<String>,
}

impl TranscriptMessage {
    /// Without what stands around it: what it quotes, its file.
    pub(crate) fn alone(of: Message) -> Self {
        view(of, &HashMap::new(), None)
    }
}

/// What a message said before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"content": {"type": "text", "text": "Where is my oder?"}, "revised_at": 1795788829120_i64}))]
pub(crate) struct EarlierVersion {
    #[schema(value_type = Object)]
    content: Content,
    /// Until when.
    revised_at: i64,
}

/// The customer came from somewhere.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "referral": {
        "source": "ad", "reference": "spring", "ad_id": "120210000000000001",
        "title": "Tea for spring"
    },
    "at": 1795788829120_i64
}))]
pub(crate) struct ArrivalView {
    /// source, reference, ad_id, title, body, url, image_url, product_id, click_id
    #[schema(value_type = Object)]
    referral: Referral,
    at: i64,
}

/// Arrivals that are told.
const ARRIVALS: i64 = 20;

/// The longest line of a message that is quoted, in characters.
const QUOTED: usize = 160;

/// A page of a conversation's transcript, oldest first.
#[utoipa::path(
    get, path = "/conversations/{id}/messages", tag = "conversations",
    params(("id" = String, Path), TranscriptQuery),
    responses((status = 200, body = TranscriptPage), (status = 401), (status = 404)),
)]
pub(crate) async fn messages(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
    query: Query<TranscriptQuery>,
) -> Result<Json<TranscriptPage>, Fault> {
    let found = find(&desk, &caller, *id).await?;
    let (workspace, limit, before) = (caller.workspace(), page_size(query.limit), query.before);
    let read = desk.store.read(move |db| {
        let page = messages::page(db, workspace, found.id, before, limit)?;
        let named: Vec<_> = page.iter().filter_map(|one| one.reply_to.clone()).collect();
        let answered = messages::named(db, found.id, &named)?;
        let files = files_of(db, workspace, &page)?;
        Ok((page, answered, files))
    });
    let (page, answered, mut files) = read.await?;
    let answered: HashMap<_, _> =
        answered.iter().filter_map(|one| Some((one.external_id.as_deref()?, one))).collect();
    let view = |one: Message| {
        let file = files.remove(&one.id);
        view(one, &answered, file)
    };
    let messages = page.into_iter().map(view).collect();
    Ok(Json(TranscriptPage { messages }))
}

/// What a message said before its writer changed it, oldest first.
#[utoipa::path(
    get, path = "/conversations/{id}/messages/{mid}/revisions", tag = "conversations",
    params(("id" = String, Path), ("mid" = String, Path)),
    responses((status = 200, body = Vec<EarlierVersion>), (status = 401), (status = 404)),
)]
pub(crate) async fn revisions(
    desk: Data<Desk>,
    caller: Caller,
    path: Path<(ConversationId, MessageId)>,
) -> Result<Json<Vec<EarlierVersion>>, Fault> {
    let (id, message) = path.into_inner();
    let (conversation, workspace) = (find(&desk, &caller, id).await?.id, caller.workspace());
    let read = desk.store.read(move |db| {
        let known = messages::by_id(db, workspace, message)?;
        match known.filter(|known| known.conversation == conversation) {
            Some(known) => revisions::of(db, workspace, known.id).map(Some),
            None => Ok(None),
        }
    });
    let earlier = read.await?.ok_or_else(|| fault::not_found("message"))?;
    let view = |Earlier { content, revised_at }: Earlier| EarlierVersion {
        content,
        revised_at: revised_at.as_millis(),
    };
    Ok(Json(earlier.into_iter().map(view).collect()))
}

/// Where the customer came from, the latest first: ads, links, products.
#[utoipa::path(
    get, path = "/conversations/{id}/referrals", tag = "conversations",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<ArrivalView>), (status = 401), (status = 404)),
)]
pub(crate) async fn referrals(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
) -> Result<Json<Vec<ArrivalView>>, Fault> {
    let (found, workspace) = (find(&desk, &caller, *id).await?, caller.workspace());
    let read = desk.store.read(move |db| referrals::latest(db, workspace, found.id, ARRIVALS));
    let view = |Arrival { referral, at }: Arrival| ArrivalView { referral, at: at.as_millis() };
    Ok(Json(read.await?.into_iter().map(view).collect()))
}

/// The files of those messages: those that came with them, and those uploaded for them.
fn files_of(
    db: &mut Db,
    workspace: WorkspaceId,
    page: &[Message],
) -> Result<HashMap<MessageId, FileView>, StoreError> {
    let ours = |one: &Message| {
        let file = one.content.clone().file_mut().and_then(|file| file.media_id)?;
        Some((file, one.id))
    };
    let uploaded: HashMap<MediaId, MessageId> = page.iter().filter_map(ours).collect();
    let messages: Vec<MessageId> = page.iter().map(|one| one.id).collect();
    let ids: Vec<MediaId> = uploaded.keys().copied().collect();
    let found = media::of_messages(db, workspace, &messages, &ids)?;
    let whose = |file: &Media| uploaded.get(&file.id).copied().or(file.message);
    Ok(found.into_iter().filter_map(|file| Some((whose(&file)?, file.into()))).collect())
}

fn view(
    of: Message,
    answered: &HashMap<&str, &Message>,
    file: Option<FileView>,
) -> TranscriptMessage {
    let reply_to = of.reply_to.map(|external_id| {
        let known = answered.get(external_id.as_str());
        let preview = known.map(|known| known.content.preview(QUOTED));
        Answered { id: known.map(|known| known.id), external_id, preview }
    });
    TranscriptMessage {
        id: of.id,
        seq: of.seq,
        author: of.author,
        content: of.content,
        status: of.status,
        reason: of.reason,
        at: of.at.as_millis(),
        external_id: of.external_id,
        reply_to,
        context: of.context,
        revised_at: of.revised_at.map(Timestamp::as_millis),
        file,
    }
}

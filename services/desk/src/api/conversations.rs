//! Lists of conversations. Their transcripts are in `transcripts`.

use actix_web::web::{Data, Json, Path, Query};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, ConversationId},
};
use switchboard_store::inbox::{self, Cursor, Filter, Summary};
use utoipa::{IntoParams, ToSchema};

use super::{threads, view::Conversation};
use crate::{
    auth::caller::Caller,
    desk::Desk,
    fault::{self, Fault},
};

/// Conversations or messages of one page unless the client says otherwise.
const USUAL_PAGE: i64 = 50;

/// And at most.
const LARGEST_PAGE: i64 = 200;

/// The words for a conversation's status.
const STATUSES: [&str; 4] = ["bot", "waiting", "agent", "resolved"];

/// Which conversations to list; all conditions hold together.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Any of these, separated by commas: bot, waiting, agent, resolved.
    status: Option<String>,
    /// Only those assigned to the caller.
    #[serde(default)]
    mine: bool,
    /// Only those with no agent.
    #[serde(default)]
    unassigned: bool,
    /// Only those of this account.
    #[param(value_type = Option<String>, format = "uuid")]
    account: Option<AccountId>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// At most 200.
    limit: Option<i64>,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConversationPage {
    conversations: Vec<Conversation>,
    /// For the next page; null on the last.
    next: Option<String>,
}

/// The conversations that the caller sees, the latest message first.
#[utoipa::path(
    get, path = "/conversations", tag = "conversations",
    params(ListQuery),
    responses((status = 200, body = ConversationPage), (status = 401), (status = 422)),
)]
pub(crate) async fn list(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<ListQuery>,
) -> Result<Json<ConversationPage>, Fault> {
    let query = query.into_inner();
    let limit = page_size(query.limit);
    let filter = Filter {
        statuses: query.status.as_deref().map(statuses).transpose()?,
        agent: query.mine.then_some(caller.user.id),
        unassigned: query.unassigned,
        account: query.account,
        after: query.cursor.as_deref().map(read_cursor).transpose()?,
    };
    let (workspace, sight) = (caller.workspace(), caller.sight());
    let found =
        desk.store.read(move |db| inbox::list(db, workspace, &sight, &filter, limit)).await?;
    let full = i64::try_from(found.len()).is_ok_and(|count| count == limit);
    let next = found.last().filter(|_| full).map(write_cursor);
    let now = clock::now();
    let conversations = found.into_iter().map(|one| Conversation::new(&desk, one, now)).collect();
    Ok(Json(ConversationPage { conversations, next }))
}

/// One conversation.
#[utoipa::path(
    get, path = "/conversations/{id}", tag = "conversations",
    params(("id" = String, Path)),
    responses((status = 200, body = Conversation), (status = 401), (status = 404)),
)]
pub(crate) async fn get(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
) -> Result<Json<Conversation>, Fault> {
    let found = find(&desk, &caller, *id).await?;
    let since = threads::since(&desk, &found).await?;
    Ok(Json(Conversation::new(&desk, found, clock::now()).with_thread_since(since)))
}

/// The conversation, if the caller sees it.
///
/// # Errors
/// 404 if not.
pub(super) async fn find(
    desk: &Desk,
    caller: &Caller,
    id: ConversationId,
) -> Result<Summary, Fault> {
    let (workspace, sight) = (caller.workspace(), caller.sight());
    let found = desk.store.read(move |db| inbox::by_id(db, workspace, &sight, id)).await?;
    Ok(found.ok_or_else(|| fault::not_found("conversation"))?)
}

/// How many a page has, of what was asked.
pub(super) fn page_size(asked: Option<i64>) -> i64 {
    asked.unwrap_or(USUAL_PAGE).clamp(1, LARGEST_PAGE)
}

fn statuses(words: &str) -> Result<Vec<&'static str>, Fault> {
    let known = |word: &str| STATUSES.into_iter().find(|known| *known == word);
    let found: Option<Vec<_>> = words.split(',').map(known).collect();
    let wrong = || fault::invalid("A status is one of bot, waiting, agent and resolved.");
    Ok(found.ok_or_else(wrong)?)
}

fn write_cursor(last: &Summary) -> String {
    URL_SAFE_NO_PAD.encode(format!("{} {}", last.last_message_at.as_micros(), last.id))
}

fn read_cursor(cursor: &str) -> Result<Cursor, Fault> {
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (at, id) = text.split_once(' ')?;
        let last_message_at = Timestamp::from_micros(at.parse().ok()?);
        Some(Cursor { last_message_at, id: id.parse().ok()? })
    };
    Ok(read().ok_or_else(|| fault::invalid("The cursor is not one that a page gave as next."))?)
}

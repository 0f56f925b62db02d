//! Lists of conversations. Their transcripts are in `transcripts`.

use std::collections::HashMap;

use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, ConversationId, LabelId, TeamId, UserId, WorkspaceId},
};
use switchboard_store::{
    Db, StoreError, conversations, dispatch,
    inbox::{self, Cursor, Filter, Lateness, Order, Summary},
    labels,
};
use utoipa::{IntoParams, ToSchema};

use super::{
    threads,
    view::{self, Conversation},
};
use crate::{
    api::cursor,
    auth::caller::Caller,
    desk::Desk,
    fault::{self, Fault},
};

/// Conversations or messages of one page unless the client says otherwise.
const USUAL_PAGE: i64 = 50;

/// And at most.
const LARGEST_PAGE: i64 = 200;

/// The words for a conversation's status.
const STATUSES: [&str; 5] = ["bot", "waiting", "agent", "snoozed", "resolved"];

/// Which conversations to list; all conditions hold together.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Any of these, separated by commas: bot, waiting, agent, snoozed, resolved.
    #[param(
        pattern = "^(bot|waiting|agent|snoozed|resolved)(,(bot|waiting|agent|snoozed|resolved))*$"
    )]
    status: Option<String>,
    /// Only those assigned to the caller.
    #[serde(default)]
    mine: bool,
    /// Only those with no agent.
    #[serde(default)]
    unassigned: bool,
    /// Only those with this agent.
    #[param(value_type = Option<String>, format = "uuid")]
    agent: Option<UserId>,
    /// Only those of this account.
    #[param(value_type = Option<String>, format = "uuid")]
    account: Option<AccountId>,
    /// Only those for this team: it answers for their account, or they were sent to it.
    #[param(value_type = Option<String>, format = "uuid")]
    team: Option<TeamId>,
    /// Only those with this label.
    #[param(value_type = Option<String>, format = "uuid")]
    label: Option<LabelId>,
    /// Only those with this text in a message, or in a name, user name or number of the customer.
    search: Option<String>,
    /// breached: only those whose team's promise is broken; soon: only those where it soon will be.
    #[param(pattern = "^(breached|soon)$")]
    sla: Option<String>,
    /// latest: the latest message first, unless given. due: the promise that is broken first, and only
    /// conversations with one.
    #[param(pattern = "^(latest|due)$")]
    sort: Option<String>,
    /// `next` of the page before.
    #[param(pattern = "^[0-9a-f]{48}$")]
    cursor: Option<String>,
    /// At most 200.
    limit: Option<i64>,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"conversations": [view::example()], "next": null}))]
pub(crate) struct ConversationPage {
    conversations: Vec<Conversation>,
    /// For the next page; null on the last.
    next: Option<String>,
}

/// The conversations that the caller sees, the latest message first unless sorted otherwise.
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
    let now = clock::now();
    let order = order(query.sort.as_deref())?;
    let filter = Filter {
        statuses: query.status.as_deref().map(statuses).transpose()?,
        agent: if query.mine { Some(caller.user.id) } else { query.agent },
        unassigned: query.unassigned,
        account: query.account,
        team: query.team,
        label: query.label,
        search: query.search.filter(|search| !search.trim().is_empty()),
        lateness: query.sla.as_deref().map(|word| lateness(word, now)).transpose()?,
        order,
        after: query.cursor.as_deref().map(read_cursor).transpose()?,
        ..Filter::default()
    };
    let (workspace, sight) = (caller.workspace(), caller.sight());
    let read = move |db: &mut _| {
        let found = inbox::list(db, workspace, &sight, &filter, limit)?;
        let ids: Vec<ConversationId> = found.iter().map(|one| one.id).collect();
        let waits = waits(db, workspace, &found)?;
        Ok((found, labels::of(db, workspace, &ids)?, waits))
    };
    let (found, mut labels, waits) = desk.store.read(read).await?;
    let full = i64::try_from(found.len()).is_ok_and(|count| count == limit);
    let next = found.last().filter(|_| full).map(|last| write_cursor(last, order));
    let conversations = found.into_iter().map(|one| {
        let labels = labels.remove(&one.id).unwrap_or_default();
        let wait = waits.get(&one.id).copied();
        Conversation::new(&desk, one, now).with_labels(labels).with_wait(wait)
    });
    let conversations = conversations.collect();
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
    let (workspace, id) = (caller.workspace(), found.id);
    let one = found.clone();
    let read = move |db: &mut Db| {
        let labels = labels::of(db, workspace, &[id])?.remove(&id).unwrap_or_default();
        let wait = waits(db, workspace, &[one])?.remove(&id);
        let brief = conversations::load(db, id)?.and_then(|record| record.state.brief);
        Ok((labels, wait, brief))
    };
    let (labels, wait, brief) = desk.store.read(read).await?;
    let view = Conversation::new(&desk, found, clock::now()).with_thread_since(since);
    Ok(Json(view.with_labels(labels).with_wait(wait).with_brief(brief)))
}

/// Since when each waits and where, if any does.
fn waits(
    db: &mut Db,
    workspace: WorkspaceId,
    found: &[Summary],
) -> Result<HashMap<ConversationId, (Timestamp, u32)>, StoreError> {
    let any = found.iter().any(|one| one.status == "waiting");
    if any { dispatch::waits(db, workspace) } else { Ok(HashMap::new()) }
}

/// The conversation, if the caller sees it.
///
/// # Errors
/// 404 if not.
pub(crate) async fn find(
    desk: &Desk,
    caller: &Caller,
    id: ConversationId,
) -> Result<Summary, Fault> {
    let (workspace, sight) = (caller.workspace(), caller.sight());
    let found = desk.store.read(move |db| inbox::by_id(db, workspace, &sight, id)).await?;
    Ok(found.ok_or_else(|| fault::not_found("conversation"))?)
}

/// How many a page has, of what was asked.
pub(crate) fn page_size(asked: Option<i64>) -> i64 {
    asked.unwrap_or(USUAL_PAGE).clamp(1, LARGEST_PAGE)
}

fn statuses(words: &str) -> Result<Vec<&'static str>, Fault> {
    let known = |word: &str| STATUSES.into_iter().find(|known| *known == word);
    let found: Option<Vec<_>> = words.split(',').map(known).collect();
    let wrong = || fault::invalid("A status is one of bot, waiting, agent, snoozed and resolved.");
    Ok(found.ok_or_else(wrong)?)
}

fn order(word: Option<&str>) -> Result<Order, Fault> {
    match word {
        None | Some("latest") => Ok(Order::Latest),
        Some("due") => Ok(Order::Due),
        Some(_) => Err(fault::invalid("A sort is latest or due.").into()),
    }
}

fn lateness(word: &str, now: Timestamp) -> Result<Lateness, Fault> {
    match word {
        "breached" => Ok(Lateness::Breached(now)),
        "soon" => Ok(Lateness::Soon(now)),
        _ => Err(fault::invalid("An sla is breached or soon.").into()),
    }
}

fn write_cursor(last: &Summary, order: Order) -> String {
    let due = last.promise.map(|promise| promise.due_at).filter(|_| order == Order::Due);
    cursor::write(due.unwrap_or(last.last_message_at), last.id)
}

fn read_cursor(cursor: &str) -> Result<Cursor, Fault> {
    let (at, id) = cursor::read(cursor)?;
    Ok(Cursor { at, id })
}

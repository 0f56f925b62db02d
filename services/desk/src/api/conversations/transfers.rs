//! Sending conversations on, and saying how urgent they are. Each answers 202: durable, applied by
//! the router in a moment.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_chassis::problem::Problem;
use switchboard_contract::wire::{
    Empty,
    agent_action::{self, Action, transfer::To},
};
use switchboard_domain::{
    dispatch::Priority,
    ids::{AccountId, ConversationId, TeamId, UserId},
};
use switchboard_store::{accounts, teams, users};
use utoipa::ToSchema;

use super::{
    actions::{act, act_on},
    listing::find,
};
use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
};

/// The longest note, in characters.
const LONGEST_NOTE: usize = 1_000;

/// Whom to send a conversation on to, and what they are to know.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "to": {"team": "0190b1a2-0000-7000-8000-000000000000"}, "note": "Wants a quote for 20 chairs."
}))]
pub(crate) struct TransferBody {
    to: Destination,
    /// For whoever answers next, at most 1000 characters; the customer does not see it.
    note: Option<String>,
}

/// Whom a conversation can be sent on to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Destination {
    /// An agent, who has it at once.
    #[schema(value_type = String, format = "uuid")]
    Agent(UserId),
    /// A team: it waits in its line, where its whole wait counts.
    #[schema(value_type = String, format = "uuid")]
    Team(TeamId),
    /// The account's bot.
    Bot,
}

/// How urgent a conversation is.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"priority": "urgent"}))]
pub(crate) struct PriorityBody {
    /// low, normal, high, urgent
    priority: String,
}

/// Sends a conversation on to an agent, a team or the bot.
#[utoipa::path(
    post, path = "/conversations/{id}/transfer", tag = "conversations",
    params(("id" = String, Path)),
    request_body = TransferBody,
    responses(
        (status = 202), (status = 401), (status = 403), (status = 404), (status = 422),
        (status = 503)
    ),
)]
pub(crate) async fn transfer(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
    body: Json<TransferBody>,
) -> Result<HttpResponse, Fault> {
    let TransferBody { to, note } = body.into_inner();
    check_note(note.as_deref())?;
    let conversation = find(&desk, &caller, *id).await?;
    let action = action(&desk, &caller, conversation.account, (to, note)).await?;
    act_on(&desk, &caller, &conversation, action).await
}

/// Refuses a note that is too long.
///
/// # Errors
/// 422.
pub(crate) fn check_note(note: Option<&str>) -> Result<(), Problem> {
    if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        let text = format!("A note has {LONGEST_NOTE} characters at most.");
        return Err(fault::invalid(text).field("note"));
    }
    Ok(())
}

/// What sends a conversation of an account on.
///
/// # Errors
/// 403, 404 and 422: the caller may not, there is no such agent or team, the account has no bot.
pub(crate) async fn action(
    desk: &Desk,
    caller: &Caller,
    account: AccountId,
    (to, note): (Destination, Option<String>),
) -> Result<Action, Fault> {
    let workspace = caller.workspace();
    let to = match to {
        Destination::Agent(agent) => {
            if agent != caller.user.id {
                caller.require(Permission::AssignOthers)?;
            }
            let found = desk.store.read(move |db| users::by_id(db, workspace, agent)).await?;
            let unknown = || fault::not_found("agent").field("to");
            found.filter(|user| user.active).ok_or_else(unknown)?;
            To::AgentId(agent.to_string())
        }
        Destination::Team(team) => {
            let found = desk.store.read(move |db| teams::by_id(db, workspace, team)).await?;
            found.ok_or_else(|| fault::not_found("team").field("to"))?;
            To::TeamId(team.to_string())
        }
        Destination::Bot => {
            let read = desk.store.read(move |db| accounts::by_id(db, workspace, account));
            let bot = read.await?.and_then(|account| account.bot);
            let none = "The account has no bot; choose an agent or a team.";
            bot.ok_or_else(|| fault::invalid(none).field("to"))?;
            To::Bot(Empty {})
        }
    };
    Ok(Action::Transfer(agent_action::Transfer { to: Some(to), note }))
}

/// Says how urgent a conversation is, until it is resolved.
#[utoipa::path(
    put, path = "/conversations/{id}/priority", tag = "conversations",
    params(("id" = String, Path)),
    request_body = PriorityBody,
    responses((status = 202), (status = 401), (status = 404), (status = 422), (status = 503)),
)]
pub(crate) async fn set_priority(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
    body: Json<PriorityBody>,
) -> Result<HttpResponse, Fault> {
    act(&desk, &caller, *id, prioritise(&body.priority)?).await
}

/// What says how urgent a conversation is.
///
/// # Errors
/// 422 when the word is none.
pub(crate) fn prioritise(word: &str) -> Result<Action, Problem> {
    let read = word.parse::<Priority>();
    let priority = read.map_err(|error| fault::invalid(format!("{error}.")))?;
    Ok(Action::SetPriority(priority.as_str().into()))
}

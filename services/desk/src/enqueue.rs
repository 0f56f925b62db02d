//! Actions on their way to the router, and presence on its way to dispatch: each is durable in the
//! queue when these functions return `Ok`.

use switchboard_chassis::{clock, problem::Problem, telemetry};
use switchboard_contract::{
    Body, Envelope,
    convert::account_shard,
    encode,
    wire::{
        AccountChanged, AgentAction, BotTrial, DeskEvent, DispatchEvent, EraseConversation, Errand,
        agent_action::Action, dispatch_event::Kind,
    },
};
use switchboard_domain::{
    dispatch::{EventKind, Presence, Talents},
    ids::{AccountId, TeamId, WorkspaceId},
    shard::ConversationShard,
};
use switchboard_queue::{Message, PublishError, Topic};
use switchboard_store::{inbox::Summary, users::User};
use uuid::Uuid;

use crate::{
    auth::caller::Caller,
    desk::Desk,
    fault::{self, Fault},
};

/// Names an action that nothing else names.
fn fresh_id() -> String {
    format!("desk/{}", Uuid::now_v7())
}

/// Names a caller's action: the router does what has the same name once.
pub(crate) fn action_id(caller: &Caller) -> String {
    format!("desk/{}", caller.fresh_id())
}

/// Gives an agent's action to the conversation's shard.
///
/// # Errors
/// 409 when it is for a blocked customer, who hears nothing and is with nobody; [`PublishError`]: it
/// may have arrived nevertheless; the same id again does no harm.
pub(crate) async fn action(
    desk: &Desk,
    id: String,
    by: &User,
    conversation: &Summary,
    action: Action,
) -> Result<(), Fault> {
    if is_for_customer(&action) {
        require_unblocked(conversation)?;
    }
    let body = AgentAction {
        workspace_id: by.workspace.to_string(),
        conversation_id: conversation.id.to_string(),
        agent_id: by.id.to_string(),
        action: Some(action),
    };
    let topic = Topic::Inbound(conversation.shard);
    Ok(publish(desk, topic, id, Body::AgentAction(body)).await?)
}

/// Whether it says something to the customer, or has somebody answer them.
fn is_for_customer(action: &Action) -> bool {
    match action {
        Action::Reply(_)
        | Action::Resend(_)
        | Action::Assign(_)
        | Action::Unassign(_)
        | Action::ReturnToBot(_)
        | Action::Reopen(_)
        | Action::Transfer(_)
        | Action::Snooze(_)
        | Action::Unsnooze(_)
        | Action::Typing(_) => true,
        Action::Resolve(_)
        | Action::MarkRead(_)
        | Action::Thread(_)
        | Action::Unlink(_)
        | Action::Note(_)
        | Action::SetPriority(_)
        | Action::Block(_)
        | Action::Unblock(_) => false,
    }
}

/// Refuses what is for a customer who is blocked.
///
/// # Errors
/// 409, with the reason that was given.
pub(crate) fn require_unblocked(conversation: &Summary) -> Result<(), Problem> {
    match &conversation.blocked {
        Some(block) => Err(fault::blocked(&block.reason)),
        None => Ok(()),
    }
}

/// Tells dispatch how an agent is.
///
/// # Errors
/// [`PublishError`], as of [`action`].
pub(crate) async fn presence(
    desk: &Desk,
    user: &User,
    (teams, talents): (Vec<TeamId>, Talents),
    presence: Presence,
) -> Result<(), PublishError> {
    let (agent, capacity) = (user.id, user.capacity);
    let event = EventKind::Agent { agent, presence, capacity, teams, talents };
    dispatch(desk, user.workspace, event).await
}

/// Tells dispatch that settings of teams changed.
///
/// # Errors
/// As [`presence`].
pub(crate) async fn teams_changed(desk: &Desk, workspace: WorkspaceId) -> Result<(), PublishError> {
    dispatch(desk, workspace, EventKind::TeamsChanged).await
}

/// Asks outbound for an errand.
///
/// # Errors
/// As [`presence`].
pub(crate) async fn errand(
    desk: &Desk,
    account: AccountId,
    errand: Errand,
) -> Result<(), PublishError> {
    let (topic, id) = (Topic::Outbound(account_shard(account)), errand.errand_id.clone());
    publish(desk, topic, format!("errand:{id}"), Body::Errand(errand)).await
}

/// Has a bot tried.
///
/// # Errors
/// As [`presence`].
pub(crate) async fn bot_trial(desk: &Desk, trial: BotTrial) -> Result<(), PublishError> {
    let id = format!("trial:{}", trial.errand_id);
    publish(desk, Topic::BotTurns, id, Body::BotTrial(trial)).await
}

/// Tells outbound that an account changed.
///
/// # Errors
/// As [`presence`].
pub(crate) async fn account_changed(
    desk: &Desk,
    account: AccountId,
    changed: AccountChanged,
) -> Result<(), PublishError> {
    let topic = Topic::Outbound(account_shard(account));
    publish(desk, topic, fresh_id(), Body::AccountChanged(changed)).await
}

/// Tells the pages that something beside a conversation changed. A hint: one that is lost is made up for
/// when a page next looks.
pub(crate) async fn conversation_changed(desk: &Desk, by: &User, conversation: &Summary) {
    hint(desk, "conversation", by, conversation).await;
}

/// Tells the pages who is writing in a conversation, so that no two answer the same.
pub(crate) async fn colleague_types(desk: &Desk, who: &User, conversation: &Summary) {
    hint(desk, "typing", who, conversation).await;
}

/// Tells the pages that accounts changed. A hint, as above.
pub(crate) async fn accounts_changed(desk: &Desk, workspace: WorkspaceId) {
    let workspace_id = workspace.to_string();
    tell(desk, DeskEvent { workspace_id, topic: "accounts".into(), ..DeskEvent::default() }).await;
}

async fn hint(desk: &Desk, topic: &str, by: &User, conversation: &Summary) {
    let hint = DeskEvent {
        workspace_id: by.workspace.to_string(),
        topic: topic.into(),
        conversation_id: conversation.id.to_string(),
        revision: conversation.revision,
        agent_id: by.id.to_string(),
    };
    tell(desk, hint).await;
}

async fn tell(desk: &Desk, hint: DeskEvent) {
    let told = publish(desk, Topic::DeskEvents, fresh_id(), Body::DeskEvent(hint)).await;
    if let Err(error) = told {
        tracing::debug!(%error, "the pages were not told of a change");
    }
}

/// Has a conversation's customer erased.
///
/// # Errors
/// As [`presence`].
pub(crate) async fn erase(
    desk: &Desk,
    shard: ConversationShard,
    request: EraseConversation,
) -> Result<(), PublishError> {
    let id = format!("erase:{}:{}", request.deletion_code, request.conversation_id);
    publish(desk, Topic::Inbound(shard), id, Body::EraseConversation(request)).await
}

async fn dispatch(
    desk: &Desk,
    workspace: WorkspaceId,
    event: EventKind,
) -> Result<(), PublishError> {
    let event =
        DispatchEvent { workspace_id: workspace.to_string(), kind: Some(Kind::from(event)) };
    publish(desk, Topic::Dispatch, fresh_id(), Body::Dispatch(event)).await
}

/// Where the trace of an action begins; it travels on in the envelope.
#[tracing::instrument(name = "give to the queue", skip_all, fields(%topic, %id))]
async fn publish(desk: &Desk, topic: Topic, id: String, body: Body) -> Result<(), PublishError> {
    let (traceparent, tracestate) = telemetry::inject_current();
    let created_at_us = clock::now().as_micros();
    let envelope =
        Envelope { id: id.clone(), traceparent, tracestate, created_at_us, body: Some(body) };
    let message = Message { id, topic, payload: encode(vec![envelope]) };
    let published = desk.queue.publish(vec![message]).await;
    desk.measures.action(published.is_ok());
    published
}

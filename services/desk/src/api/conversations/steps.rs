//! What can be done to a conversation as one step of several: by a macro, or to many conversations at
//! once. Steps of one conversation are taken in order, for its shard keeps them so.

use serde::{Deserialize, Serialize};
use switchboard_contract::wire::{
    Empty,
    agent_action::{Action, Assign, Note, Reply},
};
use switchboard_domain::{
    Content,
    ids::{LabelId, MessageId, UserId},
};
use switchboard_store::{inbox::Summary, labels, users};
use utoipa::ToSchema;

use super::{
    composer, snooze,
    transfers::{self, Destination},
};
use crate::{
    api::words::PriorityWord,
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// One thing that is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Step {
    /// Put someone in charge; the caller when absent.
    Assign {
        #[schema(value_type = Option<String>, format = "uuid")]
        agent: Option<UserId>,
    },
    /// Give it back to the waiting line.
    Unassign {},
    /// Let the bot answer again.
    ReturnToBot {},
    /// Put it aside until a time, or for so many minutes from then on.
    Snooze { until: Option<i64>, for_minutes: Option<i64> },
    /// Done.
    Resolve {},
    /// Not done after all: the caller takes it.
    Reopen {},
    /// Send it on to an agent, a team or the bot.
    Transfer { to: Destination, note: Option<String> },
    /// Say how urgent it is: low, normal, high, urgent.
    Priority {
        #[schema(value_type = PriorityWord)]
        priority: String,
    },
    /// Write to the customer.
    Reply {
        #[schema(min_length = 1, pattern = r"\S")]
        text: String,
    },
    /// Write for colleagues.
    Note {
        #[schema(min_length = 1, pattern = r"\S")]
        text: String,
    },
    /// Give it these labels, beside those it has.
    Label {
        #[schema(value_type = Vec<uuid::Uuid>, min_items = 1)]
        label_ids: Vec<LabelId>,
    },
    /// Take these labels from it.
    Unlabel {
        #[schema(value_type = Vec<uuid::Uuid>, min_items = 1)]
        label_ids: Vec<LabelId>,
    },
}

/// Takes a step. `name` names it: the same again is the same step.
///
/// # Errors
/// What the caller may not do, or Meta does not allow now.
pub(crate) async fn take(
    desk: &Desk,
    caller: &Caller,
    to: &Summary,
    (name, step): (&str, &Step),
) -> Result<(), Fault> {
    let action = match step {
        Step::Assign { agent } => assign(desk, caller, *agent).await?,
        Step::Unassign {} => Action::Unassign(Empty {}),
        Step::ReturnToBot {} => Action::ReturnToBot(Empty {}),
        Step::Snooze { until, for_minutes } => snooze::action(*until, *for_minutes)?,
        Step::Resolve {} => Action::Resolve(Empty {}),
        Step::Reopen {} => Action::Reopen(Empty {}),
        Step::Transfer { to: whom, note } => {
            transfers::action(desk, caller, to.account, (*whom, note.clone())).await?
        }
        Step::Priority { priority } => transfers::prioritise(priority)?,
        Step::Reply { text } => reply(desk, to, (name, text))?,
        Step::Note { text } => {
            let message_id = message(name).to_string();
            Action::Note(Note { message_id, text: text.clone(), mention_ids: Vec::new() })
        }
        Step::Label { label_ids } => return label(desk, caller, to, (label_ids, true)).await,
        Step::Unlabel { label_ids } => return label(desk, caller, to, (label_ids, false)).await,
    };
    enqueue::action(desk, format!("step/{name}"), &caller.user, to, action).await?;
    Ok(())
}

fn message(name: &str) -> MessageId {
    MessageId::derive(&format!("step/{name}"))
}

async fn assign(desk: &Desk, caller: &Caller, agent: Option<UserId>) -> Result<Action, Fault> {
    let id = agent.unwrap_or(caller.user.id);
    if id != caller.user.id {
        caller.require(Permission::AssignOthers)?;
    }
    let workspace = caller.workspace();
    let known = desk.store.read(move |db| users::by_id(db, workspace, id)).await?;
    known.filter(|user| user.active).ok_or_else(|| fault::not_found("agent"))?;
    Ok(Action::Assign(Assign { agent_id: id.to_string() }))
}

fn reply(desk: &Desk, to: &Summary, (name, text): (&str, &str)) -> Result<Action, Fault> {
    let content = Content::text(text);
    composer::check(desk, to, &content)?;
    Ok(Action::Reply(Reply {
        message_id: message(name).to_string(),
        content: Some(content.into()),
        reply_to: None,
    }))
}

async fn label(
    desk: &Desk,
    caller: &Caller,
    to: &Summary,
    (ids, on): (&[LabelId], bool),
) -> Result<(), Fault> {
    let (workspace, conversation, ids) = (caller.workspace(), to.id, ids.to_vec());
    let write = move |db: &mut _| {
        let worn = labels::of(db, workspace, &[conversation])?.remove(&conversation);
        let mut wanted = worn.unwrap_or_default();
        wanted.retain(|id| !ids.contains(id));
        if on {
            wanted.extend(ids);
        }
        labels::put(db, workspace, conversation, &wanted)
    };
    desk.store.write(write).await?;
    enqueue::conversation_changed(desk, &caller.user, to).await;
    Ok(())
}

/// Refuses steps that make no sense, whatever the conversation.
///
/// # Errors
/// 422, naming the step by its place.
pub(crate) fn check(steps: &[Step]) -> Result<(), Fault> {
    const MOST: usize = 20;
    if !(1..=MOST).contains(&steps.len()) {
        return Err(fault::invalid(format!("There are 1 to {MOST} steps.")).into());
    }
    for (place, step) in (1..).zip(steps) {
        let wrong = match step {
            Step::Reply { text } | Step::Note { text } if text.trim().is_empty() => "no text",
            Step::Label { label_ids } | Step::Unlabel { label_ids } if label_ids.is_empty() => {
                "no labels"
            }
            Step::Transfer { note, .. } => {
                transfers::check_note(note.as_deref())?;
                continue;
            }
            Step::Priority { priority } => {
                transfers::prioritise(priority)?;
                continue;
            }
            Step::Snooze { until, for_minutes } => match snooze::action(*until, *for_minutes) {
                Ok(_) => continue,
                Err(_) => "no time ahead, or none within a year",
            },
            _ => continue,
        };
        return Err(fault::invalid(format!("Step {place} has {wrong}.")).into());
    }
    Ok(())
}

//! Trying an assistant before customers do.

use std::time::Duration;

use actix_web::web::{Data, Json, Path};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_chassis::clock;
use switchboard_contract::wire::{BotTrial, bot_trial::Line};
use switchboard_domain::{Channel, Content, conversation::Conversation, ids::BotId};
use switchboard_store::{bots, errands::Progress};
use utoipa::ToSchema;

use crate::{
    api::words::ChannelWord,
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue, errand,
    fault::{self, Fault},
};

/// How long a bot may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long whoever asked waits longer: the queue takes its time too.
const MARGIN: Duration = Duration::from_secs(5);

/// The longest message, in characters.
const LONGEST: usize = 4_000;

/// Messages of the past at most.
const LINES: usize = 20;

/// What a customer could say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "When are you open?"}))]
pub(crate) struct Said {
    #[schema(min_length = 1, max_length = 4_000, pattern = r"\S")]
    text: String,
    /// Of a button that was pressed; `text` is its title then.
    #[schema(max_length = 4_000)]
    payload: Option<String>,
    /// Where the answer would be read; `messenger` when absent.
    #[schema(value_type = Option<ChannelWord>)]
    channel: Option<Channel>,
    /// What was said before, oldest first, for bots that read it.
    #[serde(default)]
    #[schema(max_items = 20)]
    history: Vec<Earlier>,
    /// What the answer before had as `memory`.
    memory: Option<String>,
}

/// A message of the past.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Earlier {
    /// Whether the customer wrote it, and not the business.
    by_customer: bool,
    #[schema(min_length = 1, max_length = 4_000, pattern = r"\S")]
    text: String,
}

/// What an assistant would say.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "outcome": "answered", "replies": [{"type": "text", "text": "We are open from 9 to 18."}],
    "note": null, "memory": null, "sources": []
}))]
pub(crate) struct Tried {
    /// `answered`, `resolved`, `handed_off`, `awaited` (it answers by itself, which only customers
    /// see) or `failed`.
    outcome: String,
    /// Its messages, in order, as transcripts have them.
    #[schema(value_type = Vec<Object>)]
    replies: Vec<Value>,
    /// What agents would read: why it hands off, what failed.
    note: Option<String>,
    /// To be given with what the customer says next.
    memory: Option<String>,
    /// What its answer rests on, the surest first.
    #[schema(value_type = Vec<Object>)]
    sources: Vec<Value>,
}

/// Asks an assistant what it would say, of a conversation that there is not: nothing is sent to
/// anybody and nothing kept, but what it asks outside (a model, a program, its tools) it asks, and
/// what that costs it spends. For administrators.
#[utoipa::path(
    post, path = "/bots/{id}/try", tag = "bots",
    params(("id" = String, Path)),
    request_body = Said,
    responses(
        (status = 200, body = Tried), (status = 401), (status = 403), (status = 404),
        (status = 422), (status = 504, description = "No bot service has answered in time.")
    ),
)]
pub(crate) async fn try_out(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<BotId>,
    body: Json<Said>,
) -> Result<Json<Tried>, Fault> {
    caller.require(Permission::ManageBots)?;
    let (workspace, bot) = (caller.workspace(), *id);
    let said = body.into_inner();
    check(&said)?;
    let known = desk.store.read(move |db| bots::by_id(db, workspace, bot)).await?;
    known.ok_or_else(|| fault::not_found("bot"))?;
    let id = errand::of(&caller);
    let text = said.text;
    let message = match said.payload {
        Some(payload) => Content::Choice { title: text, payload },
        None => Content::Text { text },
    };
    let line = |Earlier { by_customer, text }| Line {
        by_customer,
        content: Some(Content::Text { text }.into()),
    };
    let trial = BotTrial {
        workspace_id: workspace.to_string(),
        bot_id: bot.to_string(),
        errand_id: id.to_string(),
        channel: said.channel.unwrap_or(Channel::Messenger).to_string(),
        messages: vec![message.into()],
        history: said.history.into_iter().map(line).collect(),
        memory: said.memory,
        deadline_us: clock::now().plus(PATIENCE).as_micros(),
    };
    enqueue::bot_trial(&desk, trial).await?;
    let ended = errand::ended(&desk, (workspace, id), PATIENCE + MARGIN).await?;
    let Some(Progress::Done(answer)) = ended else { return Err(fault::no_bot().into()) };
    Ok(Json(serde_json::from_value(answer).map_err(|_| fault::no_bot())?))
}

fn check(said: &Said) -> Result<(), Fault> {
    let mut texts = said.history.iter().map(|line| &line.text).chain([&said.text]);
    let wrong = |text: &String| text.trim().is_empty() || text.chars().count() > LONGEST;
    if texts.any(wrong) || said.payload.as_ref().is_some_and(|it| it.chars().count() > LONGEST) {
        let why = format!("A message has 1 to {LONGEST} characters.");
        return Err(fault::invalid(why).into());
    }
    if said.history.len() > LINES {
        return Err(fault::invalid(format!("`history` has {LINES} messages at most.")).into());
    }
    if said.memory.as_ref().is_some_and(|memory| memory.len() > Conversation::MAX_MEMORY) {
        let most = Conversation::MAX_MEMORY;
        return Err(fault::invalid(format!("`memory` has {most} bytes at most.")).into());
    }
    Ok(())
}

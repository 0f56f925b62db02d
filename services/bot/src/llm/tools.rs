//! What a model may ask for: a person, and what the business's addresses tell.

use std::time::Duration;

use serde_json::{Map, Value, json};
use switchboard_domain::{
    Content,
    conversation::{AfterTurn, HandOff},
};
use switchboard_outside::Client;

use super::{
    api::{Call, Said},
    settings::Tool,
};
use crate::{Answer, Question, parts::parts};

/// How much of what an address tells a model is told, in bytes.
const MAX_RESULT: usize = 16 * 1024;

/// The answer, if the model gives the customer to people.
pub(super) fn hand_off(said: &Said) -> Option<Answer> {
    let call = said.calls.iter().find(|call| call.name == "hand_off")?;
    let arguments: Option<Value> = serde_json::from_str(&call.arguments).ok();
    let summary = arguments.and_then(|it| Some(it.get("summary")?.as_str()?.to_owned()));
    let words = said.text.as_deref().unwrap_or_default();
    let replies = parts(words).map(Content::text).collect();
    let then = AfterTurn::HandOff(HandOff::Asked);
    Some(Answer { then, note: summary, ..Answer::say(replies) })
}

/// Asks one of the business's addresses; an error is for the model, which may do better.
pub(super) async fn run(
    client: &Client,
    tool: &Tool,
    call: &Call,
    (question, timeout): (&Question, Duration),
) -> Result<String, String> {
    let arguments = arguments(tool, &call.arguments)?;
    let body = json!({
        "tool": tool.name,
        "arguments": arguments,
        "conversation_id": question.conversation.to_string(),
        "turn_id": question.turn.to_string(),
        "channel": question.channel.to_string(),
    });
    let (http, url) = client.to(&tool.url).map_err(|_| "the tool cannot be reached".to_owned())?;
    let request = http
        .post(url)
        .timeout(timeout)
        .header("content-type", "application/json")
        .body(body.to_string());
    match switchboard_outside::finish(request, MAX_RESULT).await {
        Ok((200, body)) => Ok(String::from_utf8_lossy(&body).into_owned()),
        Ok((status, _)) => Err(format!("the tool failed with the status {status}")),
        Err(_) => Err("the tool did not answer".into()),
    }
}

/// The arguments, if they are those that were asked for.
fn arguments(tool: &Tool, text: &str) -> Result<Map<String, Value>, String> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    let given: Map<String, Value> =
        serde_json::from_str(text).map_err(|_| "the arguments are no JSON object".to_owned())?;
    for (name, value) in &given {
        let parameter = tool.parameters.get(name);
        let parameter = parameter.ok_or_else(|| format!("there is no parameter {name:?}"))?;
        if !parameter.takes(value) {
            return Err(format!("the parameter {name:?} is not of the kind agreed on"));
        }
    }
    let missing =
        tool.parameters.iter().find(|(name, it)| !it.optional && !given.contains_key(*name));
    missing.map_or(Ok(given), |(name, _)| Err(format!("the parameter {name:?} is missing")))
}

/// What a call came to, as the next request tells it.
pub(super) fn result(call: &Call, result: &Result<String, String>) -> Value {
    let content = match result {
        Ok(told) => told.clone(),
        Err(why) => format!("error: {why}"),
    };
    json!({"role": "tool", "tool_call_id": call.id, "content": content})
}

//! The endpoint: `POST {endpoint}/chat/completions`. (OpenAI API reference, "Create chat completion")

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use switchboard_outside::Client;

use super::Settings;
use crate::{Failure, reach::away};

/// No answer that we can use is larger, in bytes.
const MAX_ANSWER: usize = 512 * 1024;

/// What a model said.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) text: Option<String>,
    pub(super) calls: Vec<Call>,
    /// Whether it had more to say than `answer_tokens` let it.
    pub(super) is_cut: bool,
}

/// A tool that it wants to be called.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) id: String,
    pub(super) name: String,
    /// JSON, or what a model takes for it.
    pub(super) arguments: String,
}

/// Tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) input: u64,
    pub(super) output: u64,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    usage: Option<WireUsage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<Words>,
    tool_calls: Option<Vec<WireCall>>,
}

/// A text, or what some endpoints make of it: parts, of which some are texts.
#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    Whole(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: String,
}

impl Words {
    fn text(self) -> String {
        match self {
            Self::Whole(text) => text,
            Self::Parts(parts) => parts.into_iter().map(|part| part.text).collect(),
        }
    }
}

#[derive(Deserialize)]
struct WireCall {
    id: String,
    function: Function,
}

#[derive(Serialize, Deserialize)]
struct Function {
    name: String,
    arguments: String,
}

#[derive(Deserialize)]
struct WireUsage {
    prompt_tokens: u64,
    completion_tokens: u64,
}

/// Asks; the usage is what the endpoint charges, if it says so.
pub(super) async fn ask(
    client: &Client,
    settings: &Settings,
    key: Option<&SecretString>,
    messages: &[Value],
) -> Result<(Said, Option<Usage>), Failure> {
    let address = format!("{}/chat/completions", settings.endpoint.trim_end_matches('/'));
    let (http, url) = client.to(&address).map_err(|fault| away(&fault))?;
    let mut body = json!({
        "model": settings.model,
        "messages": messages,
        "tools": settings.functions(),
    });
    if let Some(fields) = body.as_object_mut() {
        fields.insert(settings.answer_tokens_as.to_string(), settings.answer_tokens.into());
    }
    let mut request = http
        .post(url)
        .timeout(Duration::from_secs(settings.timeout_seconds))
        .header("content-type", "application/json")
        .body(body.to_string());
    if let Some(key) = key {
        request = request.bearer_auth(key.expose_secret());
    }
    match switchboard_outside::finish(request, MAX_ANSWER).await {
        Ok((200, body)) => read(&body),
        Ok((status, body)) => Err(Failure(refused(status, &body))),
        Err(fault) => Err(away(&fault)),
    }
}

/// What it answers is not repeated: it may hold the key, or what the customer wrote.
fn refused(status: u16, body: &[u8]) -> String {
    let why = match status {
        _ if is_too_long(body) => {
            "it was told more than it takes; lower history_tokens, or shorten system_prompt"
        }
        401 | 403 => "the key is refused; set a new one",
        404 => "there is no such endpoint or model",
        429 => "it has too much to do, or the account there is exhausted",
        500.. => "it is in trouble",
        _ => "it does not take the request",
    };
    format!("The model answered with the status {status}: {why}.")
}

/// Whether an error says that the model was told more than it takes. (llama.cpp names it in the error's
/// type, OpenAI in its code)
fn is_too_long(body: &[u8]) -> bool {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let names = ["/error/type", "/error/code"].map(|place| body.pointer(place)?.as_str());
    let known = ["exceed_context_size_error", "context_length_exceeded"];
    names.into_iter().flatten().any(|name| known.contains(&name))
}

fn read(body: &[u8]) -> Result<(Said, Option<Usage>), Failure> {
    let garbled = || Failure("The model's answer is not the JSON of chat completions.".into());
    let completion: Completion = serde_json::from_slice(body).map_err(|_| garbled())?;
    let choice = completion.choices.into_iter().next().ok_or_else(garbled)?;
    let (message, is_cut) = (choice.message, choice.finish_reason.as_deref() == Some("length"));
    let call = |call: WireCall| Call {
        id: call.id,
        name: call.function.name,
        arguments: call.function.arguments,
    };
    let calls = message.tool_calls.unwrap_or_default().into_iter().map(call).collect();
    let usage = completion
        .usage
        .map(|usage| Usage { input: usage.prompt_tokens, output: usage.completion_tokens });
    Ok((Said { text: message.content.map(Words::text), calls, is_cut }, usage))
}

impl Said {
    /// As the next request repeats it.
    pub(super) fn as_message(&self) -> Value {
        let call = |call: &Call| {
            let function = Function { name: call.name.clone(), arguments: call.repeated() };
            json!({"id": call.id, "type": "function", "function": function})
        };
        let calls: Vec<Value> = self.calls.iter().map(call).collect();
        json!({"role": "assistant", "content": self.text, "tool_calls": calls})
    }
}

impl Call {
    /// The arguments, or none where they are no JSON object: endpoints refuse the whole request for
    /// them, and the call's result tells the model what was wrong. (llama.cpp)
    fn repeated(&self) -> String {
        let is_object = serde_json::from_str::<Map<String, Value>>(&self.arguments).is_ok();
        if is_object { self.arguments.clone() } else { "{}".into() }
    }
}

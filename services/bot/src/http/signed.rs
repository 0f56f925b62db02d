//! Our own question in JSON, signed as Standard Webhooks says, so that the business knows that it was
//! us and that a repeat is one: `webhook-id` is the turn's, in both attempts.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::{
    Content,
    content::Source,
    conversation::{AfterTurn, HandOff},
};
use switchboard_verifier::endpoint;

use super::{HttpBot, MAX_ANSWER, garbled, refused, silent};
use crate::{Answer, Failure, Line, Question, reach::away};

/// An answer names so many sources at most; the others are left out.
const SOURCES: usize = 5;

/// The name of one has so many characters at most.
const SOURCE_NAME: usize = 200;

#[derive(Serialize)]
struct Asked<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    turn_id: String,
    attempt: u32,
    workspace_id: String,
    bot_id: String,
    conversation_id: String,
    channel: String,
    messages: &'a [Content],
    history: Vec<Told<'a>>,
    memory: Option<&'a str>,
}

#[derive(Serialize)]
struct Told<'a> {
    by: &'static str,
    content: &'a Content,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    replies: Vec<Content>,
    #[serde(default)]
    then: Then,
    note: Option<String>,
    memory: Option<String>,
    #[serde(default)]
    sources: Vec<Source>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Then {
    #[default]
    Stay,
    HandOff,
    Resolve,
}

pub(super) fn check_secret(secret: &SecretString) -> Result<(), String> {
    endpoint::check_secret(secret).map_err(|fault| fault.to_string())
}

/// Asks once about the whole turn.
pub(super) async fn ask(bot: &HttpBot, question: &Question) -> Result<Answer, Failure> {
    let (http, url) = bot.client.to(&bot.settings.url).map_err(|fault| away(&fault))?;
    let body = serde_json::to_string(&asked(question)).map_err(|_| garbled())?;
    let (id, at) = (format!("turn_{}", question.turn), clock::now().as_micros() / 1_000_000);
    let secret = bot.secret.clone().unwrap_or_default();
    let signature = endpoint::sign(&secret, &id, at, body.as_bytes())
        .map_err(|fault| Failure(format!("The question cannot be signed: {fault}.")))?;
    let request = http
        .post(url)
        .timeout(bot.timeout())
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", at.to_string())
        .header("webhook-signature", signature)
        .body(body);
    let said: Said = match switchboard_outside::finish(request, MAX_ANSWER).await {
        Ok((200, body)) => serde_json::from_slice(&body).map_err(|_| garbled())?,
        Ok((status, _)) => return Err(refused(status)),
        Err(fault) => return Err(away(&fault)),
    };
    answer(said)
}

fn asked(question: &Question) -> Asked<'_> {
    let told = |line: &'_ Line| if line.by_customer { "customer" } else { "business" };
    Asked {
        kind: "bot.turn",
        turn_id: question.turn.to_string(),
        attempt: question.attempt,
        workspace_id: question.workspace.to_string(),
        bot_id: question.bot.to_string(),
        conversation_id: question.conversation.to_string(),
        channel: question.channel.to_string(),
        messages: &question.said,
        history: question
            .history
            .iter()
            .map(|line| Told { by: told(line), content: &line.content })
            .collect(),
        memory: question.memory.as_deref(),
    }
}

fn answer(said: Said) -> Result<Answer, Failure> {
    let Said { replies, then, note, memory, sources } = said;
    let then = match then {
        Then::Stay if replies.is_empty() => return Err(silent()),
        Then::Stay => AfterTurn::Stay,
        Then::HandOff => AfterTurn::HandOff(HandOff::Asked),
        Then::Resolve => AfterTurn::Resolve,
    };
    if replies.iter().any(|reply| !is_sayable(reply)) {
        return Err(Failure("The bot said something that customers cannot be told.".into()));
    }
    let sources = sources.into_iter().take(SOURCES).map(named).collect();
    Ok(Answer { then, note, memory, sources, ..Answer::say(replies) })
}

/// What agents read beside the answer; nobody is more than sure.
fn named(source: Source) -> Source {
    let name = source.name.chars().take(SOURCE_NAME).collect();
    Source { name, percent: source.percent.min(100) }
}

/// What a bot may say: all that people can, and no templates, which cost money.
fn is_sayable(content: &Content) -> bool {
    matches!(
        content,
        Content::Text { .. }
            | Content::Media(_)
            | Content::Prompt { .. }
            | Content::QuickReplies { .. }
            | Content::List(_)
            | Content::Cards { .. }
            | Content::LocationRequest { .. }
    )
}

//! Rasa's REST channel: a message to `{url}/webhooks/rest/webhook`, the answer a list of messages.
//! (Rasa, "Your Own Website", REST channel)
//!
//! Rasa keeps the conversation itself, under the sender that we name. It has no word for handing
//! off, so that is what `custom` says: `{"hand_off": true}`, or a note for agents in its place;
//! `{"resolve": true}`.

use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_domain::{
    Content,
    content::{Button, Media, MediaKind},
    conversation::{AfterTurn, HandOff},
};

use super::{HttpBot, MAX_ANSWER, garbled, refused, silent};
use crate::{Answer, Failure, Question, parts::parts, reach::away};

/// A message of Rasa's; what we do not know is for other channels.
#[derive(Debug, Deserialize)]
struct Said {
    text: Option<String>,
    image: Option<String>,
    #[serde(default)]
    buttons: Vec<Pressable>,
    attachment: Option<Value>,
    custom: Option<Value>,
}

/// One with an address is a link; one that means nothing else is what it says. (Rasa, "Responses")
#[derive(Debug, Deserialize)]
struct Pressable {
    title: String,
    payload: Option<String>,
    url: Option<String>,
}

/// What stands above buttons that come without a text.
const POINTS_DOWN: &str = "\u{1f447}";

/// Asks about each message of the turn, in order, until one is for people. Once one was answered, a
/// failure hands off with what was answered: Rasa has no word for a repeat, and would hear all again.
pub(super) async fn ask(bot: &HttpBot, question: &Question) -> Result<Answer, Failure> {
    let mut answer = Answer::say(Vec::new());
    for message in question.said.iter().filter_map(words) {
        answer.then = AfterTurn::Stay;
        match send(bot, question, &message).await {
            Ok(all) => all.into_iter().for_each(|said| take(said, &mut answer)),
            Err(failure) if answer.replies.is_empty() => return Err(failure),
            Err(Failure(why)) => {
                answer.then = AfterTurn::HandOff(HandOff::BotFailed);
                answer.note = Some(why);
            }
        }
        if matches!(answer.then, AfterTurn::HandOff(_)) {
            break;
        }
    }
    if answer.replies.is_empty() && answer.then == AfterTurn::Stay {
        return Err(silent());
    }
    Ok(answer)
}

async fn send(bot: &HttpBot, question: &Question, message: &str) -> Result<Vec<Said>, Failure> {
    let root = bot.settings.url.trim_end_matches('/');
    let address = format!("{root}/webhooks/rest/webhook");
    let (http, mut url) = bot.client.to(&address).map_err(|fault| away(&fault))?;
    // (Rasa, "--auth-token")
    if let Some(token) = &bot.secret {
        url.query_pairs_mut().append_pair("token", token.expose_secret());
    }
    let sender = question.conversation.to_string();
    let body = json!({ "sender": sender, "message": message }).to_string();
    let request =
        http.post(url).timeout(bot.timeout()).header("content-type", "application/json").body(body);
    match switchboard_outside::finish(request, MAX_ANSWER).await {
        Ok((200, body)) => serde_json::from_slice(&body).map_err(|_| garbled()),
        Ok((status, _)) => Err(refused(status)),
        Err(fault) => Err(away(&fault)),
    }
}

/// A message as Rasa hears it: a pressed button is its payload, a file its address.
fn words(message: &Content) -> Option<String> {
    match message {
        Content::Reaction { .. } => None,
        Content::Choice { payload, .. } => Some(payload.clone()),
        Content::Media(media) => media.url.clone().or_else(|| media.caption.clone()),
        Content::Location { latitude, longitude, .. } => Some(format!("{latitude}, {longitude}")),
        other => Some(other.as_words().unwrap_or_else(|| other.noun()).to_owned()),
    }
}

fn take(said: Said, answer: &mut Answer) {
    let Said { text, image, buttons, attachment, custom } = said;
    let buttons: Vec<Button> = buttons.into_iter().map(button).collect();
    let text = text.filter(|text| !text.trim().is_empty());
    let mut texts: Vec<String> = text.as_deref().map(parts).into_iter().flatten().collect();
    if !buttons.is_empty() {
        let text = texts.pop().unwrap_or_else(|| POINTS_DOWN.to_owned());
        answer.replies.extend(texts.drain(..).map(Content::text));
        answer.replies.push(Content::Prompt { text, buttons });
    }
    answer.replies.extend(texts.into_iter().map(Content::text));
    let image = image.map(|url| (MediaKind::Image, url));
    let files = image.into_iter().chain(attachment.as_ref().and_then(file));
    let media = |(kind, url)| Content::Media(Media { url: Some(url), ..Media::of(kind) });
    answer.replies.extend(files.map(media));
    match custom.as_ref().map(|custom| (custom.get("hand_off"), custom.get("resolve"))) {
        Some((Some(Value::Bool(true)), _)) => answer.then = AfterTurn::HandOff(HandOff::Asked),
        Some((Some(Value::String(note)), _)) => {
            answer.then = AfterTurn::HandOff(HandOff::Asked);
            answer.note = Some(note.clone());
        }
        Some((_, Some(Value::Bool(true)))) => answer.then = AfterTurn::Resolve,
        _ => {}
    }
}

fn button(Pressable { title, payload, url }: Pressable) -> Button {
    match (payload, url) {
        (Some(payload), _) => Button::Reply { title, payload },
        (None, Some(url)) => Button::Link { title, url },
        (None, None) => Button::Reply { payload: title.clone(), title },
    }
}

/// A file's address, or a file in Messenger's form.
fn file(attachment: &Value) -> Option<(MediaKind, String)> {
    if let Some(url) = attachment.as_str() {
        return Some((MediaKind::File, url.to_owned()));
    }
    let url = attachment.pointer("/payload/url").or_else(|| attachment.pointer("/payload/src"))?;
    let kind = match attachment.get("type").and_then(Value::as_str) {
        Some("image") => MediaKind::Image,
        Some("video") => MediaKind::Video,
        Some("audio") => MediaKind::Audio,
        _ => MediaKind::File,
    };
    Some((kind, url.as_str()?.to_owned()))
}

//! What agents write to customers. The window and the limits of form are checked here, where the
//! agent can still do something about it; the router and outbound check again.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_chassis::{clock, problem::Problem};
use switchboard_contract::wire::agent_action::{Action, Reply, Resend};
use switchboard_domain::{
    Content,
    content::{Media, MediaKind},
    conversation::MessageStatus,
    ids::{ConversationId, MessageId, UserId},
    window::{self, Matter, Sender},
};
use switchboard_meta::send as meta_send;
use switchboard_store::{inbox::Summary, messages};
use url::Url;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{accepted, conversations::find};
use crate::{
    auth::caller::Caller,
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// The longest Idempotency-Key.
const LONGEST_KEY: usize = 128;

/// A message to the customer: a text or the address of an image.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMessage {
    text: Option<String>,
    /// An https address that Meta can fetch the image from.
    image_url: Option<String>,
}

/// Where to find the message once the router has taken it up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AcceptedMessage {
    #[schema(value_type = String, format = "uuid")]
    message_id: MessageId,
}

impl AcceptedMessage {
    pub(super) fn new(message_id: MessageId) -> Self {
        Self { message_id }
    }
}

/// Writes to the customer. Whoever answers a conversation that no person has takes it over.
#[utoipa::path(
    post, path = "/conversations/{id}/messages", tag = "conversations",
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key in the same conversation is the same message, sent once.")
    ),
    request_body = NewMessage,
    responses(
        (status = 202, body = AcceptedMessage), (status = 401), (status = 403), (status = 404),
        (status = 422), (status = 503)
    ),
)]
pub(crate) async fn send(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
    request: HttpRequest,
    body: Json<NewMessage>,
) -> Result<HttpResponse, Fault> {
    let conversation = find(&desk, &caller, *id).await?;
    let message = message_id(&request, conversation.id, caller.user.id)?;
    let content = content(body.into_inner())?;
    check_window(&conversation)?;
    check_form(&conversation, &content)?;
    let (message_id, content) = (message.to_string(), Some(content.into()));
    let reply = Reply { message_id, content, reply_to: None };
    let envelope = format!("reply/{message}");
    enqueue::action(&desk, envelope, &caller.user, &conversation, Action::Reply(reply)).await?;
    Ok(HttpResponse::Accepted().json(AcceptedMessage { message_id: message }))
}

/// Sends a message once more that failed or may not have arrived.
#[utoipa::path(
    post, path = "/conversations/{id}/messages/{mid}/resend", tag = "conversations",
    params(("id" = String, Path), ("mid" = String, Path)),
    responses(
        (status = 202), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422), (status = 503)
    ),
)]
pub(crate) async fn resend(
    desk: Data<Desk>,
    caller: Caller,
    path: Path<(ConversationId, MessageId)>,
) -> Result<HttpResponse, Fault> {
    let (id, message) = path.into_inner();
    let conversation = find(&desk, &caller, id).await?;
    let workspace = caller.workspace();
    let found = desk.store.read(move |db| messages::by_id(db, workspace, message)).await?;
    let found = found
        .filter(|found| found.conversation == conversation.id)
        .ok_or_else(|| fault::not_found("message"))?;
    if !matches!(found.status, MessageStatus::Failed | MessageStatus::Uncertain) {
        return Err(fault::conflict("Only a message that failed or may be lost is resent.").into());
    }
    check_window(&conversation)?;
    let action = Action::Resend(Resend { message_id: message.to_string() });
    enqueue::action(&desk, enqueue::fresh_id(), &caller.user, &conversation, action).await?;
    Ok(accepted())
}

/// The message's id: drawn, or derived from the client's key so that a repeat is the same message.
fn message_id(
    request: &HttpRequest,
    conversation: ConversationId,
    by: UserId,
) -> Result<MessageId, Problem> {
    let Some(key) = request.headers().get("idempotency-key") else {
        return Ok(MessageId::new(Uuid::now_v7()));
    };
    let key = key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
    let wrong = || fault::invalid("An Idempotency-Key has 1 to 128 visible ASCII characters.");
    let key = key.ok_or_else(wrong)?;
    Ok(MessageId::derive(&format!("desk/{conversation}/{by}/{key}")))
}

fn content(message: NewMessage) -> Result<Content, Problem> {
    match (message.text, message.image_url) {
        (Some(text), None) if !text.trim().is_empty() => Ok(Content::Text { text }),
        (None, Some(url)) => image(&url),
        _ => Err(fault::invalid("A message has a text or an image_url, one of them.")),
    }
}

fn image(url: &str) -> Result<Content, Problem> {
    let parsed = Url::parse(url).ok().filter(|url| url.scheme() == "https" && url.has_host());
    let wrong = || fault::invalid("An image's address begins with https:// and can be fetched.");
    let url = parsed.ok_or_else(wrong)?;
    Ok(Content::Media(Media {
        kind: MediaKind::Image,
        url: Some(url.into()),
        platform_id: None,
        mime_type: None,
        caption: None,
        filename: None,
    }))
}

/// Whether the message may go out now, and fits the channel.
pub(super) fn check(to: &Summary, content: &Content) -> Result<(), Problem> {
    check_window(to)?;
    check_form(to, content)
}

/// Whether Meta lets a person write now.
fn check_window(to: &Summary) -> Result<(), Problem> {
    let what = (Sender::Human, Matter::Free);
    let decision = window::decide(to.channel, what, to.customer_wrote_at, clock::now());
    decision.map(|_| ()).map_err(|closed| fault::window_closed(format!("Sorry: {closed}.")))
}

/// Whether the message is short enough for the channel.
fn check_form(to: &Summary, content: &Content) -> Result<(), Problem> {
    meta_send::check(to.channel, content)
        .map_err(|refused| fault::invalid(format!("Sorry: {refused}.")))
}

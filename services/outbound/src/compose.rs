//! From what the router wants sent to the body of the call.

use serde_json::Value;
use switchboard_contract::{convert::parse, wire::SendRequest};
use switchboard_domain::{Content, content::Template};
use switchboard_meta::send::{self, Recipient, SendSpec};

use crate::{
    account::Access,
    context::Context,
    media::{self, Held},
    scheduler::Job,
    templates,
};

/// What is to be posted.
pub(crate) struct Composed {
    pub(crate) body: Value,
    /// The template that it sends, if it is one.
    pub(crate) template: Option<Box<Template>>,
}

/// The body of the call.
///
/// # Errors
/// [`Held`] when there can be none, or not now.
pub(crate) async fn compose(
    context: &Context,
    job: &Job,
    access: &Access,
    marker: &str,
) -> Result<Composed, Held> {
    let request = &job.item.request;
    let mut content = content(request)?;
    content.fill_log_in(&context.log_in_page(job.account));
    if let Content::Template(template) = &content {
        templates::check(context, job.workspace, access, template).await?;
    }
    let message = parse("send_request.message_id", &request.message_id);
    let message = message.map_err(|error| error.to_string())?;
    media::give(context, (job.workspace, message), access, &mut content).await?;
    let recipient = request.recipient.clone().unwrap_or_default();
    let recipient =
        Recipient { psid: recipient.scoped_id, phone: recipient.phone, user_id: recipient.user_id };
    let label = request.label_kind().map_err(|error| error.to_string())?;
    let spec = SendSpec {
        recipient: &recipient,
        content: &content,
        label,
        marker,
        reply_to: request.reply_to.as_deref(),
        persona: request.persona.as_deref(),
    };
    let body = send::body(access.channel, &spec).map_err(|error| error.to_string())?;
    let template = if let Content::Template(template) = content { Some(template) } else { None };
    Ok(Composed { body, template })
}

fn content(request: &SendRequest) -> Result<Content, String> {
    let content = request.content.clone().ok_or("the message has no content")?;
    Content::try_from(content).map_err(|error| error.to_string())
}

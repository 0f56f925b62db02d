//! From what a client posts to a message that the channel takes. The window and the limits of form
//! are checked here, where whoever writes can still do something about it; the router and outbound
//! check again.

use serde::Deserialize;
use switchboard_chassis::{clock, problem::Problem};
use switchboard_domain::{
    Channel, Content,
    content::{Button, Media, MediaKind, QuickReply, Template, TemplateHeader},
    ids::MessageId,
    window::{self, Matter, Sender},
};
use switchboard_meta::{send, template::Definition};
use switchboard_store::{
    accounts,
    inbox::Summary,
    media::{self, MediaState},
    messages, templates,
};
use url::Url;
use utoipa::ToSchema;

use crate::{
    api::accounts::linking,
    auth::caller::Caller,
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// A message to the customer: exactly one of text, image_url, content, template and reaction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "content": {
        "type": "prompt", "text": "Which size?",
        "buttons": [{"action": "reply", "title": "Small", "payload": "S"}]
    }
}))]
pub(crate) struct NewMessage {
    text: Option<String>,
    /// An https address that Meta can fetch the image from.
    image_url: Option<String>,
    /// Anything that a business can send, by its `type`: text, media, prompt, quick_replies, list,
    /// cards, flow, location_request, location, contacts. `GET /channels` says which channel shows
    /// what.
    #[schema(value_type = Option<Object>)]
    content: Option<Content>,
    /// An approved template of WhatsApp or Messenger: name, language, header, body, buttons, and on
    /// WhatsApp offer_ends_at and cards (each with header, body, buttons). `GET
    /// /accounts/{id}/templates` says what there is to fill in.
    #[schema(value_type = Option<Object>)]
    template: Option<Template>,
    reaction: Option<NewReaction>,
    /// The message of this conversation that it answers.
    #[schema(value_type = Option<String>, format = "uuid")]
    reply_to: Option<MessageId>,
}

/// An emoji on a message of the conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReaction {
    #[schema(value_type = String, format = "uuid")]
    message_id: MessageId,
    /// Null takes it away.
    emoji: Option<String>,
}

/// A message that can go out.
#[derive(Debug)]
pub(crate) struct Composed {
    pub(crate) content: Content,
    /// The platform's id of the message that it answers.
    pub(crate) reply_to: Option<String>,
}

/// Makes a message of what was posted.
///
/// # Errors
/// What is wrong with it, with a next step.
pub(crate) async fn compose(
    desk: &Desk,
    caller: &Caller,
    to: &Summary,
    posted: NewMessage,
) -> Result<Composed, Fault> {
    require_connected(desk, caller, to).await?;
    let reply_to = match posted.reply_to {
        Some(message) => Some(platform_id(desk, caller, to, message).await?),
        None => None,
    };
    let NewMessage { text, image_url, content, template, reaction, .. } = posted;
    let mut content = match (text, image_url, content, template, reaction) {
        (Some(text), None, None, None, None) => Content::Text { text },
        (None, Some(url), None, None, None) => image(url),
        (None, None, Some(content), None, None) => content,
        (None, None, None, Some(template), None) => Content::Template(Box::new(template)),
        (None, None, None, None, Some(reaction)) => {
            let target = platform_id(desk, caller, to, reaction.message_id).await?;
            Content::Reaction { target, emoji: reaction.emoji }
        }
        _ => {
            let one = "A message has one of text, image_url, content, template and reaction.";
            return Err(fault::invalid(one).into());
        }
    };
    own_file(desk, caller, to, &mut content).await?;
    check_addresses(&content)?;
    check(desk, to, &content)?;
    if shown(desk, to, &content) != content {
        linking::require(desk, caller, to.account).await?;
    }
    if let Content::Template(template) = &mut content {
        fill(desk, to, caller, template).await?;
    }
    Ok(Composed { content, reply_to })
}

fn image(url: String) -> Content {
    Content::Media(Media { url: Some(url), ..Media::of(MediaKind::Image) })
}

/// Nothing goes out by an account that is disconnected.
async fn require_connected(desk: &Desk, caller: &Caller, to: &Summary) -> Result<(), Fault> {
    let (workspace, account) = (caller.workspace(), to.account);
    let known = desk.store.read(move |db| accounts::by_id(db, workspace, account)).await?;
    if known.is_some_and(|account| account.disconnected_at.is_none()) {
        return Ok(());
    }
    let why =
        "The account is disconnected: nothing can be sent. An administrator can connect it again.";
    Err(fault::conflict(why).into())
}

/// What is known of an uploaded file goes into the message that it is sent with.
async fn own_file(
    desk: &Desk,
    caller: &Caller,
    to: &Summary,
    content: &mut Content,
) -> Result<(), Fault> {
    let alone = matches!(content, Content::Media(_));
    let Some(file) = content.file_mut() else { return Ok(()) };
    let Some(id) = file.media_id else { return Ok(()) };
    let workspace = caller.workspace();
    let known = desk.store.read(move |db| media::by_id(db, workspace, id)).await?;
    let known =
        known.filter(|known| known.conversation == to.id && known.state == MediaState::Stored);
    let known = known.ok_or_else(|| fault::not_found("file"))?;
    if alone {
        file.kind = known.kind;
    }
    let caption = file.caption.take();
    *file = Media {
        mime_type: known.mime_type,
        filename: known.filename,
        media_id: Some(id),
        caption,
        ..Media::of(file.kind)
    };
    Ok(())
}

/// The platform's id of a message of the conversation.
async fn platform_id(
    desk: &Desk,
    caller: &Caller,
    of: &Summary,
    message: MessageId,
) -> Result<String, Fault> {
    let workspace = caller.workspace();
    let found = desk.store.read(move |db| messages::by_id(db, workspace, message)).await?;
    let found = found.filter(|found| found.conversation == of.id);
    let found = found.ok_or_else(|| fault::not_found("message"))?;
    let unknown = "That message has no id at Meta yet, so nothing can refer to it.";
    Ok(found.external_id.ok_or_else(|| fault::conflict(unknown))?)
}

/// Meta fetches and opens these, so they are public pages over https.
fn check_addresses(content: &Content) -> Result<(), Problem> {
    let is_public = |address: &&str| {
        Url::parse(address).is_ok_and(|url| url.scheme() == "https" && url.has_host())
    };
    if addresses(content).iter().all(is_public) {
        return Ok(());
    }
    Err(fault::invalid("An address begins with https:// and can be reached by Meta."))
}

/// The addresses in a message.
fn addresses(content: &Content) -> Vec<&str> {
    match content {
        Content::Media(media) => media.url.as_deref().into_iter().collect(),
        Content::Prompt { buttons, .. } => buttons.iter().filter_map(address).collect(),
        Content::QuickReplies { replies, .. } => replies.iter().filter_map(picture).collect(),
        Content::Cards { cards } => cards
            .iter()
            .flat_map(|card| {
                let own = [card.image_url.as_deref(), card.link.as_deref()];
                own.into_iter().flatten().chain(card.buttons.iter().filter_map(address))
            })
            .collect(),
        Content::Template(template) => match &template.header {
            Some(TemplateHeader::Media { media }) => media.url.as_deref().into_iter().collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn address(button: &Button) -> Option<&str> {
    match button {
        Button::Link { url, .. } => Some(url),
        Button::LogIn { url } => url.as_deref(),
        Button::Reply { .. } | Button::Call { .. } | Button::LogOut => None,
    }
}

fn picture(reply: &QuickReply) -> Option<&str> {
    match reply {
        QuickReply::Choice { image_url, .. } => image_url.as_deref(),
        QuickReply::Phone | QuickReply::Email => None,
    }
}

/// Whether the message may go out now, and fits the channel.
pub(crate) fn check(desk: &Desk, to: &Summary, content: &Content) -> Result<(), Problem> {
    enqueue::require_unblocked(to)?;
    check_window(to, content)?;
    send::check(to.channel, &shown(desk, to, content))
        .map_err(|refused| fault::invalid(format!("Sorry: {refused}.")))
}

/// As outbound sends it: with our own page behind log-in buttons that name none.
fn shown(desk: &Desk, to: &Summary, content: &Content) -> Content {
    let mut content = content.clone();
    content.fill_log_in(&linking::page_url(desk, to.account));
    content
}

/// Whether Meta lets a person write this now.
pub(crate) fn check_window(to: &Summary, content: &Content) -> Result<(), Problem> {
    let matter = Matter::of(content);
    if matter == Matter::Template && to.channel == Channel::Instagram {
        // Refused for what it is, not for when.
        return Ok(());
    }
    let what = (Sender::Human, matter);
    let decision = window::decide(to.channel, what, to.customer_wrote_at, clock::now());
    decision.map(|_| ()).map_err(|closed| {
        fault::window_closed(format!("Sorry: {closed}."), closed.next_step(to.channel))
    })
}

/// Checks a template against what Meta lists, and notes what the customer will read.
async fn fill(
    desk: &Desk,
    to: &Summary,
    caller: &Caller,
    template: &mut Template,
) -> Result<(), Fault> {
    let (workspace, account) = (caller.workspace(), to.account);
    let (name, language) = (template.name.clone(), template.language.clone());
    let find = move |db: &mut _| {
        let account = accounts::by_id(db, workspace, account)?;
        let account = account.as_ref();
        let Some(owner) = account.and_then(|account| account.template_owner()) else {
            return Ok(None);
        };
        templates::find(db, workspace, owner, (&name, &language))
    };
    let known = desk.store.read(find).await?.ok_or_else(|| {
        fault::no_template(format!(
            "There is no template {:?} in {:?} for this account.",
            template.name, template.language
        ))
    })?;
    let definition = Definition::read(known.definition);
    let definition = definition.map_err(|error| fault::no_template(format!("{error}.")))?;
    let definition = Definition { status: known.status, ..definition };
    definition
        .check(to.channel, template)
        .map_err(|why| fault::invalid(format!("Sorry: {why}.")))?;
    template.text = definition.reads(template);
    Ok(())
}

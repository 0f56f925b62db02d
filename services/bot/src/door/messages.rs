//! `POST /{account}/messages`: what a bot writes, reads and shows.

use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_domain::{
    Channel, Content,
    conversation::BotAct,
    ids::MessageId,
    window::{self, Matter, Sender},
};
use switchboard_meta::send;
use switchboard_store::{
    conversations::{self, Record},
    messages,
};
use uuid::Uuid;

use super::{
    Door,
    call::Call,
    comment,
    fault::Fault,
    files,
    guest::{Guest, Listener},
    page, template, whatsapp,
};

/// What a call does, and to whom.
#[derive(Debug, PartialEq)]
pub(super) struct Deed {
    /// The customer, or the platform's id of a message of theirs.
    pub(super) to: To,
    /// What is done, in order.
    pub(super) acts: Vec<Act>,
}

/// Whom a call is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum To {
    /// A customer, as Meta's API names them.
    Customer(String),
    /// Whoever wrote the message of that platform's id.
    Writer(String),
}

/// One thing that a call does.
#[derive(Debug, PartialEq)]
pub(super) enum Act {
    /// Writes these, one after the other.
    Say(Vec<Content>, Around),
    /// Shows that it writes.
    Typing,
    /// Shows that it has seen.
    Seen,
    /// Leaves the customer to people.
    HandOff(Option<String>),
}

/// What goes with what a bot writes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Around {
    /// The message that it answers.
    pub(super) reply_to: Option<String>,
    /// What the bot attaches for itself.
    pub(super) metadata: Option<String>,
    /// Meta's id of the persona as which it speaks.
    pub(super) persona: Option<String>,
}

/// Does what a call says.
pub(super) async fn post(door: &Door, guest: &Guest, call: &Call) -> Result<Value, Fault> {
    if !guest.is_me(&call.node) {
        return Err(Fault::no_such(&call.node));
    }
    let whatsapp = guest.channel() == Channel::WhatsApp;
    if let Some(answered) = comment::answered(call).filter(|_| !whatsapp) {
        return comment::post(door, guest, (call, answered)).await;
    }
    let deed = if whatsapp { whatsapp::read(call)? } else { page::read(call)? };
    let to = listener(door, guest, &deed.to).await?;
    guest.may_speak(&to.record)?;
    let mut said = None;
    for act in deed.acts {
        let act = match act {
            Act::Say(contents, Around { reply_to, metadata, persona }) => {
                if persona.is_some() && guest.channel() != Channel::Messenger {
                    return Err(Fault::parameter("(#100) persona_id: only Pages have personas"));
                }
                let contents = sayable(door, guest, &to.record, contents).await?;
                let reply_to = match reply_to {
                    Some(named) => platform_id(door, guest, &named).await?,
                    None => None,
                };
                let message = MessageId::new(Uuid::now_v7());
                said = said.or(Some(message));
                BotAct::Say { message, contents, reply_to, metadata, persona }
            }
            Act::Typing => BotAct::Typing,
            Act::Seen => BotAct::Seen,
            Act::HandOff(note) => BotAct::HandOff { note },
        };
        guest.does(door, &to, act).await?;
    }
    Ok(match (whatsapp, deed.to) {
        (true, To::Customer(to)) if said.is_some() => whatsapp::sent(&to, said),
        (true, _) => json!({ "success": true }),
        (false, To::Customer(to) | To::Writer(to)) => page::sent(&to, said),
    })
}

/// Whom a call is about; on WhatsApp somebody new, if nobody of that number has written.
async fn listener(door: &Door, guest: &Guest, to: &To) -> Result<Listener, Fault> {
    let unknown = Fault::no_customer(Channel::WhatsApp);
    match (find(door, guest, to).await, to) {
        (Err(fault), To::Customer(id)) if fault == unknown => guest.stranger(id).ok_or(fault),
        (found, _) => found.map(Listener::known),
    }
}

async fn find(door: &Door, guest: &Guest, to: &To) -> Result<Record, Fault> {
    let id = match to {
        To::Customer(id) => return guest.conversation(door, id).await,
        To::Writer(message) => message.clone(),
    };
    let account = guest.account.id;
    let found = door.store.read(move |db| {
        let message = messages::by_external_id(db, account, &id)?;
        message.map_or(Ok(None), |message| conversations::load(db, message.conversation))
    });
    let found = found.await?.ok_or_else(|| Fault::parameter("(#100) there is no such message"))?;
    guest.own(Some(found))
}

/// The contents, if Meta's windows and the channel's form let them out.
async fn sayable(
    door: &Door,
    guest: &Guest,
    to: &Record,
    contents: Vec<Content>,
) -> Result<Vec<Content>, Fault> {
    let channel = guest.channel();
    let (wrote_at, now) = (to.state.customer_wrote_at, clock::now());
    let mut sayable = Vec::new();
    for content in contents {
        let content = whole(door, (guest, to), content).await?;
        window::decide(channel, (Sender::Bot, Matter::of(&content)), wrote_at, now)
            .map_err(|closed| Fault::window(channel, closed))?;
        for part in content.clone().parts(channel) {
            send::takes(channel, &part)
                .map_err(|fault| Fault::parameter(format!("(#100) {fault}")))?;
        }
        sayable.push(content);
    }
    Ok(sayable)
}

/// What needs the store to be said: a reaction names a message as the platform does, and of a
/// template agents read what the customer reads.
async fn whole(
    door: &Door,
    (guest, to): (&Guest, &Record),
    content: Content,
) -> Result<Content, Fault> {
    Ok(match content {
        Content::Reaction { target, emoji } => {
            let target = platform_id(door, guest, &target).await?;
            let target = target.ok_or_else(|| {
                Fault::parameter("(#100) the message to react to has not been sent yet")
            })?;
            Content::Reaction { target, emoji }
        }
        Content::Media(media) => Content::Media(files::adopt(door, (guest, to), media).await?),
        Content::Template(mut template) => {
            for file in template.files_mut() {
                *file = files::adopt(door, (guest, to), file.clone()).await?;
            }
            Content::Template(Box::new(template::in_words(door, guest, *template).await?))
        }
        content => content,
    })
}

/// The platform's id of a message: bots know what they wrote by ours. `None`: it is not known yet.
async fn platform_id(door: &Door, guest: &Guest, named: &str) -> Result<Option<String>, Fault> {
    let Some(ours) = ours(named) else { return Ok(Some(named.to_owned())) };
    let workspace = guest.account.workspace;
    let message = door.store.read(move |db| messages::by_id(db, workspace, ours)).await?;
    Ok(message.and_then(|message| message.external_id))
}

/// How a bot knows a message that it wrote: in Meta's form, with our id in it.
pub(super) fn name(prefix: &str, message: MessageId) -> String {
    format!("{prefix}{message}")
}

fn ours(name: &str) -> Option<MessageId> {
    let id = name.strip_prefix("m_").or_else(|| name.strip_prefix("wamid."))?;
    id.parse().ok()
}

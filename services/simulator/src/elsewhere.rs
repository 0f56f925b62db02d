//! What is answered elsewhere: in Meta's inbox, by another app, in the WhatsApp
//! Business app, by the Business Agent. And control moved by others than us.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::graph::messenger::caused;
use crate::graph::send::Target;
use crate::graph::{threads, view};
use crate::ids;
use crate::state::control::CONTROL_MS;
use crate::state::directory::{Account, Customer};
use crate::state::thread::{Message, Progress, Side, View};
use crate::state::{Channel, ThreadKey, World};
use crate::webhooks::events::{digits, handover, whatsapp_value};
use crate::webhooks::{Event, EventKind, audience};

/// Why that cannot have been answered there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// No such account.
    #[error("there is no such account")]
    NoAccount,
    /// No such customer.
    #[error("the account has no such customer; let the customer write first")]
    NoCustomer,
    /// The place does not exist on this channel.
    #[error("app must be one of {0}")]
    Place(&'static str),
    /// Nothing was said.
    #[error("give text, or message in the platform's own form")]
    Empty,
    /// Somebody else answers in this conversation.
    #[error("{0} controls this conversation; move control first")]
    Controlled(String),
}

/// An answer that was not sent over the gateway's app.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    customer: String,
    /// `inbox`, `native`, or an app id; on WhatsApp `business_app` or `agent`.
    #[serde(default = "inbox")]
    app: String,
    text: Option<String>,
    /// Instead of text: the message in the platform's own form.
    message: Option<Map<String, Value>>,
}

fn inbox() -> String {
    "inbox".to_owned()
}

/// Control of a conversation, moved by somebody else.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Move {
    customer: String,
    /// An app id, `inbox` or (WhatsApp) `agent`; none makes it idle.
    app: Option<String>,
    metadata: Option<String>,
}

/// A message that was written elsewhere, and what webhooks tell of it.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) id: String,
    pub(crate) events: Vec<Event>,
}

fn find(world: &World, account: &str, customer: &str) -> Result<(Account, Customer), Refusal> {
    let account = world.directory.accounts.get(account).ok_or(Refusal::NoAccount)?.clone();
    let key = ThreadKey::new(&account.id, customer);
    let customer = world.directory.customers.get(&key).ok_or(Refusal::NoCustomer)?.clone();
    Ok((account, customer))
}

/// Plays an answer.
pub(crate) fn answer(
    world: &mut World,
    account: &str,
    answer: &Answer,
    now_ms: i64,
) -> Result<Written, Refusal> {
    let (account, customer) = find(world, account, &answer.customer)?;
    match account.channel {
        Channel::WhatsApp => whatsapp(world, &account, &customer, answer, now_ms),
        _ => page(world, &account, answer, now_ms),
    }
}

fn page(
    world: &mut World,
    account: &Account,
    answer: &Answer,
    now_ms: i64,
) -> Result<Written, Refusal> {
    let key = ThreadKey::new(&account.id, &answer.customer);
    let mut content = answer.message.clone().unwrap_or_default();
    content.extend(answer.text.clone().map(|text| ("text".to_owned(), text.into())));
    if content.is_empty() {
        return Err(Refusal::Empty);
    }
    let app = place(account.channel, &answer.app)?;
    let mut events = Vec::new();
    if let Some(app) = &app {
        events.extend(control(world, &key, app, account.channel, now_ms)?);
    }
    let content = Value::Object(content);
    let target = Target { account: account.clone(), key: key.clone() };
    let id = ids::message(account.channel, &answer.customer);
    let app_id = app.and_then(|app| app.parse().ok());
    events.extend(caused(world, app_id, &target, &id, &content, None, now_ms));
    let view = view::of_page(&content);
    world.threads.push(&key, written(&id, view, content, now_ms));
    crate::graph::send::progress(world, &id);
    Ok(Written { id, events })
}

/// The app id of a place; none for surfaces whose echoes carry none.
fn place(channel: Channel, app: &str) -> Result<Option<String>, Refusal> {
    match app {
        "inbox" => Ok(Some(threads::inbox(channel).to_owned())),
        "native" => Ok(None),
        id if !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) => Ok(Some(id.to_owned())),
        _ => Err(Refusal::Place("inbox, native, or an app id")),
    }
}

/// The inbox takes a routed conversation by answering; other apps need control.
fn control(
    world: &mut World,
    key: &ThreadKey,
    app: &str,
    channel: Channel,
    now_ms: i64,
) -> Result<Vec<Event>, Refusal> {
    if world.controls.may_send(key, app, now_ms) {
        return Ok(Vec::new());
    }
    let before = world.controls.held(key, now_ms).map(|own| own.owner.clone());
    let routed = world.controls.default_app(&key.account).map(str::to_owned);
    if app != threads::inbox(channel) || routed.is_none() {
        return Err(Refusal::Controlled(before.or(routed).unwrap_or_default()));
    }
    world.controls.give(key, app, now_ms + CONTROL_MS);
    let item = json!({"previous_owner_app_id": before, "new_owner_app_id": app});
    Ok(vec![handover(key, "take_thread_control", item, now_ms)])
}

fn whatsapp(
    world: &mut World,
    account: &Account,
    customer: &Customer,
    answer: &Answer,
    now_ms: i64,
) -> Result<Written, Refusal> {
    let key = ThreadKey::new(&account.id, &customer.id);
    let field = match answer.app.as_str() {
        "business_app" => "smb_message_echoes",
        "agent" if world.controls.has_agent(&account.id) => match world.controls.held(&key, now_ms)
        {
            Some(control) => return Err(Refusal::Controlled(control.owner.clone())),
            None => audience::STANDBY,
        },
        _ => return Err(Refusal::Place("business_app, or agent where routing has business_agent")),
    };
    let mut item = match (&answer.text, &answer.message) {
        (Some(text), _) => json!({"type": "text", "text": {"body": text}}),
        (None, Some(message)) => Value::Object(message.clone()),
        (None, None) => return Err(Refusal::Empty),
    };
    let view = view::of_whatsapp(&item, None);
    let id = ids::message(Channel::WhatsApp, &customer.id);
    if let Some(map) = item.as_object_mut() {
        map.insert("from".into(), digits(&account.display_phone_number).into());
        if !customer.hide_phone {
            map.insert("to".into(), customer.id.clone().into());
        }
        map.insert("to_user_id".into(), json!(customer.user_id));
        map.insert("id".into(), id.clone().into());
        map.insert("timestamp".into(), now_ms.div_euclid(1000).to_string().into());
    }
    world.threads.push(&key, written(&id, view, item.clone(), now_ms));
    crate::graph::send::progress(world, &id);
    let value = whatsapp_value(account, None, "message_echoes", item);
    Ok(Written {
        id,
        events: vec![Event { key, kind: EventKind::Echo, field: field.into(), value }],
    })
}

fn written(id: &str, view: View, content: Value, now_ms: i64) -> Message {
    Message {
        id: id.to_owned(),
        from: Side::Business,
        at: now_ms,
        status: Progress::Sent,
        view,
        marker: None,
        reply_to: None,
        reaction: None,
        deleted: false,
        content,
    }
}

/// Moves control. Returns the events for those who subscribe to them.
pub(crate) fn hand_over(
    world: &mut World,
    account: &str,
    change: &Move,
    now_ms: i64,
) -> Result<Vec<Event>, Refusal> {
    let (account, customer) = find(world, account, &change.customer)?;
    let key = ThreadKey::new(&account.id, &customer.id);
    if account.channel == Channel::WhatsApp {
        return agent_hands_over(world, &account, &customer, change, now_ms);
    }
    let Some(app) = &change.app else {
        world.controls.release(&key);
        return Ok(Vec::new());
    };
    let Some(app) = place(account.channel, app)? else {
        return Err(Refusal::Place("inbox, or an app id; none makes the conversation idle"));
    };
    let before = world.controls.held(&key, now_ms).map(|own| own.owner.clone());
    world.controls.give(&key, &app, now_ms + CONTROL_MS);
    let item = json!({
        "previous_owner_app_id": before,
        "new_owner_app_id": app,
        "metadata": change.metadata,
    });
    Ok(vec![handover(&key, "pass_thread_control", item, now_ms)])
}

/// The Business Agent gives a conversation to an app, or gets it back.
fn agent_hands_over(
    world: &mut World,
    account: &Account,
    customer: &Customer,
    change: &Move,
    now_ms: i64,
) -> Result<Vec<Event>, Refusal> {
    let key = ThreadKey::new(&account.id, &customer.id);
    let app = match change.app.as_deref() {
        _ if !world.controls.has_agent(&account.id) => {
            return Err(Refusal::Place("none: the number's routing has no business_agent"));
        }
        None | Some("agent") => {
            world.controls.release(&key);
            return Ok(Vec::new());
        }
        Some(app) if world.directory.apps.contains_key(app) => app,
        Some(_) => return Err(Refusal::Place("agent, or an app id")),
    };
    world.controls.answered(&key, app);
    let value = json!({
        "messaging_product": "whatsapp",
        "recipient": {
            "display_phone_number": digits(&account.display_phone_number),
            "phone_number_id": account.id,
        },
        "sender": {"phone_number": customer.id, "user_id": customer.user_id},
        "timestamp": now_ms.div_euclid(1000).to_string(),
        "control_passed": {"metadata": change.metadata},
    });
    let field = "messaging_handovers".into();
    Ok(vec![Event { key, kind: EventKind::Platform, field, value }])
}

//! What customers do: messages, taps, reactions, locations, unsends, reads.
//!
//! One JSON object per act, with one key that names it; see the README.

mod moved;
mod page;
mod page_message;
mod status;
mod whatsapp;

use serde_json::{Map, Value};

use crate::config::CustomerSeed;
use crate::ids;
use crate::state::directory::{Account, Customer};
use crate::state::thread::{Message, Progress, Side, View};
use crate::state::{Channel, ThreadKey, World};
use crate::webhooks::Event;
use crate::webhooks::events::{self, Status};

/// A picture for media without a URL, and for the phone page to send.
pub(crate) const SAMPLE: &[u8] = include_bytes!("sample.png");

/// Acts that do not open the answer window.
const CLOSED_ACTS: [&str; 11] = [
    "unsend",
    "edit",
    "account_linking",
    "response_feedback",
    "messaging_feedback",
    "game_play",
    "optin",
    "system",
    "changed_number",
    "changed_user_id",
    "request_welcome",
];

/// Why a customer cannot do that.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// No such account.
    #[error("there is no such account")]
    NoAccount,
    /// The seed was refused.
    #[error(transparent)]
    Seed(#[from] crate::error::Error),
    /// The act is not known on this channel.
    #[error("unknown act on this channel: give one of {0}")]
    Unknown(&'static str),
    /// The act exists on another channel.
    #[error("Meta knows {0} on {1} only")]
    Elsewhere(&'static str, &'static str),
    /// The message was edited too often.
    #[error("a message can be edited five times")]
    Edits,
    /// WhatsApp lets a message be edited for 15 minutes.
    #[error("a message can be edited for 15 minutes")]
    TooLate,
    /// A status needs a message of the business and a name.
    #[error(
        "give the id of a message of the business and a status: sent, delivered, read, played, \
         or failed with a code"
    )]
    Status,
}

/// An act that was played.
#[derive(Debug)]
pub(crate) struct Played {
    /// Message id, where the act has one.
    pub(crate) id: Option<String>,
    pub(crate) events: Vec<Event>,
}

/// One act in the making.
struct Act<'a> {
    account: &'a Account,
    customer: &'a Customer,
    body: &'a Map<String, Value>,
    key: ThreadKey,
    id: String,
    now_ms: i64,
    /// Base of the URLs handed out.
    base_url: &'a str,
}

impl Act<'_> {
    fn text(&self, pointer: &str) -> Option<String> {
        let (key, rest) = pointer.split_once('/').unwrap_or((pointer, ""));
        let value = self.body.get(key)?;
        let value = if rest.is_empty() { value } else { value.pointer(&format!("/{rest}"))? };
        value.as_str().map(str::to_owned)
    }
}

/// Plays one act of a customer. An unknown customer is created.
pub(crate) fn play(
    world: &mut World,
    account: &str,
    customer: &str,
    body: &Map<String, Value>,
    (base_url, now_ms): (&str, i64),
) -> Result<Played, Refusal> {
    let Some(account) = world.directory.accounts.get(account).cloned() else {
        return Err(Refusal::NoAccount);
    };
    let key = ThreadKey::new(&account.id, customer);
    let customer = match world.directory.customers.get(&key) {
        Some(customer) => customer.clone(),
        None => world.add_customer(&CustomerSeed {
            account: account.id.clone(),
            id: customer.to_owned(),
            ..CustomerSeed::default()
        })?,
    };
    if let Some(given) = body.get("status") {
        let event = status::event(world, &account, &customer, given, now_ms)?;
        return Ok(Played { id: None, events: vec![event] });
    }
    // Whoever answers has seen what came before.
    let mut events = read_all(world, &account.id, &customer.id, now_ms).unwrap_or_default();
    let act = Act {
        id: ids::message(account.channel, &customer.id),
        account: &account,
        customer: &customer,
        body,
        key,
        now_ms,
        base_url,
    };
    let (event, shown) = match account.channel {
        Channel::WhatsApp => match moved::act(world, &act) {
            Some(moved) => moved,
            None => whatsapp::act(world, &act)?,
        },
        _ => page::act(world, &act)?,
    };
    events.push(event);
    if customer.barred {
        // Their phone shows one tick: nobody hears of it.
        events.clear();
    } else if !CLOSED_ACTS.iter().any(|key| body.contains_key(*key)) {
        world.threads.touch(&act.key, now_ms);
        if account.channel != Channel::WhatsApp {
            world.controls.wrote(&act.key, referral(body), now_ms);
        }
    }
    let id = shown.is_some().then(|| act.id.clone());
    if let Some(view) = shown {
        let number = act.text("changed_number");
        let key = number.map_or(act.key.clone(), |new| ThreadKey::new(&account.id, &new));
        world.threads.push(&key, message(&act, view));
    }
    Ok(Played { id, events })
}

/// The link or the ad by which a customer came: beside what they wrote, in a tap, or alone.
fn referral(body: &Map<String, Value>) -> Option<&Value> {
    let of_tap = body.get("postback").and_then(|postback| postback.get("referral"));
    body.get("referral").or(of_tap)
}

fn message(act: &Act<'_>, view: View) -> Message {
    Message {
        id: act.id.clone(),
        from: Side::Customer,
        at: act.now_ms,
        status: Progress::Delivered,
        view,
        marker: None,
        reply_to: act.text("reply_to"),
        reaction: None,
        deleted: false,
        content: Value::Object(act.body.clone()),
    }
}

/// Marks all business messages of a conversation read.
pub(crate) fn read_all(
    world: &mut World,
    account: &str,
    customer: &str,
    now_ms: i64,
) -> Option<Vec<Event>> {
    let account = world.directory.accounts.get(account)?.clone();
    let key = ThreadKey::new(&account.id, customer);
    let customer = world.directory.customers.get(&key)?.clone();
    let unread = world.threads.unread(&key);
    let mut list = Vec::new();
    for message in &unread {
        world.threads.progress(&message.id, Progress::Read);
        if account.channel != Channel::WhatsApp {
            continue;
        }
        list.push(
            Status {
                account: &account,
                customer: &customer,
                wamid: &message.id,
                status: "read",
                callback_data: message.marker.as_deref(),
                category: "service",
                free_entry: world.threads.get(&key).and_then(|own| own.free_entry(now_ms)),
                error: None,
                at_ms: now_ms,
            }
            .event(),
        );
    }
    if let Some(last) = unread.last()
        && account.channel != Channel::WhatsApp
    {
        list.push(events::read(account.channel, &key, &last.id, now_ms));
    }
    Some(list)
}

fn shown(kind: &str, text: Option<String>) -> Option<View> {
    Some(View { kind: kind.to_owned(), text, ..View::default() })
}

fn text_at(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

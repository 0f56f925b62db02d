//! What Meta tells about an account, rather than a customer: policy, reviews,
//! quality, templates, comments. One JSON object per event, with one key that
//! names it; see the README.

mod comments;
mod page;
mod whatsapp;

use serde_json::{Map, Value};

use crate::state::directory::Account;
use crate::state::{Channel, ThreadKey, World};
use crate::webhooks::{Event, EventKind};

pub(crate) use comments::keep;

/// Why there is no such event.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// No such account.
    #[error("there is no such account, or the WABA has no number")]
    NoAccount,
    /// The event is not known on this channel.
    #[error("unknown event on this channel: give one of {0}, or field with value")]
    Unknown(&'static str),
    /// Something that Meta always sends is not there.
    #[error("{0} needs {1}")]
    Lacks(String, &'static str),
}

/// The event of a body of `POST /_sim/accounts/{account}/events`. The account is a
/// Page, an Instagram account, a number, or a WABA.
pub(crate) fn event(
    world: &World,
    id: &str,
    body: &Map<String, Value>,
    now_ms: i64,
) -> Result<Event, Refusal> {
    let account = account(world, id).ok_or(Refusal::NoAccount)?;
    if let Some(field) = body.get("field").and_then(Value::as_str) {
        let value = body.get("value").or_else(|| body.get("item")).cloned().unwrap_or_default();
        return Ok(of(account, field.to_owned(), value));
    }
    match account.channel {
        Channel::WhatsApp => whatsapp::event(world, account, body, now_ms),
        _ => page::event(account, body, now_ms),
    }
}

/// An account, or the first number of a WABA.
fn account<'a>(world: &'a World, id: &str) -> Option<&'a Account> {
    let accounts = &world.directory.accounts;
    accounts.get(id).or_else(|| {
        world.directory.wabas.get(id)?;
        accounts.values().find(|account| account.parent.as_deref() == Some(id))
    })
}

fn of(account: &Account, field: String, value: Value) -> Event {
    let key = ThreadKey::new(&account.id, "");
    Event { key, kind: EventKind::Platform, field: field.into(), value }
}

/// The value of an event with what Meta always sends, where it was not given.
fn filled(given: &Value, defaults: Value) -> Value {
    match (defaults, given) {
        (Value::Object(mut all), Value::Object(given)) => {
            all.extend(given.clone());
            Value::Object(all)
        }
        (_, given) => given.clone(),
    }
}

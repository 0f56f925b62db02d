//! What bots ask of accounts and customers, and what they set up at their start.

use std::time::Duration;

use actix_web::http::Method;
use serde_json::{Map, Value, json};
use switchboard_domain::Channel;
use switchboard_store::{
    accounts::Account,
    contacts::{self, Contact},
    conversations::Record,
};

use super::{Door, call::Call, fault::Fault, files, guest::Guest, looks, relay};

/// Edges whose settings are Switchboard's own: what a bot sets there is taken and changes nothing.
const SET_ELSEWHERE: [&str; 2] = ["thread_settings", "subscribed_apps"];

/// How long a bot waits for the name of a customer who has just come: Meta is being asked.
const NAME_WITHIN: Duration = Duration::from_secs(3);

/// A customer has just come while the transcript has at most so many messages.
const JUST_COME: u64 = 4;

/// `/{account}/{edge}`
pub(super) fn edge(guest: &Guest, call: &Call, edge: &str) -> Result<Value, Fault> {
    if !guest.is_own(&call.node) || !SET_ELSEWHERE.contains(&edge) {
        return Err(Fault::no_such(&format!("{}/{edge}", call.node)));
    }
    Ok(match (&call.method, edge) {
        (&Method::GET, _) => json!({ "data": [] }),
        (_, "thread_settings") => json!({ "result": "success" }),
        _ => json!({ "success": true }),
    })
}

/// `GET /{node}`: the account, a customer of it, or the token.
pub(super) async fn get(door: &Door, guest: &Guest, call: &Call) -> Result<Value, Fault> {
    match call.node.as_str() {
        "" => Err(Fault::no_such("/")),
        "debug_token" => Ok(token(&guest.account, "0")),
        node if guest.is_me(node) => Ok(chosen(call, account(guest))),
        node => {
            let record = match guest.conversation(door, node).await {
                Err(fault) if fault == Fault::no_customer(guest.channel()) => {
                    return match guest.channel() {
                        Channel::WhatsApp => files::look(door, guest, call).await,
                        _ => relay::persona(door, guest, call).await,
                    };
                }
                found => found?,
            };
            let found = contact(door, &record).await?.ok_or_else(|| Fault::no_such(node))?;
            Ok(chosen(call, customer(node, &found)))
        }
    }
}

/// The customer of a conversation, once their name is known, if it will be known soon.
async fn contact(door: &Door, record: &Record) -> Result<Option<Contact>, Fault> {
    let (workspace, id) = (record.workspace, record.contact);
    let is_new = record.state.next_seq <= JUST_COME;
    let unnamed = |contact: &Contact| contact.name.is_none() && contact.scoped_id.is_some();
    looks::until(async |waited| {
        let found = door.store.read(move |db| contacts::by_id(db, workspace, id)).await?;
        let soon = is_new && waited < NAME_WITHIN && found.as_ref().is_some_and(unnamed);
        Ok((!soon).then_some(found))
    })
    .await
}

/// The fields that were asked for, as far as they are known, and always the id.
fn chosen(call: &Call, known: Map<String, Value>) -> Value {
    let fields = call.text("fields");
    let Some(fields) = fields.filter(|fields| !fields.is_empty()) else { return known.into() };
    let wanted = |key: &str| key == "id" || fields.split(',').any(|field| field.trim() == key);
    Value::Object(known.into_iter().filter(|(key, _)| wanted(key)).collect())
}

fn account(guest: &Guest) -> Map<String, Value> {
    let account = &guest.account;
    let mut known = Map::from_iter([("id".to_owned(), account.external_id.as_str().into())]);
    let name = account.name.as_str();
    match account.channel {
        Channel::WhatsApp => known.insert("verified_name".to_owned(), name.into()),
        Channel::Messenger | Channel::Instagram => known.insert("name".to_owned(), name.into()),
    };
    known
}

/// Meta tells first and last names; we know how customers call themselves.
fn customer(id: &str, contact: &Contact) -> Map<String, Value> {
    let mut known = Map::from_iter([("id".to_owned(), id.into())]);
    if let Some(name) = &contact.name {
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        known.insert("name".to_owned(), name.as_str().into());
        known.insert("first_name".to_owned(), first.into());
        known.insert("last_name".to_owned(), last.into());
    }
    known.extend(contact.username.iter().map(|name| ("username".to_owned(), name.as_str().into())));
    known
}

/// "Debug a token", as far as bots look at it.
pub(super) fn token(account: &Account, app: &str) -> Value {
    let kind = if account.channel == Channel::WhatsApp { "SYSTEM_USER" } else { "PAGE" };
    json!({ "data": {
        "app_id": app,
        "application": "Switchboard",
        "type": kind,
        "is_valid": true,
        "expires_at": 0,
        "profile_id": account.external_id,
        "scopes": [],
    } })
}

//! `/{phone-number-id}/block_users`: whom a number does not want to hear from.
//!
//! Source: WhatsApp Business Platform "Block users". What Meta answers to whoever writes to a customer
//! that it blocked is not documented; here it is 131026.

use serde_json::{Map, Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::shape::{Dialect, Shape};
use super::{auth, paging, unknown_path};
use crate::state::directory::{Account, Customer};
use crate::state::tokens::Token;
use crate::state::{Channel, ThreadKey, World};

const DAY_MS: i64 = 24 * 3_600_000;

/// People on a list.
const LONGEST: usize = 64_000;

/// People in a request.
const MOST: usize = 1_000;

/// Handles the calls.
pub(crate) fn edge(
    world: &mut World,
    call: &Call,
    token: &Token,
    account: &Account,
    now_ms: i64,
) -> GraphResult<Value> {
    if account.channel != Channel::WhatsApp || !auth::reaches(world, token, account) {
        return Err(unknown_path(call));
    }
    auth::whatsapp_scope(token, "whatsapp_business_messaging")?;
    let on = match call.method.as_str() {
        "GET" => return list(world, call, account),
        "POST" => true,
        "DELETE" => false,
        _ => return Err(unknown_path(call)),
    };
    let shape = Shape::root(Dialect::WhatsApp, &call.params);
    shape.only(&["messaging_product", "block_users"])?;
    if shape.need_text("messaging_product")? != "whatsapp" {
        return Err(shape.bad("messaging_product", "must be whatsapp"));
    }
    let users = shape.need_objects("block_users", 1, usize::MAX)?;
    if users.len() > MOST {
        return Err(GraphError::whatsapp(130_429, "Too many numbers are in the request."));
    }
    let inputs = users.iter().map(|user| {
        user.only(&["user"])?;
        user.need_text("user")
    });
    let inputs = inputs.collect::<GraphResult<Vec<&str>>>()?;
    if on && blocked(world, account).count() + inputs.len() > LONGEST {
        let details = "The blocklist has reached its 64,000 user limit.";
        return Err(GraphError::whatsapp(139_101, details));
    }
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for input in inputs {
        match one(world, account, (input, on), now_ms) {
            Ok(wa_id) => done.push(json!({ "input": input, "wa_id": wa_id })),
            Err(error) => failed.push(refused(world, account, input, &error)),
        }
    }
    answer(on, done, failed)
}

/// Blocks or unblocks one; tells their `wa_id`.
fn one(
    world: &mut World,
    account: &Account,
    (input, on): (&str, bool),
    now_ms: i64,
) -> GraphResult<String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if digits(input) == digits(&account.display_phone_number) {
        return Err(GraphError::whatsapp(131_021, "Failed to block self phone number."));
    }
    let silent = || {
        let details = "User has not messaged in the last 24 hours";
        GraphError::whatsapp(131_047, details)
    };
    let customer = world.directory.whatsapp_customer(&account.id, input);
    let customer = customer.cloned().ok_or_else(silent)?;
    let key = ThreadKey::new(&account.id, &customer.id);
    let last = world.threads.get(&key).and_then(|thread| thread.last_customer_ms);
    if on && last.is_none_or(|last| now_ms - last >= DAY_MS) {
        return Err(silent());
    }
    let wa_id = customer.id.clone();
    world.directory.put_customer(Customer { barred: on, ..customer });
    Ok(wa_id)
}

fn refused(world: &World, account: &Account, input: &str, error: &GraphError) -> Value {
    let customer = world.directory.whatsapp_customer(&account.id, input);
    let why = json!({
        "message": error.message,
        "code": error.code,
        "error_data": { "details": error.details },
    });
    let mut one = json!({ "input": input, "errors": [why] });
    if let (Some(customer), Some(map)) = (customer, one.as_object_mut()) {
        map.insert("wa_id".into(), customer.id.clone().into());
    }
    one
}

fn answer(on: bool, done: Vec<Value>, failed: Vec<Value>) -> GraphResult<Value> {
    let refused = !failed.is_empty();
    let mut users = Map::new();
    users.insert(if on { "added_users" } else { "removed_users" }.into(), done.into());
    if refused {
        users.insert("failed_users".into(), failed.into());
    }
    let body = json!({ "messaging_product": "whatsapp", "block_users": users });
    if !refused {
        return Ok(body);
    }
    let details = "Failed to block some users, see the block_users response list for details";
    let error = GraphError::whatsapp(139_100, details);
    Err(GraphError { beside: Some(Box::new(body)), ..error })
}

fn blocked<'a>(world: &'a World, account: &'a Account) -> impl Iterator<Item = &'a Customer> {
    let ours = world.directory.customers.values();
    ours.filter(|customer| customer.account == account.id && customer.barred)
}

fn list(world: &World, call: &Call, account: &Account) -> GraphResult<Value> {
    let line = |customer: &Customer| {
        let item = json!({ "messaging_product": "whatsapp", "wa_id": customer.id });
        (customer.id.clone(), item)
    };
    let mut items: Vec<_> = blocked(world, account).map(line).collect();
    items.sort_by(|one, other| one.0.cmp(&other.0));
    paging::page(call, &format!("/{}/block_users", account.id), items)
}

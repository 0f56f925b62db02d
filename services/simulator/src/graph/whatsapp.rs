//! The Cloud API: `POST /{phone-number-id}/messages`.

use serde_json::{Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::send::{Accepted, Target, over_limit};
use super::shape::{Dialect, Shape};
use super::{adopt, auth, media_kinds, registration, template, view, whatsapp_body};
use crate::config::{Reach, WhatsAppRefusal};
use crate::ids;
use crate::state::directory::{Account, Customer};
use crate::state::thread::{Message, Progress, Side};
use crate::state::tokens::Token;
use crate::state::{Channel, ThreadKey, World};
use crate::webhooks::Event;
use crate::webhooks::events::Status;

const WINDOW_MS: i64 = 24 * 3_600_000;

/// Whom a call writes to: the `wa_id`, or the text as given when nobody is there.
pub(crate) fn target(world: &World, account: &Account, call: &Call) -> Option<Target> {
    let to = call.text("to").or_else(|| call.text("recipient"))?;
    let customer = world
        .directory
        .whatsapp_customer(&account.id, to)
        .map_or(to, |customer| customer.id.as_str());
    Some(Target { account: account.clone(), key: ThreadKey::new(&account.id, customer) })
}

/// Checks and accepts one call.
pub(crate) fn send(
    world: &mut World,
    call: &Call,
    token: &Token,
    account: &Account,
    now_ms: i64,
) -> GraphResult<Accepted> {
    auth::whatsapp_scope(token, "whatsapp_business_messaging")?;
    let shape = Shape::root(Dialect::WhatsApp, &call.params);
    if shape.need_text("messaging_product")? != "whatsapp" {
        return Err(shape.bad("messaging_product", "must be whatsapp"));
    }
    if shape.has("status") {
        return mark_read(world, &shape, account);
    }
    registration::check(world, account)?;
    whatsapp_body::check(&shape)?;
    let Some(target) = target(world, account, call) else {
        return Err(shape.missing("to"));
    };
    whatsapp_body::check_media(world, &call.params, account, now_ms)?;
    let filled = template::check(world, account, &call.params)?;
    flow_rate(world, call, &target, now_ms)?;
    rate(world, &target, now_ms)?;
    if let Some(error) = media_kinds::broken(world, call, now_ms) {
        return Ok(refuse_later(world, call, &target, &error, now_ms));
    }
    let refusal = refusal(world, &target, &call.params, now_ms);
    match (refusal, world.settings.whatsapp_refusal) {
        (None, _) => {
            // A service message makes its app answer, instead of the Business Agent.
            if filled.is_none() {
                world.controls.answered(&target.key, &token.app_id);
            }
            Ok(accept(world, call, &target, filled, now_ms))
        }
        (Some(error), WhatsAppRefusal::Sync) => Err(error),
        (Some(error), mode) => {
            let mut accepted = refuse_later(world, call, &target, &error, now_ms);
            if mode == WhatsAppRefusal::Both {
                accepted.late_error = Some(error);
            }
            Ok(accepted)
        }
    }
}

fn mark_read(world: &mut World, shape: &Shape<'_>, account: &Account) -> GraphResult<Accepted> {
    shape.only(&["messaging_product", "status", "message_id", "typing_indicator"])?;
    shape.need_one_of("status", &["read"])?;
    let wamid = shape.need_text("message_id")?;
    if let Some(typing) = shape.object("typing_indicator")? {
        typing.need_one_of("type", &["text"])?;
    }
    let unseen = adopt::unseen(world, wamid);
    let own = world.threads.owner(wamid).is_some_and(|key| key.account == account.id);
    let message = world.threads.message_mut(wamid).filter(|_| own);
    match message.filter(|message| message.from == Side::Customer) {
        Some(message) => message.status = Progress::Read,
        None if unseen => {}
        None => return Err(shape.bad("message_id", "is not a message of a customer")),
    }
    Ok(Accepted {
        body: json!({"success": true}),
        message_id: None,
        events: Vec::new(),
        reached: true,
        late_error: None,
    })
}

/// A form that Meta slows down goes out ten times an hour.
fn flow_rate(world: &mut World, call: &Call, target: &Target, now_ms: i64) -> GraphResult<()> {
    let parameters = call.params.get("interactive").and_then(|it| it.pointer("/action/parameters"));
    let named = |key| parameters.and_then(|all| all.get(key)).and_then(Value::as_str);
    let Some(flow) = named("flow_id").or_else(|| named("flow_name")) else {
        return Ok(());
    };
    let limits = world.settings.limits;
    world.limiter.flow(&limits, (&target.key.account, flow), now_ms).map_err(|exceeded| {
        let details = "10 messages with this flow were already sent in the last hour.";
        GraphError::whatsapp(exceeded.code, details)
    })
}

fn rate(world: &mut World, target: &Target, now_ms: i64) -> GraphResult<()> {
    let limits = world.settings.limits;
    world.limiter.whatsapp(&limits, &target.key, now_ms).map_err(|exceeded| {
        over_limit(world, &target.key, exceeded, now_ms);
        let details = match exceeded.code {
            131_056 => {
                "Message failed to send because there were too many messages sent from this \
                     phone number to the same phone number in a short period of time."
            }
            _ => {
                "Message failed to send because there were too many messages sent from this \
                      phone number in a short period of time."
            }
        };
        GraphError::whatsapp(exceeded.code, details)
    })
}

/// Why the message will not arrive, if so.
fn refusal(
    world: &World,
    target: &Target,
    params: &serde_json::Map<String, Value>,
    now_ms: i64,
) -> Option<GraphError> {
    let customer = world.directory.customers.get(&target.key);
    match customer.map(|c| if c.barred { Reach::Blocked } else { c.reach }) {
        None | Some(Reach::Blocked) => {
            return Some(GraphError::whatsapp(
                131_026,
                "Message Undeliverable. The recipient may not be on WhatsApp.",
            ));
        }
        Some(Reach::NotAllowed) => {
            return Some(GraphError::whatsapp(
                131_030,
                "Recipient phone number not in allowed list.",
            ));
        }
        Some(Reach::Reachable) => {}
    }
    let is_template = params.get("type").and_then(Value::as_str) == Some("template");
    let last = world.threads.get(&target.key).and_then(|t| t.last_customer_ms);
    let open = last.is_some_and(|last| now_ms - last < WINDOW_MS);
    (!is_template && !open).then(|| {
        GraphError::whatsapp(
            131_047,
            "Message failed to send because more than 24 hours have passed since the customer \
             last replied to this number.",
        )
    })
}

fn accept(
    world: &mut World,
    call: &Call,
    target: &Target,
    filled: Option<template::Filled>,
    now_ms: i64,
) -> Accepted {
    let category =
        filled.as_ref().map_or_else(|| "service".to_owned(), |filled| filled.category.clone());
    let wamid = push(world, call, target, filled.map(|f| f.text), Progress::Sent, now_ms);
    super::send::progress(world, &wamid);
    let is_reaction = call.text("type") == Some("reaction");
    let mut steps = vec!["sent"];
    if world.settings.auto_deliver && !is_reaction {
        steps.push("delivered");
        if world.settings.auto_read {
            steps.push("read");
        }
    }
    if world.settings.statuses_out_of_order {
        steps.reverse();
    }
    let events = statuses(world, call, target, &wamid, &steps, &category, None, now_ms);
    answer(world, call, target, wamid, events)
}

fn refuse_later(
    world: &mut World,
    call: &Call,
    target: &Target,
    error: &GraphError,
    now_ms: i64,
) -> Accepted {
    let wamid = push(world, call, target, None, Progress::Failed, now_ms);
    let steps = ["failed"];
    let events = statuses(world, call, target, &wamid, &steps, "service", Some(error), now_ms);
    Accepted { reached: false, ..answer(world, call, target, wamid, events) }
}

fn push(
    world: &mut World,
    call: &Call,
    target: &Target,
    filled: Option<String>,
    status: Progress,
    now_ms: i64,
) -> String {
    let wamid = ids::message(Channel::WhatsApp, &target.key.customer);
    let mut content = Value::Object(call.params.clone());
    if let Some(map) = content.as_object_mut() {
        map.insert("id".into(), wamid.clone().into());
    }
    let reacted = content.pointer("/reaction/message_id").and_then(Value::as_str);
    if let Some(message) = reacted.and_then(|id| world.threads.message_mut(id)) {
        let emoji = content.pointer("/reaction/emoji").and_then(Value::as_str);
        message.reaction = emoji.filter(|emoji| !emoji.is_empty()).map(str::to_owned);
    }
    let reply_to = content.pointer("/context/message_id").and_then(Value::as_str);
    let message = Message {
        id: wamid.clone(),
        from: Side::Business,
        at: now_ms,
        status,
        view: view::of_whatsapp(&content, filled),
        marker: call.text("biz_opaque_callback_data").map(str::to_owned),
        reply_to: reply_to.map(str::to_owned),
        reaction: None,
        deleted: false,
        content,
    };
    world.threads.push(&target.key, message);
    wamid
}

#[expect(
    clippy::too_many_arguments,
    reason = "one row of facts per status; a struct would only rename them"
)]
fn statuses(
    world: &World,
    call: &Call,
    target: &Target,
    wamid: &str,
    steps: &[&str],
    category: &str,
    error: Option<&GraphError>,
    at_ms: i64,
) -> Vec<Event> {
    let customer =
        world.directory.customers.get(&target.key).cloned().unwrap_or_else(|| stranger(target));
    let thread = world.threads.get(&target.key);
    let free_entry = thread.and_then(|thread| thread.free_entry(at_ms));
    steps
        .iter()
        .map(|status| {
            Status {
                account: &target.account,
                customer: &customer,
                wamid,
                status,
                callback_data: call.text("biz_opaque_callback_data"),
                category,
                free_entry: free_entry.clone(),
                error,
                at_ms,
            }
            .event()
        })
        .collect()
}

/// A number that nobody answers to.
fn stranger(target: &Target) -> Customer {
    Customer {
        account: target.account.id.clone(),
        id: target.key.customer.clone(),
        name: String::new(),
        username: None,
        user_id: None,
        hide_phone: false,
        reach: Reach::Blocked,
        has_role: false,
        barred: false,
    }
}

fn answer(
    world: &World,
    call: &Call,
    target: &Target,
    wamid: String,
    events: Vec<Event>,
) -> Accepted {
    let contact = match call.text("to") {
        Some(to) => json!({"input": to, "wa_id": target.key.customer}),
        None => {
            let customer = world.directory.customers.get(&target.key);
            json!({
                "input": call.text("recipient"),
                "user_id": customer.and_then(|c| c.user_id.clone()),
            })
        }
    };
    let mut message = json!({"id": wamid});
    if call.text("type") == Some("template")
        && let Some(map) = message.as_object_mut()
    {
        map.insert("message_status".into(), "accepted".into());
    }
    Accepted {
        body: json!({
            "messaging_product": "whatsapp",
            "contacts": [contact],
            "messages": [message],
        }),
        message_id: Some(wamid),
        events,
        reached: true,
        late_error: None,
    }
}

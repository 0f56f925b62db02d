//! The Send API of Messenger and Instagram: `POST /{page|ig}/messages`.

use serde_json::{Map, Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::send::{Accepted, Target, over_limit};
use super::shape::{Dialect, Shape};
use super::{adopt, attachments, auth};
use super::{media, page_body, page_template, page_window, personas, private_reply, threads, view};
use crate::config::Reach;
use crate::ids;
use crate::limits::Weight;
use crate::state::directory::Account;
use crate::state::thread::{Message, Progress, Side, View};
use crate::state::tokens::Token;
use crate::state::{Channel, ThreadKey, World};
use crate::webhooks::{Event, events};

/// Which conversation a call is about, if it can be told. A Page's call to an
/// Instagram customer belongs to the linked Instagram account.
pub(crate) fn target(world: &World, account: &Account, call: &Call) -> Option<Target> {
    let customer = call.params.get("recipient")?.get("id")?.as_str()?;
    Some(thread(world, account, customer))
}

/// The conversation of a Page, or of its Instagram account, with a customer.
pub(crate) fn thread(world: &World, account: &Account, customer: &str) -> Target {
    let linked = world.directory.instagram_of(&account.id);
    let account = linked
        .filter(|ig| {
            let key = ThreadKey::new(&ig.id, customer);
            world.directory.customers.contains_key(&key)
        })
        .unwrap_or(account);
    Target { account: account.clone(), key: ThreadKey::new(&account.id, customer) }
}

/// The scopes of which a call about conversations needs one.
pub(crate) fn scopes(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Instagram => &["instagram_manage_messages", "instagram_business_manage_messages"],
        _ => &["pages_messaging"],
    }
}

/// Checks and accepts one call.
pub(crate) fn send(
    world: &mut World,
    call: &Call,
    token: &Token,
    target: &Target,
    now_ms: i64,
) -> GraphResult<Accepted> {
    auth::page_scope(token, &target.account, scopes(target.account.channel))?;
    auth::page_task(token, &target.account, "MESSAGING")?;
    let shape = Shape::root(Dialect::Page, &call.params);
    shape.only(&[
        "recipient",
        "message",
        "messaging_type",
        "tag",
        "notification_type",
        "sender_action",
        "payload",
        "persona_id",
        "reply_to",
        "thread_control",
    ])?;
    let persona = personas::wanted(world, &shape, target)?;
    let reply = private_reply::recipient(world, &shape, target, now_ms)?;
    check_role(world, token, target)?;
    threads::check_send(world, token, target, now_ms)?;
    let handover = threads::wanted(world, &shape, target)?;
    if shape.has("sender_action") {
        return action(world, &shape, target, now_ms);
    }
    let Some(given) = call.params.get("message").and_then(Value::as_object) else {
        return Err(GraphError::new(100, Some(2_018_034), "Message cannot be empty"));
    };
    let content = attached_file(world, call, target, given, now_ms)?;
    let rules = page_body::Rules {
        channel: target.account.channel,
        insecure_login: world.settings.insecure_login,
    };
    let weight = page_body::check(rules, &content)?;
    check_attachment_ids(world, &content, target, now_ms)?;
    page_window::check(world, &shape, (target, reply.is_some()), now_ms)?;
    let filled = page_template::check(world, token, target, &shape, &content)?;
    check_reach(world, target)?;
    attachments::check_fetched(target.account.channel, &content, &call.fetches)?;
    rate(world, target, weight, now_ms)?;
    if let Some(comment) = &reply {
        private_reply::rate(world, target, now_ms)?;
        private_reply::accepted(world, target, comment);
    }
    let view = filled.unwrap_or_else(|| view::of_page(&Value::Object(content.clone())));
    let content = (Value::Object(content), View { persona, ..view });
    let mut accepted = accept(world, call, token, target, content, now_ms);
    if let Some(handover) = handover {
        accepted.events.extend(threads::hand_over(world, token, target, &handover, now_ms));
    }
    Ok(accepted)
}

/// An app in development can only write to people with a role on it.
fn check_role(world: &World, token: &Token, target: &Target) -> GraphResult<()> {
    let app = world.directory.apps.get(&token.app_id);
    let customer = world.directory.customers.get(&target.key);
    if app.is_none_or(|app| !app.development) || customer.is_some_and(|own| own.has_role) {
        return Ok(());
    }
    Err(GraphError::new(
        200,
        Some(2_018_028),
        "Cannot message users who are not admins, developers or testers of the app until the \
         permission is reviewed and the app is live.",
    ))
}

/// The customer must be somebody who the account knows.
pub(crate) fn need_customer(world: &World, target: &Target) -> GraphResult<()> {
    if world.directory.customers.contains_key(&target.key) {
        return Ok(());
    }
    Err(match target.account.channel {
        Channel::Instagram => {
            GraphError::new(100, Some(2_534_014), "The requested user cannot be found.")
        }
        _ => GraphError::new(100, Some(2_018_001), "No matching user found"),
    })
}

fn check_reach(world: &World, target: &Target) -> GraphResult<()> {
    let customer = world.directory.customers.get(&target.key);
    if customer.is_some_and(|customer| customer.reach != Reach::Reachable) {
        return Err(GraphError::new(
            551,
            Some(1_545_041),
            "This person isn't available right now.",
        ));
    }
    Ok(())
}

/// A file of a multipart call becomes an attachment, named in the message.
fn attached_file(
    world: &mut World,
    call: &Call,
    target: &Target,
    given: &Map<String, Value>,
    now_ms: i64,
) -> GraphResult<Map<String, Value>> {
    let mut content = given.clone();
    if call.file.is_none() {
        return Ok(content);
    }
    let Some(attachment) = content.get_mut("attachment").and_then(Value::as_object_mut) else {
        return Err(GraphError::parameter("The parameter message[attachment] is required."));
    };
    let kind = attachment.get("type").and_then(Value::as_str).unwrap_or("file").to_owned();
    let id = media::keep_attachment(world, call, &target.account, (&kind, None), now_ms)?;
    attachment.insert("payload".into(), json!({ "attachment_id": id }));
    Ok(content)
}

/// Attachment ids must be alive and belong to the account.
fn check_attachment_ids(
    world: &World,
    content: &Map<String, Value>,
    target: &Target,
    now_ms: i64,
) -> GraphResult<()> {
    let payload = content.get("attachment").and_then(|attachment| attachment.get("payload"));
    // A media template has it in its element.
    let places = ["/attachment_id", "/elements/0/attachment_id"];
    let id = payload.and_then(|own| places.iter().find_map(|place| own.pointer(place)));
    let id = match id {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => return Ok(()),
    };
    let medium = world.media.get(&id, now_ms);
    let own = |account: &str| {
        account == target.account.id || target.account.parent.as_deref() == Some(account)
    };
    if medium.is_some_and(|medium| own(&medium.account)) {
        return Ok(());
    }
    Err(GraphError::new(100, Some(2_018_074), "Invalid attachment id"))
}

fn rate(world: &mut World, target: &Target, weight: Weight, now_ms: i64) -> GraphResult<()> {
    let limits = world.settings.limits;
    world.limiter.page(&limits, &target.account.id, weight, now_ms).map_err(|exceeded| {
        over_limit(world, &target.key, exceeded, now_ms);
        GraphError::new(613, None, "Calls to this api have exceeded the rate limit.")
    })
}

fn action(
    world: &mut World,
    shape: &Shape<'_>,
    target: &Target,
    now_ms: i64,
) -> GraphResult<Accepted> {
    if shape.has("message") {
        return Err(GraphError::new(
            100,
            Some(2_018_014),
            "sender_action and message cannot be sent together.",
        ));
    }
    let actions = ["typing_on", "typing_off", "mark_seen", "react", "unreact"];
    let name = shape.need_one_of("sender_action", &actions)?;
    if matches!(name, "react" | "unreact") {
        let payload = shape.need_object("payload")?;
        let mid = payload.need_text("message_id")?;
        let reaction = payload.text("reaction")?.map(str::to_owned);
        let unseen = adopt::unseen(world, mid);
        let known = world.threads.owner(mid) == Some(&target.key);
        match world.threads.message_mut(mid).filter(|_| known) {
            Some(message) => message.reaction = reaction.filter(|_| name == "react"),
            None if unseen => {}
            None => return Err(payload.bad("message_id", "is not a message of this conversation")),
        }
    }
    rate(world, target, Weight::Text, now_ms)?;
    Ok(Accepted {
        body: json!({"recipient_id": target.key.customer}),
        message_id: None,
        events: Vec::new(),
        reached: true,
        late_error: None,
    })
}

fn accept(
    world: &mut World,
    call: &Call,
    token: &Token,
    target: &Target,
    (content, view): (Value, View),
    now_ms: i64,
) -> Accepted {
    let channel = target.account.channel;
    let mid = ids::message(channel, &target.key.customer);
    let marker = content.get("metadata").and_then(Value::as_str).map(str::to_owned);
    let reply_to = call
        .params
        .get("reply_to")
        .and_then(|reply| reply.get("mid"))
        .and_then(Value::as_str)
        .map(str::to_owned);
    let attachment_id = reusable(world, call, target, &content, now_ms);
    let app_id = token.app_id.parse().ok();
    let events = caused(world, app_id, target, &mid, &content, reply_to.as_deref(), now_ms);
    world.threads.push(
        &target.key,
        Message {
            id: mid.clone(),
            from: Side::Business,
            at: now_ms,
            status: Progress::Sent,
            view,
            marker: marker.clone(),
            reply_to,
            reaction: None,
            deleted: false,
            content,
        },
    );
    super::send::progress(world, &mid);
    Accepted {
        body: sent_body(target, &mid, attachment_id),
        message_id: Some(mid),
        events,
        reached: true,
        late_error: None,
    }
}

fn sent_body(target: &Target, mid: &str, attachment_id: Option<String>) -> Value {
    let mut body = json!({"recipient_id": target.key.customer, "message_id": mid});
    if let (Some(id), Some(map)) = (attachment_id, body.as_object_mut()) {
        map.insert("attachment_id".into(), id.into());
    }
    body
}

/// Keeps an attachment that was sent with `is_reusable`.
fn reusable(
    world: &mut World,
    call: &Call,
    target: &Target,
    content: &Value,
    now_ms: i64,
) -> Option<String> {
    let payload = content.pointer("/attachment/payload")?;
    if payload.get("is_reusable").and_then(Value::as_bool) != Some(true) {
        return None;
    }
    let kind = content.pointer("/attachment/type").and_then(Value::as_str)?;
    let url = payload.get("url").and_then(Value::as_str)?;
    media::keep_attachment(world, call, &target.account, (kind, Some(url)), now_ms).ok()
}

/// Echo, delivery and read of a message that an app sent, or somebody by hand.
pub(crate) fn caused(
    world: &World,
    app_id: Option<u64>,
    target: &Target,
    mid: &str,
    content: &Value,
    reply_to: Option<&str>,
    now_ms: i64,
) -> Vec<Event> {
    let channel = target.account.channel;
    let mut message = json!({"mid": mid, "is_echo": true});
    if let Some(map) = message.as_object_mut() {
        if let Some(app_id) = app_id {
            map.insert("app_id".into(), app_id.into());
        }
        let metadata = channel != Channel::Instagram || world.settings.ig_echo_metadata;
        for (key, shown) in [("text", true), ("metadata", metadata)] {
            if let Some(value) = content.get(key).filter(|_| shown) {
                map.insert(key.into(), value.clone());
            }
        }
        if let Some(attachment) = content.get("attachment") {
            map.insert("attachments".into(), json!([echo_attachment(attachment)]));
        }
        if content.get("template").is_some() {
            map.insert("attachments".into(), json!([page_template::echo()]));
        }
        if let Some(attachments) = content.get("attachments") {
            map.insert("attachments".into(), attachments.clone());
        }
        if let Some(mid) = reply_to {
            map.insert("reply_to".into(), json!({"mid": mid}));
        }
    }
    let mut list = vec![events::echo(&target.account, &target.key, message, now_ms)];
    if world.settings.auto_deliver && channel == Channel::Messenger {
        list.push(events::delivery(&target.key, mid, now_ms));
    }
    if world.settings.auto_deliver && world.settings.auto_read {
        list.push(events::read(channel, &target.key, mid, now_ms));
    }
    list
}

fn echo_attachment(attachment: &Value) -> Value {
    let mut echo = attachment.clone();
    if let Some(map) = echo.as_object_mut()
        && map.get("type").and_then(Value::as_str) == Some("template")
    {
        map.insert("title".into(), Value::String(String::new()));
        map.insert("url".into(), Value::Null);
    }
    echo
}

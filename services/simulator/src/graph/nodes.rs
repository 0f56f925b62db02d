//! Reading nodes: `/me`, accounts, numbers, customers, media.

use serde_json::{Map, Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::{auth, media, resolve_me, template, threads, unknown_path};
use crate::config::TokenKind;
use crate::simulator::Simulator;
use crate::state::directory::{Account, Customer, Node};
use crate::state::tokens::Token;
use crate::state::{Channel, World};

/// `GET /{node}`, and `DELETE` of a medium.
pub(crate) fn node(
    sim: &Simulator,
    world: &mut World,
    call: &Call,
    token: &Token,
    node: &str,
    now_ms: i64,
) -> GraphResult<Value> {
    let id = resolve_me(token, node);
    if world.media.get(&id, now_ms).is_some() {
        return media::node(sim, world, call, token, &id, now_ms);
    }
    if call.method != "GET" {
        return Err(unknown_path(call));
    }
    match world.directory.node(&id) {
        Some(Node::Account(account)) if auth::reaches(world, token, &account) => Ok(pick(
            call,
            &account_fields(world, &account),
            &["id", "name", "verified_name", "display_phone_number", "quality_rating"],
        )),
        Some(Node::Waba(waba)) if token.reaches(&[&waba]) => {
            let name = world.directory.wabas.get(&waba).map(|waba| waba.name.clone());
            Ok(pick(
                call,
                &json!({"id": waba, "name": name, "health_status": health("WABA", &waba)}),
                &["id", "name"],
            ))
        }
        Some(Node::App(app)) if token.app_id == app => {
            let name = world.directory.apps.get(&app).map(|app| app.name.clone());
            Ok(json!({"id": app, "name": name}))
        }
        // A user or system user asks who it is.
        None if id == token.subject => Ok(json!({"id": id, "name": "Simulated user"})),
        None => customer(sim, world, call, token, &id),
        _ => Err(unknown_path(call)),
    }
}

/// `GET /{psid}`: the profile of a customer of an account that the token reaches.
fn customer(
    sim: &Simulator,
    world: &World,
    call: &Call,
    token: &Token,
    id: &str,
) -> GraphResult<Value> {
    let found = world.directory.customers_by_id(id).find_map(|customer| {
        let account = world.directory.accounts.get(&customer.account)?;
        let own = account.channel != Channel::WhatsApp && auth::reaches(world, token, account);
        own.then(|| profile(sim, call, account.channel, customer))
    });
    found.ok_or_else(|| unknown_path(call))
}

fn account_fields(world: &World, account: &Account) -> Value {
    match account.channel {
        Channel::WhatsApp => phone(account),
        Channel::Instagram => json!({
            "id": account.id,
            "user_id": account.id,
            "name": account.name,
            "username": account.name,
        }),
        Channel::Messenger => {
            let instagram = world.directory.instagram_of(&account.id);
            json!({
                "id": account.id,
                "name": account.name,
                "category": "Business",
                "instagram_business_account": instagram.map(|ig| json!({"id": ig.id})),
                "messaging_feature_status": threads::feature_status(world, account),
            })
        }
    }
}

fn phone(account: &Account) -> Value {
    json!({
        "id": account.id,
        "verified_name": account.name,
        "display_phone_number": account.display_phone_number,
        "status": "CONNECTED",
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "account_mode": "LIVE",
        "is_official_business_account": false,
        "is_pin_enabled": true,
        "whatsapp_business_manager_messaging_limit": "TIER_250",
        "health_status": health("PHONE_NUMBER", &account.id),
    })
}

fn health(kind: &str, id: &str) -> Value {
    json!({
        "can_send_message": "AVAILABLE",
        "entities": [{"entity_type": kind, "id": id, "can_send_message": "AVAILABLE"}],
    })
}

fn profile(sim: &Simulator, call: &Call, channel: Channel, customer: &Customer) -> Value {
    let (first, last) = customer.name.split_once(' ').unwrap_or((customer.name.as_str(), ""));
    let all = json!({
        "id": customer.id,
        "name": customer.name,
        "first_name": first,
        "last_name": last,
        "username": customer.username,
        "profile_pic": format!("{}/_sim/sample.png", sim.base_url),
        "is_user_follow_business": true,
        "follower_count": 12,
    });
    let default: &[&str] = match channel {
        Channel::Instagram => &["id", "name", "username"],
        _ => &["id", "first_name", "last_name", "profile_pic"],
    };
    pick(call, &all, default)
}

/// The asked fields, or the default ones; `id` always.
fn pick(call: &Call, all: &Value, default: &[&str]) -> Value {
    let asked = call.fields();
    let wanted = if asked.is_empty() { default } else { &asked[..] };
    let picked: Map<String, Value> = all
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, value)| *key == "id" || (wanted.contains(&key.as_str()) && !value.is_null()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    Value::Object(picked)
}

/// `GET /me/accounts`: the Pages that a user token reaches.
pub(crate) fn pages(world: &World, token: &Token) -> GraphResult<Value> {
    if !matches!(token.kind, TokenKind::User | TokenKind::SystemUser) {
        return Err(GraphError::parameter("Tried accessing nonexisting field (accounts)"));
    }
    let data: Vec<Value> = world
        .directory
        .accounts
        .values()
        .filter(|account| account.channel == Channel::Messenger && token.reaches(&[&account.id]))
        .map(|page| {
            let tokens = world.directory.tokens.values();
            let own = tokens
                .filter(|t| t.kind == TokenKind::Page && t.subject == page.id)
                .map(|t| t.value.clone())
                .next();
            json!({"id": page.id, "name": page.name, "access_token": own, "tasks": ["MESSAGING", "MODERATE"]})
        })
        .collect();
    Ok(json!({ "data": data }))
}

/// `GET /{waba}/phone_numbers`.
pub(crate) fn phone_numbers(
    world: &World,
    call: &Call,
    token: &Token,
    waba: &str,
) -> GraphResult<Value> {
    need_waba(call, token, waba)?;
    let data: Vec<Value> = world
        .directory
        .accounts
        .values()
        .filter(|account| account.parent.as_deref() == Some(waba))
        .map(|account| {
            pick(
                call,
                &phone(account),
                &[
                    "verified_name",
                    "display_phone_number",
                    "quality_rating",
                    "code_verification_status",
                ],
            )
        })
        .collect();
    Ok(json!({ "data": data }))
}

/// `GET /{waba}/message_templates`.
pub(crate) fn templates(world: &World, token: &Token, waba: &str) -> GraphResult<Value> {
    auth::whatsapp_scope(token, "whatsapp_business_management")?;
    let Some(waba) = world.directory.wabas.get(waba).filter(|waba| token.reaches(&[&waba.id]))
    else {
        return Err(GraphError::unknown_object("GET", waba));
    };
    let data: Vec<Value> = waba
        .templates
        .iter()
        .enumerate()
        .map(|(index, seed)| template::listed(index, seed))
        .collect();
    Ok(json!({ "data": data, "paging": {} }))
}

/// The WhatsApp management scope and reach of a WABA.
pub(crate) fn need_waba(call: &Call, token: &Token, waba: &str) -> GraphResult<()> {
    auth::whatsapp_scope(token, "whatsapp_business_management")?;
    if token.reaches(&[waba]) {
        return Ok(());
    }
    Err(unknown_path(call))
}

/// `messenger_profile`: accepted and not kept.
pub(crate) fn messenger_profile(
    world: &World,
    call: &Call,
    token: &Token,
    account: &Account,
) -> GraphResult<Value> {
    if !auth::reaches(world, token, account) {
        return Err(unknown_path(call));
    }
    auth::page_scope(token, account, &["pages_messaging", "instagram_manage_messages"])?;
    match call.method.as_str() {
        "GET" => Ok(json!({"data": []})),
        _ => Ok(json!({"result": "success"})),
    }
}

//! Reading nodes: `/me`, accounts, numbers, customers, media.

use serde_json::{Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::{auth, fields, media, node_fields, personas, registration, resolve_me, unknown_path};
use crate::config::TokenKind;
use crate::simulator::Simulator;
use crate::state::directory::{Customer, Node};
use crate::state::tokens::Token;
use crate::state::{Channel, World};

/// `GET /{node}`, settings of a number, and `DELETE` of a medium.
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
    if world.facts.persona(&id).is_some() {
        return personas::node(world, call, token, &id);
    }
    let found = world.directory.node(&id);
    match (call.method.as_str(), found) {
        ("POST", Some(Node::Account(account))) => {
            registration::settings(world, call, token, &account)
        }
        ("GET", Some(found)) => known(world, call, token, &found),
        // A user or system user asks who it is.
        ("GET", None) if id == token.subject => {
            let all = json!({"id": id, "name": "Simulated user", "email": null});
            fields::pick(call, "User", &all, &["id", "name"])
        }
        ("GET", None) => customer(sim, world, call, token, &id),
        _ => Err(unknown_path(call)),
    }
}

fn known(world: &World, call: &Call, token: &Token, found: &Node) -> GraphResult<Value> {
    match found {
        Node::Account(account) if auth::reaches(world, token, account) => fields::pick(
            call,
            node_fields::kind(account.channel),
            &node_fields::of_account(world, account, &token.app_id),
            &["id", "name", "verified_name", "display_phone_number", "quality_rating"],
        ),
        Node::Waba(waba) if token.reaches(&[waba]) => {
            let all = node_fields::of_waba(world, waba, &token.app_id);
            fields::pick(call, "WhatsAppBusinessAccount", &all, &["id", "name"])
        }
        Node::App(app) if token.app_id == *app => {
            let app = world.directory.apps.get(app).ok_or_else(|| unknown_path(call))?;
            fields::pick(
                call,
                "Application",
                &node_fields::of_app(world, app),
                &["id", "name", "link"],
            )
        }
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
    found.unwrap_or_else(|| Err(unknown_path(call)))
}

fn profile(
    sim: &Simulator,
    call: &Call,
    channel: Channel,
    customer: &Customer,
) -> GraphResult<Value> {
    let (first, last) = customer.name.split_once(' ').unwrap_or((customer.name.as_str(), ""));
    let picture = format!("{}/_sim/sample.png", sim.base_url);
    if channel == Channel::Instagram {
        let all = json!({
            "id": customer.id,
            "name": customer.name,
            "username": customer.username,
            "profile_pic": picture,
            "is_user_follow_business": true,
            "is_business_follow_user": false,
            "is_verified_user": false,
            "follower_count": 12,
        });
        return fields::pick(call, "IGBusinessScopedID", &all, &["id", "name", "username"]);
    }
    let all = json!({
        "id": customer.id,
        "name": customer.name,
        "first_name": first,
        "last_name": last,
        "profile_pic": picture,
        "locale": null,
        "timezone": null,
        "gender": null,
        "email": null,
    });
    fields::pick(call, "User", &all, &["id", "first_name", "last_name", "profile_pic"])
}

/// `GET /me/accounts`: the Pages that a user token reaches.
pub(crate) fn pages(world: &World, call: &Call, token: &Token) -> GraphResult<Value> {
    if !matches!(token.kind, TokenKind::User | TokenKind::SystemUser) {
        return Err(GraphError::parameter("Tried accessing nonexisting field (accounts)"));
    }
    let default = ["access_token", "category", "name", "id", "tasks"];
    let data: GraphResult<Vec<Value>> = world
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
            let mut all = node_fields::of_account(world, page, &token.app_id);
            if let Some(map) = all.as_object_mut() {
                map.insert("access_token".into(), own.into());
                map.insert("tasks".into(), json!(token.tasks));
            }
            fields::pick(call, "Page", &all, &default)
        })
        .collect();
    Ok(json!({ "data": data? }))
}

/// `GET /{waba}/phone_numbers`.
pub(crate) fn phone_numbers(
    world: &World,
    call: &Call,
    token: &Token,
    waba: &str,
) -> GraphResult<Value> {
    need_waba(call, token, waba)?;
    let default =
        ["verified_name", "display_phone_number", "quality_rating", "code_verification_status"];
    let data: GraphResult<Vec<Value>> = world
        .directory
        .accounts
        .values()
        .filter(|account| account.parent.as_deref() == Some(waba))
        .map(|account| {
            let all = node_fields::of_account(world, account, &token.app_id);
            fields::pick(call, node_fields::kind(account.channel), &all, &default)
        })
        .collect();
    Ok(json!({ "data": data? }))
}

/// The WhatsApp management scope and reach of a WABA.
pub(crate) fn need_waba(call: &Call, token: &Token, waba: &str) -> GraphResult<()> {
    auth::whatsapp_scope(token, "whatsapp_business_management")?;
    if token.reaches(&[waba]) {
        return Ok(());
    }
    Err(unknown_path(call))
}

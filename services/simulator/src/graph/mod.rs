//! The Graph API: `/{version}/{node}/{edge}`, the version optional.
//!
//! Every call takes the same way: read, authenticate, count, look at the fault
//! switches, act, answer with the usage headers.

mod adopt;
mod agent;
mod attachments;
mod auth;
mod block_users;
mod business_profile;
pub(crate) mod error;
mod faulty;
mod fetch;
mod fields;
mod interactive;
mod linking;
mod media;
mod media_kinds;
pub(crate) mod messenger;
mod messenger_profile;
mod node_fields;
mod nodes;
mod page_body;
mod page_settings;
mod page_template;
mod page_window;
mod paging;
mod personas;
mod private_reply;
mod profile_body;
mod registration;
mod request;
pub(crate) mod send;
mod shape;
mod subscriptions;
mod template;
mod template_body;
mod template_buttons;
mod template_text;
pub(crate) mod templates;
pub(crate) mod threads;
mod token;
mod usage;
pub(crate) mod view;
mod webhook_fields;
mod whatsapp;
mod whatsapp_body;

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;

use crate::simulator::Simulator;
use crate::state::directory::{Account, Node};
use crate::state::tokens::Token;
use crate::state::{Channel, World};
use crate::webhooks::Event;
use error::{GraphError, GraphResult};
use request::Call;

pub(crate) use media::{bytes_of, download};

/// An answer on its way out.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) usage: usage::Usage,
}

/// Handles every Graph call.
pub(crate) async fn handle(
    sim: web::Data<Arc<Simulator>>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let mut call = match request::read(&request, payload).await {
        Ok(call) => call,
        Err(error) => return respond(&refused(&error)),
    };
    match (call.method.as_str(), call.path.get(1).map(String::as_str)) {
        ("POST", Some("messages")) => return faulty::send(&sim, &request, call).await,
        ("POST", Some("message_attachments")) => call.fetches = fetch::all(&sim, &call).await,
        _ => {}
    }
    let result = match subscriptions::with_check(&sim, &call).await {
        Some(result) => result,
        None => plain(&sim, &call),
    };
    match result {
        Ok(body) => respond(&Answer { status: 200, body, usage: usage::of(&sim, &call) }),
        Err(error) => respond(&Answer { usage: usage::of(&sim, &call), ..refused(&error) }),
    }
}

fn refused(error: &GraphError) -> Answer {
    Answer { status: error.status, body: error.body(), usage: usage::Usage::default() }
}

/// Writes an answer with Meta's headers.
pub(crate) fn respond(answer: &Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = HttpResponse::build(status);
    response
        .insert_header(("facebook-api-version", "v25.0"))
        .insert_header(("x-fb-trace-id", crate::ids::trace()));
    for (name, value) in answer.usage.headers() {
        response.insert_header((name, value));
    }
    response.json(&answer.body)
}

/// Calls other than sends, and without a callback check.
fn plain(sim: &Arc<Simulator>, call: &Call) -> GraphResult<Value> {
    let now_ms = sim.clock.now_ms();
    let mut world = sim.lock();
    let world = &mut *world;
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let method = call.method.as_str();
    match (method, path.as_slice()) {
        ("GET", ["debug_token"]) => return token::debug(world, call, now_ms),
        ("GET", ["oauth", "access_token"]) => return token::issue(world, call, now_ms),
        _ => {}
    }
    let token = auth::authenticate(world, call, now_ms)?;
    count(world, call, &token, now_ms)?;
    if let Some(done) = templates::call(world, call, &token, &sim.base_url, now_ms) {
        return followed(sim, world, done);
    }
    match (method, path.as_slice()) {
        ("GET", ["me", "accounts"]) => nodes::pages(world, call, &token),
        ("GET", [node]) if call.params.contains_key(linking::TOKEN) => {
            linking::recipient(world, call, &token, node, now_ms)
        }
        (_, [node]) => nodes::node(sim, world, call, &token, node, now_ms),
        (_, [node, edge]) => match eventful(world, call, &token, (node, edge), now_ms) {
            Some(done) => followed(sim, world, done),
            None => edge_call(world, call, &token, (node, edge), (&sim.base_url, now_ms)),
        },
        _ => Err(unknown_path(call)),
    }
}

/// The answer of a call; its webhooks follow.
fn followed(
    sim: &Arc<Simulator>,
    world: &mut World,
    done: GraphResult<(Value, Vec<Event>)>,
) -> GraphResult<Value> {
    let (body, events) = done?;
    let delay = Duration::from_millis(world.settings.event_delay_ms);
    sim.emit(world, events, delay);
    Ok(body)
}

/// Calls that webhooks follow. None for every other call.
fn eventful(
    world: &mut World,
    call: &Call,
    token: &Token,
    (node, edge): (&str, &str),
    now_ms: i64,
) -> Option<GraphResult<(Value, Vec<Event>)>> {
    let id = resolve_me(token, node);
    let account = world.directory.accounts.get(&id).cloned()?;
    match (account.channel, edge) {
        (Channel::WhatsApp, "thread_control") => {
            let done = agent::control(world, call, token, &account);
            Some(done.map(|body| (body, Vec::new())))
        }
        (Channel::WhatsApp, _) => None,
        (_, "unlink_accounts") => Some(linking::unlink(world, call, token, &account, now_ms)),
        _ if threads::EDGES.contains(&edge) => {
            Some(threads::edge(world, call, token, (&account, edge), now_ms))
        }
        _ => None,
    }
}

fn edge_call(
    world: &mut World,
    call: &Call,
    token: &Token,
    (node, edge): (&str, &str),
    (base, now_ms): (&str, i64),
) -> GraphResult<Value> {
    let id = resolve_me(token, node);
    let found = world.directory.node(&id);
    let method = call.method.as_str();
    match (method, edge, found) {
        ("POST", "media", Some(Node::Account(account))) => {
            media::upload(world, call, token, &account, now_ms)
        }
        ("POST", "message_attachments", Some(Node::Account(account))) => {
            media::attachment(world, call, token, &account, now_ms)
        }
        (_, "subscribed_apps", Some(Node::Account(account))) => {
            subscriptions::of_page(world, call, token, &account)
        }
        (_, "subscribed_apps", Some(Node::Waba(waba))) => {
            subscriptions::of_waba(world, call, token, &waba)
        }
        ("GET", "subscriptions", Some(Node::App(app))) => subscriptions::list(world, token, &app),
        ("DELETE", "subscriptions", Some(Node::App(app))) => {
            subscriptions::end(world, call, token, &app)
        }
        ("GET", "phone_numbers", Some(Node::Waba(waba))) => {
            nodes::phone_numbers(world, call, token, &waba)
        }
        (_, "messenger_profile", Some(Node::Account(account))) => {
            messenger_profile::edge(world, call, token, &account, now_ms)
        }
        (_, "personas", Some(Node::Account(account))) => {
            personas::edge(world, call, token, &account, base)
        }
        (_, edge, Some(Node::Account(account))) if page_settings::EDGES.contains(&edge) => {
            page_settings::edge(world, call, token, (&account, edge))
        }
        (_, "whatsapp_business_profile", Some(Node::Account(account))) => {
            business_profile::edge(world, call, token, &account)
        }
        (_, "block_users", Some(Node::Account(account))) => {
            block_users::edge(world, call, token, &account, now_ms)
        }
        (_, edge, Some(Node::Account(account))) if registration::EDGES.contains(&edge) => {
            registration::edge(world, call, token, (&account, edge), now_ms)
        }
        _ => Err(unknown_path(call)),
    }
}

/// Counts a call against the app and, when it names one, the account.
fn count(world: &mut World, call: &Call, token: &Token, now_ms: i64) -> GraphResult<()> {
    let limits = world.settings.limits;
    let account = account_of(world, call, token);
    let named = account.as_ref().map(|a| (a.id.as_str(), a.channel));
    world.limiter.call(&limits, &token.app_id, named, now_ms).map_err(|exceeded| {
        let key =
            crate::state::ThreadKey::new(named.map_or(token.app_id.as_str(), |(id, _)| id), "");
        send::over_limit(world, &key, exceeded, now_ms);
        let text = "Application request limit reached";
        match named {
            Some((_, Channel::WhatsApp)) => GraphError::whatsapp(exceeded.code, text),
            _ => GraphError::new(exceeded.code, None, text),
        }
    })
}

/// The account that a call's first path part names.
fn account_of(world: &World, call: &Call, token: &Token) -> Option<Account> {
    let id = resolve_me(token, call.path.first()?);
    world.directory.accounts.get(&id).cloned()
}

fn resolve_me(token: &Token, node: &str) -> String {
    if node == "me" { token.subject.clone() } else { node.to_owned() }
}

fn unknown_path(call: &Call) -> GraphError {
    GraphError::unknown_object(&call.method, call.path.first().map_or("", String::as_str))
}

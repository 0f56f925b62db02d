//! Webhook subscriptions: of an app, of a Page, of a WhatsApp business account; and the callbacks of
//! a business account or a number.

use serde_json::{Map, Value, json};

use super::auth;
use super::error::{GraphError, GraphResult};
use super::nodes::need_waba;
use super::request::Call;
use super::{unknown_path, webhook_fields};
use crate::config::TokenKind;
use crate::simulator::Simulator;
use crate::state::World;
use crate::state::directory::{Account, AccountSubscription, AppSubscription, Node};
use crate::state::tokens::Token;
use crate::webhooks::verify;

/// Longest `override_callback_uri`.
const LONGEST_CALLBACK: usize = 200;

/// Calls that first ask a callback URL to prove itself: `POST /{app}/subscriptions`, and the
/// `override_callback_uri` of a WABA or a number. None for every other call.
pub(crate) async fn with_check(sim: &Simulator, call: &Call) -> Option<GraphResult<Value>> {
    if call.method != "POST" {
        return None;
    }
    match call.path.get(1).map(String::as_str) {
        Some("subscriptions") => Some(create(sim, call).await),
        Some("subscribed_apps") => {
            let own = Override::read(&call.params)?;
            Some(override_callback(sim, call, own).await)
        }
        None => {
            let own = call.params.get("webhook_configuration")?.as_object()?;
            Some(override_callback(sim, call, Override::read(own)?).await)
        }
        _ => None,
    }
}

/// A callback that is to go before the app's.
struct Override<'a> {
    url: &'a str,
    verify_token: Option<&'a str>,
}

impl<'a> Override<'a> {
    /// None where no callback is given, or an empty one that ends it.
    fn read(from: &'a Map<String, Value>) -> Option<Self> {
        let text = |key| from.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        Some(Self { url: text("override_callback_uri")?, verify_token: text("verify_token") })
    }
}

async fn create(sim: &Simulator, call: &Call) -> GraphResult<Value> {
    let app_id = app_of(sim, call)?;
    let object = call.need("object")?;
    let Some(known) = webhook_fields::of_object(object) else {
        return Err(GraphError::parameter("Param object is not a supported webhook object."));
    };
    webhook_fields::check("fields", &call.list("fields").unwrap_or_default(), known)?;
    let callback_url = call.need("callback_url")?;
    check(sim, callback_url, call.need("verify_token")?).await?;
    let mut world = sim.lock();
    if let Some(app) = world.directory.apps.get_mut(&app_id) {
        app.subscriptions.insert(
            object.to_owned(),
            AppSubscription { callback_url: callback_url.to_owned(), fields: call.list("fields") },
        );
    }
    Ok(json!({"success": true}))
}

fn app_of(sim: &Simulator, call: &Call) -> GraphResult<String> {
    let world = sim.lock();
    let token = auth::authenticate(&world, call, sim.clock.now_ms())?;
    match call.path.first().and_then(|id| world.directory.node(id)) {
        Some(Node::App(id)) => need_app_token(&token, &id).map(|()| id),
        _ => Err(unknown_path(call)),
    }
}

fn need_app_token(token: &Token, app: &str) -> GraphResult<()> {
    if token.kind == TokenKind::App && token.app_id == app {
        return Ok(());
    }
    Err(GraphError::new(15, None, "This method must be called with an app access_token."))
}

async fn check(sim: &Simulator, url: &str, verify_token: &str) -> GraphResult<()> {
    let verdict = verify::challenge(sim, url, verify_token).await;
    if verdict.verified {
        return Ok(());
    }
    Err(GraphError::new(
        2200,
        None,
        &format!("Callback verification failed: {}", verdict.reason.unwrap_or_default()),
    ))
}

async fn override_callback(
    sim: &Simulator,
    call: &Call,
    wanted: Override<'_>,
) -> GraphResult<Value> {
    let (app_id, node) = {
        let world = sim.lock();
        let token = auth::authenticate(&world, call, sim.clock.now_ms())?;
        let found = call.path.first().and_then(|id| world.directory.node(id));
        let found = found.ok_or_else(|| unknown_path(call))?;
        match &found {
            Node::Waba(waba) => need_waba(call, &token, waba)?,
            Node::Account(own) if auth::reaches(&world, &token, own) => {
                auth::whatsapp_scope(&token, "whatsapp_business_management")?;
            }
            _ => return Err(unknown_path(call)),
        }
        (token.app_id, found)
    };
    if wanted.url.len() > LONGEST_CALLBACK {
        return Err(GraphError::whatsapp(
            131_009,
            "override_callback_uri may have at most 200 characters.",
        ));
    }
    let verify_token = wanted
        .verify_token
        .ok_or_else(|| GraphError::whatsapp(131_008, "The parameter verify_token is required."))?;
    check(sim, wanted.url, verify_token).await?;
    let mut world = sim.lock();
    let url = wanted.url.to_owned();
    match node {
        Node::Waba(id) => {
            if let Some(waba) = world.directory.wabas.get_mut(&id) {
                let subscription = AccountSubscription { fields: None, override_url: Some(url) };
                waba.subscribers.insert(app_id, subscription);
            }
        }
        Node::Account(account) => {
            if let Some(own) = world.directory.accounts.get_mut(&account.id) {
                own.callbacks.insert(app_id, url);
            }
        }
        Node::App(_) | Node::Template { .. } => {}
    }
    Ok(json!({"success": true}))
}

/// `GET /{app}/subscriptions`.
pub(crate) fn list(world: &World, token: &Token, app_id: &str) -> GraphResult<Value> {
    need_app_token(token, app_id)?;
    let app = world.directory.apps.get(app_id);
    let data: Vec<Value> = app
        .into_iter()
        .flat_map(|app| &app.subscriptions)
        .map(|(object, subscription)| {
            let fields = subscription.fields.iter().flatten();
            let fields: Vec<Value> =
                fields.map(|name| json!({"name": name, "version": "v25.0"})).collect();
            json!({
                "object": object,
                "callback_url": subscription.callback_url,
                "active": true,
                "fields": fields,
            })
        })
        .collect();
    Ok(json!({ "data": data }))
}

/// `DELETE /{app}/subscriptions`: of one object, or of all.
pub(crate) fn end(
    world: &mut World,
    call: &Call,
    token: &Token,
    app_id: &str,
) -> GraphResult<Value> {
    need_app_token(token, app_id)?;
    if let Some(app) = world.directory.apps.get_mut(app_id) {
        match call.text("object") {
            Some(object) => drop(app.subscriptions.remove(object)),
            None => app.subscriptions.clear(),
        }
    }
    Ok(json!({"success": true}))
}

/// `/{page|instagram}/subscribed_apps`.
pub(crate) fn of_page(
    world: &mut World,
    call: &Call,
    token: &Token,
    account: &Account,
) -> GraphResult<Value> {
    if !auth::reaches(world, token, account) {
        return Err(unknown_path(call));
    }
    auth::page_scope(
        token,
        account,
        &["pages_manage_metadata", "instagram_business_manage_messages"],
    )?;
    auth::page_task(token, account, "MODERATE")?;
    let name = world.directory.apps.get(&token.app_id).map(|app| app.name.clone());
    let Some(account) = world.directory.accounts.get_mut(&account.id) else {
        return Err(unknown_path(call));
    };
    match call.method.as_str() {
        "GET" => {
            let own = account.subscribers.get(&token.app_id);
            let data: Vec<Value> = own
                .map(|own| {
                    json!({
                        "id": token.app_id,
                        "name": name,
                        "link": "https://www.facebook.com/",
                        "category": "Business",
                        "subscribed_fields": own.fields.clone().unwrap_or_else(all_fields),
                    })
                })
                .into_iter()
                .collect();
            Ok(json!({ "data": data }))
        }
        "POST" => {
            let fields = call.list("subscribed_fields").ok_or_else(|| {
                GraphError::parameter("The parameter subscribed_fields is required.")
            })?;
            let known = webhook_fields::of_channel(account.channel);
            webhook_fields::check("subscribed_fields", &fields, known)?;
            let subscription = AccountSubscription { fields: Some(fields), override_url: None };
            account.subscribers.insert(token.app_id.clone(), subscription);
            Ok(json!({"success": true}))
        }
        "DELETE" => {
            account.subscribers.remove(&token.app_id);
            Ok(json!({"success": true}))
        }
        _ => Err(unknown_path(call)),
    }
}

fn all_fields() -> Vec<String> {
    [
        "messages",
        "messaging_postbacks",
        "message_echoes",
        "message_deliveries",
        "message_reads",
        "message_reactions",
        "messaging_referrals",
        "messaging_optins",
        "messaging_account_linking",
        "messaging_handovers",
        "standby",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// `/{waba}/subscribed_apps`.
pub(crate) fn of_waba(
    world: &mut World,
    call: &Call,
    token: &Token,
    waba: &str,
) -> GraphResult<Value> {
    need_waba(call, token, waba)?;
    let apps = &world.directory.apps;
    let Some(waba) = world.directory.wabas.get_mut(waba) else {
        return Err(unknown_path(call));
    };
    match call.method.as_str() {
        "GET" => {
            let data: Vec<Value> = waba
                .subscribers
                .iter()
                .map(|(id, subscription)| {
                    let name = apps.get(id).map(|app| app.name.clone());
                    let link = "https://www.facebook.com/";
                    let mut item = json!({
                        "whatsapp_business_api_data": {"id": id, "name": name, "link": link},
                    });
                    if let (Some(url), Some(map)) =
                        (&subscription.override_url, item.as_object_mut())
                    {
                        map.insert("override_callback_uri".into(), url.clone().into());
                    }
                    item
                })
                .collect();
            Ok(json!({ "data": data }))
        }
        "POST" => {
            // Without a callback of its own the business account uses the app's again.
            waba.subscribers.insert(token.app_id.clone(), AccountSubscription::default());
            Ok(json!({"success": true}))
        }
        "DELETE" => {
            waba.subscribers.remove(&token.app_id);
            Ok(json!({"success": true}))
        }
        _ => Err(unknown_path(call)),
    }
}

//! What happens beside turns, as Meta's webhooks tell it.
//!
//! Sources: Messenger Platform "message_echoes", "Conversation Routing"; WhatsApp "Webhooks" (statuses,
//! error codes).

use serde_json::{Value, json};
use switchboard_contract::{
    convert::parse,
    wire::{
        BotNews,
        bot_news::{Control, News, NotSent},
    },
};
use switchboard_domain::{
    Timestamp,
    conversation::Author,
    ids::{AccountId, MessageId, WorkspaceId},
};
use switchboard_meta::webhook::restore;
use switchboard_store::{
    Db, Store, StoreError,
    accounts::{self, Account},
    messages::{self, Message},
};
use tracing::warn;

use super::webhook::{names, ours};
use crate::door;

/// Meta's id of the Page's inbox: what bots take for people. (Messenger Platform "Handover")
const INBOX: &str = "263902037430900";

/// Ours, where a bot does not say which it takes itself for.
const NO_APP: &str = "0";

/// WhatsApp's code for a message that could not be sent for a reason without one.
const UNDELIVERABLE: i64 = 131_026;

/// The webhook's body; `None` when there is nothing to tell.
pub(super) async fn of(
    store: &Store,
    news: &BotNews,
    app_id: Option<&str>,
) -> Result<Option<String>, StoreError> {
    let (news, app) = (news.clone(), app_id.map(str::to_owned));
    store.read(move |db| body(db, &news, app.as_deref())).await
}

fn body(db: &mut Db, news: &BotNews, app: Option<&str>) -> Result<Option<String>, StoreError> {
    let ids = (parse("workspace_id", &news.workspace_id), parse("account_id", &news.account_id));
    let (Ok(workspace), Ok(account)) = ids else {
        warn!("news for a bot name no account");
        return Ok(None);
    };
    let (workspace, account): (WorkspaceId, AccountId) = (workspace, account);
    let Some(account) = accounts::by_id(db, workspace, account)? else { return Ok(None) };
    match &news.news {
        Some(News::Event(raw)) => event(db, &account, raw, app),
        Some(News::NotSent(not_sent)) => failed(db, &account, not_sent),
        Some(News::Control(control)) => Ok(Some(moved(&account, control, app))),
        None => Ok(None),
    }
}

/// What Meta told us. What our own messages carry is ours and not the bot's: it reads what it
/// attached, and people's messages are the inbox's.
fn event(
    db: &mut Db,
    account: &Account,
    raw: &str,
    app: Option<&str>,
) -> Result<Option<String>, StoreError> {
    let known = ours(db, account.id, raw)?;
    let Some(body) = restore(raw, &names(account.channel, &known)) else { return Ok(None) };
    let Ok(mut body) = serde_json::from_str::<Value>(&body) else { return Ok(None) };
    if let Some((_, message)) = known.first() {
        attach(&mut body, message, app);
    }
    Ok(Some(body.to_string()))
}

fn attach(body: &mut Value, message: &Message, app: Option<&str>) {
    for place in ["messaging", "standby"] {
        let path = format!("/entry/0/{place}/0/message");
        let Some(Value::Object(echo)) = body.pointer_mut(&path) else { continue };
        if !echo.contains_key("is_echo") {
            continue;
        }
        put(echo, "metadata", message.context.metadata.as_deref());
        match (message.author, app) {
            (Author::Bot, Some(app)) => drop(echo.insert("app_id".into(), number(app))),
            (Author::Bot, None) => {}
            _ => drop(echo.insert("app_id".into(), number(INBOX))),
        }
    }
    let status = body.pointer_mut("/entry/0/changes/0/value/statuses/0");
    if let Some(Value::Object(status)) = status {
        put(status, "biz_opaque_callback_data", message.context.metadata.as_deref());
    }
}

fn put(object: &mut serde_json::Map<String, Value>, key: &str, value: Option<&str>) {
    match value {
        Some(value) => drop(object.insert(key.to_owned(), value.into())),
        None => drop(object.remove(key)),
    }
}

/// The id of an app, which echoes have as a number.
fn number(app: &str) -> Value {
    app.parse::<u64>().map_or_else(|_| app.into(), Value::from)
}

/// A message of the bot that Meta never had: as WhatsApp tells that one failed.
fn failed(db: &mut Db, account: &Account, told: &NotSent) -> Result<Option<String>, StoreError> {
    let Ok(id) = parse::<MessageId>("message_id", &told.message_id) else { return Ok(None) };
    let message = messages::by_id(db, account.workspace, id)?;
    let Some(message) = message.filter(|message| message.author == Author::Bot) else {
        return Ok(None);
    };
    let title = told.code.map_or("Message undeliverable", |_| told.reason.as_str());
    let mut status = json!({
        "id": door::name(account.channel, id),
        "status": "failed",
        "timestamp": (told.at_us / 1_000_000).to_string(),
        "recipient_id": told.customer,
        "errors": [{
            "code": told.code.unwrap_or(UNDELIVERABLE),
            "title": title,
            "message": title,
            "error_data": {"details": told.reason},
        }],
    });
    if let Value::Object(status) = &mut status {
        put(status, "biz_opaque_callback_data", message.context.metadata.as_deref());
    }
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": account.name, "phone_number_id": account.external_id},
        "statuses": [status],
    });
    let change = json!({"field": "messages", "value": value});
    let entry = json!({"id": account.business_id, "changes": [change]});
    Ok(Some(json!({"object": "whatsapp_business_account", "entry": [entry]}).to_string()))
}

/// People took the conversation, or gave it back: control passed between the bot's app and the
/// inbox.
fn moved(account: &Account, control: &Control, app: Option<&str>) -> String {
    let (bot, millis) = (app.unwrap_or(NO_APP), Timestamp::from_micros(control.at_us).as_millis());
    let (key, from, to) = match control.with_people {
        true => ("take_thread_control", bot, INBOX),
        false => ("pass_thread_control", INBOX, bot),
    };
    let object = if account.channel == switchboard_domain::Channel::Instagram {
        "instagram"
    } else {
        "page"
    };
    let item = json!({
        "sender": {"id": control.customer},
        "recipient": {"id": account.external_id},
        "timestamp": millis,
        key: {"previous_owner_app_id": from, "new_owner_app_id": to, "metadata": ""},
    });
    let entry = json!({"id": account.external_id, "time": millis, "messaging": [item]});
    json!({"object": object, "entry": [entry]}).to_string()
}

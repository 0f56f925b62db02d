//! The assistants of a workspace: adding, changing, removing. A secret is sealed at once and in no
//! answer, log or error.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::ids::{AccountId, BotId, WorkspaceId};
use switchboard_store::{
    Db, StoreError, accounts,
    bots::{self, Bot},
    spending,
};
use utoipa::ToSchema;

use super::check::usable;
use crate::{
    api::named,
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
};

/// The longest secret, in bytes.
const LONGEST_SECRET: usize = 4_096;

/// An assistant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "ff781d56-725b-5a35-8e1a-9fcc4acedc12", "name": "Assistant", "kind": "rules"}))]
pub(crate) struct BotView {
    #[schema(value_type = String, format = "uuid")]
    id: BotId,
    name: String,
    kind: String,
}

/// An assistant with its settings, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "ff781d56-725b-5a35-8e1a-9fcc4acedc12", "name": "Assistant", "kind": "rules",
    "settings": "rules:\n  - keywords: [hours, open]\n    reply:\n      - text: We are open from 9 to 18.\n",
    "has_secret": false, "spent_today_micros": 0,
    "account_ids": [
        "5a447e90-2c44-5b80-9292-8f52bbd91221", "b5f58ed1-fa49-58a6-b82f-87cfe924b574",
        "d95e37f3-aa87-5409-b65a-405842b0b5fd"
    ]
}))]
pub(crate) struct BotDetail {
    #[schema(value_type = String, format = "uuid")]
    id: BotId,
    name: String,
    kind: String,
    /// YAML.
    settings: String,
    has_secret: bool,
    /// What it spent today (UTC), in millionths of the currency of its `price`; 0 for bots that cost
    /// nothing.
    spent_today_micros: i64,
    /// The accounts that it answers for.
    #[schema(value_type = Vec<String>)]
    account_ids: Vec<AccountId>,
}

/// An assistant to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Assistant", "kind": "rules",
    "settings": "rules:\n  - when: { keywords: [hello] }\n    reply: [{ text: Hello! }]\n"
}))]
pub(crate) struct NewBot {
    /// No other has it.
    name: String,
    /// One of `GET /bots/kinds`.
    kind: String,
    /// YAML.
    settings: String,
    /// What it proves itself with to those it asks.
    #[schema(value_type = Option<String>, format = Password)]
    secret: Option<SecretString>,
}

/// An assistant as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Assistant",
    "settings": "rules:\n  - when: { keywords: [hello] }\n    reply: [{ text: Hello! }]\n"
}))]
pub(crate) struct ChangedBot {
    /// No other has it.
    name: String,
    /// YAML.
    settings: String,
    /// When absent the one before stays; `null` takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = Password)]
    secret: Option<Option<SecretString>>,
}

fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<SecretString>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// The assistants.
#[utoipa::path(
    get, path = "/bots", tag = "bots",
    responses((status = 200, body = Vec<BotView>), (status = 401)),
)]
pub(crate) async fn list(desk: Data<Desk>, caller: Caller) -> Result<Json<Vec<BotView>>, Fault> {
    let workspace = caller.workspace();
    let all = desk.store.read(move |db| bots::list(db, workspace)).await?;
    let view = |bot: Bot| BotView { id: bot.id, name: bot.name, kind: bot.kind };
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Adds an assistant. For administrators.
#[utoipa::path(
    post, path = "/bots", tag = "bots",
    request_body = NewBot,
    responses(
        (status = 201, body = BotDetail), (status = 401), (status = 403), (status = 409),
        (status = 422)
    ),
)]
pub(crate) async fn add(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<NewBot>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageBots)?;
    let (workspace, id) = (caller.workspace(), BotId::new(caller.fresh_id()));
    let NewBot { name, kind, settings, secret } = body.into_inner();
    let (name, secret) = (named(name)?, secret.as_ref().map(read).transpose()?);
    usable(&desk, &kind, &settings, Some(secret.as_ref()))?;
    let secret = secret.map(|secret| sealed(&desk, (workspace, id), &secret)).transpose()?;
    let bot = Bot { id, workspace, name, kind, settings, secret };
    let work = move |db: &mut Db| {
        if bots::by_id(db, workspace, id)?.is_none() {
            bots::refuse_namesake(db, &bot)?;
            bots::add(db, &bot, clock::now())?;
        }
        detail(db, workspace, id)
    };
    Ok(HttpResponse::Created().json(desk.store.write(work).await?))
}

/// An assistant. For administrators.
#[utoipa::path(
    get, path = "/bots/{id}", tag = "bots",
    params(("id" = String, Path)),
    responses((status = 200, body = BotDetail), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn get(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<BotId>,
) -> Result<Json<BotDetail>, Fault> {
    caller.require(Permission::ManageBots)?;
    let (workspace, id) = (caller.workspace(), *id);
    Ok(Json(desk.store.read(move |db| detail(db, workspace, id)).await?))
}

/// Changes an assistant, which answers so within seconds. For administrators.
#[utoipa::path(
    put, path = "/bots/{id}", tag = "bots",
    params(("id" = String, Path)),
    request_body = ChangedBot,
    responses(
        (status = 200, body = BotDetail), (status = 401), (status = 403), (status = 404),
        (status = 409), (status = 422)
    ),
)]
pub(crate) async fn change(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<BotId>,
    body: Json<ChangedBot>,
) -> Result<Json<BotDetail>, Fault> {
    caller.require(Permission::ManageBots)?;
    let (workspace, id) = (caller.workspace(), *id);
    let found = desk.store.read(move |db| bots::by_id(db, workspace, id)).await?;
    let bot = found.ok_or_else(|| fault::not_found("bot"))?;
    let ChangedBot { name, settings, secret } = body.into_inner();
    let name = named(name)?;
    let secret = match secret {
        Some(secret) => {
            let secret = secret.as_ref().map(read).transpose()?;
            usable(&desk, &bot.kind, &settings, Some(secret.as_ref()))?;
            secret.map(|secret| sealed(&desk, (workspace, id), &secret)).transpose()?
        }
        None => {
            // One that does not open cannot be checked; the bot says so when it is asked.
            let kept = desk.bots.keys.as_ref().and_then(|keys| bot.open(keys).ok());
            let kept = if bot.secret.is_none() { Some(None) } else { kept };
            usable(&desk, &bot.kind, &settings, kept.as_ref().map(Option::as_ref))?;
            bot.secret
        }
    };
    let bot = Bot { name, settings, secret, ..bot };
    let work = move |db: &mut Db| {
        bots::refuse_namesake(db, &bot)?;
        bots::change(db, &bot)?;
        detail(db, workspace, id)
    };
    Ok(Json(desk.store.write(work).await?))
}

/// Removes an assistant that no account has. For administrators.
#[utoipa::path(
    delete, path = "/bots/{id}", tag = "bots",
    params(("id" = String, Path)),
    responses(
        (status = 204), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "Accounts have it; the problem names them.")
    ),
)]
pub(crate) async fn remove(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<BotId>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageBots)?;
    let (workspace, id) = (caller.workspace(), *id);
    desk.store.write(move |db| bots::remove(db, workspace, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn detail(db: &mut Db, workspace: WorkspaceId, id: BotId) -> Result<BotDetail, StoreError> {
    let bot = bots::by_id(db, workspace, id)?.ok_or(StoreError::NotFound("bot"))?;
    let accounts = accounts::list(db, workspace)?.into_iter();
    Ok(BotDetail {
        id,
        name: bot.name,
        kind: bot.kind,
        settings: bot.settings,
        has_secret: bot.secret.is_some(),
        spent_today_micros: spending::on_day(db, id, &spending::day(clock::now()))?,
        account_ids: accounts.filter(|one| one.bot == Some(id)).map(|one| one.id).collect(),
    })
}

/// A secret without the line break that came with copying it.
fn read(given: &SecretString) -> Result<SecretString, Fault> {
    let secret = given.expose_secret().trim();
    if secret.is_empty() || secret.len() > LONGEST_SECRET {
        let long = format!("A secret has 1 to {LONGEST_SECRET} bytes.");
        return Err(fault::invalid(long).into());
    }
    Ok(secret.to_owned().into())
}

fn sealed(
    desk: &Desk,
    whose: (WorkspaceId, BotId),
    secret: &SecretString,
) -> Result<String, Fault> {
    let keys = desk.bots.keys.as_ref().ok_or_else(fault::no_bot_key)?;
    Ok(Bot::seal(keys, whose, secret).map_err(|_| fault::no_bot_key())?)
}

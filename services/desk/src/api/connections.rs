//! What is connected: accounts and bots; and what came in that belongs to neither. Tokens and
//! secrets are in no answer.

use actix_web::web::{Data, Json, Query};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::{
    Channel, Timestamp,
    ids::{AccountId, BotId, TeamId},
};
use switchboard_store::{
    accounts::{self, Account, Health},
    bots, unrouted,
};
use utoipa::{IntoParams, ToSchema};

use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::Fault,
};

/// A channel account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountView {
    #[schema(value_type = String, format = "uuid")]
    id: AccountId,
    /// messenger, instagram, whatsapp
    #[schema(value_type = String)]
    channel: Channel,
    name: String,
    /// The Page's, Instagram account's or phone number's id at Meta.
    external_id: String,
    #[schema(value_type = Option<String>, format = "uuid")]
    bot_id: Option<BotId>,
    #[schema(value_type = String, format = "uuid")]
    team_id: TeamId,
    health: HealthView,
}

/// Whether an account sends.
#[derive(Debug, Serialize, ToSchema)]
struct HealthView {
    sending: bool,
    /// Why it does not send, or did not.
    reason: Option<String>,
    since: Option<i64>,
}

/// An assistant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BotView {
    #[schema(value_type = String, format = "uuid")]
    id: BotId,
    name: String,
    kind: String,
}

/// An event that belongs to no conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnroutedView {
    id: String,
    app_key: String,
    channel: String,
    account: String,
    kind: String,
    /// Why no conversation got it.
    reason: String,
    /// The event as Meta sent it.
    raw: String,
    received_at: i64,
}

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UnroutedQuery {
    /// Received before then, in milliseconds; the latest when absent.
    before: Option<i64>,
}

/// Events on one page.
const PAGE: i64 = 50;

/// The channel accounts, with their health.
#[utoipa::path(
    get, path = "/accounts", tag = "connections",
    responses((status = 200, body = Vec<AccountView>), (status = 401)),
)]
pub(crate) async fn accounts(
    desk: Data<Desk>,
    caller: Caller,
) -> Result<Json<Vec<AccountView>>, Fault> {
    let workspace = caller.workspace();
    let all = desk
        .store
        .read(move |db| {
            let all = accounts::list(db, workspace)?.into_iter();
            all.map(|account| {
                let health = accounts::health(db, workspace, account.id)?;
                Ok((account, health))
            })
            .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    Ok(Json(all.into_iter().map(|(account, health)| account_view(account, health)).collect()))
}

fn account_view(account: Account, health: Option<Health>) -> AccountView {
    AccountView {
        id: account.id,
        channel: account.channel,
        name: account.name,
        external_id: account.external_id,
        bot_id: account.bot,
        team_id: account.team,
        health: HealthView {
            sending: !health.as_ref().is_some_and(|health| health.paused),
            since: health.as_ref().map(|health| health.since.as_millis()),
            reason: health.map(|health| health.reason),
        },
    }
}

/// The assistants.
#[utoipa::path(
    get, path = "/bots", tag = "connections",
    responses((status = 200, body = Vec<BotView>), (status = 401)),
)]
pub(crate) async fn bots(desk: Data<Desk>, caller: Caller) -> Result<Json<Vec<BotView>>, Fault> {
    let workspace = caller.workspace();
    let all = desk.store.read(move |db| bots::list(db, workspace)).await?;
    let view = |bot: bots::Bot| BotView { id: bot.id, name: bot.name, kind: bot.kind };
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Events that belong to no conversation, the latest first. For administrators.
#[utoipa::path(
    get, path = "/unrouted", tag = "connections",
    params(UnroutedQuery),
    responses((status = 200, body = Vec<UnroutedView>), (status = 401), (status = 403)),
)]
pub(crate) async fn unrouted(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<UnroutedQuery>,
) -> Result<Json<Vec<UnroutedView>>, Fault> {
    caller.require(Permission::SeeUnrouted)?;
    let workspace = caller.workspace();
    let before = query.before.map_or_else(clock::now, Timestamp::from_millis);
    let page = desk.store.read(move |db| unrouted::page(db, workspace, before, PAGE)).await?;
    let view = |event: unrouted::Unrouted| UnroutedView {
        id: event.id,
        app_key: event.app_key,
        channel: event.channel,
        account: event.account,
        kind: event.kind,
        reason: event.reason,
        raw: event.raw,
        received_at: Timestamp::from_micros(event.received_at).as_millis(),
    };
    Ok(Json(page.into_iter().map(view).collect()))
}

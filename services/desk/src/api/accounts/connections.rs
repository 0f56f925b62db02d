//! What is connected, and what came in that belongs to nothing of it. Tokens are in no answer.

use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::{
    Channel, Timestamp,
    ids::{AccountId, BotId, TeamId},
};
use switchboard_store::{
    account_events::{self, AccountEvent},
    accounts::{self, Account, Health},
    linking, unrouted,
};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::words::ChannelWord,
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
};

/// A channel account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "b5f58ed1-fa49-58a6-b82f-87cfe924b574", "channel": "whatsapp",
    "name": "Corner Shop +1 555 010 0001", "external_id": "106000000000001",
    "bot_id": "ff781d56-725b-5a35-8e1a-9fcc4acedc12",
    "team_id": "6f45fac3-5295-5c49-8f92-77ae535ebbaf", "links_customers": false,
    "health": {"sending": true, "reason": null, "since": null}, "disconnected_at": null,
    "last_heard_at": 1795788829120_i64
}))]
pub(crate) struct AccountView {
    #[schema(value_type = String, format = "uuid")]
    id: AccountId,
    #[schema(value_type = ChannelWord)]
    channel: Channel,
    name: String,
    /// The Page's, Instagram account's or phone number's id at Meta.
    external_id: String,
    #[schema(value_type = Option<String>, format = "uuid")]
    bot_id: Option<BotId>,
    #[schema(value_type = String, format = "uuid")]
    team_id: TeamId,
    /// Whether its customers can log in (Messenger).
    links_customers: bool,
    health: HealthView,
    /// Since when it is disconnected: it neither receives nor sends. Null while it is connected.
    disconnected_at: Option<i64>,
    /// When something of it last came from Meta.
    last_heard_at: Option<i64>,
}

/// Whether an account sends.
#[derive(Debug, Serialize, ToSchema)]
struct HealthView {
    sending: bool,
    /// Why it does not send, or did not.
    reason: Option<String>,
    since: Option<i64>,
}

/// Which accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccountsQuery {
    /// Only of this channel.
    #[param(value_type = Option<ChannelWord>)]
    channel: Option<Channel>,
    /// Only those that send (true) or do not (false).
    sending: Option<bool>,
}

/// Something that Meta said about an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "whatsapp:106000000000001:phone_number_quality_update:1795788829",
    "kind": "phone_number_quality_update", "severity": "warning",
    "sentence": "Meta lowered how many customers the number may write to first.",
    "raw": "{\"field\":\"phone_number_quality_update\"}", "at": 1795788829120_i64
}))]
pub(crate) struct AccountEventView {
    id: String,
    /// Meta's name of the kind of event.
    kind: String,
    /// info, warning, critical
    severity: String,
    /// What it means, for people.
    sentence: String,
    /// The event as Meta sent it.
    raw: String,
    at: i64,
}

/// An app of Meta's or of others that may share an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "263902037430900", "name": "Page inbox"}))]
pub(crate) struct AppView {
    /// Meta's id of it.
    id: String,
    name: String,
}

/// An event that belongs to no conversation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "messenger:101000000000009:unknown:4e2530cb", "app_key": "shop",
    "channel": "messenger", "account": "101000000000009", "kind": "text",
    "reason": "the account is not connected",
    "raw": "{\"sender\":{\"id\":\"9000000000000101\"}}", "received_at": 1795788829120_i64
}))]
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
pub(crate) struct PageQuery {
    /// Before then, in milliseconds; the latest when absent.
    before: Option<i64>,
}

impl PageQuery {
    fn before(&self) -> Timestamp {
        self.before.map_or_else(clock::now, Timestamp::from_millis)
    }
}

/// Events on one page.
const PAGE: i64 = 50;

/// The channel accounts, with their health.
#[utoipa::path(
    get, path = "/accounts", tag = "connections",
    params(AccountsQuery),
    responses((status = 200, body = Vec<AccountView>), (status = 401)),
)]
pub(crate) async fn accounts(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<AccountsQuery>,
) -> Result<Json<Vec<AccountView>>, Fault> {
    let AccountsQuery { channel, sending } = query.into_inner();
    let workspace = caller.workspace();
    let all = desk
        .store
        .read(move |db| {
            let all = accounts::list(db, workspace)?.into_iter();
            all.map(|account| {
                let health = accounts::health(db, workspace, account.id)?;
                let links_customers = linking::of(db, workspace, account.id)?.is_some();
                let heard = accounts::last_heard(db, workspace, account.id)?;
                Ok(account_view(account, links_customers, (health, heard)))
            })
            .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    let wanted = all
        .into_iter()
        .filter(|view| channel.is_none_or(|channel| view.channel == channel))
        .filter(|view| sending.is_none_or(|sending| view.health.sending == sending));
    Ok(Json(wanted.collect()))
}

fn account_view(
    account: Account,
    links_customers: bool,
    (health, heard): (Option<Health>, Option<Timestamp>),
) -> AccountView {
    AccountView {
        id: account.id,
        channel: account.channel,
        name: account.name,
        external_id: account.external_id,
        bot_id: account.bot,
        team_id: account.team,
        links_customers,
        health: HealthView {
            sending: account.disconnected_at.is_none()
                && !health.as_ref().is_some_and(|health| health.paused),
            since: health.as_ref().map(|health| health.since.as_millis()),
            reason: match account.disconnected_at {
                Some(_) => Some("It is disconnected.".into()),
                None => health.map(|health| health.reason),
            },
        },
        disconnected_at: account.disconnected_at.map(Timestamp::as_millis),
        last_heard_at: heard.map(Timestamp::as_millis),
    }
}

/// What Meta said about an account, the latest first: quality, templates, restrictions. For
/// administrators.
#[utoipa::path(
    get, path = "/accounts/{id}/events", tag = "connections",
    params(("id" = String, Path), PageQuery),
    responses(
        (status = 200, body = Vec<AccountEventView>), (status = 401), (status = 403),
        (status = 404)
    ),
)]
pub(crate) async fn events(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
    query: Query<PageQuery>,
) -> Result<Json<Vec<AccountEventView>>, Fault> {
    caller.require(Permission::SeeAccountEvents)?;
    let (workspace, id, before) = (caller.workspace(), *id, query.before());
    let read = desk.store.read(move |db| match accounts::by_id(db, workspace, id)? {
        Some(_) => account_events::page(db, workspace, id, before, PAGE).map(Some),
        None => Ok(None),
    });
    let page = read.await?.ok_or_else(|| fault::not_found("account"))?;
    let view = |event: AccountEvent| AccountEventView {
        id: event.id,
        kind: event.kind,
        severity: event.severity,
        sentence: event.sentence,
        raw: event.raw,
        at: event.at.as_millis(),
    };
    Ok(Json(page.into_iter().map(view).collect()))
}

/// The apps that are known by name, which a conversation can be passed to.
#[utoipa::path(
    get, path = "/apps", tag = "connections",
    responses((status = 200, body = Vec<AppView>), (status = 401)),
)]
pub(crate) async fn apps(desk: Data<Desk>, _: Caller) -> Json<Vec<AppView>> {
    let known = desk.settings.known_apps.iter();
    Json(known.map(|(id, name)| AppView { id: id.clone(), name: name.clone() }).collect())
}

/// Events that belong to no conversation, the latest first. For administrators.
#[utoipa::path(
    get, path = "/unrouted", tag = "connections",
    params(PageQuery),
    responses((status = 200, body = Vec<UnroutedView>), (status = 401), (status = 403)),
)]
pub(crate) async fn unrouted(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<PageQuery>,
) -> Result<Json<Vec<UnroutedView>>, Fault> {
    caller.require(Permission::SeeUnrouted)?;
    let workspace = caller.workspace();
    let before = query.before();
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

//! Connecting and disconnecting accounts. Outbound does what is to be done at Meta; the desk stores
//! what came of it. Secrets are sealed at once, and in no answer, log or error.

use std::time::Duration;

use actix_web::web::{Data, Json, Path};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use switchboard_chassis::clock;
use switchboard_contract::wire::AccountChanged;
use switchboard_domain::{
    Channel,
    ids::{AccountId, AppId, BotId, ErrandId, TeamId, WorkspaceId},
};
use switchboard_store::{
    accounts::{self, Account, AccountSettings},
    apps, bots,
    errands::Errand,
    teams,
};
use utoipa::ToSchema;

use crate::{
    api::words::ChannelWord,
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue, errand,
    fault::{self, Fault},
};

/// Connecting takes a dozen calls to Meta, and Meta calls us back in between.
const PATIENCE: Duration = Duration::from_secs(120);

/// An account to connect.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "app_id": "01a21d58-d380-7769-9e5a-a745b2ceaf8e", "channel": "messenger",
    "token": "EAAGm0PX4ZCpsBA0000", "bot_id": "ff781d56-725b-5a35-8e1a-9fcc4acedc12"
}))]
pub(crate) struct NewAccount {
    /// The Meta app, by our id (`GET /meta-apps`).
    #[schema(value_type = String, format = "uuid")]
    app_id: AppId,
    #[schema(value_type = ChannelWord)]
    channel: Channel,
    /// An access token: of a user, a system user, a Page, or an Instagram login.
    #[schema(value_type = String, format = Password, min_length = 1, pattern = "^[!-~]+$")]
    token: SecretString,
    /// WhatsApp: the two-step verification PIN, to register the number.
    #[schema(value_type = Option<String>, format = Password)]
    pin: Option<SecretString>,
    /// Which Page, Instagram account or number, when the token reaches several.
    asset: Option<String>,
    /// Which WhatsApp business account, when the token does not say.
    business_id: Option<String>,
    /// The assistant that answers first.
    #[schema(value_type = Option<String>, format = "uuid")]
    bot_id: Option<BotId>,
    /// The team that answers otherwise; the first when null.
    #[schema(value_type = Option<String>, format = "uuid")]
    team_id: Option<TeamId>,
    /// What to set of the messenger profile, in Meta's form: greeting, get_started,
    /// persistent_menu, ice_breakers.
    #[schema(value_type = Option<Object>)]
    messenger_profile: Option<Value>,
    /// What to set of the WhatsApp business profile, in Meta's form: about, address, description,
    /// email, websites, vertical.
    #[schema(value_type = Option<Object>)]
    business_profile: Option<Value>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "account_id": "b5f58ed1-fa49-58a6-b82f-87cfe924b574",
    "findings": [
        {
            "check": "token", "subject": "whatsapp", "verdict": "ok",
            "evidence": "A system user's token; it does not expire.", "remedy": null
        }
    ],
    "choices": []
}))]
pub(crate) struct ConnectView {
    /// The account; null when something failed.
    #[schema(value_type = Option<String>, format = "uuid")]
    account_id: Option<AccountId>,
    /// What was done and seen, in order: check, subject, verdict (ok, skipped, warning, failed),
    /// evidence, remedy.
    #[schema(value_type = Vec<Object>)]
    findings: Value,
    /// What there is, when it has to be said which: id, name.
    #[schema(value_type = Vec<Object>)]
    choices: Value,
}

/// What outbound made of it.
#[derive(Debug, Default, Deserialize)]
struct Made {
    #[serde(default)]
    findings: Value,
    #[serde(default)]
    choices: Value,
    #[serde(default)]
    connection: Option<Connection>,
}

#[derive(Debug, Deserialize)]
struct Connection {
    account_id: AccountId,
    external_id: String,
    sender_id: String,
    business_id: Option<String>,
    name: String,
    token: String,
    #[serde(default)]
    messenger_profile: Map<String, Value>,
}

/// Connects an account: checks the token, subscribes app and account to webhooks, sets profiles. The
/// same again changes nothing; an account that was disconnected comes back with its history. Answers
/// 200 with the findings, whatever they are. For administrators.
#[utoipa::path(
    post, path = "/accounts", tag = "connections",
    request_body = NewAccount,
    responses(
        (status = 200, body = ConnectView), (status = 401), (status = 403), (status = 404),
        (status = 409), (status = 422), (status = 503)
    ),
)]
pub(crate) async fn connect(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<NewAccount>,
) -> Result<Json<ConnectView>, Fault> {
    caller.require(Permission::ManageAccounts)?;
    let (workspace, body) = (caller.workspace(), body.into_inner());
    let app = body.app_id;
    let known = desk.store.read(move |db| apps::by_id(db, workspace, app)).await?;
    known.ok_or_else(|| fault::not_found("app"))?;
    let staff = staff(&desk, workspace, &body).await?;
    let id = errand::of(&caller);
    let input = json!({
        "app_id": app,
        "secrets": sealed(&desk, workspace, id, &body)?,
        "wish": {
            "channel": body.channel, "asset": body.asset, "business_id": body.business_id,
            "messenger_profile": body.messenger_profile, "business_profile": body.business_profile,
        },
    });
    errand::begin(&desk, (workspace, None), (id, "connect"), &input).await?;
    let made = errand::outcome(&desk, (workspace, id), PATIENCE).await?;
    let Made { findings, choices, connection } = read(made);
    let account_id = match connection {
        Some(connection) => Some(keep(&desk, workspace, (&body, staff), connection).await?),
        None => None,
    };
    Ok(Json(ConnectView { account_id, findings, choices }))
}

/// Disconnects an account: its webhooks end at Meta, what still comes is kept with what belongs
/// nowhere, nothing is sent, and its token is forgotten. The history stays. For administrators.
#[utoipa::path(
    delete, path = "/accounts/{id}", tag = "connections",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = ConnectView), (status = 401), (status = 403), (status = 404),
        (status = 503)
    ),
)]
pub(crate) async fn disconnect(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
) -> Result<Json<ConnectView>, Fault> {
    caller.require(Permission::ManageAccounts)?;
    let (workspace, id) = (caller.workspace(), *id);
    let known = desk.store.read(move |db| accounts::by_id(db, workspace, id)).await?;
    known.ok_or_else(|| fault::not_found("account"))?;
    let made = errand::run(&desk, (&caller, id), "disconnect", &json!({})).await?;
    desk.store.write(move |db| accounts::disconnect(db, workspace, id, clock::now())).await?;
    tell(&desk, workspace, id).await?;
    let Made { findings, choices, .. } = read(made);
    Ok(Json(ConnectView { account_id: Some(id), findings, choices }))
}

/// Whom to write to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"to": "15550102001"}))]
pub(crate) struct TestBody {
    /// PSID, IGSID, or phone number with its country code.
    to: String,
}

/// Sends a line to a customer, to see that the account sends. For administrators.
#[utoipa::path(
    post, path = "/accounts/{id}/test", tag = "connections",
    params(("id" = String, Path)),
    request_body = TestBody,
    responses(
        (status = 200, body = ConnectView), (status = 401), (status = 403), (status = 404),
        (status = 422), (status = 503)
    ),
)]
pub(crate) async fn test(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
    body: Json<TestBody>,
) -> Result<Json<ConnectView>, Fault> {
    caller.require(Permission::ManageAccounts)?;
    let (workspace, id) = (caller.workspace(), *id);
    let known = desk.store.read(move |db| accounts::by_id(db, workspace, id)).await?;
    known.ok_or_else(|| fault::not_found("account"))?;
    let input = json!({ "to": body.to.trim() });
    let made = errand::run(&desk, (&caller, id), "test_message", &input).await?;
    let Made { findings, choices, .. } = read(made);
    Ok(Json(ConnectView { account_id: Some(id), findings, choices }))
}

fn read(made: Value) -> Made {
    let listed = |value: Value| if value.is_array() { value } else { json!([]) };
    let Made { findings, choices, connection } = serde_json::from_value(made).unwrap_or_default();
    Made { findings: listed(findings), choices: listed(choices), connection }
}

/// Who answers: checked before anything is done at Meta.
async fn staff(
    desk: &Desk,
    workspace: WorkspaceId,
    body: &NewAccount,
) -> Result<(Option<BotId>, TeamId), Fault> {
    let (teams, bots) = desk
        .store
        .read(move |db| Ok((teams::list(db, workspace)?, bots::list(db, workspace)?)))
        .await?;
    if body.bot_id.is_some_and(|bot| !bots.iter().any(|known| known.id == bot)) {
        return Err(fault::not_found("assistant").into());
    }
    let team = match body.team_id {
        Some(team) => teams.iter().find(|known| known.id == team),
        None => teams.first(),
    };
    Ok((body.bot_id, team.ok_or_else(|| fault::not_found("team"))?.id))
}

fn sealed(
    desk: &Desk,
    workspace: WorkspaceId,
    id: ErrandId,
    body: &NewAccount,
) -> Result<String, Fault> {
    let keys = desk.apps.as_ref().ok_or_else(fault::no_key)?;
    let word = |secret: &SecretString| secret.expose_secret().trim().to_owned();
    let secrets = json!({ "token": word(&body.token), "pin": body.pin.as_ref().map(word) });
    let row = id.to_string();
    let secrets = SecretString::from(secrets.to_string());
    let sealed = keys.seal(Errand::input_place(workspace, &row), &secrets);
    Ok(sealed.map_err(|_| fault::no_key())?)
}

/// Stores what Meta knows as ours now.
async fn keep(
    desk: &Desk,
    workspace: WorkspaceId,
    (body, (bot, team)): (&NewAccount, (Option<BotId>, TeamId)),
    connection: Connection,
) -> Result<AccountId, Fault> {
    let Connection { account_id: id, external_id, sender_id, business_id, name, token, .. } =
        connection;
    let messenger_profile = connection.messenger_profile;
    let account = Account {
        id,
        workspace,
        app: body.app_id,
        channel: body.channel,
        external_id,
        sender_id,
        business_id,
        name,
        token,
        bot,
        team,
        settings: AccountSettings { messenger_profile, ..AccountSettings::default() },
        disconnected_at: None,
    };
    let store = move |db: &mut _| match accounts::by_id(db, workspace, id)? {
        Some(_) => accounts::reconnect(db, &account),
        None => accounts::add(db, &account, clock::now()),
    };
    desk.store.write(store).await?;
    tell(desk, workspace, id).await?;
    Ok(id)
}

async fn tell(desk: &Desk, workspace: WorkspaceId, id: AccountId) -> Result<(), Fault> {
    let changed =
        AccountChanged { workspace_id: workspace.to_string(), account_id: id.to_string() };
    Ok(enqueue::account_changed(desk, id, changed).await?)
}

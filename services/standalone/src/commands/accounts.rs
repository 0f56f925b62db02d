//! `switchboard account`.

use switchboard_backend::{Backend, Keys, replica_name};
use switchboard_chassis::{
    clock,
    settings::{Mode, Settings},
};
use switchboard_contract::{Body, Envelope, convert::account_shard, encode, wire::AccountChanged};
use switchboard_domain::{Channel, ids::AccountId};
use switchboard_queue::{Message, Topic};
use switchboard_store::{
    Store,
    accounts::{self, Account, AccountSettings},
    bots,
    workspaces::Workspace,
};
use uuid::Uuid;

use super::{Error, connect, linking, read_secret, say, target};
use crate::cli::{self, AddAccount, BotOfAccount};

pub(super) async fn run(
    settings: &Settings,
    store: &Store,
    keys: &Keys,
    command: cli::Account,
) -> Result<(), Error> {
    match command {
        cli::Account::Add(options) => add(store, keys, options).await,
        cli::Account::Connect(options) => connect::connect(settings, store, keys, *options).await,
        cli::Account::Disconnect(options) => {
            connect::disconnect(settings, store, keys, options).await
        }
        cli::Account::Token { channel, external_id } => {
            let account = replace_token(store, keys, channel, external_id).await?;
            match tell_outbound(settings, &account).await? {
                true => say("the token is replaced; paused sends go on"),
                false => say("the token is replaced; paused sends go on in a moment"),
            }
        }
        cli::Account::Bot(options) => give_bot(store, options).await,
        cli::Account::Linking(command) => linking::run(settings, store, keys, command).await,
        cli::Account::List { workspace } => {
            let workspace = target::workspace(store, workspace.as_deref()).await?;
            list(store, workspace).await
        }
    }
}

async fn add(store: &Store, keys: &Keys, options: AddAccount) -> Result<(), Error> {
    let app = target::app(store, &options.app).await?;
    let workspace = target::workspace(store, Some(&app.workspace.to_string())).await?;
    let team = target::team(store, &workspace, options.team.as_deref()).await?.id;
    let bot = match &options.bot {
        Some(name) => Some(target::bot(store, &workspace, name).await?.id),
        None => None,
    };
    let token = read_secret("the access token")?;
    let id = AccountId::new(Uuid::now_v7());
    let row = id.to_string();
    let token = keys.tokens()?.seal(Account::token_place(workspace.id, &row), &token)?;
    let sender_id = options.sender_id.unwrap_or_else(|| options.external_id.clone());
    let account = Account {
        id,
        workspace: workspace.id,
        app: app.id,
        channel: options.channel,
        external_id: options.external_id,
        sender_id,
        business_id: options.business_id,
        name: options.name,
        token,
        bot,
        team,
        settings: AccountSettings::default(),
        disconnected_at: None,
    };
    store.write(move |db| accounts::add(db, &account, clock::now())).await?;
    say(&row)
}

/// One that is disconnected keeps its bot, so it can be given another.
async fn give_bot(store: &Store, options: BotOfAccount) -> Result<(), Error> {
    let BotOfAccount { channel, external_id, bot } = options;
    let wanted = external_id.clone();
    let found = store.read(move |db| accounts::known(db, channel, &wanted)).await?;
    let account = found.ok_or_else(|| no_such(channel, &external_id))?;
    let workspace = target::workspace(store, Some(&account.workspace.to_string())).await?;
    let bot = match &bot {
        Some(name) => Some(target::bot(store, &workspace, name).await?.id),
        None => None,
    };
    store.write(move |db| bots::give(db, account.workspace, account.id, bot)).await?;
    say(if bot.is_some() { "the assistant answers first" } else { "people answer" })
}

fn no_such(channel: Channel, external_id: &str) -> Error {
    let what = format!("no {channel} account {external_id} is connected");
    Error::Usage(format!("{what}; see `switchboard account list`"))
}

async fn replace_token(
    store: &Store,
    keys: &Keys,
    channel: Channel,
    external_id: String,
) -> Result<Account, Error> {
    let wanted = external_id.clone();
    let found = store.read(move |db| accounts::by_external_id(db, channel, &wanted)).await?;
    let account = found.ok_or_else(|| no_such(channel, &external_id))?;
    let token = read_secret("the new access token")?;
    let (workspace, id) = (account.workspace, account.id);
    let row = id.to_string();
    let sealed = keys.tokens()?.seal(Account::token_place(workspace, &row), &token)?;
    store.write(move |db| accounts::set_token(db, workspace, id, &sealed)).await?;
    Ok(account)
}

/// What changed counts at once where the queue can be reached beside the running services; a running
/// embedded installation owns its queue, and looks itself (false).
pub(super) async fn tell_outbound(settings: &Settings, account: &Account) -> Result<bool, Error> {
    if settings.mode() == Mode::Embedded {
        return Ok(false);
    }
    let backend = Backend::open(settings.clone(), replica_name("account")).await?;
    let id = format!("account/{}", Uuid::now_v7());
    let changed = AccountChanged {
        workspace_id: account.workspace.to_string(),
        account_id: account.id.to_string(),
    };
    let envelope = Envelope {
        id: id.clone(),
        created_at_us: clock::now().as_micros(),
        body: Some(Body::AccountChanged(changed)),
        ..Envelope::default()
    };
    let topic = Topic::Outbound(account_shard(account.id));
    let message = Message { id, topic, payload: encode(vec![envelope]) };
    let published = backend.queue.publish(vec![message]).await;
    backend.close().await;
    Ok(published.is_ok())
}

async fn list(store: &Store, workspace: Workspace) -> Result<(), Error> {
    let id = workspace.id;
    for account in store.read(move |db| accounts::list(db, id)).await? {
        let account_id = account.id;
        let health = store.read(move |db| accounts::health(db, id, account_id)).await?;
        let state = match health {
            _ if account.disconnected_at.is_some() => "disconnected".to_owned(),
            Some(health) if health.paused => format!("paused: {}", health.reason),
            _ => "sends".to_owned(),
        };
        let (channel, external) = (account.channel, &account.external_id);
        say(&format!("{account_id}\t{channel}\t{external}\t{}\t{state}", account.name))?;
    }
    Ok(())
}

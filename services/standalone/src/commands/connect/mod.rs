//! `switchboard account connect` and `disconnect`: asks for what is missing when a person is at the
//! terminal, takes everything from flags and standard input when not.

mod ask;

use std::{fs, path::Path};

use serde_json::{Value, json};
use switchboard_backend::Keys;
use switchboard_chassis::{clock, settings::Settings};
use switchboard_domain::ids::{AccountId, BotId, TeamId, WorkspaceId};
use switchboard_outbound::setup::{
    self, Finding, Site, Verdict,
    connect::{Choice, Connection, Outcome, Secrets, Wish},
};
use switchboard_store::{
    Store,
    accounts::{self, Account, AccountSettings},
    apps::{self, App},
    workspaces::Workspace,
};
use uuid::Uuid;

use super::{Error, accounts::tell_outbound, apps as app_commands, doctor, say, target};
use crate::cli::{ConnectAccount, DisconnectAccount};
use ask::Answers;

/// Connects an account.
pub(super) async fn connect(
    settings: &Settings,
    store: &Store,
    keys: &Keys,
    options: ConnectAccount,
) -> Result<(), Error> {
    let mut answers = Answers::read()?;
    let workspace = target::workspace(store, options.workspace.as_deref()).await?;
    let team = target::team(store, &workspace, options.team.as_deref()).await?.id;
    let bot = match &options.bot {
        Some(name) => Some(target::bot(store, &workspace, name).await?.id),
        None => None,
    };
    let channel = match options.channel {
        Some(channel) => channel,
        None => answers.channel()?,
    };
    let app = app(store, keys, &workspace, (&options, &mut answers)).await?;
    let secrets = Secrets { token: answers.token()?, pin: answers.pin() };
    let mut wish = Wish {
        channel,
        asset: options.asset.clone(),
        business_id: options.business_id.clone(),
        messenger_profile: profile(options.messenger_profile.as_deref())?,
        business_profile: profile(options.business_profile.as_deref())?,
    };
    let site = Site::new(settings, (store.clone(), keys), None)?;
    let mut outcome = setup::connect::connect(&site, app.clone(), &secrets, &wish).await;
    if !outcome.choices.is_empty() && answers.can_ask() {
        wish.asset = Some(answers.choice(&outcome.choices)?);
        outcome = setup::connect::connect(&site, app.clone(), &secrets, &wish).await;
    }
    let Outcome { mut findings, choices, connection } = outcome;
    let account = match connection {
        Some(connection) => {
            let named = options.name.clone();
            let staff = (workspace.id, &app, team, bot, named);
            Some(keep(store, keys, staff, connection).await?)
        }
        None => None,
    };
    if let (Some(account), Some(to)) = (&account, &options.test_to) {
        findings.push(setup::test_message(&site, account.clone(), to).await);
    }
    let id = account.as_ref().map(|account| account.id);
    report(options.json, id, (&findings, &choices))?;
    if let Some(account) = &account {
        tell_outbound(settings, account).await?;
    }
    unwell(&findings)
}

/// Disconnects an account; its history stays.
pub(super) async fn disconnect(
    settings: &Settings,
    store: &Store,
    keys: &Keys,
    options: DisconnectAccount,
) -> Result<(), Error> {
    let DisconnectAccount { channel, external_id, json } = options;
    let wanted = external_id.clone();
    let found = store.read(move |db| accounts::by_external_id(db, channel, &wanted)).await?;
    let account = found.ok_or_else(|| {
        let what = format!("no {channel} account {external_id} is connected");
        Error::Usage(format!("{what}; see `switchboard account list`"))
    })?;
    let site = Site::new(settings, (store.clone(), keys), None)?;
    let findings = setup::disconnect(&site, account.clone()).await;
    let (workspace, id) = (account.workspace, account.id);
    store.write(move |db| accounts::disconnect(db, workspace, id, clock::now())).await?;
    report(json, Some(id), (&findings, &[]))?;
    tell_outbound(settings, &account).await?;
    if !json {
        say("disconnected: nothing is sent any more, and what still comes is kept apart")?;
    }
    Ok(())
}

/// The app that was named, or the only one, or a new one.
async fn app(
    store: &Store,
    keys: &Keys,
    workspace: &Workspace,
    (options, answers): (&ConnectAccount, &mut Answers),
) -> Result<App, Error> {
    let id = workspace.id;
    let all = store.read(move |db| apps::list(db, id)).await?;
    let fits = |app: &&App| {
        options.app.as_ref().is_none_or(|key| *key == app.key)
            && options.app_id.as_ref().is_none_or(|meta| *meta == app.meta_app_id)
    };
    let fitting: Vec<&App> = all.iter().filter(fits).collect();
    if let [app] = fitting[..] {
        return Ok(app.clone());
    }
    if fitting.len() > 1 {
        return Err(Error::Usage("there are several apps: say which with --app KEY".into()));
    }
    let meta_app_id = match &options.app_id {
        Some(id) => id.clone(),
        None => answers.app_id()?,
    };
    let secret = answers.app_secret()?;
    let key = options.app.clone().unwrap_or_else(|| meta_app_id.clone());
    let app = app_commands::new(keys, (workspace.id, key, meta_app_id), &secret)?;
    let added = app.clone();
    store.write(move |db| apps::add(db, &added, clock::now())).await?;
    Ok(app)
}

fn profile(file: Option<&Path>) -> Result<Option<Value>, Error> {
    let Some(file) = file else { return Ok(None) };
    let text = fs::read_to_string(file)
        .map_err(|error| Error::Usage(format!("{}: {error}", file.display())))?;
    let value: Value = serde_json::from_str(&text)
        .map_err(|error| Error::Usage(format!("{}: {error}", file.display())))?;
    if value.is_object() {
        return Ok(Some(value));
    }
    let what = format!("{}: write a JSON object, such as {{\"greeting\": [...]}}", file.display());
    Err(Error::Usage(what))
}

/// Whose it is, the app, who answers, and what it is to be called.
type Staff<'a> = (WorkspaceId, &'a App, TeamId, Option<BotId>, Option<String>);

/// Stores what Meta knows as ours now. One that is known already keeps its id and its history.
async fn keep(
    store: &Store,
    keys: &Keys,
    (workspace, app, team, bot, named): Staff<'_>,
    connection: Connection,
) -> Result<Account, Error> {
    let (channel, external) = (connection.channel, connection.external_id.clone());
    let known = store.read(move |db| accounts::known(db, channel, &external)).await?;
    if known.as_ref().is_some_and(|known| known.workspace != workspace) {
        let what = "the account is connected to another workspace of this installation";
        return Err(Error::Usage(what.into()));
    }
    let id = known.as_ref().map_or_else(|| AccountId::new(Uuid::now_v7()), |known| known.id);
    let row = id.to_string();
    let place = Account::token_place(workspace, &row);
    let token = keys.tokens()?.seal(place, &connection.token)?;
    let account = Account {
        id,
        workspace,
        app: app.id,
        channel,
        external_id: connection.external_id,
        sender_id: connection.sender_id,
        business_id: connection.business_id,
        name: named.unwrap_or(connection.name),
        token,
        bot,
        team,
        settings: AccountSettings {
            messenger_profile: connection.messenger_profile,
            ..AccountSettings::default()
        },
        disconnected_at: None,
    };
    let stored = account.clone();
    let write = move |db: &mut _| match &known {
        Some(_) => accounts::reconnect(db, &stored),
        None => accounts::add(db, &stored, clock::now()),
    };
    store.write(write).await?;
    Ok(account)
}

fn report(
    as_json: bool,
    account: Option<AccountId>,
    (findings, choices): (&[Finding], &[Choice]),
) -> Result<(), Error> {
    if as_json {
        let told = json!({ "account_id": account, "findings": findings, "choices": choices });
        return say(&told.to_string());
    }
    for finding in findings {
        doctor::tell(finding)?;
    }
    match account {
        Some(id) => say(&format!("account {id}")),
        None => Ok(()),
    }
}

fn unwell(findings: &[Finding]) -> Result<(), Error> {
    match findings.iter().filter(|finding| finding.verdict == Verdict::Failed).count() {
        0 => Ok(()),
        count => Err(Error::Unwell(count)),
    }
}

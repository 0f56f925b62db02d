//! What a command is about: found by name, or by being the only one.

use switchboard_store::{
    Store,
    accounts::{self, Account},
    apps::{self, App},
    bots::{self, Bot},
    teams::{self, Team},
    webhooks::endpoints::{self, Endpoint},
    workspaces::{self, Workspace},
};

use super::Error;

/// The workspace of that name or id, or the only one.
pub(super) async fn workspace(store: &Store, named: Option<&str>) -> Result<Workspace, Error> {
    let all = store.read(workspaces::list).await?;
    let matches = |found: &Workspace, name: &str| {
        found.name.eq_ignore_ascii_case(name) || found.id.to_string() == name
    };
    let remedy = "see `switchboard workspace list`, or add one with `switchboard workspace add`";
    only(all, named, "workspace", remedy, matches)
}

/// The team of that name in the workspace, or the only one.
pub(super) async fn team(
    store: &Store,
    workspace: &Workspace,
    named: Option<&str>,
) -> Result<Team, Error> {
    let id = workspace.id;
    let all = store.read(move |db| teams::list(db, id)).await?;
    let remedy = "see `switchboard workspace list`";
    only(all, named, "team", remedy, |team, name| team.name.eq_ignore_ascii_case(name))
}

/// The bot of that name or id in the workspace.
pub(super) async fn bot(store: &Store, workspace: &Workspace, name: &str) -> Result<Bot, Error> {
    let id = workspace.id;
    let all = store.read(move |db| bots::list(db, id)).await?;
    let remedy = "see `switchboard bots list`, or add one with `switchboard bots add`";
    let matches =
        |bot: &Bot, name: &str| bot.name.eq_ignore_ascii_case(name) || bot.id.to_string() == name;
    only(all, Some(name), "assistant", remedy, matches)
}

/// The account of that name in the workspace, or that Meta knows by that id.
pub(super) async fn account(
    store: &Store,
    workspace: &Workspace,
    name: &str,
) -> Result<Account, Error> {
    let id = workspace.id;
    let all = store.read(move |db| accounts::list(db, id)).await?;
    let remedy = "see `switchboard account list`";
    only(all, Some(name), "account", remedy, |account, name| {
        account.name.eq_ignore_ascii_case(name) || account.external_id == name
    })
}

/// The webhook endpoint of that id or address in the workspace.
pub(super) async fn webhook(
    store: &Store,
    workspace: &Workspace,
    name: &str,
) -> Result<Endpoint, Error> {
    let id = workspace.id;
    let all = store.read(move |db| endpoints::list(db, id)).await?;
    let remedy =
        "see `switchboard webhooks list`; several of one address are told apart by their ids";
    only(all, Some(name), "webhook endpoint", remedy, |endpoint, name| {
        endpoint.url == name || endpoint.id.to_string() == name
    })
}

/// The app of that key.
pub(super) async fn app(store: &Store, key: &str) -> Result<App, Error> {
    let wanted = key.to_owned();
    let found = store.read(move |db| apps::by_key(db, &wanted)).await?;
    found.ok_or_else(|| {
        Error::Usage(format!("there is no app {key:?}; add it with `switchboard app add`"))
    })
}

fn only<T>(
    all: Vec<T>,
    named: Option<&str>,
    what: &str,
    remedy: &str,
    matches: impl Fn(&T, &str) -> bool,
) -> Result<T, Error> {
    let mut found = match named {
        Some(name) => all.into_iter().filter(|one| matches(one, name)).collect(),
        None => all,
    };
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some(_), false) => {
            Err(Error::Usage(format!("there are several: say which with --{what}; {remedy}")))
        }
        (None, _) => Err(Error::Usage(format!("there is no such {what}; {remedy}"))),
    }
}

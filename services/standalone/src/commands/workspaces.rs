//! `switchboard workspace`.

use switchboard_chassis::clock;
use switchboard_domain::ids::{TeamId, WorkspaceId};
use switchboard_store::{
    Store,
    teams::{self, Team},
    workspaces::{self, Workspace},
};
use uuid::Uuid;

use super::{Error, say};
use crate::cli;

pub(super) async fn run(store: &Store, command: cli::Workspace) -> Result<(), Error> {
    match command {
        cli::Workspace::Add { name, team } => add(store, name, team).await,
        cli::Workspace::List => list(store).await,
    }
}

async fn add(store: &Store, name: String, team: String) -> Result<(), Error> {
    let workspace = Workspace { id: WorkspaceId::new(Uuid::now_v7()), name };
    let team = Team { id: TeamId::new(Uuid::now_v7()), workspace: workspace.id, name: team };
    let id = workspace.id;
    store
        .write(move |db| {
            workspaces::add(db, &workspace, clock::now())?;
            teams::add(db, &team, clock::now())
        })
        .await?;
    say(&id.to_string())
}

async fn list(store: &Store) -> Result<(), Error> {
    for workspace in store.read(workspaces::list).await? {
        let id = workspace.id;
        let teams = store.read(move |db| teams::list(db, id)).await?;
        let names: Vec<String> = teams.into_iter().map(|team| team.name).collect();
        say(&format!("{id}\t{}\tteams: {}", workspace.name, names.join(", ")))?;
    }
    Ok(())
}

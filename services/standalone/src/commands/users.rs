//! `switchboard user`.

use secrecy::ExposeSecret;
use switchboard_chassis::clock;
use switchboard_desk::hash_password;
use switchboard_domain::{dispatch::Presence, ids::UserId};
use switchboard_store::{
    Store, teams,
    users::{self, Particulars, User},
};
use uuid::Uuid;

use super::{Error, read_secret, say, target};
use crate::cli;

pub(super) async fn run(store: &Store, command: cli::User) -> Result<(), Error> {
    match command {
        cli::User::Add { workspace, email, name, role, capacity } => {
            let workspace = target::workspace(store, workspace.as_deref()).await?.id;
            let id = UserId::new(Uuid::now_v7());
            let chosen_presence = Presence::Online;
            let email = users::normal_email(&email);
            let active = true;
            let user = User { id, workspace, email, name, role, capacity, active, chosen_presence };
            add(store, user).await
        }
        cli::User::Password { email } => set_password(store, &email).await,
        cli::User::Role { email, role } => {
            change(store, &email, |user| user.role = role).await?;
            say("the role is changed")
        }
        cli::User::Lock { email } => {
            change(store, &email, |user| user.active = false).await?;
            say("locked out; who is at the desk is logged out within half a minute")
        }
        cli::User::Unlock { email } => {
            change(store, &email, |user| user.active = true).await?;
            say("let in again")
        }
        cli::User::List { workspace } => {
            let workspace = target::workspace(store, workspace.as_deref()).await?.id;
            for user in store.read(move |db| users::list(db, workspace)).await? {
                let state = if user.active { "active" } else { "locked" };
                let role = format!("{:?}", user.role).to_lowercase();
                say(&format!("{}\t{}\t{role}\t{state}", user.email, user.name))?;
            }
            Ok(())
        }
    }
}

/// A new person joins all teams of the workspace; an administrator narrows that down at the desk.
async fn add(store: &Store, user: User) -> Result<(), Error> {
    let hash = hash(&read_secret("the password")?)?;
    let id = user.id;
    store
        .write(move |db| {
            users::add(db, &user, &hash, clock::now())?;
            for team in teams::list(db, user.workspace)? {
                teams::add_member(db, user.workspace, team.id, user.id)?;
            }
            Ok(())
        })
        .await?;
    say(&id.to_string())
}

async fn set_password(store: &Store, email: &str) -> Result<(), Error> {
    let user = find(store, email).await?;
    let hash = hash(&read_secret("the new password")?)?;
    let set = move |db: &mut _| users::set_password(db, user.workspace, user.id, &hash, None);
    store.write(set).await?;
    say("the password is changed")
}

async fn change(
    store: &Store,
    email: &str,
    change: impl FnOnce(&mut Particulars),
) -> Result<(), Error> {
    let User { id, workspace, email, name, role, active, .. } = find(store, email).await?;
    let mut to = Particulars { email, name, role, active };
    change(&mut to);
    Ok(store.write(move |db| users::change(db, workspace, id, &to)).await?)
}

async fn find(store: &Store, email: &str) -> Result<User, Error> {
    let wanted = email.to_owned();
    let found = store.read(move |db| users::credentials(db, &wanted)).await?;
    found.map(|(user, _)| user).ok_or_else(|| {
        Error::Usage(format!("nobody logs in as {email}; see `switchboard user list`"))
    })
}

fn hash(password: &secrecy::SecretString) -> Result<String, Error> {
    hash_password(password.expose_secret()).map_err(|error| Error::Usage(error.to_string()))
}

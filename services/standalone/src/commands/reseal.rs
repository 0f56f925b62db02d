//! `switchboard reseal`: the last step but one of retiring a key.

use std::sync::Arc;

use switchboard_backend::Keys;
use switchboard_chassis::clock;
use switchboard_domain::ids::WorkspaceId;
use switchboard_store::{
    Db, Store, StoreError,
    accounts::{self, Account},
    apps::{self, App},
    bots::{self, Bot},
    linking::{self, Linking},
    seal::{Keyring, Place},
    webhooks::endpoints::{self, Endpoint},
    workspaces,
};

use super::{Error, say};

/// Seals everything anew, or nothing: one transaction.
pub(super) async fn run(store: &Store, keys: &Keys) -> Result<(), Error> {
    let rings = Rings {
        tokens: keys.tokens()?,
        apps: keys.apps()?,
        linking: keys.linking(),
        bots: keys.bots(),
    };
    let work = move |db: &mut Db| {
        let mut count = 0;
        for workspace in workspaces::list(db)? {
            count += of_apps(db, &rings, workspace.id)?;
            count += of_accounts(db, &rings, workspace.id)?;
            count += of_bots(db, &rings, workspace.id)?;
            count += of_endpoints(db, &rings, workspace.id)?;
        }
        Ok(count)
    };
    let count: u32 = store.write(work).await?;
    say(&format!("sealed {count} secrets with the first keys"))
}

/// What seals which secrets; without a ring there are none that it sealed.
struct Rings {
    tokens: Arc<Keyring>,
    apps: Arc<Keyring>,
    linking: Option<Arc<Keyring>>,
    bots: Option<Arc<Keyring>>,
}

fn of_apps(db: &mut Db, rings: &Rings, workspace: WorkspaceId) -> Result<u32, StoreError> {
    let mut count = 0;
    for app in apps::list(db, workspace)? {
        let row = app.id.to_string();
        let secret = App::secret_place(workspace, &row);
        let verify = App::verify_token_place(workspace, &row);
        let previous = app.previous_secret.as_deref();
        let previous = previous.map(|sealed| anew(&rings.apps, secret, sealed)).transpose()?;
        count += 2 + u32::from(previous.is_some());
        let app = App {
            secret: anew(&rings.apps, secret, &app.secret)?,
            previous_secret: previous,
            verify_token: anew(&rings.apps, verify, &app.verify_token)?,
            ..app
        };
        apps::reseal(db, &app)?;
    }
    Ok(count)
}

fn of_accounts(db: &mut Db, rings: &Rings, workspace: WorkspaceId) -> Result<u32, StoreError> {
    let mut count = 0;
    for account in accounts::list(db, workspace)? {
        let row = account.id.to_string();
        // One that is disconnected has no token any more.
        if account.disconnected_at.is_none() {
            let place = Account::token_place(workspace, &row);
            let token = anew(&rings.tokens, place, &account.token)?;
            accounts::set_token(db, workspace, account.id, &token)?;
            count += 1;
        }
        let (Some(ring), Some(linking)) = (&rings.linking, linking::of(db, workspace, account.id)?)
        else {
            continue;
        };
        let secret = anew(ring, Linking::secret_place(workspace, &row), &linking.secret)?;
        linking::set(db, &Linking { secret, ..linking }, clock::now())?;
        count += 1;
    }
    Ok(count)
}

fn of_bots(db: &mut Db, rings: &Rings, workspace: WorkspaceId) -> Result<u32, StoreError> {
    let mut count = 0;
    for bot in bots::list(db, workspace)? {
        let (Some(ring), Some(sealed)) = (&rings.bots, &bot.secret) else { continue };
        let row = bot.id.to_string();
        let secret = Some(anew(ring, Bot::secret_place(workspace, &row), sealed)?);
        bots::set_secret(db, &Bot { secret, ..bot })?;
        count += 1;
    }
    Ok(count)
}

fn of_endpoints(db: &mut Db, rings: &Rings, workspace: WorkspaceId) -> Result<u32, StoreError> {
    let mut count = 0;
    for endpoint in endpoints::list(db, workspace)? {
        let row = endpoint.id.to_string();
        let place = Endpoint::secret_place(workspace, &row);
        let old_secret = match &endpoint.old_secret {
            Some((sealed, until)) => Some((anew(&rings.apps, place, sealed)?, *until)),
            None => None,
        };
        count += 1 + u32::from(old_secret.is_some());
        let secret = anew(&rings.apps, place, &endpoint.secret)?;
        endpoints::reseal(db, &Endpoint { secret, old_secret, ..endpoint })?;
    }
    Ok(count)
}

fn anew(ring: &Keyring, place: Place<'_>, sealed: &str) -> Result<String, StoreError> {
    let opened = ring.open(place, sealed);
    let sealed = opened.and_then(|secret| ring.seal(place, &secret));
    let field = place.column;
    sealed.map_err(|error| StoreError::Corrupt { field, found: error.to_string() })
}

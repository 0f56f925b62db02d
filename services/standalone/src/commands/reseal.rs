//! `switchboard reseal`: the last step but one of retiring a key.

use switchboard_backend::Keys;
use switchboard_chassis::clock;
use switchboard_store::{
    Db, Store, StoreError,
    accounts::{self, Account},
    apps::{self, App},
    bots::{self, Bot},
    linking::{self, Linking},
    seal::{Keyring, Place},
    workspaces,
};

use super::{Error, say};

/// Seals everything anew, or nothing: one transaction.
pub(super) async fn run(store: &Store, keys: &Keys) -> Result<(), Error> {
    let (tokens, secrets) = (keys.tokens()?, keys.apps()?);
    let (log_ins, of_bots) = (keys.linking(), keys.bots());
    let work = move |db: &mut Db| {
        let mut count = 0;
        for workspace in workspaces::list(db)? {
            for app in apps::list(db, workspace.id)? {
                apps::reseal(db, &app_anew(&secrets, app)?)?;
                count += 1;
            }
            for bot in bots::list(db, workspace.id)? {
                if let Some(ring) = &of_bots {
                    bot_anew(db, ring, bot)?;
                }
            }
            for account in accounts::list(db, workspace.id)? {
                let row = account.id.to_string();
                let place = Account::token_place(workspace.id, &row);
                // One that is disconnected has no token any more.
                if account.disconnected_at.is_none() {
                    let token = anew(&tokens, place, "accounts.token", &account.token)?;
                    accounts::set_token(db, workspace.id, account.id, &token)?;
                }
                if let Some(ring) = &log_ins {
                    linking_anew(db, ring, &account)?;
                }
                count += 1;
            }
        }
        Ok(count)
    };
    let count: u32 = store.write(work).await?;
    say(&format!("sealed the secrets of {count} apps and accounts with the first keys"))
}

/// The secret of an account's log-in service, if it has one.
fn linking_anew(db: &mut Db, ring: &Keyring, account: &Account) -> Result<(), StoreError> {
    let Some(linking) = linking::of(db, account.workspace, account.id)? else { return Ok(()) };
    let row = account.id.to_string();
    let place = Linking::secret_place(account.workspace, &row);
    let secret = anew(ring, place, "account_linking.secret", &linking.secret)?;
    linking::set(db, &Linking { secret, ..linking }, clock::now())
}

/// The secret of a bot, if it has one.
fn bot_anew(db: &mut Db, ring: &Keyring, bot: Bot) -> Result<(), StoreError> {
    let Some(sealed) = &bot.secret else { return Ok(()) };
    let row = bot.id.to_string();
    let secret = anew(ring, Bot::secret_place(bot.workspace, &row), "bots.secret", sealed)?;
    bots::set_secret(db, &Bot { secret: Some(secret), ..bot })
}

fn app_anew(ring: &Keyring, app: App) -> Result<App, StoreError> {
    let row = app.id.to_string();
    let secret = App::secret_place(app.workspace, &row);
    let verify = App::verify_token_place(app.workspace, &row);
    let previous = app.previous_secret.as_deref();
    Ok(App {
        secret: anew(ring, secret, "apps.secret", &app.secret)?,
        previous_secret: previous
            .map(|sealed| anew(ring, secret, "apps.previous_secret", sealed))
            .transpose()?,
        verify_token: anew(ring, verify, "apps.verify_token", &app.verify_token)?,
        ..app
    })
}

fn anew(
    ring: &Keyring,
    place: Place<'_>,
    field: &'static str,
    sealed: &str,
) -> Result<String, StoreError> {
    let opened = ring.open(place, sealed);
    let sealed = opened.and_then(|secret| ring.seal(place, &secret));
    sealed.map_err(|error| StoreError::Corrupt { field, found: error.to_string() })
}

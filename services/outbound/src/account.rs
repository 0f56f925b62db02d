//! Accounts as the sender needs them: the node, the token, the proof. Nowhere else in Switchboard
//! is a token in the clear.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use switchboard_chassis::settings::Limits;
use switchboard_domain::{
    Channel,
    ids::{AccountId, WorkspaceId},
    shard::AccountShard,
};
use switchboard_graph::Host;
use switchboard_meta::signature::appsecret_proof;
use switchboard_store::{
    Store, StoreError,
    accounts::{self, Account, Health},
    apps::{self, App},
    seal::{Keyring, SealError},
};

use crate::{clock::Clock, limits::Rates, pacer::Pacer};

/// What a call to Meta needs.
pub(crate) struct Access {
    pub(crate) channel: Channel,
    pub(crate) host: Host,
    /// Whose templates it sends, where known.
    pub(crate) template_owner: Option<String>,
    /// The node that sends.
    pub(crate) node: String,
    pub(crate) token: SecretString,
    pub(crate) proof: Option<SecretString>,
    pub(crate) pacer: Pacer,
}

/// Why an account has no access; the sentence that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoAccess(pub(crate) String);

/// An account as it was loaded.
pub(crate) struct Loaded {
    pub(crate) account: Account,
    pub(crate) rates: Rates,
    pub(crate) access: Result<Arc<Access>, NoAccess>,
    pub(crate) health: Option<Health>,
}

/// An account's token as it was sealed when it was read, to see whether it is another now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seal {
    pub(crate) workspace: WorkspaceId,
    pub(crate) token: String,
}

/// Opens what is sealed.
pub(crate) struct Vault {
    pub(crate) limits: Limits,
    pub(crate) clock: Clock,
    pub(crate) tokens: Arc<Keyring>,
    pub(crate) apps: Arc<Keyring>,
}

/// The accesses in use, and whether the account is stopped.
#[derive(Default)]
pub(crate) struct Accesses(Mutex<HashMap<AccountId, Entry>>);

struct Entry {
    access: Result<Arc<Access>, NoAccess>,
    paused: bool,
    seal: Option<Seal>,
    /// Signs of life are left out until then.
    quiet_until: Duration,
}

impl Accesses {
    pub(crate) fn get(&self, account: AccountId) -> Option<Result<Arc<Access>, NoAccess>> {
        self.entries().get(&account).map(|entry| entry.access.clone())
    }

    pub(crate) fn put(
        &self,
        account: AccountId,
        access: Result<Arc<Access>, NoAccess>,
        (paused, seal): (bool, Option<Seal>),
    ) {
        let mut entries = self.entries();
        let quiet_until = entries.get(&account).map(|known| known.quiet_until).unwrap_or_default();
        entries.insert(account, Entry { access, paused, seal, quiet_until });
    }

    pub(crate) fn forget(&self, account: AccountId) {
        self.entries().remove(&account);
    }

    /// Tokens are in memory only where they are used.
    pub(crate) fn forget_all_of(&self, shard: AccountShard) {
        self.entries().retain(|account, _| AccountShard::of(&account.to_string()) != shard);
    }

    /// The accounts that another token could help, with the token that did not.
    pub(crate) fn stopped(&self) -> Vec<(AccountId, Seal)> {
        let entries = self.entries();
        let stopped = entries.iter().filter(|(_, entry)| entry.paused || entry.access.is_err());
        stopped.filter_map(|(id, entry)| Some((*id, entry.seal.clone()?))).collect()
    }

    /// What is known of the account's token now; whoever is to know of it was told.
    pub(crate) fn reseal(&self, account: AccountId, seal: Seal) {
        if let Some(entry) = self.entries().get_mut(&account) {
            entry.seal = Some(seal);
        }
    }

    /// Leaves the room that an account has left to its sends.
    pub(crate) fn hush(&self, account: AccountId, until: Duration) {
        if let Some(entry) = self.entries().get_mut(&account) {
            entry.quiet_until = entry.quiet_until.max(until);
        }
    }

    /// Whether the account can spare a call for what is worth nothing later.
    pub(crate) fn is_at_ease(&self, account: AccountId, now: Duration) -> bool {
        let entries = self.entries();
        let entry = entries.get(&account);
        entry.is_some_and(|entry| !entry.paused && entry.quiet_until <= now)
    }

    /// Whether this is still how the account is accessed.
    pub(crate) fn is_current(&self, account: AccountId, access: &Arc<Access>) -> bool {
        let current = self.get(account).and_then(Result::ok);
        current.is_some_and(|current| Arc::ptr_eq(&current, access))
    }

    pub(crate) fn is_paused(&self, account: AccountId) -> bool {
        self.entries().get(&account).is_some_and(|entry| entry.paused)
    }

    pub(crate) fn pause(&self, account: AccountId) {
        self.set_paused(account, true);
    }

    pub(crate) fn resume(&self, account: AccountId) {
        self.set_paused(account, false);
    }

    fn set_paused(&self, account: AccountId, paused: bool) {
        if let Some(entry) = self.entries().get_mut(&account) {
            entry.paused = paused;
        }
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<AccountId, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vault {
    /// Reads an account and unseals its token; `None` when there is no such account.
    pub(crate) async fn load(
        &self,
        store: &Store,
        workspace: WorkspaceId,
        account: AccountId,
    ) -> Result<Option<Loaded>, StoreError> {
        let rows = store
            .read(move |db| {
                let Some(account) = accounts::by_id(db, workspace, account)? else {
                    return Ok(None);
                };
                let app = apps::by_id(db, workspace, account.app)?;
                let health = accounts::health(db, workspace, account.id)?;
                Ok(Some((account, app, health)))
            })
            .await?;
        Ok(rows.map(|(account, app, health)| {
            let access = match account.disconnected_at {
                Some(_) => Err(NoAccess(DISCONNECTED.into())),
                None => self
                    .open(&account, app.as_ref())
                    .map(Arc::new)
                    .map_err(|error| NoAccess(sentence(&error))),
            };
            let rates = Rates::of(account.channel, &self.limits);
            Loaded { account, rates, access, health }
        }))
    }

    fn open(&self, account: &Account, app: Option<&App>) -> Result<Access, SealError> {
        let id = account.id.to_string();
        let place = Account::token_place(account.workspace, &id);
        let token = self.tokens.open(place, &account.token)?;
        let proof = app.map(|app| self.prove(app, &token)).transpose()?;
        let own_login =
            account.channel == Channel::Instagram && account.sender_id == account.external_id;
        let rates = Rates::of(account.channel, &self.limits);
        Ok(Access {
            channel: account.channel,
            host: if own_login { Host::Instagram } else { Host::Facebook },
            template_owner: account.template_owner().map(str::to_owned),
            node: account.sender_id.clone(),
            token,
            proof,
            pacer: Pacer::new(rates, self.clock.mono()),
        })
    }

    fn prove(&self, app: &App, token: &SecretString) -> Result<SecretString, SealError> {
        let id = app.id.to_string();
        let secret = self.apps.open(App::secret_place(app.workspace, &id), &app.secret)?;
        Ok(appsecret_proof(token.expose_secret(), secret.expose_secret()).into())
    }
}

const DISCONNECTED: &str = "The account is disconnected; an administrator can connect it again.";

fn sentence(error: &SealError) -> String {
    format!("The account's token cannot be read; an administrator has to enter it again ({error}).")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        Seal { workspace: WorkspaceId::derive("here"), token: "sealed".into() }
    }

    fn account() -> AccountId {
        AccountId::derive("page")
    }

    fn known(paused: bool) -> Accesses {
        let accesses = Accesses::default();
        accesses.put(account(), Err(NoAccess("no key".into())), (paused, Some(seal())));
        accesses
    }

    #[test]
    fn signs_of_life_wait_for_accounts_at_ease() {
        let second = Duration::from_secs(1);
        let accesses = known(false);
        assert!(accesses.is_at_ease(account(), second));
        accesses.hush(account(), 3 * second);
        accesses.hush(account(), 2 * second);
        assert!(!accesses.is_at_ease(account(), 2 * second), "the later end counts");
        assert!(accesses.is_at_ease(account(), 3 * second));
        accesses.put(account(), Err(NoAccess("no key".into())), (false, Some(seal())));
        assert!(!accesses.is_at_ease(account(), 2 * second), "read again, it is no calmer");
        accesses.pause(account());
        assert!(!accesses.is_at_ease(account(), 9 * second), "a stopped account is not used");
        assert!(!Accesses::default().is_at_ease(account(), second), "nor an unknown one");
    }

    #[test]
    fn what_another_token_could_help_is_watched() {
        let accesses = known(true);
        assert_eq!(accesses.stopped(), [(account(), seal())]);
        let other = Seal { token: "sealed anew".into(), ..seal() };
        accesses.reseal(account(), other.clone());
        assert_eq!(accesses.stopped(), [(account(), other)]);
        let shard = AccountShard::of(&account().to_string());
        accesses.forget_all_of(shard);
        assert_eq!(accesses.stopped(), []);
    }
}

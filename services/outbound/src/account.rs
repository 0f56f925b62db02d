//! Accounts as the sender needs them: the node, the token, the proof. Nowhere else in Switchboard
//! is a token in the clear.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use secrecy::{ExposeSecret, SecretString};
use switchboard_chassis::settings::Limits;
use switchboard_domain::{
    Channel,
    ids::{AccountId, WorkspaceId},
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
}

impl Accesses {
    pub(crate) fn get(&self, account: AccountId) -> Option<Result<Arc<Access>, NoAccess>> {
        self.entries().get(&account).map(|entry| entry.access.clone())
    }

    pub(crate) fn put(
        &self,
        account: AccountId,
        access: Result<Arc<Access>, NoAccess>,
        paused: bool,
    ) {
        self.entries().insert(account, Entry { access, paused });
    }

    pub(crate) fn forget(&self, account: AccountId) {
        self.entries().remove(&account);
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
            let access = self.open(&account, app.as_ref()).map(Arc::new);
            let access = access.map_err(|error| NoAccess(sentence(&error)));
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

fn sentence(error: &SealError) -> String {
    format!("The account's token cannot be read; an administrator has to enter it again ({error}).")
}

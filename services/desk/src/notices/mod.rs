//! Tells people by e-mail what waits for them while they are not at the desk (ADR 0023).
//!
//! - [`give`]: from what happened to what each person is to be told. - [`plan`]: what is still worth
//!   telling somebody now. - [`compose`]: the mail. - [`send`]: gives mails to the server, each once.
//! - [`unsubscribe`]: ends them from within a mail, without a log-in.

mod compose;
mod give;
mod plan;
pub(crate) mod send;
pub(crate) mod unsubscribe;

use std::{collections::HashMap, sync::Arc, time::Duration};

use switchboard_backend::{Backend, mail};
use switchboard_domain::{
    ids::{AccountId, TeamId, UserId, WorkspaceId},
    notices::{Choice, NoticeKind},
};
use switchboard_mail::{Letter, Mailer, Unusable};
use switchboard_store::{Db, StoreError, accounts, inbox::Summary, seal::Keyring, users::User};
use tokio::sync::Notify;
use url::Url;
use uuid::Uuid;

/// Who answers for each account.
type Teams = HashMap<AccountId, TeamId>;

/// Who answers for each account of a workspace.
///
/// # Errors
/// As any read.
fn teams_of_accounts(db: &mut Db, workspace: WorkspaceId) -> Result<Teams, StoreError> {
    let accounts = accounts::list(db, workspace)?.into_iter();
    Ok(accounts.map(|account| (account.id, account.team)).collect())
}

/// Whether a conversation is among those of which somebody wants to know that.
fn covers(choice: &Choice, kind: NoticeKind, of: &Summary, teams: &Teams) -> bool {
    let team = of.team.or_else(|| teams.get(&of.account).copied());
    choice.only.of(kind).covers(team, of.account)
}

/// What mailing people needs.
pub(crate) struct Notices {
    /// Gives mails to the server; `None`: there are no mails.
    pub(crate) mailer: Option<Mailer>,
    /// Seals what proves that somebody was mailed by us.
    keys: Option<Arc<Keyring>>,
    /// The address by which people reach the desk.
    desk: Url,
    /// How long to wait for more that goes into the same mail.
    gather: Duration,
    /// Something may have happened.
    pub(crate) news: Notify,
}

impl Notices {
    /// # Errors
    /// [`Unusable`] settings.
    pub(crate) fn new(backend: &Backend) -> Result<Self, Unusable> {
        let settings = &backend.settings;
        let keys = backend.keys.apps().ok();
        let mailer = mail::mailer(&settings.mail)?;
        if mailer.is_some() && keys.is_none() {
            tracing::warn!("nobody is mailed by this desk: it was not given keys.apps");
        }
        Ok(Self {
            mailer: mailer.filter(|_| keys.is_some()),
            keys,
            desk: settings.desk.public_url.clone(),
            gather: settings.mail.gather,
            news: Notify::new(),
        })
    }

    /// A mail of that name which shows that mails arrive.
    pub(crate) fn trial(&self, name: Uuid, user: &User) -> Letter {
        compose::trial(name, user, &self.desk)
    }

    /// The address that ends somebody's mails; `None` without keys.
    fn unsubscribe(&self, whose: (WorkspaceId, UserId)) -> Option<Url> {
        unsubscribe::address(&self.desk, self.keys.as_ref()?, whose)
    }
}

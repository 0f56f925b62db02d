//! Tells other software what happens, signed as Standard Webhooks says (ADR 0017).
//!
//! - [`deliver`]: gives events out and posts them. - [`sign`]: secrets and signatures.
//! - [`trial`]: an event that tries whether an endpoint takes any.

pub(crate) mod deliver;
mod sign;
pub(crate) mod trial;

use std::{sync::Arc, time::Duration};

use actix_web::web::Bytes;
use secrecy::SecretString;
use switchboard_backend::Keys;
use switchboard_chassis::settings::Settings;
use switchboard_domain::{
    Timestamp,
    ids::{EndpointId, WorkspaceId},
};
use switchboard_outside::{Client, Fault, Posting, Reach};
use switchboard_store::{
    seal::{Keyring, SealError},
    webhooks::{endpoints::Endpoint, events::KINDS},
};
use tokio::sync::Notify;

/// How long an endpoint may take to answer; Standard Webhooks has 15 to 30 s as the most.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The most that is read of an answer, in bytes; only its status counts.
const LARGEST_ANSWER: usize = 64 * 1024;

/// The previous secret goes on signing for so long after a rotation.
pub const BOTH_SIGN: Duration = Duration::from_secs(24 * 60 * 60);

/// Endpoints of a workspace at most.
pub const MOST_ENDPOINTS: usize = 20;

/// Events that are told once more at a time.
pub const MOST_REPLAYED: i64 = 10_000;

/// What is kept of an endpoint that an administrator turned off.
pub const PAUSED: &str = "An administrator turned it off.";

/// Why there is no secret for an endpoint.
#[derive(Debug, thiserror::Error)]
pub enum NoSecret {
    /// This process was not given the key.
    #[error("keys.apps is missing; give it the keys that every desk has")]
    NoKey,
    /// As the keyring.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// What delivering needs: the desk has one, and administration at the command line.
pub struct Integrators {
    /// Seals and opens the secrets; `None`: this desk delivers nothing.
    pub(crate) keys: Option<Arc<Keyring>>,
    /// Knows which addresses may be asked.
    pub(crate) client: Client,
    /// Something may have happened.
    pub(crate) news: Notify,
}

impl Integrators {
    /// # Errors
    /// [`Fault::Refused`] when TLS cannot be set up.
    pub fn new(settings: &Settings, keys: &Keys) -> Result<Self, Fault> {
        let client = Client::new(&Reach {
            trusted_hosts: settings.desk.webhook_trusted_hosts.clone(),
            setting: "desk.webhook_trusted_hosts",
            timeout: TIMEOUT,
            proxy: None,
        })?;
        Ok(Self { keys: keys.apps().ok(), client, news: Notify::new() })
    }

    /// Whether an endpoint can have this address.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn check_address(&self, url: &str) -> Result<(), String> {
        let refused = |why| format!("This cannot be an endpoint: {why}.");
        self.client.check(url).map(drop).map_err(refused)
    }

    /// Draws a secret for an endpoint, and seals it.
    ///
    /// # Errors
    /// [`NoSecret`].
    pub fn draw(
        &self,
        (workspace, id): (WorkspaceId, EndpointId),
    ) -> Result<(SecretString, String), NoSecret> {
        let keys = self.keys.as_ref().ok_or(NoSecret::NoKey)?;
        let (secret, row) = (sign::draw(), id.to_string());
        let sealed = keys.seal(Endpoint::secret_place(workspace, &row), &secret)?;
        Ok((secret, sealed))
    }

    /// Posts an event, and tells the status of the answer.
    ///
    /// # Errors
    /// A sentence for people.
    pub(crate) async fn post(
        &self,
        endpoint: &Endpoint,
        (id, body): (&str, String),
        now: Timestamp,
    ) -> Result<u16, String> {
        Ok(self.ask(endpoint, (id, body), now).await?.0)
    }

    /// Posts an event, and tells what was answered.
    async fn ask(
        &self,
        endpoint: &Endpoint,
        (id, body): (&str, String),
        now: Timestamp,
    ) -> Result<(u16, Bytes), String> {
        let secrets = self.secrets(endpoint, now)?;
        let seconds = now.as_millis().div_euclid(1000);
        let signature = sign::signature(&secrets, (id, seconds, &body))?;
        let headers = vec![
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signature),
        ];
        let posting = Posting { address: endpoint.url.clone(), headers, body };
        self.client.ask(posting, LARGEST_ANSWER).await.map_err(|fault| fault.to_string())
    }

    /// The secrets that sign: the current one, and while it is rotated the one before.
    fn secrets(&self, endpoint: &Endpoint, now: Timestamp) -> Result<Vec<SecretString>, String> {
        let keys = self.keys.as_ref().ok_or("this desk was not given keys.apps")?;
        let old = endpoint.old_secret.as_ref().filter(|(_, until)| now < *until);
        let sealed = [Some(&endpoint.secret), old.map(|(sealed, _)| sealed)];
        let row = endpoint.id.to_string();
        let open =
            |sealed: &String| keys.open(Endpoint::secret_place(endpoint.workspace, &row), sealed);
        let opened: Result<Vec<_>, SealError> = sealed.into_iter().flatten().map(open).collect();
        opened.map_err(|error| error.to_string())
    }
}

/// Whether an endpoint can be told of these kinds of events.
///
/// # Errors
/// A sentence for people.
pub fn check_kinds(kinds: &[String]) -> Result<(), String> {
    if !kinds.is_empty() && kinds.iter().all(|kind| KINDS.contains(&kind.as_str())) {
        return Ok(());
    }
    Err(format!("An endpoint is told of one or more of {}.", KINDS.join(", ")))
}

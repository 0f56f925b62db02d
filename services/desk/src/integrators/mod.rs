//! Tells other software what happens, signed as Standard Webhooks says (ADR 0017).
//!
//! - [`deliver`]: gives events out and posts them. - [`sign`]: secrets and signatures.

pub(crate) mod deliver;
pub(crate) mod sign;

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use switchboard_backend::Backend;
use switchboard_domain::{Timestamp, ids::EndpointId};
use switchboard_outside::{Client, Fault, Posting, Reach};
use switchboard_store::{
    seal::{Keyring, SealError},
    webhooks::endpoints::Endpoint,
};
use tokio::sync::Notify;

/// How long an endpoint may take to answer; Standard Webhooks has 15 to 30 s as the most.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The most that is read of an answer, in bytes; only its status counts.
const LARGEST_ANSWER: usize = 64 * 1024;

/// What delivering needs.
pub(crate) struct Integrators {
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
    pub(crate) fn new(backend: &Backend) -> Result<Self, Fault> {
        let client = Client::new(&Reach {
            trusted_hosts: backend.settings.desk.webhook_trusted_hosts.clone(),
            setting: "desk.webhook_trusted_hosts",
            timeout: TIMEOUT,
            proxy: None,
        })?;
        Ok(Self { keys: backend.keys.apps().ok(), client, news: Notify::new() })
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
        let secrets = self.secrets(endpoint, now)?;
        let seconds = now.as_millis().div_euclid(1000);
        let signature = sign::signature(&secrets, (id, seconds, &body))?;
        let headers = vec![
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signature),
        ];
        let posting = Posting { address: endpoint.url.clone(), headers, body };
        match self.client.post(posting, LARGEST_ANSWER).await {
            Ok(status) => Ok(status),
            Err(fault) => Err(fault.to_string()),
        }
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

/// Seals a secret for an endpoint.
///
/// # Errors
/// As the keyring.
pub(crate) fn seal(
    keys: &Keyring,
    endpoint: (switchboard_domain::ids::WorkspaceId, EndpointId),
    secret: &SecretString,
) -> Result<String, SealError> {
    let row = endpoint.1.to_string();
    keys.seal(Endpoint::secret_place(endpoint.0, &row), secret)
}

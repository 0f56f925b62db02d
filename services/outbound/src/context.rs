//! What all shards of a process share.

use std::{sync::Arc, time::Duration};

use switchboard_backend::Backend;
use switchboard_chassis::settings::{MediaSettings, OutboundSettings, RawKey, SecretUrl};
use switchboard_domain::{Channel, ids::AccountId};
use switchboard_graph::GraphClient;
use switchboard_media::MediaStore;
use switchboard_outside::{Client, Reach};
use switchboard_queue::SharedQueue;
use switchboard_store::Store;
use tokio::sync::{Notify, Semaphore};
use url::Url;

use crate::{
    Error,
    account::{Accesses, Vault},
    clock::Clock,
    limits::Apps,
    metrics::Metrics,
    outcome::Persistence,
    setup::{Site, graph_client},
};

/// Requests at the same time, of all accounts together.
const WORKERS: usize = 512;

/// Profiles asked for at the same time.
const QUESTIONS: usize = 64;

pub(crate) struct Context {
    pub(crate) store: Store,
    pub(crate) queue: SharedQueue,
    pub(crate) graph: GraphClient,
    pub(crate) vault: Vault,
    pub(crate) accesses: Accesses,
    pub(crate) apps: Arc<Apps>,
    pub(crate) marker: RawKey,
    pub(crate) settings: OutboundSettings,
    pub(crate) media: MediaSettings,
    /// Where files are kept.
    pub(crate) files: MediaStore,
    /// Fetches files from where webhooks say they are.
    pub(crate) outside: Client,
    /// Something is to be done with files.
    pub(crate) files_wanted: Notify,
    /// Meta is to be told whom to block.
    pub(crate) blocks_wanted: Notify,
    /// The address by which customers reach the ingress.
    public_url: Url,
    pub(crate) clock: Clock,
    pub(crate) workers: Arc<Semaphore>,
    /// Profiles being asked for.
    pub(crate) questions: Arc<Semaphore>,
    pub(crate) metrics: Metrics,
    /// Names this process to operators.
    pub(crate) owner: String,
}

impl Context {
    pub(crate) fn new(backend: &Backend) -> Result<Self, Error> {
        let settings = backend.settings.outbound.clone();
        let graph = graph_client(&settings)?;
        let clock = Clock::start();
        let (tokens, apps) = (backend.keys.tokens()?, backend.keys.apps()?);
        let vault = Vault { limits: settings.limits, clock, tokens, apps };
        Ok(Self {
            store: backend.store.clone(),
            queue: Arc::clone(&backend.queue),
            graph,
            vault,
            accesses: Accesses::default(),
            apps: Arc::new(Apps::default()),
            marker: backend.keys.marker()?.clone(),
            outside: outside(&settings, &backend.settings.media)?,
            files: backend.media()?,
            media: backend.settings.media.clone(),
            files_wanted: Notify::new(),
            blocks_wanted: Notify::new(),
            settings,
            public_url: backend.settings.ingress.public_url.clone(),
            clock,
            workers: Arc::new(Semaphore::new(WORKERS)),
            questions: Arc::new(Semaphore::new(QUESTIONS)),
            metrics: Metrics::new(),
            owner: backend.name.clone(),
        })
    }

    /// The page where an account's customers log in; ingress serves it.
    pub(crate) fn log_in_page(&self, account: AccountId) -> String {
        format!("{}/meta/link/{account}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// Where Meta fetches an upload by its secret; ingress serves it.
    pub(crate) fn shared_file(&self, secret: &str, name: &str) -> Result<String, url::ParseError> {
        let root = self.public_url.as_str().trim_end_matches('/');
        let mut url = Url::parse(&format!("{root}/meta/files"))?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(secret).push(name);
        }
        Ok(url.into())
    }

    /// What setting up works on.
    pub(crate) fn site(&self) -> Site {
        Site {
            store: self.store.clone(),
            queue: Some(Ok(Arc::clone(&self.queue))),
            files: Ok(self.files.clone()),
            graph: self.graph.clone(),
            tokens: Arc::clone(&self.vault.tokens),
            apps: Arc::clone(&self.vault.apps),
            public_url: self.public_url.clone(),
        }
    }

    /// How long proof is waited for.
    pub(crate) fn doubt(&self, channel: Channel) -> Duration {
        self.settings.uncertain_after.of(channel)
    }

    pub(crate) fn persistence(&self) -> Persistence {
        let OutboundSettings { retry_attempts, retry_for, .. } = self.settings;
        Persistence { attempts: retry_attempts, within: retry_for }
    }
}

fn outside(outbound: &OutboundSettings, media: &MediaSettings) -> Result<Client, Error> {
    let reach = Reach {
        trusted_hosts: media.trusted_hosts.clone(),
        setting: "media.trusted_hosts",
        timeout: media.fetch_timeout,
        proxy: outbound.proxy.as_ref().map(SecretUrl::secret),
    };
    Ok(Client::new(&reach)?)
}

//! What setting up works on: the store, the keys, a client of Meta, our own address.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use switchboard_backend::{Keys, media};
use switchboard_chassis::settings::{OutboundSettings, Settings};
use switchboard_domain::Channel;
use switchboard_graph::{GraphClient, GraphSettings, Host};
use switchboard_media::MediaStore;
use switchboard_meta::signature::appsecret_proof;
use switchboard_queue::SharedQueue;
use switchboard_store::{
    Store, StoreError,
    accounts::Account,
    apps::{self, App},
    seal::{Keyring, SealError},
};
use url::Url;

use crate::Error;

/// What setting up works on.
#[derive(Clone)]
pub struct Site {
    /// Where accounts are.
    pub store: Store,
    /// The queue, or why it cannot be used; `None` when another process owns it.
    pub queue: Option<Result<SharedQueue, String>>,
    /// Where files are kept, or why they cannot be.
    pub files: Result<MediaStore, String>,
    /// Meta.
    pub graph: GraphClient,
    /// Opens and seals channel tokens.
    pub tokens: Arc<Keyring>,
    /// Opens and seals app secrets.
    pub apps: Arc<Keyring>,
    /// The address by which Meta reaches the ingress.
    pub public_url: Url,
}

/// An account with what calls about it need, in the clear.
pub struct Opened {
    /// The account.
    pub account: Account,
    /// The app that it is connected through.
    pub app: App,
    /// The app's secret.
    pub secret: SecretString,
    /// What Meta must present to verify the callback.
    pub verify_token: SecretString,
    /// The account's token.
    pub token: SecretString,
    /// The app's proof for the token.
    pub proof: SecretString,
}

/// An app with its secrets in the clear.
pub(crate) struct OpenedApp {
    /// The app.
    pub(crate) app: App,
    /// Its secret.
    pub(crate) secret: SecretString,
    /// What Meta must present to verify the callback.
    pub(crate) verify_token: SecretString,
}

/// The app's own token, `APPID|SECRET`, and the proof that it wants like any other. (Facebook Login
/// "App access tokens", "Secure Graph API calls")
pub(crate) struct AppAuth {
    pub(crate) token: SecretString,
    pub(crate) proof: SecretString,
}

/// A client of Meta by these settings.
pub(crate) fn graph_client(
    settings: &OutboundSettings,
) -> Result<GraphClient, switchboard_graph::GraphFault> {
    GraphClient::new(GraphSettings {
        base_url: settings.graph_url.clone(),
        instagram_base_url: settings.instagram_graph_url.clone(),
        version: settings.api_version.clone(),
        proxy: settings.proxy.as_ref().map(|proxy| proxy.secret()),
        timeout: settings.request_timeout,
    })
}

impl Site {
    /// By the settings and keys of an installation.
    ///
    /// # Errors
    /// [`Error`] when a key is missing or a setting cannot be used.
    pub fn new(
        settings: &Settings,
        (store, keys): (Store, &Keys),
        queue: Option<SharedQueue>,
    ) -> Result<Self, Error> {
        switchboard_chassis::install_crypto();
        Ok(Self {
            store,
            queue: queue.map(Ok),
            files: media::open(&settings.media).map_err(|error| error.to_string()),
            graph: graph_client(&settings.outbound)?,
            tokens: keys.tokens()?,
            apps: keys.apps()?,
            public_url: settings.ingress.public_url.clone(),
        })
    }

    /// Where Meta posts an app's webhooks.
    #[must_use]
    pub fn callback(&self, app_key: &str) -> Url {
        let mut url = self.public_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["meta", "webhooks", app_key]);
        }
        url
    }

    /// Opens an app's secrets.
    ///
    /// # Errors
    /// [`Unopened`].
    pub(crate) async fn open_app(&self, app: App) -> Result<OpenedApp, Unopened> {
        let (workspace, row) = (app.workspace, app.id.to_string());
        let secret = self.apps.open(App::secret_place(workspace, &row), &app.secret)?;
        let place = App::verify_token_place(workspace, &row);
        let verify_token = self.apps.open(place, &app.verify_token)?;
        Ok(OpenedApp { app, secret, verify_token })
    }

    /// Reads an account's app and opens their secrets.
    ///
    /// # Errors
    /// [`Unopened`].
    pub async fn open(&self, account: Account) -> Result<Opened, Unopened> {
        let (workspace, app) = (account.workspace, account.app);
        let found = self.store.read(move |db| apps::by_id(db, workspace, app)).await?;
        let app = found.ok_or(StoreError::NotFound("app"))?;
        let OpenedApp { app, secret, verify_token } = self.open_app(app).await?;
        let row = account.id.to_string();
        let token = self.tokens.open(Account::token_place(workspace, &row), &account.token)?;
        let proof = appsecret_proof(token.expose_secret(), secret.expose_secret()).into();
        Ok(Opened { account, app, secret, verify_token, token, proof })
    }
}

/// Why an account's secrets cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unopened {
    /// The store does not answer, or lacks the app.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys do not open what is sealed.
    #[error(transparent)]
    Sealed(#[from] SealError),
}

/// The host and node that an account's calls go to.
pub(crate) fn node(account: &Account) -> (Host, &str) {
    let own_login =
        account.channel == Channel::Instagram && account.sender_id == account.external_id;
    (if own_login { Host::Instagram } else { Host::Facebook }, &account.sender_id)
}

/// The node whose subscription brings the account's webhooks: of a number its business account.
pub(crate) fn subscribed_node(account: &Account) -> Option<(Host, &str)> {
    match account.channel {
        Channel::WhatsApp => account.business_id.as_deref().map(|id| (Host::Facebook, id)),
        Channel::Messenger | Channel::Instagram => Some(node(account)),
    }
}

impl Opened {
    /// What calls about the account are authorised by.
    pub(crate) fn auth(&self) -> (&SecretString, Option<&str>) {
        (&self.token, Some(self.proof.expose_secret()))
    }

    /// What calls about the app itself are authorised by.
    pub(crate) fn app_auth(&self) -> AppAuth {
        AppAuth::of(&self.app, &self.secret)
    }
}

impl OpenedApp {
    /// What calls about the app itself are authorised by.
    pub(crate) fn auth(&self) -> AppAuth {
        AppAuth::of(&self.app, &self.secret)
    }
}

impl AppAuth {
    fn of(app: &App, secret: &SecretString) -> Self {
        let secret = secret.expose_secret();
        let token = format!("{}|{secret}", app.meta_app_id);
        let proof = appsecret_proof(&token, secret);
        Self { token: token.into(), proof: proof.into() }
    }
}

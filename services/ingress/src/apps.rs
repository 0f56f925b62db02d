//! Whose signatures count: the apps' secrets, opened, in memory.
//!
//! All apps are read at once: at start, every 30 seconds, and whenever something did not verify, so
//! that a new app or a rotated secret works with its first request. However many strangers knock,
//! the database is asked at most once in [`GAP`]. While it is away, what was read last serves on.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use switchboard_domain::ids::AppId;
use switchboard_meta::signature::{self, BadSignedRequest, SignedRequest, Unverified};
use switchboard_store::{
    Store,
    apps::{self, App},
    seal::{Keyring, SealError},
};
use tokio::{
    sync::Mutex,
    time::{self, Instant},
};
use tracing::{error, warn};

/// How old the secrets become at most while the database answers.
const REFRESH: Duration = Duration::from_secs(30);

/// How long lies between two readings at least.
const GAP: Duration = Duration::from_millis(250);

/// How long a request waits for a reading.
const PATIENCE: Duration = Duration::from_secs(2);

/// What strangers' signatures are compared with, so that they take as long as others.
const DUMMY: &str = "no app has this secret, and none is believed for it";

/// The apps and where they are read from.
pub(crate) struct Apps {
    store: Store,
    keys: Arc<Keyring>,
    /// None until it was read once.
    book: RwLock<Option<Arc<Book>>>,
    /// When the last reading began, whatever came of it.
    last: Mutex<Option<Instant>>,
}

/// All apps at one time, by their keys.
pub(crate) struct Book(HashMap<String, Known>);

struct Known {
    id: AppId,
    secret: SecretString,
    previous: Option<SecretString>,
    token: SecretString,
}

impl Apps {
    pub(crate) fn new(store: Store, keys: Arc<Keyring>) -> Self {
        Self { store, keys, book: RwLock::default(), last: Mutex::default() }
    }

    /// The apps as last read.
    pub(crate) fn book(&self) -> Option<Arc<Book>> {
        self.book.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The apps as they were at `since` or later; what is known if they cannot be read.
    pub(crate) async fn book_since(&self, since: Instant) -> Option<Arc<Book>> {
        if time::timeout(PATIENCE, self.read_since(since)).await.is_err() {
            warn!("reading the apps takes long; going on with what is known");
        }
        self.book()
    }

    /// Reads the apps again and again.
    pub(crate) async fn keep_fresh(&self) {
        loop {
            time::sleep(REFRESH).await;
            self.read_since(Instant::now()).await;
        }
    }

    /// Makes sure that a reading began at `since` or later. Those who wait share one.
    async fn read_since(&self, since: Instant) {
        let mut last = self.last.lock().await;
        match *last {
            Some(begun) if begun >= since => return,
            Some(begun) => time::sleep_until(begun + GAP).await,
            None => {}
        }
        *last = Some(Instant::now());
        match self.store.read(apps::all).await {
            Ok(apps) => {
                let book = Arc::new(Book::open(apps, &self.keys));
                *self.book.write().unwrap_or_else(PoisonError::into_inner) = Some(book);
            }
            Err(error) => warn!(%error, "the apps cannot be read; going on with what is known"),
        }
    }
}

impl Book {
    fn open(apps: Vec<App>, keys: &Keyring) -> Self {
        let opened = apps.into_iter().filter_map(|app| match Known::open(&app, keys) {
            Ok(known) => Some((app.key, known)),
            Err(error) => {
                error!(app = %app.id, %error, "an app's secrets do not open; it gets no webhooks");
                None
            }
        });
        Self(opened.collect())
    }

    /// Whether the body was signed with a secret of that app; its id if so. A key that is no app's
    /// takes as long.
    pub(crate) fn verify(
        &self,
        key: &str,
        headers: Signatures<'_>,
        body: &[u8],
    ) -> Result<AppId, Unverified> {
        let known = self.0.get(key);
        let secrets = secrets(known);
        let verified = signature::verify(headers.sha256, headers.sha1, body, &secrets);
        verified.and_then(|()| known.map(|app| app.id).ok_or(Unverified::Mismatch))
    }

    /// What a `signed_request` says that was signed with a secret of that app, with the app's id. A
    /// key that is no app's takes as long.
    pub(crate) fn signed_request(
        &self,
        key: &str,
        field: &str,
    ) -> Result<(AppId, SignedRequest), BadSignedRequest> {
        let known = self.0.get(key);
        let told = signature::signed_request(field, &secrets(known))?;
        known.map(|app| (app.id, told)).ok_or(BadSignedRequest::Mismatch)
    }

    /// The app of that key.
    pub(crate) fn id(&self, key: &str) -> Option<AppId> {
        self.0.get(key).map(|app| app.id)
    }

    /// Whether the token is that app's.
    pub(crate) fn has_token(&self, key: &str, token: &str) -> bool {
        let known = self.0.get(key);
        let expected = known.map_or(DUMMY, |app| app.token.expose_secret());
        // Digests have one length, whatever the tokens'.
        let same = Sha256::digest(expected).ct_eq(&Sha256::digest(token));
        bool::from(same) && known.is_some()
    }
}

/// The secrets that count for an app; two, so that strangers' signatures take as long.
fn secrets(known: Option<&Known>) -> [&[u8]; 2] {
    let (secret, previous) = known.map_or((DUMMY, DUMMY), |app| {
        let secret = app.secret.expose_secret();
        (secret, app.previous.as_ref().map_or(secret, ExposeSecret::expose_secret))
    });
    [secret.as_bytes(), previous.as_bytes()]
}

/// The headers that a body was signed in.
#[derive(Clone, Copy)]
pub(crate) struct Signatures<'a> {
    /// `X-Hub-Signature-256`.
    pub(crate) sha256: Option<&'a str>,
    /// `X-Hub-Signature`; believed by nobody.
    pub(crate) sha1: Option<&'a str>,
}

impl Known {
    fn open(app: &App, keys: &Keyring) -> Result<Self, SealError> {
        let id = app.id.to_string();
        let secret_place = App::secret_place(app.workspace, &id);
        let open = |sealed: &String| keys.open(secret_place, sealed);
        Ok(Self {
            id: app.id,
            secret: open(&app.secret)?,
            previous: app.previous_secret.as_ref().map(open).transpose()?,
            token: keys.open(App::verify_token_place(app.workspace, &id), &app.verify_token)?,
        })
    }
}

//! The keys of an installation: what seals channel tokens, what seals app secrets, what seals the
//! secrets and codes of account linking, what seals the secrets of bots, what signs the marker of sends.
//! Each service asks for those it needs, so that the others need not be given to its process at all.

mod file;

use std::{fmt, path::PathBuf, sync::Arc};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use switchboard_chassis::settings::{KeySettings, Mode, NamedKey, RawKey};
use switchboard_store::seal::{Keyring, SealError};

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A service needs a key that it was not given.
    #[error(
        "{setting} is missing; make a key with `openssl rand -base64 32` and give the same to \
         every service: {example}, or the same line in {}", file.display()
    )]
    Missing {
        /// The setting.
        setting: &'static str,
        /// How to set it.
        example: &'static str,
        /// The file of keys.
        file: PathBuf,
    },
    /// The file cannot be read or written.
    #[error("the keys in {} cannot be {deed}: {cause}; look at the owner and mode", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// `read` or `written`.
        deed: &'static str,
        /// What the system says.
        #[source]
        cause: std::io::Error,
    },
    /// The file is not what it should be. Its content is not repeated.
    #[error("{}: {reason}; bring back a copy of it, as new keys open nothing", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Two keys of one ring have the same name.
    #[error("{setting} has two keys named {id:?}, here and in {}; rename the new one", file.display())]
    Twice {
        /// The setting.
        setting: &'static str,
        /// The name.
        id: String,
        /// The file of keys.
        file: PathBuf,
    },
    /// The keys make no ring.
    #[error(transparent)]
    Ring(#[from] SealError),
}

/// The keys that this process was given; cheap to clone.
#[derive(Clone)]
pub struct Keys {
    tokens: Option<Arc<Keyring>>,
    apps: Option<Arc<Keyring>>,
    linking: Option<Arc<Keyring>>,
    bots: Option<Arc<Keyring>>,
    marker: Option<RawKey>,
    file: PathBuf,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("tokens", &self.tokens)
            .field("apps", &self.apps)
            .field("linking", &self.linking)
            .field("bots", &self.bots)
            .field("marker", &self.marker.is_some())
            .finish_non_exhaustive()
    }
}

impl Keys {
    /// From the configuration and the file; the configuration's keys come first. An embedded
    /// installation without a file gets one, with new keys.
    ///
    /// # Errors
    /// [`KeysError`], except [`KeysError::Missing`].
    pub fn load(settings: &KeySettings, mode: Mode) -> Result<Self, KeysError> {
        let path = &settings.file;
        let complete =
            !settings.tokens.is_empty() && !settings.apps.is_empty() && settings.marker.is_some();
        let kept = match file::read(path)? {
            Some(kept) => kept,
            None if mode == Mode::Embedded && !complete => file::generate(path)?,
            None => file::none(),
        };
        let ring = |setting, given: &[NamedKey], kept: Vec<NamedKey>| {
            ring(setting, [given.to_vec(), kept].concat(), path)
        };
        let apps = [settings.apps.clone(), kept.apps].concat();
        let mut linking = [settings.linking.clone(), kept.linking].concat();
        if linking.is_empty() && mode == Mode::Embedded {
            linking = apps.iter().map(|key| derived(key, "linking")).collect();
        }
        let mut bots = [settings.bots.clone(), kept.bots].concat();
        if bots.is_empty() && mode == Mode::Embedded {
            bots = apps.iter().map(|key| derived(key, "bots")).collect();
        }
        Ok(Self {
            tokens: ring("keys.tokens", &settings.tokens, kept.tokens)?,
            apps: ring("keys.apps", &apps, Vec::new())?,
            linking: ring("keys.linking", &linking, Vec::new())?,
            bots: ring("keys.bots", &bots, Vec::new())?,
            marker: settings.marker.clone().or(kept.marker),
            file: path.clone(),
        })
    }

    /// Seals and opens the channels' tokens.
    ///
    /// # Errors
    /// [`KeysError::Missing`].
    pub fn tokens(&self) -> Result<Arc<Keyring>, KeysError> {
        let example = "SWITCHBOARD__KEYS__TOKENS=main:KEY";
        self.tokens.clone().ok_or_else(|| self.missing("keys.tokens", example))
    }

    /// Seals and opens the app secrets.
    ///
    /// # Errors
    /// [`KeysError::Missing`].
    pub fn apps(&self) -> Result<Arc<Keyring>, KeysError> {
        let example = "SWITCHBOARD__KEYS__APPS=main:KEY";
        self.apps.clone().ok_or_else(|| self.missing("keys.apps", example))
    }

    /// Seals the secrets of log-in services and the codes of account linking; `None`: account
    /// linking is off. An embedded installation has them always: they follow from its other keys,
    /// so that one that is older than account linking needs none of its own.
    #[must_use]
    pub fn linking(&self) -> Option<Arc<Keyring>> {
        self.linking.clone()
    }

    /// Seals and opens what bots prove themselves with; `None`: bots have no secrets. As with
    /// [`Keys::linking`], an embedded installation has them always.
    #[must_use]
    pub fn bots(&self) -> Option<Arc<Keyring>> {
        self.bots.clone()
    }

    /// Signs the marker that every send carries.
    ///
    /// # Errors
    /// [`KeysError::Missing`].
    pub fn marker(&self) -> Result<&RawKey, KeysError> {
        let example = "SWITCHBOARD__KEYS__MARKER=KEY";
        self.marker.as_ref().ok_or_else(|| self.missing("keys.marker", example))
    }

    fn missing(&self, setting: &'static str, example: &'static str) -> KeysError {
        KeysError::Missing { setting, example, file: self.file.clone() }
    }
}

/// Another key of the same name, for another purpose. (HMAC as a key derivation: NIST SP 800-108)
fn derived(key: &NamedKey, purpose: &str) -> NamedKey {
    let mac = Hmac::<Sha256>::new_from_slice(key.key.expose());
    let bytes = mac.map(|mac| mac.chain_update(purpose).finalize().into_bytes().into());
    // An HMAC takes a key of any length, so there is always one.
    NamedKey { id: key.id.clone(), key: RawKey::new(bytes.unwrap_or_default()) }
}

fn ring(
    setting: &'static str,
    keys: Vec<NamedKey>,
    file: &std::path::Path,
) -> Result<Option<Arc<Keyring>>, KeysError> {
    if keys.is_empty() {
        return Ok(None);
    }
    let mut ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
    ids.sort_unstable();
    let twice = ids.windows(2).find(|pair| pair.first() == pair.last());
    if let Some(id) = twice.and_then(|pair| pair.first()) {
        let id = (*id).to_owned();
        return Err(KeysError::Twice { setting, id, file: file.into() });
    }
    let keys = keys.into_iter().map(|named| (named.id, named.key.expose().to_vec())).collect();
    Ok(Some(Arc::new(Keyring::new(keys)?)))
}

//! Secrets at rest: XChaCha20-Poly1305 with keys that are kept outside the database.
//!
//! A sealed value is bound to its place (workspace, table, column, row): copied elsewhere it does
//! not open. A [`Keyring`] holds several keys while they are rotated; the first one seals.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use switchboard_domain::ids::WorkspaceId;

const NONCE_BYTES: usize = 24;

/// Where a sealed value belongs.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// `table.column`.
    pub column: &'static str,
    /// The row's id.
    pub row: &'a str,
}

/// Why a value cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The keyring has no key of that name.
    #[error("the value was sealed with key {0:?}, which is not in the configuration; add it back")]
    UnknownKey(String),
    /// The value was changed, or belongs elsewhere, or the key is another of the same name.
    #[error("a sealed value does not open: wrong key, or it was changed or moved by hand")]
    Broken,
    /// A key is not what it should be.
    #[error("key {0:?} is not 32 bytes; make one with `openssl rand -base64 32`")]
    BadKey(String),
    /// There is no key at all.
    #[error("there is no key to seal secrets with; set one under [keys]")]
    NoKey,
}

/// Named keys; the first seals, all open.
pub struct Keyring {
    keys: Vec<(String, SecretBox<[u8; 32]>)>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|(name, _)| name)).finish()
    }
}

impl Keyring {
    /// From names and raw keys, the current one first.
    ///
    /// # Errors
    /// [`SealError::BadKey`], [`SealError::NoKey`].
    pub fn new(keys: Vec<(String, Vec<u8>)>) -> Result<Self, SealError> {
        if keys.is_empty() {
            return Err(SealError::NoKey);
        }
        let keys = keys
            .into_iter()
            .map(|(name, key)| {
                let sized = <[u8; 32]>::try_from(key);
                let sized = sized.map_err(|_| SealError::BadKey(name.clone()))?;
                Ok((name, SecretBox::new(Box::new(sized))))
            })
            .collect::<Result<_, SealError>>()?;
        Ok(Self { keys })
    }

    /// Seals a secret for its place.
    ///
    /// # Errors
    /// [`SealError::Broken`] never in practice: the cipher has no limit that a secret reaches.
    pub fn seal(&self, place: Place<'_>, secret: &SecretString) -> Result<String, SealError> {
        let (name, key) = self.keys.first().ok_or(SealError::NoKey)?;
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let bound = associated_data(place, name);
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: bound.as_bytes() };
        let sealed = XChaCha20Poly1305::new(key.expose_secret().into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::Broken)?;
        let bytes = [nonce.as_slice(), sealed.as_slice()].concat();
        Ok(format!("v1.{name}.{}", BASE64.encode(bytes)))
    }

    /// Opens what [`Keyring::seal`] made for the same place.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`], [`SealError::Broken`].
    pub fn open(&self, place: Place<'_>, sealed: &str) -> Result<SecretString, SealError> {
        let (name, text) = sealed
            .strip_prefix("v1.")
            .and_then(|rest| rest.rsplit_once('.'))
            .ok_or(SealError::Broken)?;
        let (_, key) = self
            .keys
            .iter()
            .find(|(known, _)| known == name)
            .ok_or_else(|| SealError::UnknownKey(name.to_owned()))?;
        let bytes = BASE64.decode(text).map_err(|_| SealError::Broken)?;
        let (nonce, message) = bytes.split_at_checked(NONCE_BYTES).ok_or(SealError::Broken)?;
        let nonce = <[u8; NONCE_BYTES]>::try_from(nonce).map_err(|_| SealError::Broken)?;
        let bound = associated_data(place, name);
        let payload = Payload { msg: message, aad: bound.as_bytes() };
        let opened = XChaCha20Poly1305::new(key.expose_secret().into())
            .decrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::Broken)?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| SealError::Broken)
    }
}

/// NUL separates the parts, which none of them can hold.
fn associated_data(place: Place<'_>, key: &str) -> String {
    let Place { workspace, column, row } = place;
    format!("{workspace}\0{column}\0{row}\0{key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(names: &[&str]) -> Keyring {
        let keys = names.iter().map(|name| {
            let mut key = vec![7; 32];
            key[0] = name.as_bytes()[0];
            ((*name).to_owned(), key)
        });
        Keyring::new(keys.collect()).unwrap()
    }

    fn place(row: &str) -> Place<'_> {
        let workspace = WorkspaceId::derive("test");
        Place { workspace, column: "accounts.token", row }
    }

    #[test]
    fn opens_only_in_its_place() {
        let keys = keyring(&["a"]);
        let sealed = keys.seal(place("1"), &"EAAG-token".into()).unwrap();
        assert!(!sealed.contains("EAAG"));
        assert_eq!(keys.open(place("1"), &sealed).unwrap().expose_secret(), "EAAG-token");
        assert!(matches!(keys.open(place("2"), &sealed), Err(SealError::Broken)));
    }

    #[test]
    fn keys_rotate() {
        let sealed = keyring(&["old"]).seal(place("1"), &"secret".into()).unwrap();
        let both = keyring(&["new", "old"]);
        assert_eq!(both.open(place("1"), &sealed).unwrap().expose_secret(), "secret");
        assert!(both.seal(place("1"), &"secret".into()).unwrap().starts_with("v1.new."));
        let error = keyring(&["new"]).open(place("1"), &sealed).unwrap_err();
        assert!(matches!(error, SealError::UnknownKey(name) if name == "old"));
    }

    #[test]
    fn a_changed_value_does_not_open() {
        let keys = keyring(&["a"]);
        let sealed = keys.seal(place("1"), &"secret".into()).unwrap();
        let mut changed = sealed.into_bytes();
        let last = changed.len() - 3;
        changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(matches!(keys.open(place("1"), &changed), Err(SealError::Broken)));
    }

    #[test]
    fn nothing_shows_the_keys() {
        assert_eq!(format!("{:?}", keyring(&["a", "b"])), r#"["a", "b"]"#);
    }
}

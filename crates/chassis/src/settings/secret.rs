//! Values that no log, error or print-out shows.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use url::Url;

const HIDDEN: &str = "***";

/// A URL that may hold a password. Shown with `***` in its place.
#[derive(Clone)]
pub struct SecretUrl(SecretString);

impl SecretUrl {
    /// Wraps a URL as it stands.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self(SecretString::from(url.into()))
    }

    /// The URL, password and all.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The same, as a secret.
    #[must_use]
    pub fn secret(&self) -> SecretString {
        self.0.clone()
    }

    /// The word before the first colon.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.expose().split(':').next().unwrap_or_default()
    }

    /// The path of a `sqlite:PATH`.
    #[must_use]
    pub fn sqlite_path(&self) -> Option<&str> {
        self.expose().strip_prefix("sqlite:")
    }

    /// What may be shown. The user stays, the password and the query go; what is no URL goes whole.
    #[must_use]
    pub fn masked(&self) -> String {
        if self.sqlite_path().is_some() {
            return self.expose().to_owned();
        }
        let Ok(mut url) = Url::parse(self.expose()) else { return HIDDEN.to_owned() };
        let had_query = url.query().is_some();
        url.set_query(had_query.then_some(HIDDEN));
        url.set_fragment(None);
        if url.password().is_some() && url.set_password(Some(HIDDEN)).is_err() {
            return HIDDEN.to_owned();
        }
        url.into()
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for SecretUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SecretUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// 32 secret bytes, written as base64.
pub struct RawKey(SecretBox<[u8; 32]>);

impl RawKey {
    /// Wraps the bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    /// From base64 with padding; none unless it gives 32 bytes.
    #[must_use]
    pub fn parse(base64: &str) -> Option<Self> {
        let bytes = BASE64.decode(base64.trim()).ok()?;
        bytes.try_into().ok().map(Self::new)
    }

    /// The bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }

    /// As [`RawKey::parse`] reads it; only to be written to a file that nobody else may read.
    #[must_use]
    pub fn to_base64(&self) -> SecretString {
        BASE64.encode(self.expose()).into()
    }
}

impl Clone for RawKey {
    fn clone(&self) -> Self {
        Self::new(*self.expose())
    }
}

impl fmt::Debug for RawKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl Serialize for RawKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

/// A key and the name that values sealed with it carry; written `ID:BASE64`.
#[derive(Clone, Debug)]
pub struct NamedKey {
    /// The name; 1 to 32 of letters, digits, `-` and `_`.
    pub id: String,
    /// The key.
    pub key: RawKey,
}

impl NamedKey {
    /// From `ID:BASE64`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, key) = text.split_once(':')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let named = (1..=32).contains(&id.len()) && id.chars().all(plain);
        named.then_some(())?;
        Some(Self { id: id.to_owned(), key: RawKey::parse(key)? })
    }
}

impl Serialize for NamedKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}:{HIDDEN}", self.id))
    }
}

impl<'de> Deserialize<'de> for NamedKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(
                "write each key as ID:KEY, the ID of 1 to 32 letters, digits, - or _, the KEY 32 \
                 bytes in base64 (`openssl rand -base64 32`)",
            )
        })
    }
}

//! WhatsApp media and Messenger attachments: bytes with an age.

use std::collections::HashMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Life of an uploaded WhatsApp medium.
pub(crate) const UPLOAD_LIFE_MS: i64 = 30 * 24 * 3_600_000;
/// Life of a WhatsApp medium that a customer sent.
pub(crate) const INBOUND_LIFE_MS: i64 = 7 * 24 * 3_600_000;
/// Life of a Messenger attachment id.
pub(crate) const ATTACHMENT_LIFE_MS: i64 = 90 * 24 * 3_600_000;
/// Life of a download URL.
const URL_LIFE_MS: i64 = 5 * 60_000;

/// Where the bytes are.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    /// Held in memory; base64 in the journal.
    #[serde(with = "in_base64")]
    Bytes(Bytes),
    /// To be fetched from a URL that the test gave.
    Url(String),
}

/// One medium.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Medium {
    pub(crate) id: String,
    /// The phone number or Page it belongs to.
    pub(crate) account: String,
    pub(crate) mime_type: String,
    /// `image`, `video`, `audio`, `document`, `sticker` or `file`.
    pub(crate) kind: String,
    pub(crate) source: Source,
    pub(crate) expires_at_ms: i64,
}

/// All media, and the download URLs that are alive.
#[derive(Debug, Default)]
pub(crate) struct MediaStore {
    media: HashMap<String, Medium>,
    urls: HashMap<String, (String, i64)>,
    /// Ids of media that came or went and are not yet in the journal.
    pub(crate) unsaved: Vec<String>,
}

impl MediaStore {
    /// Keeps a medium.
    pub(crate) fn insert(&mut self, medium: Medium) {
        self.unsaved.push(medium.id.clone());
        self.media.insert(medium.id.clone(), medium);
    }

    /// A medium that still lives.
    pub(crate) fn get(&self, id: &str, now_ms: i64) -> Option<&Medium> {
        self.media.get(id).filter(|m| m.expires_at_ms > now_ms)
    }

    /// A medium, alive or not.
    pub(crate) fn any(&self, id: &str) -> Option<&Medium> {
        self.media.get(id)
    }

    /// Deletes a medium; false when there was none.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        self.unsaved.push(id.to_owned());
        self.media.remove(id).is_some()
    }

    /// A secret that opens one medium for five minutes.
    pub(crate) fn open_url(&mut self, id: &str, now_ms: i64) -> String {
        self.urls.retain(|_, (_, expires)| *expires > now_ms);
        let secret = crate::ids::secret();
        self.urls.insert(secret.clone(), (id.to_owned(), now_ms + URL_LIFE_MS));
        secret
    }

    /// The medium behind a download URL that is still alive.
    pub(crate) fn by_url(&self, secret: &str, now_ms: i64) -> Option<&Medium> {
        let (id, expires) = self.urls.get(secret)?;
        (*expires > now_ms).then(|| self.get(id, now_ms)).flatten()
    }
}

/// Bytes as base64 text.
mod in_base64 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &Bytes, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD.decode(text).map(Bytes::from).map_err(D::Error::custom)
    }
}

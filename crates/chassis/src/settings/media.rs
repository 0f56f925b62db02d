//! `[media]` as types. What each value means is written in `default.toml`.

use std::{path::Path, time::Duration};

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    SecretUrl,
    shape::{self, shown},
};

/// `[media]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaSettings {
    /// `disk:PATH` (absolute, or relative to the working directory) or `s3://BUCKET/PREFIX`.
    pub url: String,
    /// The largest file that is kept, in bytes.
    pub max_bytes: u64,
    /// Files are fetched for so long at most, each.
    #[serde(rename = "fetch_timeout_seconds", with = "shape::seconds")]
    pub fetch_timeout: Duration,
    /// Files fetched at the same time in this process.
    pub concurrency: usize,
    /// `HOST` or `HOST:PORT` of servers of files that may be private or without https.
    #[serde(deserialize_with = "shape::list")]
    pub trusted_hosts: Vec<String>,
    /// A bucket that is not AWS's own, or not this machine's to use by its role.
    pub s3: S3Settings,
}

/// `[media.s3]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Settings {
    /// Where the service is; AWS's own when absent.
    #[serde(deserialize_with = "shape::optional_web_url", serialize_with = "shown")]
    pub endpoint: Option<Url>,
    /// The region; what the environment says when empty.
    pub region: String,
    /// The key; what the environment or the machine's role gives when empty.
    pub access_key_id: String,
    /// Its secret.
    #[serde(deserialize_with = "shape::optional_secret_url", serialize_with = "hidden")]
    pub secret_access_key: Option<SecretUrl>,
}

/// Where files are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaPlace<'a> {
    /// A folder.
    Disk(&'a Path),
    /// A bucket, and what goes before the name of each file.
    S3 {
        /// Its name.
        bucket: &'a str,
        /// May be empty.
        prefix: &'a str,
    },
}

impl MediaSettings {
    /// Where files are kept; `None` when `media.url` does not say.
    #[must_use]
    pub fn place(&self) -> Option<MediaPlace<'_>> {
        if let Some(path) = self.url.strip_prefix("disk:") {
            return (!path.is_empty()).then(|| MediaPlace::Disk(Path::new(path)));
        }
        let rest = self.url.strip_prefix("s3://")?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_end_matches('/');
        (!bucket.is_empty()).then_some(MediaPlace::S3 { bucket, prefix })
    }
}

fn hidden<S: serde::Serializer>(secret: &Option<SecretUrl>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(if secret.is_some() { "***" } else { "" })
}

//! Configuration: parsed once, in one place, into types, and checked as a whole.
//!
//! It comes, each over the one before, from `default.toml` (embedded in the binary), from a file,
//! and from variables `SWITCHBOARD__SECTION__KEY`. An unknown key is an error. Secrets are types of
//! their own that no log or print-out shows.

mod check;
mod error;
mod explain;
mod load;
mod media;
mod secret;
mod sections;
mod shape;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use error::SettingsError;
pub use media::{MediaPlace, MediaSettings, S3Settings};
pub use secret::{NamedKey, RawKey, SecretUrl};
pub use sections::{
    BotSettings, DeskSettings, IngressSettings, KeyFile, KeySettings, Limits, LinkingSettings,
    LogFormat, MailSettings, NumberLimits, OutboundSettings, PageLimits, QueueSettings,
    RouterSettings, StoreSettings, TelemetrySettings, UncertainAfter, UncertainPolicy,
};

/// The built-in configuration, with a comment on each key.
pub const DEFAULTS: &str = include_str!("../../default.toml");

/// The two ways to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// SQLite files, one process, no other software.
    Embedded,
    /// RabbitMQ and PostgreSQL, any number of processes.
    Distributed,
}

/// The whole configuration. What each value means is written in [`DEFAULTS`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The folder of everything kept on disk.
    pub data_dir: PathBuf,
    /// The queue.
    pub queue: QueueSettings,
    /// The database.
    pub store: StoreSettings,
    /// The ingress.
    pub ingress: IngressSettings,
    /// The desk.
    pub desk: DeskSettings,
    /// Account linking.
    pub linking: LinkingSettings,
    /// The router.
    pub router: RouterSettings,
    /// The bots.
    pub bot: BotSettings,
    /// The sends.
    pub outbound: OutboundSettings,
    /// Files.
    pub media: MediaSettings,
    /// Mails to agents.
    pub mail: MailSettings,
    /// Keys.
    pub keys: KeySettings,
    /// Logs and traces.
    pub telemetry: TelemetrySettings,
}

impl Settings {
    /// The effective configuration as TOML, secrets hidden.
    #[must_use]
    pub fn redacted(&self) -> String {
        toml::to_string_pretty(self).unwrap_or_else(|error| format!("# cannot be shown: {error}\n"))
    }
}

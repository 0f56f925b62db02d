//! The sections of the configuration as types. What each value means is written in `default.toml`.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};
use switchboard_domain::Channel;
use url::Url;

use super::{
    secret::{NamedKey, RawKey, SecretUrl},
    shape,
};

/// `[queue]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueSettings {
    /// `sqlite:PATH` (absolute, or relative to the working directory) or `amqp(s)://…`.
    pub url: SecretUrl,
    /// Goes before the name of each queue; may be empty.
    pub namespace: String,
}

/// `[store]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    /// `sqlite:PATH` (absolute, or relative to the working directory) or `postgres://…`.
    pub url: SecretUrl,
    /// Connections held at most.
    pub pool_size: u32,
    /// How long to wait for one.
    #[serde(rename = "acquire_timeout_seconds", with = "shape::seconds")]
    pub acquire_timeout: Duration,
}

/// `[ingress]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IngressSettings {
    /// Where webhooks are received.
    #[serde(deserialize_with = "shape::address")]
    pub listen: SocketAddr,
    /// The address by which Meta and customers reach the ingress.
    #[serde(deserialize_with = "shape::web_url")]
    pub public_url: Url,
}

/// `[desk]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskSettings {
    /// Where the page and the API are served.
    #[serde(deserialize_with = "shape::address")]
    pub listen: SocketAddr,
    /// The address by which agents reach the desk.
    #[serde(deserialize_with = "shape::web_url")]
    pub public_url: Url,
    /// Whether session cookies are for https only.
    pub secure_cookies: bool,
    /// How long a login lasts without use, in hours.
    pub session_hours: u32,
    /// How long the log of who changed what is kept, in days.
    pub audit_days: u32,
    /// Hosts of integrators that may be private or without https.
    #[serde(deserialize_with = "shape::list")]
    pub webhook_trusted_hosts: Vec<String>,
    /// How long events for integrators are kept, in days.
    pub webhook_days: u32,
    /// How long agents may do nothing before they are away by themselves; zero: they never are.
    #[serde(rename = "away_after_seconds", with = "shape::seconds")]
    pub away_after: Duration,
    /// Names of apps that may share an account, by Meta's id of them.
    pub known_apps: BTreeMap<String, String>,
}

/// `[linking]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkingSettings {
    /// Hosts that customers may be sent back to, with all below them.
    #[serde(deserialize_with = "shape::list")]
    pub redirect_hosts: Vec<String>,
    /// `HOST` or `HOST:PORT` of log-in services that may be private or without https.
    #[serde(deserialize_with = "shape::list")]
    pub trusted_hosts: Vec<String>,
    /// How long a log-in service may take.
    #[serde(rename = "timeout_seconds", with = "shape::seconds")]
    pub timeout: Duration,
}

/// `[router]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouterSettings {
    /// Where health and metrics are served.
    #[serde(deserialize_with = "shape::address")]
    pub listen: SocketAddr,
    /// Events applied in one transaction at most.
    pub batch: usize,
    /// How long an agent may be away before the agent's conversations are freed.
    #[serde(rename = "grace_seconds", with = "shape::seconds")]
    pub grace: Duration,
}

/// `[bot]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BotSettings {
    /// Where health, metrics and the door for bots are served.
    #[serde(deserialize_with = "shape::address")]
    pub listen: SocketAddr,
    /// How long a bot may think.
    #[serde(rename = "turn_timeout_seconds", with = "shape::seconds")]
    pub turn_timeout: Duration,
    /// Turns at the same time in this process.
    pub concurrency: u16,
    /// `HOST` or `HOST:PORT` of bots that may be private or without https.
    #[serde(deserialize_with = "shape::list")]
    pub trusted_hosts: Vec<String>,
}

/// `[outbound]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutboundSettings {
    /// Where health and metrics are served.
    #[serde(deserialize_with = "shape::address")]
    pub listen: SocketAddr,
    /// Meta's Graph API, without the version.
    #[serde(deserialize_with = "shape::web_url")]
    pub graph_url: Url,
    /// The Graph API of accounts connected by Instagram Login, without the version.
    #[serde(deserialize_with = "shape::web_url")]
    pub instagram_graph_url: Url,
    /// `vN.N`
    pub api_version: String,
    /// A proxy for all calls to Meta.
    #[serde(deserialize_with = "shape::optional_secret_url", serialize_with = "shape::shown")]
    pub proxy: Option<SecretUrl>,
    /// How long a call may take as a whole.
    #[serde(rename = "request_timeout_seconds", with = "shape::seconds")]
    pub request_timeout: Duration,
    /// What becomes of a send of which Meta says nothing.
    pub uncertain_policy: UncertainPolicy,
    /// Retries of a send that surely did not arrive, at most.
    pub retry_attempts: u32,
    /// And at most for this long after the first try.
    #[serde(rename = "retry_seconds", with = "shape::seconds")]
    pub retry_for: Duration,
    /// How long to wait for the echo or the status.
    #[serde(rename = "uncertain_seconds")]
    pub uncertain_after: UncertainAfter,
    /// Meta's limits for each account.
    pub limits: Limits,
}

/// `outbound.uncertain_policy`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "String")]
pub enum UncertainPolicy {
    /// The agent sees it and decides.
    Flag,
    /// It is sent again, perhaps for the second time.
    Resend,
    /// It is let go.
    Drop,
}

impl TryFrom<String> for UncertainPolicy {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        shape::word(&text, &[("flag", Self::Flag), ("resend", Self::Resend), ("drop", Self::Drop)])
    }
}

/// `[outbound.uncertain_seconds]`
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UncertainAfter {
    /// Messenger.
    #[serde(with = "shape::seconds")]
    pub messenger: Duration,
    /// Instagram.
    #[serde(with = "shape::seconds")]
    pub instagram: Duration,
    /// WhatsApp.
    #[serde(with = "shape::seconds")]
    pub whatsapp: Duration,
}

impl UncertainAfter {
    /// How long to wait on this channel.
    #[must_use]
    pub fn of(self, channel: Channel) -> Duration {
        match channel {
            Channel::Messenger => self.messenger,
            Channel::Instagram => self.instagram,
            Channel::WhatsApp => self.whatsapp,
        }
    }
}

/// `[outbound.limits]`
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// For each Page.
    pub messenger: PageLimits,
    /// For each professional account.
    pub instagram: PageLimits,
    /// For each phone number.
    pub whatsapp: NumberLimits,
}

/// `[outbound.limits.messenger]`, `[outbound.limits.instagram]`
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageLimits {
    /// Texts, links, reactions, stickers per second.
    pub text_per_second: u32,
    /// Images, audio, video, files per second.
    pub media_per_second: u32,
}

/// `[outbound.limits.whatsapp]`
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberLimits {
    /// Messages per second.
    pub per_second: u32,
    /// One message to the same customer in this time.
    #[serde(rename = "pair_seconds", with = "shape::seconds")]
    pub pair_interval: Duration,
    /// Messages to the same customer at once.
    pub pair_burst: u32,
}

/// `[mail]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// `smtps://…`, `starttls://…` or `smtp://…`; none: no mails.
    #[serde(deserialize_with = "shape::optional_secret_url", serialize_with = "shape::shown")]
    pub url: Option<SecretUrl>,
    /// The sender.
    pub from: String,
    /// Certificates that are trusted besides the system's; none when empty.
    pub ca_file: PathBuf,
    /// How long to wait for more that goes into the same mail.
    #[serde(rename = "gather_seconds", with = "shape::seconds")]
    pub gather: Duration,
}

/// `[keys]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySettings {
    /// Where keys are kept (absolute, or relative to the working directory).
    pub file: PathBuf,
    /// Seal the channels' tokens; the first seals.
    #[serde(deserialize_with = "shape::list")]
    pub tokens: Vec<NamedKey>,
    /// Seal the app secrets; the first seals.
    #[serde(deserialize_with = "shape::list")]
    pub apps: Vec<NamedKey>,
    /// Seal what account linking keeps and hands out; the first seals.
    #[serde(deserialize_with = "shape::list")]
    pub linking: Vec<NamedKey>,
    /// Seal what bots prove themselves with; the first seals.
    #[serde(deserialize_with = "shape::list")]
    pub bots: Vec<NamedKey>,
    /// Signs the marker of sends.
    #[serde(deserialize_with = "shape::optional_key", serialize_with = "shape::shown")]
    pub marker: Option<RawKey>,
}

/// What the file of keys holds: `tokens`, `apps`, `linking`, `bots`, `marker`, written as under `[keys]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeyFile {
    /// Seal the channels' tokens.
    #[serde(deserialize_with = "shape::list")]
    pub tokens: Vec<NamedKey>,
    /// Seal the app secrets.
    #[serde(deserialize_with = "shape::list")]
    pub apps: Vec<NamedKey>,
    /// Seal what account linking keeps and hands out.
    #[serde(deserialize_with = "shape::list")]
    pub linking: Vec<NamedKey>,
    /// Seal what bots prove themselves with.
    #[serde(deserialize_with = "shape::list")]
    pub bots: Vec<NamedKey>,
    /// Signs the marker of sends.
    #[serde(deserialize_with = "shape::optional_key")]
    pub marker: Option<RawKey>,
}

/// `[telemetry]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySettings {
    /// A level or a filter.
    pub log: String,
    /// How a line of the log looks.
    pub format: LogFormat,
    /// Where traces are sent.
    #[serde(deserialize_with = "shape::optional_web_url", serialize_with = "shape::shown")]
    pub otlp_endpoint: Option<Url>,
    /// The name traces carry; the running service's when empty.
    pub service_name: String,
}

/// `telemetry.format`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "String")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

impl TryFrom<String> for LogFormat {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        shape::word(&text, &[("text", Self::Text), ("json", Self::Json)])
    }
}

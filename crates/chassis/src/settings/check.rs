//! Whether the configuration makes sense as a whole.

use std::{ops::RangeInclusive, time::Duration};

use tracing_subscriber::filter::LevelFilter;
use url::Url;

use super::{MailSettings, MediaSettings, Mode, NamedKey, SecretUrl, Settings, SettingsError};

type Checked = Result<(), SettingsError>;

pub(super) fn all(settings: &Settings) -> Checked {
    folder(settings)?;
    mode(settings)?;
    namespace(&settings.queue.namespace)?;
    numbers(settings)?;
    limits(settings)?;
    cookies(settings)?;
    version(&settings.outbound.api_version)?;
    proxy(settings.outbound.proxy.as_ref())?;
    unique("keys.tokens", &settings.keys.tokens)?;
    unique("keys.apps", &settings.keys.apps)?;
    unique("keys.linking", &settings.keys.linking)?;
    unique("keys.bots", &settings.keys.bots)?;
    place(&settings.media)?;
    mail(&settings.mail)?;
    hosts("media.trusted_hosts", &settings.media.trusted_hosts)?;
    hosts("linking.redirect_hosts", &settings.linking.redirect_hosts)?;
    hosts("linking.trusted_hosts", &settings.linking.trusted_hosts)?;
    hosts("bot.trusted_hosts", &settings.bot.trusted_hosts)?;
    filter(&settings.telemetry.log)
}

fn impossible<T>(key: &'static str, message: impl Into<String>) -> Result<T, SettingsError> {
    Err(SettingsError::Impossible { key, message: message.into() })
}

pub(super) fn mode(settings: &Settings) -> Result<(), SettingsError> {
    let queue = embedded(
        "queue.url",
        &settings.queue.url,
        &["amqp", "amqps"],
        "sqlite:PATH or amqp://USER:PASSWORD@HOST:5672/VHOST",
    )?;
    let store = embedded(
        "store.url",
        &settings.store.url,
        &["postgres", "postgresql"],
        "sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
    )?;
    if queue == store {
        return Ok(());
    }
    let (one, other) = if queue { ("queue", "store") } else { ("store", "queue") };
    impossible(
        "queue.url, store.url",
        format!(
            "the {one} is a SQLite file, which serves one process, and the {other} is a server, \
             which serves many; half of a conversation would be out of the other processes' \
             reach. Use sqlite for both, or RabbitMQ with PostgreSQL"
        ),
    )
}

fn embedded(
    key: &'static str,
    url: &SecretUrl,
    servers: &[&str],
    shape: &str,
) -> Result<bool, SettingsError> {
    match url.sqlite_path() {
        Some("") => impossible(key, "the path of the SQLite file is missing; write sqlite:PATH"),
        Some(_) => Ok(true),
        None if servers.contains(&url.scheme()) && Url::parse(url.expose()).is_ok() => Ok(false),
        None => impossible(key, format!("this is no address we know; write {shape}")),
    }
}

fn namespace(name: &str) -> Checked {
    let plain =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    if name.len() <= 32 && name.chars().all(plain) {
        return Ok(());
    }
    impossible("queue.namespace", "write at most 32 of a-z 0-9 - _ .")
}

fn numbers(settings: &Settings) -> Checked {
    let Settings { store, desk, linking, router, bot, outbound, media, mail, .. } = settings;
    range("store.pool_size", store.pool_size, 1..=200)?;
    seconds("store.acquire_timeout_seconds", store.acquire_timeout, 1..=60)?;
    range("desk.session_hours", desk.session_hours, 1..=720)?;
    range("desk.audit_days", desk.audit_days, 1..=3650)?;
    range("desk.webhook_days", desk.webhook_days, 7..=365)?;
    if !desk.away_after.is_zero() {
        seconds("desk.away_after_seconds", desk.away_after, 5..=86_400)?;
    }
    seconds("linking.timeout_seconds", linking.timeout, 1..=30)?;
    range("router.batch", router.batch, 1..=1000)?;
    seconds("router.grace_seconds", router.grace, 5..=3600)?;
    seconds("bot.turn_timeout_seconds", bot.turn_timeout, 1..=300)?;
    range("bot.concurrency", bot.concurrency, 1..=1000)?;
    seconds("outbound.request_timeout_seconds", outbound.request_timeout, 1..=120)?;
    range("outbound.retry_attempts", outbound.retry_attempts, 0..=20)?;
    seconds("outbound.retry_seconds", outbound.retry_for, 1..=86_400)?;
    range("media.max_bytes", media.max_bytes, 1_000_000..=2_000_000_000)?;
    seconds("media.fetch_timeout_seconds", media.fetch_timeout, 10..=3600)?;
    range("media.concurrency", media.concurrency, 1..=64)?;
    seconds("mail.gather_seconds", mail.gather, 0..=3600)?;
    let after = &outbound.uncertain_after;
    seconds("outbound.uncertain_seconds.messenger", after.messenger, 5..=3600)?;
    seconds("outbound.uncertain_seconds.instagram", after.instagram, 5..=3600)?;
    seconds("outbound.uncertain_seconds.whatsapp", after.whatsapp, 5..=3600)
}

fn limits(settings: &Settings) -> Checked {
    let limits = &settings.outbound.limits;
    let rate = 1..=100_000;
    let (messenger, instagram, whatsapp) = (limits.messenger, limits.instagram, limits.whatsapp);
    range("outbound.limits.messenger.text_per_second", messenger.text_per_second, rate.clone())?;
    range("outbound.limits.messenger.media_per_second", messenger.media_per_second, rate.clone())?;
    range("outbound.limits.instagram.text_per_second", instagram.text_per_second, rate.clone())?;
    range("outbound.limits.instagram.media_per_second", instagram.media_per_second, rate.clone())?;
    range("outbound.limits.whatsapp.per_second", whatsapp.per_second, rate)?;
    seconds("outbound.limits.whatsapp.pair_seconds", whatsapp.pair_interval, 1..=3600)?;
    range("outbound.limits.whatsapp.pair_burst", whatsapp.pair_burst, 1..=45)
}

fn range<T>(key: &'static str, value: T, allowed: RangeInclusive<T>) -> Checked
where
    T: PartialOrd + std::fmt::Display,
{
    if allowed.contains(&value) {
        return Ok(());
    }
    let (low, high) = (allowed.start(), allowed.end());
    impossible(key, format!("{value} is out of range; choose {low} to {high}"))
}

fn seconds(key: &'static str, value: Duration, allowed: RangeInclusive<u64>) -> Checked {
    range(key, value.as_secs(), allowed)
}

fn cookies(settings: &Settings) -> Checked {
    let desk = &settings.desk;
    match (desk.public_url.scheme(), desk.secure_cookies) {
        ("https", false) => impossible(
            "desk.secure_cookies",
            "must be true when desk.public_url is https: else a login could leak over http",
        ),
        ("http", true) => impossible(
            "desk.secure_cookies",
            "must be false when desk.public_url is http: browsers would not send the cookie back, \
             and nobody could log in. Better: serve the desk by https",
        ),
        _ => Ok(()),
    }
}

fn version(version: &str) -> Checked {
    let numbers = version.strip_prefix('v').and_then(|rest| rest.split_once('.'));
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    match numbers {
        Some((major, minor)) if digits(major) && digits(minor) => Ok(()),
        _ => impossible("outbound.api_version", "write a version such as v26.0"),
    }
}

fn proxy(proxy: Option<&SecretUrl>) -> Checked {
    let known = |url: Url| matches!(url.scheme(), "http" | "https" | "socks5") && url.has_host();
    match proxy {
        Some(url) if !Url::parse(url.expose()).is_ok_and(known) => {
            impossible("outbound.proxy", "write http://HOST:PORT, https://… or socks5://…")
        }
        _ => Ok(()),
    }
}

fn place(media: &MediaSettings) -> Checked {
    if media.place().is_none() {
        return impossible("media.url", "write disk:PATH or s3://BUCKET/PREFIX");
    }
    if media.s3.access_key_id.is_empty() != media.s3.secret_access_key.is_none() {
        return impossible("media.s3", "access_key_id and secret_access_key go together");
    }
    Ok(())
}

fn mail(mail: &MailSettings) -> Checked {
    let Some(url) = &mail.url else { return Ok(()) };
    if !matches!(url.scheme(), "smtps" | "starttls" | "smtp") {
        return impossible("mail.url", "write smtps://USER:PASSWORD@HOST or starttls://…");
    }
    if mail.from.is_empty() {
        return impossible("mail.from", "is empty; write Switchboard <desk@example.com>");
    }
    Ok(())
}

fn unique(key: &'static str, keys: &[NamedKey]) -> Checked {
    let mut ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() == keys.len() {
        return Ok(());
    }
    impossible(key, "two keys have the same ID; a new key needs a new one")
}

/// Host names, perhaps with a port; a slash or a scheme would never match.
fn hosts(key: &'static str, hosts: &[String]) -> Checked {
    let plain = |host: &String| {
        Url::parse(&format!("https://{host}/")).is_ok_and(|url| {
            url.path() == "/" && url.username().is_empty() && !host.contains(['/', '?', '#', '@'])
        })
    };
    if hosts.iter().all(plain) {
        return Ok(());
    }
    impossible(key, "write hosts such as login.example.com, without https:// and without a path")
}

fn filter(text: &str) -> Checked {
    // A filter without a level of its own silences all it does not name: surely a slip.
    let level = text.split(',').any(|part| part.trim().parse::<LevelFilter>().is_ok());
    if level && tracing_subscriber::EnvFilter::builder().parse(text).is_ok() {
        return Ok(());
    }
    impossible(
        "telemetry.log",
        "write error, warn, info, debug or trace, or a filter that begins with one, such as \
         \"info,switchboard_router=debug\"",
    )
}

fn folder(settings: &Settings) -> Checked {
    if settings.data_dir.as_os_str().is_empty() {
        return impossible("data_dir", "is empty; name a folder");
    }
    Ok(())
}

impl Settings {
    /// Which of the two ways to run this is.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self.queue.url.sqlite_path() {
            Some(_) => Mode::Embedded,
            None => Mode::Distributed,
        }
    }
}

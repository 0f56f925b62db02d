//! From the backend to each service's own settings.

use std::sync::Arc;

use switchboard_backend::Backend;
use switchboard_chassis::{clock, shutdown::Shutdown};
use switchboard_desk::{BadSettings, BotKind, BotKinds, CheckSettings};
use switchboard_outside::{Client, Reach};
use tokio_util::sync::CancellationToken;

use super::StackError;

pub(super) fn router(
    backend: &Backend,
    stop: &CancellationToken,
) -> Result<switchboard_router::Running, StackError> {
    let settings = &backend.settings;
    let settings = switchboard_router::Settings {
        store: backend.store.clone(),
        queue: Arc::clone(&backend.queue),
        replica: backend.name.clone(),
        batch: u16::try_from(settings.router.batch).unwrap_or(u16::MAX),
        turn_timeout: settings.bot.turn_timeout,
        grace: settings.router.grace,
        marker_key: backend.keys.marker()?.expose().to_vec(),
        linking_keys: backend.keys.linking(),
        clock: clock::now,
    };
    Ok(switchboard_router::start(&settings, stop))
}

pub(super) async fn ingress(
    backend: &Backend,
    stop: &CancellationToken,
) -> Result<switchboard_ingress::Running, StackError> {
    let settings = switchboard_ingress::Settings {
        queue: Arc::clone(&backend.queue),
        store: backend.store.clone(),
        keys: backend.keys.apps()?,
        linking_keys: backend.keys.linking(),
        linking: backend.settings.linking.clone(),
        files: backend.media().map_err(|error| failed("ingress", &error))?,
        listen: backend.settings.ingress.listen,
        public_url: backend.settings.ingress.public_url.clone(),
    };
    switchboard_ingress::start(settings, stop).await.map_err(|error| failed("ingress", &error))
}

pub(super) async fn bot(
    backend: &Backend,
    stop: &CancellationToken,
) -> Result<switchboard_bot::Running, StackError> {
    let bot = &backend.settings.bot;
    let reach = Reach {
        trusted_hosts: bot.trusted_hosts.clone(),
        setting: "bot.trusted_hosts",
        timeout: bot.turn_timeout,
        proxy: None,
    };
    let settings = switchboard_bot::Settings {
        outside: Client::new(&reach).map_err(|error| failed("bot", &error))?,
        files: backend.media().map_err(|error| failed("bot", &error))?,
        largest_file: backend.settings.media.max_bytes,
        keys: backend.keys.bots(),
        queue: Arc::clone(&backend.queue),
        store: backend.store.clone(),
        listen: bot.listen,
        replica: backend.name.clone(),
        concurrency: bot.concurrency,
    };
    switchboard_bot::start(settings, stop).await.map_err(|error| failed("bot", &error))
}

pub(super) async fn outbound(
    backend: &Backend,
    stop: &CancellationToken,
) -> Result<switchboard_outbound::Running, StackError> {
    switchboard_outbound::start(backend, stop).await.map_err(|error| failed("outbound", &error))
}

pub(super) async fn desk(
    backend: &Backend,
    shutdown: &Shutdown,
) -> Result<switchboard_desk::Running, StackError> {
    switchboard_desk::start(backend, shutdown, bot_kinds())
        .await
        .map_err(|error| failed("desk", &error))
}

/// What the bot service knows, for the desk.
fn bot_kinds() -> BotKinds {
    let all = switchboard_bot::KINDS.iter();
    let all =
        all.filter_map(|&name| Some(BotKind { name, example: switchboard_bot::example(name)? }));
    let check: CheckSettings = |kind, settings, secret| {
        switchboard_bot::check(kind, settings, secret).map_err(|error| BadSettings {
            line: error.line(),
            column: error.column(),
            sentence: error.to_string(),
        })
    };
    BotKinds { all: all.collect(), check }
}

fn failed(part: &'static str, error: &dyn std::error::Error) -> StackError {
    StackError::Part { part, reason: error.to_string() }
}

//! `switchboard serve`, and each service by itself.

use std::fs;

use switchboard_backend::{Backend, replica_name};
use switchboard_chassis::{settings::Settings, shutdown::Shutdown, telemetry};
use switchboard_simulator::SimulatorConfig;
use tracing::info;

use super::Error;
use crate::{
    cli,
    stack::{Part, Stack},
};

/// Runs parts until a signal.
pub(super) async fn run(settings: Settings, parts: &[Part]) -> Result<(), Error> {
    let service = match parts {
        [part] => part.name(),
        _ => "switchboard",
    };
    let _telemetry = telemetry::init(&settings.telemetry, service)?;
    let shutdown = Shutdown::on_signals()?;
    let backend = Backend::open(settings, replica_name(service)).await?;
    let stack = Stack::start(&backend, parts).await?;
    info!(addresses = ?stack.addresses(), "ready");
    shutdown.wait().await;
    stack.stop().await;
    backend.close().await;
    Ok(())
}

/// Runs the simulator until a signal.
pub(super) async fn simulator(settings: Settings, options: cli::Simulator) -> Result<(), Error> {
    let _telemetry = telemetry::init(&settings.telemetry, "simulator")?;
    let shutdown = Shutdown::on_signals()?;
    let mut config = match &options.seed {
        Some(file) => serde_json::from_str::<SimulatorConfig>(&fs::read_to_string(file)?)
            .map_err(|error| Error::Usage(format!("{}: {error}", file.display())))?,
        None if options.sample => crate::demo::world(&settings).await?,
        None => SimulatorConfig::default(),
    };
    config.listen = options.listen;
    let failed = |error: switchboard_simulator::Error| Error::Usage(error.to_string());
    let running = switchboard_simulator::start(config).await.map_err(failed)?;
    info!(url = running.url(), "the simulator is ready");
    shutdown.wait().await;
    running.stop().await.map_err(failed)
}

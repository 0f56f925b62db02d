//! Runs the simulator alone. Listens on the first argument, else on
//! `SIMULATOR_LISTEN`, else on 127.0.0.1:4010. Ends on SIGINT or SIGTERM.

use std::error::Error;

use switchboard_simulator::{SimulatorConfig, start};
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen = std::env::args()
        .nth(1)
        .or_else(|| std::env::var("SIMULATOR_LISTEN").ok())
        .unwrap_or_else(|| "127.0.0.1:4010".to_owned());
    let config = SimulatorConfig { listen: listen.parse()?, ..SimulatorConfig::default() };
    let running = start(config).await?;
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminated.recv() => {}
    }
    Ok(running.stop().await?)
}

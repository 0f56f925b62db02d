//! Runs the simulator alone. Listens on the first argument, else on
//! `SIMULATOR_LISTEN`, else on 127.0.0.1:4010.

use std::error::Error;

use switchboard_simulator::{SimulatorConfig, start};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen = std::env::args()
        .nth(1)
        .or_else(|| std::env::var("SIMULATOR_LISTEN").ok())
        .unwrap_or_else(|| "127.0.0.1:4010".to_owned());
    let running = start(SimulatorConfig {
        listen: listen.parse()?,
        ..SimulatorConfig::default()
    })
    .await?;
    tokio::signal::ctrl_c().await?;
    Ok(running.stop().await?)
}

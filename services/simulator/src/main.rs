//! Runs the simulator alone. Listens on the first argument, else on
//! `SIMULATOR_LISTEN`, else on 127.0.0.1:4010. `SIMULATOR_CONFIG` names a JSON
//! file with the world to start with; `SIMULATOR_STATE` names the file that keeps
//! what must survive the process; `SIMULATOR_PUBLIC_URL` is the base of media
//! URLs where others reach the simulator under another name. Ends on SIGINT or
//! SIGTERM.

use std::env;
use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;

use switchboard_simulator::{SimulatorConfig, start};
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut config = match env::var("SIMULATOR_CONFIG") {
        Ok(path) => serde_json::from_slice(&std::fs::read(path)?)?,
        Err(_) => SimulatorConfig::default(),
    };
    let listen = env::args().nth(1).or_else(|| env::var("SIMULATOR_LISTEN").ok());
    config.listen = listen.unwrap_or_else(|| "127.0.0.1:4010".to_owned()).parse()?;
    config.state_file = env::var_os("SIMULATOR_STATE").map(PathBuf::from).or(config.state_file);
    config.public_url = env::var("SIMULATOR_PUBLIC_URL").ok().or(config.public_url);
    let running = start(config).await?;
    let mut out = std::io::stdout();
    writeln!(out, "The simulator listens on {0} (the phone: {0}/phone).", running.url())?;
    out.flush()?;
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminated.recv() => {}
    }
    Ok(running.stop().await?)
}

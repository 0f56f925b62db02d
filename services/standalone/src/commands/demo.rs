//! `switchboard demo`.

use switchboard_chassis::{settings::Settings, shutdown::Shutdown, telemetry};

use super::{Error, say};
use crate::{
    cli,
    demo::{self, Demo},
};

/// Runs the demo until a signal.
pub(super) async fn run(options: cli::Demo) -> Result<(), Error> {
    let ports = demo::Ports::from_base(options.port_base);
    let settings: Settings = demo::settings(&options.data, &ports, std::env::vars())?;
    let _telemetry = telemetry::init(&settings.telemetry, "switchboard")?;
    let shutdown = Shutdown::on_signals()?;
    let demo = Demo::start(settings, &ports).await?;
    if options.json {
        say(&demo.announcement().to_json())?
    } else {
        say(&demo.announcement().to_text())?
    }
    shutdown.wait().await;
    demo.stop().await;
    Ok(())
}

//! Switchboard in one binary. [`cli`] says what it can do, [`commands`] does it, [`stack`] runs
//! services in this process, [`demo`] shows everything at once.

mod cli;
mod commands;
pub mod demo;
pub mod stack;

use std::process::ExitCode;

use clap::Parser;
use switchboard_chassis::settings::SettingsError;

/// Parses the command line, does what it says, and tells how it went: 0 well, 1 not, 2 a bad
/// command line, 78 a bad configuration (`EX_CONFIG` of sysexits.h).
#[must_use]
pub fn main() -> ExitCode {
    let command = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    match runtime.block_on(commands::run(command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &commands::Error) -> ExitCode {
    commands::say_error(error);
    match error {
        commands::Error::Settings(_) => ExitCode::from(SettingsError::EXIT_CODE),
        _ => ExitCode::FAILURE,
    }
}

//! What each command does, a file per noun. Results go to standard output, logs to standard error.

mod accounts;
pub(crate) mod apps;
mod bot_tokens;
mod bots;
mod config;
mod connect;
mod dead_letters;
mod demo;
mod doctor;
mod health;
mod lessons;
mod linking;
mod mails;
mod reseal;
mod serve;
mod target;
mod users;
mod webhooks;
mod workspaces;

use std::io::{self, Read, Write};

use secrecy::SecretString;
use switchboard_backend::{BackendError, open_for_administration};
use switchboard_chassis::{
    settings::{Settings, SettingsError},
    telemetry::{self, TelemetryError},
};
use switchboard_store::{StoreError, seal::SealError};

use crate::{
    cli::{Cli, Command},
    demo::DemoError,
    stack::{Part, StackError},
};

/// Why a command failed. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    #[error(transparent)]
    Backend(#[from] BackendError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keys(#[from] switchboard_backend::keys::KeysError),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error(transparent)]
    Queue(#[from] switchboard_queue::QueueError),
    #[error("{0}; nothing was taken out of the dead letters, try again")]
    Publish(#[from] switchboard_queue::PublishError),
    #[error(transparent)]
    Interrupted(#[from] switchboard_queue::Interrupted),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Outbound(#[from] switchboard_outbound::Error),
    /// The doctor found something broken.
    #[error("{0} checks failed; what to do about each is said with it")]
    Unwell(usize),
    /// The user is to do something else.
    #[error("{0}")]
    Usage(String),
}

/// Does what the command line says.
pub(crate) async fn run(cli: Cli) -> Result<(), Error> {
    if let Command::Demo(options) = cli.command {
        return demo::run(options).await;
    }
    if let Command::Health { url } = &cli.command {
        return health::ask(url).await;
    }
    let settings = Settings::load(cli.config.as_deref())?;
    match cli.command {
        Command::Serve => serve::run(settings, &Part::ALL).await,
        Command::Ingress => serve::run(settings, &[Part::Ingress]).await,
        Command::Router => serve::run(settings, &[Part::Router]).await,
        Command::Bot => serve::run(settings, &[Part::Bot]).await,
        Command::Outbound => serve::run(settings, &[Part::Outbound]).await,
        Command::Desk => serve::run(settings, &[Part::Desk]).await,
        Command::Simulator(options) => serve::simulator(settings, options).await,
        Command::Migrate => migrate(&settings).await,
        Command::Config(command) => config::run(&settings, &command),
        Command::DeadLetters(command) => dead_letters::run(settings, command).await,
        other => administer(&settings, other).await,
    }
}

async fn administer(settings: &Settings, command: Command) -> Result<(), Error> {
    match &command {
        Command::Bots(crate::cli::Bots::Check { kind, file }) => return bots::check(kind, file),
        Command::Bots(crate::cli::Bots::Try { file }) => return bots::talk(file),
        _ => {}
    }
    let _telemetry = telemetry::init(&settings.telemetry, "switchboard")?;
    let (store, keys) = open_for_administration(settings).await?;
    match command {
        Command::Workspace(command) => workspaces::run(&store, command).await,
        Command::User(command) => users::run(&store, command).await,
        Command::App(command) => apps::run(settings, &store, &keys, command).await,
        Command::Account(command) => accounts::run(settings, &store, &keys, command).await,
        Command::Bots(command) => bots::run(&store, &keys, command).await,
        Command::Webhooks(command) => webhooks::run(settings, &store, &keys, command).await,
        Command::Doctor(options) => doctor::run(settings, store, &keys, options).await,
        Command::Reseal => reseal::run(&store, &keys).await,
        _ => Ok(()),
    }
}

async fn migrate(settings: &Settings) -> Result<(), Error> {
    let _telemetry = telemetry::init(&settings.telemetry, "switchboard")?;
    match switchboard_backend::migrate(settings).await? {
        0 => say("the database schema is up to date"),
        count => say(&format!("ran {count} migrations")),
    }
}

/// A line of result.
fn say(line: &str) -> Result<(), Error> {
    Ok(writeln!(io::stdout().lock(), "{line}")?)
}

/// A line of failure. There is nothing left to do when even that cannot be written.
pub(crate) fn say_error(error: &Error) {
    let _ = writeln!(io::stderr().lock(), "switchboard: {error}");
}

/// A secret from standard input, its line end removed: never an argument, which others can see.
fn read_secret(what: &str) -> Result<SecretString, Error> {
    if io::IsTerminal::is_terminal(&io::stdin()) {
        let _ = writeln!(io::stderr().lock(), "Enter {what}, then Ctrl-D:");
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let secret = text.trim();
    if secret.is_empty() {
        return Err(Error::Usage(format!("no {what} on standard input; pipe it in: < FILE")));
    }
    Ok(secret.into())
}

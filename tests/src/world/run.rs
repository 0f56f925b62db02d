//! With what the processes and commands of a world run.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use crate::{Outcome, collector::Collector, http, process::Process, wait};

pub(super) type Environment = Vec<(String, String)>;

/// A setting of one world: the end of its variable's name, and its value.
pub(super) type Setting = (&'static str, &'static str);

/// Who is gone keeps their conversations for so long.
pub(super) const LEAST_GRACE: Setting = ("ROUTER__GRACE_SECONDS", "5");

/// What holds for every process of a test.
pub(super) fn environment(collector: Option<&Collector>, settings: &[Setting]) -> Environment {
    let mut pairs = vec![
        // The least: what is in doubt after a crash is shown to agents that soon.
        pair("OUTBOUND__UNCERTAIN_SECONDS__MESSENGER", "5"),
        pair("OUTBOUND__UNCERTAIN_SECONDS__INSTAGRAM", "5"),
        pair("OUTBOUND__UNCERTAIN_SECONDS__WHATSAPP", "5"),
        // The simulator stands for facebook.com, and the business's log-in service is a double.
        pair("LINKING__REDIRECT_HOSTS", "facebook.com,messenger.com,127.0.0.1"),
        pair("LINKING__TRUSTED_HOSTS", "127.0.0.1"),
        // Receivers of webhooks are doubles, too.
        pair("DESK__WEBHOOK_TRUSTED_HOSTS", "127.0.0.1"),
        // So are bots outside.
        pair("BOT__TRUSTED_HOSTS", "127.0.0.1"),
        pair("TELEMETRY__LOG", "info"),
    ];
    pairs.extend(settings.iter().map(|(key, value)| pair(key, *value)));
    pairs.extend(collector.map(|collector| pair("TELEMETRY__OTLP_ENDPOINT", collector.url())));
    pairs
}

/// A setting as an environment variable.
pub(super) fn pair(key: &str, value: impl Into<String>) -> (String, String) {
    (format!("SWITCHBOARD__{key}"), value.into())
}

/// Runs a command to its end; what it printed.
pub(super) fn run(
    binary: &str,
    environment: Environment,
    arguments: &[&str],
    input: &str,
) -> Outcome<String> {
    let mut command = Command::new(binary);
    command.args(arguments).env_clear().envs(environment);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("switchboard {} failed: {said}{errors}", arguments.join(" ")).into())
}

/// Waits until a process of ours is ready to work.
pub(super) async fn ready(process: &mut Process, port: u16) -> Outcome {
    let (url, http) = (format!("http://127.0.0.1:{port}/health/ready"), http::client()?);
    let what = format!("{} is ready", process.name());
    let asked = wait::until(&what, async || http::call(http.get(&url)).await.map(drop)).await;
    process.must_run()?;
    asked
}

/// A folder for the data of an installation.
pub(super) fn data_folder(folder: &Path) -> String {
    folder.join("data").display().to_string()
}

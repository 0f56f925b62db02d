//! The desk's API is what its description says it is: Schemathesis sends every operation what the
//! description allows and what it forbids, and looks at each answer.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{Outcome, World, in_mode, shop};

use crate::tools::{self, Kind};

in_mode!(embedded: the_api_is_as_it_is_described);

/// How long it may take; most of a minute on a machine that does nothing else.
const DEADLINE: Duration = Duration::from_secs(300);

async fn the_api_is_as_it_is_described(world: &mut World) -> Outcome {
    let install = tokio::task::spawn_blocking(|| tools::install(Kind::Api));
    let Some(installed) = install.await?? else { return Ok(()) };
    let alex = world.agent(shop::ALEX).await?;
    let scopes = ["conversations:write", "contacts:write", "settings:write"];
    let new = json!({ "name": "Schemathesis", "scopes": scopes, "days": 1 });
    let made = alex.sends(Method::POST, "api-keys", &new).await?;
    let key = made.get("key").and_then(Value::as_str).ok_or("no key was made")?;
    let folder = tempfile::tempdir()?;
    let command = installed.command("schemathesis_driver.py", folder.path())?;
    let mut command = tokio::process::Command::from(command);
    let api = format!("{}/api/v1", world.desk_page().trim_end_matches('/'));
    command.current_dir(folder.path()).env("API", api).env("KEY", key).kill_on_drop(true);
    let output = tokio::time::timeout(DEADLINE, command.output())
        .await
        .map_err(|_| format!("Schemathesis is not done after {DEADLINE:?}"))??;
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{said}{errors}", output.status);
    Ok(())
}

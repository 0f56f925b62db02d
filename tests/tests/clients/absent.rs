//! A machine that cannot reach a registry: the suite says that nothing was checked, loudly, passes,
//! and is not taken for installed the next time.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use switchboard_tests::{Outcome, ports};

/// Runs one test of this suite, as a process of its own, with nothing installed and the registries
/// at a port where nobody is. What it said.
fn without_registry(test: &str, folder: &Path) -> Outcome<String> {
    let nobody = format!("http://127.0.0.1:{}", ports::free(1)?);
    let cache = folder.join("cache");
    let output = Command::new(std::env::current_exe()?)
        .args([test, "--exact", "--nocapture"])
        .env("TMPDIR", folder)
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .env("PIP_INDEX_URL", format!("{nobody}/simple"))
        .env("PIP_RETRIES", "0")
        .env("PIP_NO_CACHE_DIR", "1")
        .env("npm_config_registry", format!("{nobody}/"))
        .env("npm_config_fetch_retries", "0")
        .env("npm_config_cache", &cache)
        .stdin(Stdio::null())
        .output()?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "it passes: {said}{errors}");
    assert!(said.contains("1 passed"), "it ran: {said}");
    Ok(errors)
}

fn is_not_checked(test: &str, kind: &str) -> Outcome {
    let folder = tempfile::tempdir()?;
    let said = without_registry(test, folder.path())?;
    let expected = format!("NOT CHECKED: the clients for {kind} cannot be installed: `");
    let line = said.lines().find(|line| line.starts_with(&expected));
    assert!(line.is_some_and(|line| line.len() > expected.len()), "it says so, and why: {said}");
    for entry in fs::read_dir(folder.path())? {
        assert!(!entry?.path().join("installed").exists(), "the next run tries again");
    }
    Ok(())
}

#[test]
fn python_clients_are_not_checked_without_a_registry() -> Outcome {
    is_not_checked("suite::heyoo", "Python")
}

#[test]
fn node_clients_are_not_checked_without_a_registry() -> Outcome {
    is_not_checked("suite::metas_own_node_sdk", "Node")
}

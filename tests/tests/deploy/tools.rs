//! What other people's tools say, where the machine has them.

use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

use crate::files::{root, text};

/// Whether the tool is there; says loudly when it is not.
fn has(tool: &str, arguments: &[&str]) -> bool {
    let asked = Command::new(tool)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !asked {
        let name = [&[tool], arguments].concat().join(" ");
        writeln!(std::io::stderr(), "NOT CHECKED: `{name}` does not run on this machine").unwrap();
    }
    asked
}

/// Runs a tool in the root of the workspace; what it wrote.
fn run(tool: &str, arguments: &[&str]) -> String {
    let output = Command::new(tool).args(arguments).current_dir(root()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool} {arguments:?}: {said}{errors}");
    said
}

#[test]
fn kustomize_builds_the_manifests() {
    if has("kubectl", &["version", "--client"]) {
        let built = run("kubectl", &["kustomize", "deploy/kubernetes"]);
        assert!(built.contains("kind: Deployment") && !built.contains("kind: Secret"));
        assert!(!built.contains("image: switchboard\n"), "the image's name was not replaced");
    }
}

#[test]
fn compose_reads_the_stack() {
    if has("docker", &["compose", "version"]) {
        let folder = tempfile::tempdir().unwrap();
        let filled = folder.path().join("env");
        let lines = text("deploy/.env.example").replace("=\n", "=filled\n");
        fs::write(&filled, lines).unwrap();
        let environment = filled.to_str().unwrap();
        run("docker", &["compose", "--env-file", environment, "config", "--quiet"]);
    }
}

#[test]
fn promtool_reads_the_rules() {
    if has("promtool", &["--version"]) {
        run("promtool", &["check", "config", "deploy/prometheus/prometheus.yml"]);
    }
}

#[test]
fn scripts_are_sound() {
    for script in ["scripts/test", ".ci/run"] {
        run("bash", &["-n", script]);
        if has("shellcheck", &["--version"]) {
            run("shellcheck", &[script]);
        }
    }
}

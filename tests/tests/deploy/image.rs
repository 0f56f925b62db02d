//! The image of all services.

use crate::{files::text, product::is_command};

const FILE: &str = "deploy/Dockerfile";

/// Arguments of each instruction of that name, the last stage's last.
fn instructions(name: &str) -> Vec<String> {
    let text = text(FILE).replace("\\\n", " ");
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix(name));
    lines.map(|rest| rest.trim().to_owned()).collect()
}

#[test]
fn it_runs_as_a_number_without_rights() {
    let user = instructions("USER ").pop().unwrap();
    let id: u32 = user.split(':').next().unwrap().parse().unwrap();
    assert!(id >= 10_000, "user {user}");
}

#[test]
fn it_is_built_with_the_compiler_of_the_workspace() {
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    let version = manifest["workspace"]["package"]["rust-version"].as_str().unwrap();
    let first = instructions("FROM ").remove(0);
    assert!(first.starts_with(&format!("rust:{version}-")), "FROM {first}, not {version}");
    let profiles = manifest["profile"].as_table().unwrap();
    assert!(profiles.contains_key("image"), "the profile of images is gone");
    assert!(instructions("RUN ").iter().any(|run| run.contains("--profile image")));
}

#[test]
fn it_starts_something_that_exists() {
    assert_eq!(instructions("ENTRYPOINT "), [r#"["switchboard"]"#]);
    // The probe's CMD is indented in the source; the last line is the image's own.
    let command = instructions("CMD ").pop().unwrap();
    let subcommand: Vec<String> = serde_json::from_str(&command).unwrap();
    assert!(is_command(&[subcommand[0].as_str()]), "CMD {command}");
    assert!(text(FILE).contains("HEALTHCHECK"));
}

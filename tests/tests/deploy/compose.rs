//! The compose stack.

use std::collections::BTreeSet;

use serde_yaml_ng::Value;

use crate::{
    files::{at, pairs, root, string, text, yaml},
    product::{SERVICES, default_port, is_command, is_setting, listen, port},
};

const FILE: &str = "docker-compose.yml";
const ENVIRONMENT: &str = "deploy/.env.example";

fn stack() -> Value {
    yaml(FILE).remove(0)
}

fn services(stack: &Value) -> Vec<(&str, &Value)> {
    pairs(&stack["services"]).collect()
}

fn is_ours(service: &Value) -> bool {
    string(service, &["image"]).is_some_and(|image| image.starts_with("switchboard:"))
}

#[test]
fn every_service_of_ours_runs_with_little() {
    let stack = stack();
    let ours: Vec<_> = services(&stack).into_iter().filter(|(_, it)| is_ours(it)).collect();
    for name in SERVICES {
        assert!(ours.iter().any(|(ours, _)| ours == name), "{name} is not in {FILE}");
    }
    for (name, service) in ours {
        let subcommand = string(service, &["command", "0"]).unwrap();
        assert!(is_command(&[subcommand]), "{name}: there is no `{subcommand}`");
        assert_eq!(service["read_only"], true, "{name} may write its image");
        assert_eq!(string(service, &["cap_drop", "0"]), Some("ALL"), "{name} keeps rights");
        assert!(service["restart"].is_string(), "{name} is not restarted");
        assert!(
            at(service, &["deploy", "resources", "limits", "memory"]).is_some(),
            "{name} may take all memory"
        );
    }
}

#[test]
fn every_variable_sets_something() {
    for (name, service) in services(&stack()).into_iter().filter(|(_, it)| is_ours(it)) {
        for (variable, _) in pairs(&service["environment"]) {
            assert!(is_setting(variable), "{name}: {variable} is no setting of ours");
        }
    }
}

#[test]
fn every_service_is_asked_for_its_health_where_it_listens() {
    let stack = stack();
    for name in SERVICES {
        let service = &stack["services"][*name];
        let address = string(service, &["environment", &listen(name)]).unwrap();
        assert_eq!(port(address), default_port(name), "{name} has another port by default");
        let test: Vec<&str> = at(service, &["healthcheck", "test"])
            .and_then(Value::as_sequence)
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let url = format!("http://127.0.0.1:{}/health/", port(address));
        let asked = matches!(test.as_slice(), ["CMD", "switchboard", "health", asked]
            if [format!("{url}live"), format!("{url}ready")].contains(&(*asked).to_owned()));
        assert!(asked, "{name}: asks {test:?}, listens on {address}");
    }
}

#[test]
fn what_is_waited_for_can_come() {
    let stack = stack();
    for (name, service) in services(&stack) {
        for (other, condition) in pairs(&service["depends_on"]) {
            let needed = at(&stack, &["services", other]);
            let needed = needed.unwrap_or_else(|| panic!("{name} needs {other}, not there"));
            match string(condition, &["condition"]) {
                Some("service_healthy") => assert!(
                    at(needed, &["healthcheck", "test"]).is_some(),
                    "{name} waits for the health of {other}, which nobody asks for"
                ),
                Some("service_completed_successfully") => {
                    assert_ne!(string(needed, &["restart"]), Some("unless-stopped"), "{other}");
                }
                other => panic!("{name}: {other:?} is no condition to wait for"),
            }
        }
    }
}

#[test]
fn mounted_files_are_there() {
    for (name, service) in services(&stack()) {
        let volumes = service["volumes"].as_sequence().into_iter().flatten();
        for source in volumes.filter_map(|volume| volume.as_str()?.split(':').next()) {
            let there = !source.starts_with("./") || root().join(source).exists();
            assert!(there, "{name} mounts {source}, which is not there");
        }
    }
}

/// Names in `${NAME…}`.
fn interpolated(text: &str) -> BTreeSet<String> {
    let starts = text.split("${").skip(1);
    let end = |rest: &str| rest.find(|c: char| !(c.is_ascii_uppercase() || c == '_'));
    starts.map(|rest| rest[..end(rest).unwrap()].to_owned()).collect()
}

#[test]
fn the_example_environment_has_what_the_stack_reads_and_no_more() {
    // Set by who releases, not by who runs.
    let mut read = interpolated(&text(FILE));
    read.remove("SWITCHBOARD_VERSION");
    let example = text(ENVIRONMENT);
    let lines = example.lines().filter(|line| !line.starts_with('#'));
    let given: BTreeSet<String> =
        lines.filter_map(|line| Some(line.split_once('=')?.0.to_owned())).collect();
    assert_eq!(read, given);
}

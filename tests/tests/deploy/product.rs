//! What the product offers to those who run it.

use std::sync::OnceLock;

use crate::files::text;

/// The command line as it is declared.
const COMMAND_LINE: &str = "services/standalone/src/cli.rs";

/// The services that answer `/health/live` and `/health/ready` on their `listen` address.
pub(crate) const SERVICES: &[&str] = &["ingress", "router", "bot", "outbound", "desk"];

/// Variables that are not `SWITCHBOARD__…`.
const OTHER_VARIABLES: &[&str] = &["SIMULATOR_LISTEN"];

/// The variants of an enum of the command line, as they are typed; with what each holds.
fn variants(name: &str) -> Vec<(String, String)> {
    let source = text(COMMAND_LINE);
    let (_, rest) = source.split_once(&format!("enum {name} {{\n")).unwrap_or_default();
    let body = rest.split("\n}").next().unwrap_or_default();
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    let variants = lines.filter(|line| line.starts_with(char::is_uppercase));
    variants
        .map(|line| {
            let end = line.find(|c: char| !c.is_alphanumeric()).unwrap();
            let held = line[end..].trim_matches(['(', ')', ',', ' ', '{']);
            (kebab(&line[..end]), held.to_owned())
        })
        .collect()
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for (position, letter) in name.char_indices() {
        if letter.is_uppercase() && position > 0 {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
    }
    kebab
}

/// Whether `switchboard WORDS…` begins with a command that exists, down to its last level.
pub(crate) fn is_command(words: &[&str]) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    if first.starts_with("--") {
        return ["--version", "--help"].contains(first);
    }
    let commands = variants("Command");
    assert!(commands.len() > 5, "{COMMAND_LINE} was not understood: {commands:?}");
    let Some((_, held)) = commands.iter().find(|(name, _)| name == first) else { return false };
    let below = if held.is_empty() { Vec::new() } else { variants(held) };
    below.is_empty() || rest.first().is_some_and(|word| below.iter().any(|(name, _)| name == word))
}

fn defaults() -> &'static toml::Table {
    static DEFAULTS: OnceLock<toml::Table> = OnceLock::new();
    DEFAULTS.get_or_init(|| text("crates/chassis/default.toml").parse().unwrap())
}

/// Whether a variable sets something.
pub(crate) fn is_setting(variable: &str) -> bool {
    if OTHER_VARIABLES.contains(&variable) {
        return true;
    }
    let Some(path) = variable.strip_prefix("SWITCHBOARD__") else { return false };
    let path = path.to_lowercase();
    let mut steps = path.split("__");
    let first = steps.next().and_then(|step| defaults().get(step));
    steps
        .try_fold(first, |value, step| value.map(|value| value.get(step)))
        .is_some_and(|end| end.is_some_and(|value| !value.is_table()))
}

/// The port at the end of `HOST:PORT`.
pub(crate) fn port(address: &str) -> u16 {
    let (_, port) = address.rsplit_once(':').unwrap();
    port.parse().unwrap()
}

/// The variable that says where a service listens.
pub(crate) fn listen(service: &str) -> String {
    format!("SWITCHBOARD__{}__LISTEN", service.to_uppercase())
}

/// The port a service has unless told otherwise.
pub(crate) fn default_port(service: &str) -> u16 {
    port(defaults()[service]["listen"].as_str().unwrap())
}

#[test]
fn settings_are_told_from_mistakes() {
    assert!(is_setting("SWITCHBOARD__QUEUE__URL"));
    assert!(is_setting("SWITCHBOARD__OUTBOUND__LIMITS__WHATSAPP__PER_SECOND"));
    assert!(is_setting("SWITCHBOARD__DATA_DIR"));
    for wrong in [
        "SWITCHBOARD__QUEUE",
        "SWITCHBOARD__QUEUE__URI",
        "SWITCHBOARD__QUEUES__URL",
        "SWITCHBOARD__DATA_DIR__X",
        "QUEUE_URL",
    ] {
        assert!(!is_setting(wrong), "{wrong}");
    }
}

#[test]
fn commands_are_told_from_mistakes() {
    for right in [
        &["serve"][..],
        &["account", "token", "--channel"],
        &["app", "rotate-secret"],
        &["config", "check"],
        &["health", "http://router"],
        &["simulator"],
    ] {
        assert!(is_command(right), "{right:?}");
    }
    for wrong in [&[][..], &["sing"], &["account"], &["account", "sing"], &["app", "rotate_secret"]]
    {
        assert!(!is_command(wrong), "{wrong:?}");
    }
}

//! Installs the clients, once for all runs, in a folder of the system's temporary one: nothing of
//! theirs is part of the project. A machine without Python, Node or a registry skips, loudly.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sha2::{Digest as _, Sha256};
use switchboard_tests::Outcome;

/// Where Python and Node look for certificate authorities.
pub(crate) const AUTHORITY: [&str; 3] =
    ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"];

/// What runs a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Python,
    Node,
    /// Node, with a client that has an option for where Meta is.
    ByOption,
    /// Python, with what tries the desk's own API.
    Api,
    /// Python, with what serves a language model.
    Model,
}

impl Kind {
    fn is_node(self) -> bool {
        matches!(self, Self::Node | Self::ByOption)
    }

    /// The file that names the clients and their versions.
    fn pins(self) -> &'static str {
        match self {
            Self::Python => "requirements.txt",
            Self::Api => "schemathesis.txt",
            Self::Model => "xllamacpp.txt",
            Self::Node | Self::ByOption => "package.json",
        }
    }
}

/// The clients of one kind, ready for use.
#[derive(Debug)]
pub(crate) struct Installed {
    kind: Kind,
    folder: PathBuf,
}

/// Our drivers.
pub(crate) fn drivers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/drivers")
}

impl Installed {
    /// The command that runs a driver, with an environment of its own.
    pub(crate) fn command(&self, driver: &str, folder: &Path) -> Outcome<Command> {
        let mut command = if self.kind.is_node() {
            // Modules are looked for beside those that import them.
            for file in ["world.mjs", "bot.mjs", driver] {
                fs::copy(drivers().join(file), folder.join(file))?;
            }
            let modules = self.folder.join("node_modules");
            std::os::unix::fs::symlink(modules, folder.join("node_modules"))?;
            let mut node = Command::new("node");
            node.arg(folder.join(driver));
            node
        } else {
            let mut python = Command::new(self.folder.join("bin/python"));
            python.arg(drivers().join(driver));
            python
        };
        bare(&mut command);
        Ok(command)
    }

    /// Where its files are.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A program for a sample bot, with what was installed at hand in the folder that it works in.
    pub(crate) fn program(&self, name: &str, folder: &Path) -> Outcome<Command> {
        let mut command = Command::new(name);
        bare(&mut command).current_dir(folder);
        if self.kind.is_node() {
            let outside = folder.join("outside.mjs");
            fs::copy(drivers().join("outside.mjs"), &outside)?;
            let modules = self.folder.join("node_modules");
            std::os::unix::fs::symlink(modules, folder.join("node_modules"))?;
            command.env("NODE_OPTIONS", format!("--import={}", outside.display()));
        } else {
            let path = std::env::var("PATH").unwrap_or_default();
            command.env("PATH", format!("{}:{path}", self.folder.join("bin").display()));
        }
        Ok(command)
    }
}

/// Nothing of the environment that tests run in but what programs are found by.
fn bare(command: &mut Command) -> &mut Command {
    command.env_clear().env("PYTHONDONTWRITEBYTECODE", "1");
    for name in ["PATH", "HOME"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command
}

/// Installs the clients of a kind, if they are not yet there. None, and said loudly, where they
/// cannot be had.
pub(crate) fn install(kind: Kind) -> Outcome<Option<Installed>> {
    let pins = drivers().join(kind.pins());
    let version = hex::encode(Sha256::digest(fs::read(&pins)?));
    let name = format!("switchboard-clients-{}", version.get(..16).unwrap_or(&version));
    let folder = std::env::temp_dir().join(name);
    // Tests run side by side, each in a process of its own.
    let lock = File::create(folder.with_extension("lock"))?;
    lock.lock()?;
    let marker = folder.join("installed");
    if !marker.exists() {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        if let Err(why) = fetch(kind, &folder, &pins) {
            let kind = if kind.is_node() { "Node" } else { "Python" };
            let said = format!("NOT CHECKED: the clients for {kind} cannot be installed: {why}\n");
            std::io::stderr().write_all(said.as_bytes())?;
            return Ok(None);
        }
        File::create(marker)?;
    }
    Ok(Some(Installed { kind, folder }))
}

fn fetch(kind: Kind, folder: &Path, pins: &Path) -> Result<(), String> {
    if kind.is_node() {
        fs::copy(pins, folder.join("package.json")).map_err(|error| error.to_string())?;
        let quiet = ["install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"];
        return run(Command::new("npm").args(quiet).arg("--ignore-scripts").current_dir(folder));
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    run(Command::new(folder.join("bin/python")).args(quiet).arg(pins))
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("`{name}` does not run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let last = errors.lines().last().unwrap_or_default();
    Err(format!("`{name}` ends with {}: {last}", output.status))
}

//! Where the workspace is and what cargo says about it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;

/// What every crate of ours is called at the front.
pub(crate) const OURS: &str = "switchboard-";

/// The part of `cargo metadata` that the rules read.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    resolve: Option<Resolve>,
}

/// What is built with what.
#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

/// One package.
#[derive(Deserialize)]
pub(crate) struct Package {
    id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
}

/// What a package names in its `Cargo.toml`.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Option<String>,
}

impl Dependency {
    /// Whether only tests see it.
    pub(crate) fn is_for_tests(&self) -> bool {
        self.kind.as_deref() == Some("dev")
    }
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.canonicalize().unwrap()
}

/// The members only; needs no network.
pub(crate) fn members() -> Vec<Package> {
    metadata(&["--no-deps"]).packages
}

/// Everything that is built for this machine.
pub(crate) fn everything() -> Vec<Package> {
    built().packages
}

/// The packages that are built with one of that name.
pub(crate) fn users_of(name: &str) -> Vec<String> {
    let Metadata { packages, resolve } = built();
    let name_of = |id: &str| packages.iter().find(|package| package.id == id).map(|it| &it.name);
    let nodes = resolve.map(|resolve| resolve.nodes).unwrap_or_default();
    let users = nodes.iter().filter(|node| {
        node.dependencies.iter().any(|id| name_of(id).is_some_and(|known| known == name))
    });
    users.filter_map(|node| name_of(&node.id).cloned()).collect()
}

fn built() -> Metadata {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let host = text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    metadata(&["--filter-platform", host])
}

fn metadata(arguments: &[&str]) -> Metadata {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1"])
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

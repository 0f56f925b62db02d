//! Who may import whom. Imports run one way, from the services down to the domain, so that a
//! reader who knows the lower floors never has to look up.

use std::collections::BTreeMap;

use crate::workspace::{OURS, Package, members};

/// The floors of the building. A crate imports only from floors below its own.
const FLOORS: &[(&str, &[&str])] = &[
    ("pure rules, no I/O", &["domain"]),
    ("contracts, and the way out", &["queue", "contract", "meta", "outside"]),
    (
        "one heavy dependency each",
        &[
            "queue-rabbitmq",
            "queue-sqlite",
            "store",
            "graph",
            "verifier",
            "media",
            "mail",
            "chassis",
            "knowledge",
        ],
    ),
    ("what the services share", &["backend", "lane"]),
    ("services", &["ingress", "router", "bot", "outbound", "desk", "simulator"]),
    ("all in one process", &["standalone"]),
    ("suites over everything", &["tests"]),
];

/// Crates that only tests may import, and that may themselves import anything but services.
const FOR_TESTS: &[(&str, &str)] =
    &[("testkit", "starts private brokers and databases; production must not")];

/// Crates of ours that import none of ours.
const ALONE: &[(&str, &str)] = &[
    ("domain", "the rules must be readable without anything else"),
    ("knowledge", "documents in, answers out; nothing of a conversation is needed for it"),
    ("simulator", "it stands in for Meta; sharing code would share our misreadings of Meta"),
];

/// Heavy dependencies and the crates that may name them, with the reason.
const FENCES: &[(&str, &[(&str, &str)])] = &[
    ("lapin", &[("queue-rabbitmq", "the only crate that knows there is a broker")]),
    (
        "diesel",
        &[
            ("store", "the only crate that knows there is a database"),
            ("queue-sqlite", "the embedded queue is a database file of its own"),
        ],
    ),
    ("diesel_migrations", &[("store", "migrations belong to the store")]),
    ("pq-sys", &[("store", "chooses the bundled libpq")]),
    (
        "libsqlite3-sys",
        &[("store", "chooses the bundled SQLite"), ("queue-sqlite", "chooses the bundled SQLite")],
    ),
    (
        "reqwest",
        &[
            ("graph", "the only crate that calls the Graph API"),
            ("outside", "reaches addresses that others name, and nothing inside our network"),
            ("verifier", "builds what it asks a business's log-in service, for `outside` to send"),
            ("media", "gives object_store its TLS; calls nothing itself"),
            ("simulator", "delivers webhooks, as Meta does"),
        ],
    ),
    ("tantivy", &[("knowledge", "the only crate that knows how passages are found")]),
    ("lopdf", &[("knowledge", "reads what others send, in a thread of its own")]),
    ("lettre", &[("mail", "the only crate that talks to a mail server")]),
    // Errors are types that say what happened and what to do next; strings cannot be matched on.
    ("anyhow", &[]),
    ("eyre", &[]),
];

/// Fenced crates that anyone may name as a dev-dependency.
const FREE_IN_TESTS: &[(&str, &str)] =
    &[("reqwest", "a test that plays a browser or Meta needs a client")];

/// Crates with neither I/O nor async, and what would break that.
const PURE: &[&str] = &["domain", "contract", "meta", "knowledge"];
const IMPURE: &[&str] = &["tokio", "actix-web", "lapin", "diesel", "reqwest", "tracing", "rand"];

fn short(name: &str) -> &str {
    name.strip_prefix(OURS).unwrap_or(name)
}

fn floors() -> BTreeMap<&'static str, usize> {
    let floors = FLOORS.iter().enumerate();
    floors
        .flat_map(|(height, (_, crates))| crates.iter().map(move |name| (*name, height)))
        .collect()
}

fn listed(table: &[(&str, &str)], name: &str) -> bool {
    table.iter().any(|(listed, _)| *listed == name)
}

/// Pairs of (package, name of a dependency, whether only tests see it).
fn pairs(packages: &[Package]) -> impl Iterator<Item = (&str, &str, bool)> {
    packages.iter().flat_map(|package| {
        let from = short(&package.name);
        package.dependencies.iter().map(move |to| (from, to.name.as_str(), to.is_for_tests()))
    })
}

fn assert_none(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

#[test]
fn every_crate_has_its_floor() {
    let floors = floors();
    let packages = members();
    let strange: Vec<String> = packages
        .iter()
        .map(|package| short(&package.name).to_owned())
        .filter(|name| !floors.contains_key(name.as_str()) && !listed(FOR_TESTS, name))
        .collect();
    assert_none(&strange, "crates without a floor; say in imports.rs where they stand");
    for name in floors.keys() {
        let known = packages.iter().any(|package| short(&package.name) == *name);
        assert!(known, "{name} has a floor in imports.rs and is no crate of the workspace");
    }
}

#[test]
fn imports_run_downwards() {
    let floors = floors();
    let packages = members();
    let broken: Vec<String> = pairs(&packages)
        .filter(|(_, to, for_tests)| to.starts_with(OURS) && !for_tests)
        .filter(|(from, to, _)| match (floors.get(from), floors.get(short(to))) {
            (Some(from), Some(to)) => from <= to,
            // Crates that only tests import have no floor. They import no service, and the suites
            // import them, as they may each other.
            (None, Some(to)) => *to >= floors["ingress"],
            (Some(_), None) => *from != "tests",
            (None, None) => !listed(FOR_TESTS, from),
        })
        .map(|(from, to, _)| format!("{from} imports {}", short(to)))
        .collect();
    assert_none(&broken, "imports that do not run downwards (floors: see imports.rs)");
}

#[test]
fn tests_of_a_crate_import_no_service() {
    let floors = floors();
    let packages = members();
    let broken: Vec<String> = pairs(&packages)
        .filter(|(from, to, for_tests)| *for_tests && to.starts_with(OURS) && *from != "tests")
        // The simulator is no part of the product: it stands in for Meta in anyone's tests.
        .filter(|(from, to, _)| short(to) != "simulator" && short(to) != *from)
        .filter(|(_, to, _)| floors.get(short(to)).is_some_and(|to| *to >= floors["ingress"]))
        .map(|(from, to, _)| format!("{from} imports {} in its tests", short(to)))
        .collect();
    assert_none(&broken, "suites over several services belong in tests/");
}

#[test]
fn those_that_stand_alone_import_none_of_ours() {
    let packages = members();
    let broken: Vec<String> = pairs(&packages)
        .filter(|(from, to, for_tests)| listed(ALONE, from) && to.starts_with(OURS) && !for_tests)
        .map(|(from, to, _)| format!("{from} imports {}", short(to)))
        .collect();
    assert_none(&broken, "crates that stand alone (reasons: see imports.rs)");
}

#[test]
fn heavy_dependencies_stay_behind_their_fence() {
    let packages = members();
    let broken: Vec<String> = pairs(&packages)
        .filter(|(from, ..)| *from != "tests" && !listed(FOR_TESTS, from))
        .filter(|(_, to, for_tests)| !(*for_tests && listed(FREE_IN_TESTS, to)))
        .filter(|(from, to, _)| {
            let fence = FENCES.iter().find(|(fenced, _)| fenced == to);
            fence.is_some_and(|(_, inside)| !listed(inside, from))
        })
        .map(|(from, to, _)| format!("{from} names {to}"))
        .collect();
    assert_none(&broken, "dependencies outside their fence (reasons: see imports.rs)");
}

#[test]
fn the_pure_crates_stay_pure() {
    let packages = members();
    let broken: Vec<String> = pairs(&packages)
        .filter(|(from, to, for_tests)| PURE.contains(from) && IMPURE.contains(to) && !for_tests)
        .map(|(from, to, _)| format!("{from} names {to}"))
        .collect();
    assert_none(&broken, "pure crates have no I/O, no async, no clock and no chance");
}

#[test]
fn no_fence_has_an_empty_gate() {
    let packages = members();
    for (fenced, inside) in FENCES {
        for (name, reason) in *inside {
            let used = pairs(&packages).any(|(from, to, _)| from == *name && to == *fenced);
            assert!(used, "{name} no longer names {fenced} ({reason}); take it out of imports.rs");
        }
    }
}

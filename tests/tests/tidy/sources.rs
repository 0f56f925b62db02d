//! What every source file must look like.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::workspace::{members, root};

/// More lines than this, and a file holds more than one thought.
const LONGEST: usize = 400;

/// Files that may be longer, with the reason.
const LONG: &[(&str, &str)] = &[];

/// Text that no file may hold.
struct Forbidden {
    word: &'static str,
    reason: &'static str,
    /// Whether suites (files under a folder `tests`) must not hold it either.
    in_suites: bool,
    /// Files that may, each with the reason.
    excused: &'static [(&'static str, &'static str)],
}

const EXPECT: &str = "use #[expect(lint, reason = \"…\")]: it fails once it is not needed";
const BOUNDED: &str = "every queue is bounded; say what bounds this one and list it here";

const FORBIDDEN: &[Forbidden] = &[
    Forbidden { word: "[allow(", reason: EXPECT, in_suites: true, excused: &[] },
    Forbidden {
        word: "TODO",
        reason: "finish it, or write down the limit",
        in_suites: true,
        excused: &[],
    },
    Forbidden {
        word: "FIXME",
        reason: "fix it, or write down the limit",
        in_suites: true,
        excused: &[],
    },
    Forbidden { word: "XXX", reason: "say what is meant", in_suites: true, excused: &[] },
    Forbidden {
        word: "unbounded_channel",
        reason: BOUNDED,
        in_suites: false,
        excused: &[
            ("crates/queue-sqlite/src/subscription.rs", "holds at most the prefetch"),
            ("crates/queue/src/conformance/share.rs", "a suite collects what it published"),
        ],
    },
    Forbidden {
        word: "mpsc::channel()",
        reason: BOUNDED,
        in_suites: false,
        excused: &[("crates/queue-sqlite/src/queue.rs", "a semaphore bounds the bytes inside")],
    },
];

/// The folders that read no clock: time comes in as an argument, so a history replays.
const TIMELESS: &[&str] =
    &["crates/domain/src", "crates/contract/src", "crates/meta/src", "crates/knowledge/src"];
const CLOCKS: &[&str] = &["SystemTime::now", "Instant::now", "Timestamp::now", "Uuid::now_v7"];

/// This file and its neighbours name what they forbid.
const SELF: &str = "tests/tests/tidy/";

struct Source {
    path: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    for folder in ["crates", "services", "tests"] {
        walk(&root().join(folder), &mut found);
    }
    assert!(found.len() > 100, "found only {} sources: the walk is broken", found.len());
    found
}

fn walk(folder: &Path, found: &mut Vec<Source>) {
    let entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    for path in entries {
        if path.is_dir() && path.file_name().is_none_or(|name| name != "target") {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root()).unwrap().display().to_string();
            found.push(Source { path, text });
        }
    }
}

fn assert_none(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

#[test]
fn no_file_is_too_long() {
    let sources = sources();
    let mut broken = Vec::new();
    for Source { path, text } in &sources {
        let lines = text.lines().count();
        let excused = LONG.iter().find(|(long, _)| long == path);
        if lines > LONGEST && excused.is_none() {
            broken.push(format!("{path}: {lines} lines"));
        }
        if let Some((_, reason)) = excused.filter(|_| lines <= LONGEST) {
            broken.push(format!("{path}: {lines} lines need no exception ({reason})"));
        }
    }
    assert_none(&broken, &format!("files have at most {LONGEST} lines; split by thought"));
    for (path, _) in LONG {
        assert!(
            sources.iter().any(|source| source.path == *path),
            "{path} is excused and not there"
        );
    }
}

#[test]
fn every_module_says_what_lives_there() {
    let broken: Vec<String> = sources()
        .into_iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| source.path)
        .collect();
    assert_none(&broken, "these files do not begin with `//!`");
}

/// Whether the line holds the word as a word of its own, not inside a longer one.
fn holds(line: &str, word: &str) -> bool {
    let inside = |side: Option<char>| side.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let begins = word.starts_with(char::is_alphanumeric);
        let ends = word.ends_with(char::is_alphanumeric);
        !(begins && inside(before) || ends && inside(after))
    })
}

#[test]
fn nothing_forbidden_is_written() {
    let sources = sources();
    let mut broken = Vec::new();
    for Forbidden { word, reason, in_suites, excused } in FORBIDDEN {
        let looked_at =
            |path: &str| !path.starts_with(SELF) && (*in_suites || !path.contains("/tests/"));
        for Source { path, text } in sources.iter().filter(|source| looked_at(&source.path)) {
            let lines: Vec<usize> = (1..)
                .zip(text.lines())
                .filter(|(_, line)| holds(line, word))
                .map(|(n, _)| n)
                .collect();
            let exception = excused.iter().find(|(file, _)| file == path);
            match (lines.as_slice(), exception) {
                ([], Some((_, why))) => broken.push(format!("{path}: no {word} to excuse ({why})")),
                ([_, ..], None) => broken.push(format!("{path}:{lines:?}: {word}: {reason}")),
                _ => {}
            }
        }
    }
    assert_none(&broken, "forbidden words");
}

#[test]
fn pure_code_reads_no_clock() {
    let mut broken = Vec::new();
    for Source { path, text } in sources() {
        let timeless = TIMELESS.iter().any(|folder| path.starts_with(folder));
        for clock in CLOCKS.iter().filter(|clock| timeless && text.contains(**clock)) {
            broken.push(format!("{path}: {clock}"));
        }
    }
    assert_none(&broken, "time is an argument here, so that a recorded history replays");
}

#[test]
fn every_crate_takes_the_shared_lints() {
    let mut broken = Vec::new();
    for package in members() {
        let text = fs::read_to_string(&package.manifest_path).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        let shared = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        if shared.and_then(toml::Value::as_bool) != Some(true) {
            broken.push(format!("{}: needs [lints] workspace = true", package.name));
        }
    }
    assert_none(&broken, "shared lints");
}

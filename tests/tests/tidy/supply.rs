//! What we build from: where it comes from, under which licence, and what must not be in it.
//! Reads the tables of `deny.toml`, so that cargo-deny and this test cannot disagree; it needs
//! nothing but cargo.

use std::fs;

use serde::Deserialize;

use crate::workspace::{Package, everything, root, users_of};

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[derive(Deserialize)]
struct Deny {
    bans: Bans,
    licenses: Licences,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
    /// Packages that may bring it along.
    #[serde(default)]
    wrappers: Vec<String>,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

fn deny() -> Deny {
    toml::from_str(&fs::read_to_string(root().join("deny.toml")).unwrap()).unwrap()
}

/// Whether the licence expression can be met with what is allowed. `AND` binds tighter than `OR`;
/// `/` is an old way to write `OR`; `WITH` only adds permissions.
fn acceptable(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    any_of(&mut words, allowed)
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut met = all_of(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= all_of(words, allowed);
    }
    met
}

fn all_of(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Words<'_>, allowed: &[String]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let met = any_of(words, allowed);
        words.next_if_eq(&")");
        return met;
    }
    let met = words.next().is_some_and(|name| allowed.iter().any(|allowed| allowed == name));
    if words.next_if_eq(&"WITH").is_some() {
        words.next();
    }
    met
}

fn named(package: &Package) -> String {
    format!("{} {}", package.name, package.version)
}

#[test]
fn everything_comes_from_crates_io() {
    let strange: Vec<String> = everything()
        .iter()
        .filter(|package| package.source.as_deref().is_some_and(|source| source != CRATES_IO))
        .map(named)
        .collect();
    assert!(strange.is_empty(), "not from crates.io: {strange:?}");
}

#[test]
fn every_licence_is_acceptable() {
    let allowed = deny().licenses.allow;
    let strange: Vec<String> = everything()
        .iter()
        .filter(|package| {
            package.license.as_deref().is_none_or(|licence| !acceptable(licence, &allowed))
        })
        .map(|package| format!("{}: {:?}", named(package), package.license))
        .collect();
    assert!(strange.is_empty(), "licences that deny.toml does not allow: {strange:#?}");
}

#[test]
fn nothing_banned_is_built() {
    let bans = deny().bans.deny;
    assert!(!bans.is_empty(), "deny.toml bans nothing: its table was not read");
    let packages = everything();
    for ban in bans {
        if !packages.iter().any(|package| package.name == ban.name) {
            continue;
        }
        let users = users_of(&ban.name);
        let strange: Vec<_> = users.iter().filter(|user| !ban.wrappers.contains(user)).collect();
        let excused = strange.is_empty() && !users.is_empty();
        assert!(excused, "{} is banned ({}) and used by {strange:?}", ban.name, ban.reason);
    }
}

#[test]
fn licence_expressions_are_read_right() {
    let allowed = ["MIT".to_owned(), "ISC".to_owned(), "Apache-2.0".to_owned()];
    for good in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/Apache-2.0",
        "(GPL-3.0 OR MIT) AND ISC",
        "Apache-2.0 WITH LLVM-exception",
        "GPL-3.0 AND ISC OR MIT",
    ] {
        assert!(acceptable(good, &allowed), "{good}");
    }
    for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND GPL-3.0"] {
        assert!(!acceptable(bad, &allowed), "{bad}");
    }
}

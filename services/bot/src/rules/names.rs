//! The names that a file of rules defines, known before it is read in earnest: so that a name that
//! nobody defined is told at the place where it stands.

use std::{cell::RefCell, collections::BTreeSet};

use serde_yaml_ng::Value;

/// Variables that are always there: what the customer said last, in words.
const ALWAYS: [&str; 1] = ["text"];

/// What a file defines.
#[derive(Debug, Default)]
pub(super) struct Names {
    flows: BTreeSet<String>,
    variables: BTreeSet<String>,
}

thread_local! {
    // The checks run inside serde's visitors, which are given nothing but the text before them.
    static NAMES: RefCell<Names> = RefCell::default();
}

impl Names {
    /// The names in a file, whatever else is wrong with it.
    pub(super) fn of(file: &Value) -> Self {
        let mut names = Names::default();
        names.variables.extend(ALWAYS.map(str::to_owned));
        let flows = file.get("flows").and_then(Value::as_mapping);
        for (name, steps) in flows.into_iter().flatten() {
            names.flows.extend(name.as_str().map(str::to_owned));
            for step in steps.as_sequence().into_iter().flatten() {
                let asked = step.get("ask").and_then(Value::as_str).map(str::to_owned);
                let set = step.get("set").and_then(Value::as_mapping).into_iter().flatten();
                names.variables.extend(asked);
                names
                    .variables
                    .extend(set.filter_map(|(name, _)| name.as_str()).map(str::to_owned));
            }
        }
        names
    }

    /// Has these names known while `work` reads.
    pub(super) fn during<T>(self, work: impl FnOnce() -> T) -> T {
        NAMES.set(self);
        let done = work();
        NAMES.take();
        done
    }
}

/// Whether there is such a flow.
pub(super) fn flow(name: &str) -> Result<String, String> {
    NAMES.with_borrow(|names| {
        if names.flows.contains(name) {
            return Ok(name.to_owned());
        }
        Err(format!("there is no flow {name:?}; {}", those("flows", &names.flows)))
    })
}

/// Whether there are such variables.
pub(super) fn variables(used: impl IntoIterator<Item = String>) -> Result<(), String> {
    NAMES.with_borrow(|names| match used.into_iter().find(|name| !names.variables.contains(name)) {
        None => Ok(()),
        Some(name) => {
            let there = those("variables", &names.variables);
            Err(format!("nothing sets the variable {name:?}; {there}"))
        }
    })
}

/// Whether a text can be the name of a variable or a flow.
pub(super) fn fit(name: &str) -> Result<String, String> {
    let mut signs = name.chars();
    let begins = signs.next().is_some_and(|c| c.is_ascii_lowercase());
    let goes_on = signs.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !begins || !goes_on {
        return Err(format!(
            "{name:?} is no name; use small letters, digits and _, as in `size_2`"
        ));
    }
    if ALWAYS.contains(&name) {
        return Err(format!("{name:?} is what the customer said last; use another name"));
    }
    Ok(name.to_owned())
}

fn those(what: &str, names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return format!("there are no {what} at all");
    }
    let names = names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    format!("the {what} are {names}")
}

//! Alerts and the dashboard.

use std::{collections::BTreeSet, fs, path::Path};

use crate::files::{at, names, root, string, text, yaml};

const ALERTS: &str = "deploy/prometheus/alerts.yml";
const DASHBOARDS: &str = "deploy/grafana/dashboards";

fn words(text: &str, prefix: &str) -> BTreeSet<String> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c: char| !inside(c)).filter(|word| word.starts_with(prefix));
    words.map(str::to_owned).collect()
}

/// Every literal `"switchboard.x.y"` in the sources, as Prometheus writes it.
fn metrics(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            metrics(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            let literals = source.split("\"switchboard.").skip(1);
            found.extend(literals.filter_map(|rest| {
                let name = rest.split('"').next()?;
                Some(format!("switchboard_{}", name.replace('.', "_")))
            }));
        }
    }
}

#[test]
fn only_metrics_that_exist_are_looked_at() {
    let mut known = BTreeSet::new();
    for folder in ["crates", "services"] {
        metrics(&root().join(folder), &mut known);
    }
    let dashboards = names(DASHBOARDS).into_iter().map(|name| format!("{DASHBOARDS}/{name}"));
    for path in dashboards.chain([ALERTS.to_owned()]) {
        for word in words(&text(&path), "switchboard_") {
            let suffixes = ["_total", "_seconds_bucket", "_seconds_count", "_seconds_sum", ""];
            let exists = suffixes
                .iter()
                .filter_map(|suffix| word.strip_suffix(suffix))
                .any(|name| known.contains(name));
            assert!(exists, "{path}: nothing counts {word}; there are {known:#?}");
        }
    }
}

#[test]
fn every_alert_says_what_to_do() {
    let alerts = yaml(ALERTS).remove(0);
    let groups = alerts["groups"].as_sequence().unwrap();
    let rules: Vec<_> =
        groups.iter().flat_map(|group| group["rules"].as_sequence().unwrap()).collect();
    assert!(rules.len() >= 5);
    for rule in rules {
        let name = string(rule, &["alert"]).unwrap();
        assert!(string(rule, &["annotations", "summary"]).is_some(), "{name}: no summary");
        assert!(at(rule, &["labels", "severity"]).is_some(), "{name}: no severity");
        let page = string(rule, &["annotations", "runbook"]);
        let page = page.unwrap_or_else(|| panic!("{name} has no runbook"));
        assert!(root().join(page).is_file(), "{name}: {page} is not there");
    }
}

#[test]
fn dashboards_are_json() {
    for name in names(DASHBOARDS) {
        let text = text(&format!("{DASHBOARDS}/{name}"));
        let dashboard: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(dashboard["panels"].as_array().is_some_and(|it| !it.is_empty()), "{name}");
    }
}

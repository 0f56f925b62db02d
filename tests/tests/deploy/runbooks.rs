//! The runbooks.

use crate::{
    files::{names, root, text},
    product::{SERVICES, is_command},
};

const FOLDER: &str = "docs/runbooks";
const SECTIONS: [&str; 5] =
    ["## What you see", "## What it means", "## What is safe", "## What to do", "## How to verify"];

/// The pages, but for the list of them.
fn pages() -> Vec<(String, String)> {
    let names = names(FOLDER).into_iter().filter(|name| name != "README.md");
    names.map(|name| (name.clone(), text(&format!("{FOLDER}/{name}")))).collect()
}

#[test]
fn every_page_answers_the_same_questions() {
    for (name, page) in pages() {
        let mut rest = page.as_str();
        for section in SECTIONS {
            let at =
                rest.find(section).unwrap_or_else(|| panic!("{name}: no {section:?} in order"));
            rest = &rest[at + section.len()..];
        }
    }
}

#[test]
fn every_page_is_in_the_list() {
    let list = text(&format!("{FOLDER}/README.md"));
    for (name, _) in pages() {
        assert!(list.contains(&format!("({name})")), "{name} is not in {FOLDER}/README.md");
    }
}

/// The lines inside code blocks.
fn code(page: &str) -> impl Iterator<Item = &str> {
    // Every second part stands between fences.
    page.split("```").skip(1).step_by(2).flat_map(str::lines)
}

#[test]
fn commands_exist() {
    let mut seen = 0;
    for (name, page) in pages() {
        for line in
            code(&page).map(str::trim_start).filter(|line| line.starts_with("docker compose "))
        {
            // `exec [options] desk switchboard …`, or `run [options] SERVICE …`, whose image has
            // the binary as its entry point.
            let words: Vec<&str> = line.split_whitespace().collect();
            let binary = words.iter().position(|word| *word == "switchboard");
            let runs = words.get(2) == Some(&"run");
            let service = words.iter().position(|word| runs && SERVICES.contains(word));
            let is_exec = words.get(2) == Some(&"exec") && words.contains(&"desk");
            let Some(at) = binary.filter(|_| is_exec).or(service) else { continue };
            let command = &words[at + 1..];
            assert!(is_command(command), "{name}: there is no {command:?}");
            seen += 1;
        }
    }
    assert!(seen > 10, "found only {seen} commands: the pages were not understood");
}

#[test]
fn links_lead_somewhere() {
    for (name, page) in pages() {
        let targets = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.starts_with("http")) {
            let file = target.split('#').next().unwrap_or_default();
            assert!(root().join(FOLDER).join(file).exists(), "{name}: {target} is not there");
        }
    }
}

//! How far a program's key goes: an area of the API, to read or to write. The role of the person it
//! acts as holds besides.

use switchboard_chassis::problem::Problem;

use crate::fault;

/// The areas, each with the first parts of the paths that are in it; what is in none is `settings`.
const AREAS: &[(&str, &[&str])] = &[
    (
        "conversations",
        &[
            "conversations",
            "media",
            "channels",
            "labels",
            "canned-replies",
            "views",
            "agents",
            "bulk",
            "macros",
            "surveys",
            "ws",
        ],
    ),
    ("contacts", &["contacts"]),
    ("settings", &[]),
];

/// Everybody may know who they are.
const OPEN: &str = "me";

/// Every scope that there is.
pub(crate) fn all() -> impl Iterator<Item = String> {
    let areas = AREAS.iter().map(|(area, _)| *area);
    areas.flat_map(|area| [format!("{area}:read"), format!("{area}:write")])
}

/// Refuses what none of the scopes covers; who may write may read.
///
/// # Errors
/// 403, naming the scope that is wanted.
pub(super) fn check(scopes: &[String], path: &str, writes: bool) -> Result<(), Problem> {
    let first = path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default();
    if first == OPEN && !writes {
        return Ok(());
    }
    // Who there is belongs to conversations; what they can do is a setting.
    let is_setting = writes && first == "agents";
    let area = AREAS.iter().find(|(_, paths)| !is_setting && paths.contains(&first));
    let area = area.map_or("settings", |(area, _)| *area);
    let has = |word: &str| scopes.iter().any(|scope| *scope == format!("{area}:{word}"));
    if has("write") || (!writes && has("read")) {
        return Ok(());
    }
    let word = if writes { "write" } else { "read" };
    Err(fault::out_of_scope(&format!("{area}:{word}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(scope: &str, path: &str, writes: bool) -> bool {
        check(&[scope.to_owned()], path, writes).is_ok()
    }

    #[test]
    fn a_scope_is_an_area_and_no_more() {
        assert!(allowed("conversations:read", "/api/v1/conversations/1/messages", false));
        assert!(!allowed("conversations:read", "/api/v1/conversations/1/messages", true));
        assert!(allowed("conversations:write", "/api/v1/conversations", false));
        assert!(!allowed("conversations:write", "/api/v1/users", false));
        assert!(allowed("settings:read", "/api/v1/something-new", false));
        assert!(!allowed("settings:read", "/api/v1/conversations", false));
        assert!(allowed("conversations:read", "/api/v1/agents", false));
        assert!(!allowed("conversations:write", "/api/v1/agents/1/settings", true));
        assert!(allowed("conversations:read", "/api/v1/ws", false));
        assert!(!allowed("contacts:read", "/api/v1/ws", false));
        assert!(allowed("contacts:read", "/api/v1/me", false));
        assert!(!allowed("settings:read", "/api/v1/me/presence", true));
    }
}

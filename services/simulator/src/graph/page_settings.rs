//! What else a Page sets: the menu of one customer, and built-in natural language processing.
//!
//! Sources: Messenger Platform "Persistent menu" (user level), Graph API "Page, nlp_configs". Unconfirmed:
//! the words of the refusals. Messages have no `nlp` here, whatever is set.

use serde_json::{Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::shape::{Dialect, Shape};
use super::{auth, profile_body, unknown_path};
use crate::state::directory::Account;
use crate::state::tokens::Token;
use crate::state::{Channel, ThreadKey, World};

const MENU: &str = "persistent_menu";

/// The edges.
pub(crate) const EDGES: [&str; 2] = ["custom_user_settings", "nlp_configs"];

/// `/{page}/custom_user_settings` and `/{page}/nlp_configs`.
pub(crate) fn edge(
    world: &mut World,
    call: &Call,
    token: &Token,
    (page, edge): (&Account, &str),
) -> GraphResult<Value> {
    if page.channel != Channel::Messenger || !auth::reaches(world, token, page) {
        return Err(unknown_path(call));
    }
    auth::page_scope(token, page, &["pages_messaging"])?;
    auth::page_task(token, page, "MESSAGING")?;
    match (call.method.as_str(), edge) {
        ("POST", "nlp_configs") => nlp(world, call, page),
        (_, "custom_user_settings") => menu(world, call, page),
        _ => Err(unknown_path(call)),
    }
}

fn nlp(world: &mut World, call: &Call, page: &Account) -> GraphResult<Value> {
    let shape = Shape::root(Dialect::Page, &call.params);
    let on = shape.boolean("nlp_enabled")?.ok_or_else(|| shape.missing("nlp_enabled"))?;
    world.facts.change(&page.id).nlp_enabled = on;
    Ok(json!({"success": true}))
}

/// One customer's menu, in place of the Page's.
fn menu(world: &mut World, call: &Call, page: &Account) -> GraphResult<Value> {
    let psid = call.need("psid")?.to_owned();
    if !world.directory.customers.contains_key(&ThreadKey::new(&page.id, &psid)) {
        return Err(GraphError::new(100, Some(2_018_001), "No matching user found"));
    }
    let mut given = call.params.clone();
    given.remove("psid");
    match call.method.as_str() {
        "GET" => Ok(shown(world, page, &psid)),
        "POST" => {
            let shape = Shape::root(Dialect::Page, &given);
            shape.only(&[MENU])?;
            profile_body::check(Channel::Messenger, &shape)?;
            let menu = given.remove(MENU).unwrap_or_default();
            world.facts.change(&page.id).menus.insert(psid, menu);
            Ok(json!({"result": "success"}))
        }
        "DELETE" => {
            if call.list("params") != Some(vec![MENU.to_owned()]) {
                return Err(GraphError::parameter("Param params must be [\"persistent_menu\"]"));
            }
            world.facts.change(&page.id).menus.remove(&psid);
            Ok(json!({"result": "success"}))
        }
        _ => Err(unknown_path(call)),
    }
}

fn shown(world: &World, page: &Account, psid: &str) -> Value {
    let facts = world.facts.get(&page.id);
    let own = facts.and_then(|facts| facts.menus.get(psid));
    let pages = facts.and_then(|facts| facts.messenger_profile.get(MENU));
    let levels = [("user_level_persistent_menu", own), ("page_level_persistent_menu", pages)];
    let menus =
        levels.into_iter().filter_map(|(name, menu)| Some((name.to_owned(), menu?.clone())));
    let menus: serde_json::Map<String, Value> = menus.collect();
    json!({ "data": if menus.is_empty() { Vec::new() } else { vec![menus] } })
}

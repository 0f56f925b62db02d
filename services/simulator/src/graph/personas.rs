//! Personas: names and pictures that a Page writes under.
//!
//! Source: Messenger Platform "Personas" (22 April 2026). Instagram has none. Unconfirmed: the words
//! of the refusals. The picture is not fetched.

use serde_json::{Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::send::Target;
use super::shape::{Dialect, Shape};
use super::{auth, fields, paging, unknown_path};
use crate::ids;
use crate::state::directory::Account;
use crate::state::facts::Persona;
use crate::state::tokens::Token;
use crate::state::{Channel, World};

/// Longest name, in characters.
const NAME: usize = 50;

/// `/{page}/personas`: the list, and a new one.
pub(crate) fn edge(
    world: &mut World,
    call: &Call,
    token: &Token,
    page: &Account,
    base: &str,
) -> GraphResult<Value> {
    need_page(world, call, token, page)?;
    match call.method.as_str() {
        "GET" => list(world, call, page, base),
        "POST" => create(world, call, page),
        _ => Err(unknown_path(call)),
    }
}

/// `/{persona}`: what it is, and its end.
pub(crate) fn node(world: &mut World, call: &Call, token: &Token, id: &str) -> GraphResult<Value> {
    let found = world.facts.persona(id).map(|(page, own)| (page.to_owned(), own.clone()));
    let (page, own) = found.ok_or_else(|| unknown_path(call))?;
    let account = world.directory.accounts.get(&page).ok_or_else(|| unknown_path(call))?;
    need_page(world, call, token, account)?;
    match call.method.as_str() {
        "GET" => shown(call, &own),
        "DELETE" => {
            world.facts.change(&page).personas.retain(|own| own.id != id);
            Ok(json!({"success": true}))
        }
        _ => Err(unknown_path(call)),
    }
}

/// The name of the persona that a send asks for, if it is one of the Page.
pub(crate) fn wanted(
    world: &World,
    shape: &Shape<'_>,
    target: &Target,
) -> GraphResult<Option<String>> {
    if !shape.has("persona_id") {
        return Ok(None);
    }
    if target.account.channel != Channel::Messenger {
        return Err(GraphError::parameter("Param persona_id is not supported on Instagram."));
    }
    // Given as text or as a number.
    let id = match shape.map().get("persona_id") {
        Some(Value::Number(id)) => id.to_string(),
        _ => shape.need_text("persona_id")?.to_owned(),
    };
    let mut own = world.facts.personas(&target.account.id).iter();
    let found = own.find(|persona| persona.id == id);
    let unknown = || GraphError::parameter("Invalid persona_id: the Page has no such persona.");
    found.map(|persona| Some(persona.name.clone())).ok_or_else(unknown)
}

fn need_page(world: &World, call: &Call, token: &Token, page: &Account) -> GraphResult<()> {
    if page.channel != Channel::Messenger || !auth::reaches(world, token, page) {
        return Err(unknown_path(call));
    }
    auth::page_scope(token, page, &["pages_messaging"])?;
    auth::page_task(token, page, "MESSAGING")
}

fn create(world: &mut World, call: &Call, page: &Account) -> GraphResult<Value> {
    let shape = Shape::root(Dialect::Page, &call.params);
    shape.only(&["name", "profile_picture_url"])?;
    let name = shape.need_text_max("name", NAME)?.to_owned();
    let picture = shape.need_text("profile_picture_url")?;
    if !url::Url::parse(picture).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
        return Err(shape.bad("profile_picture_url", "should represent a valid URL"));
    }
    let id = ids::numeric();
    let persona = Persona { id: id.clone(), name, profile_picture_url: picture.to_owned() };
    world.facts.change(&page.id).personas.push(persona);
    Ok(json!({ "id": id }))
}

fn list(world: &World, call: &Call, page: &Account, base: &str) -> GraphResult<Value> {
    let own = world.facts.personas(&page.id).iter();
    let items: GraphResult<Vec<(String, Value)>> =
        own.map(|persona| Ok((persona.id.clone(), shown(call, persona)?))).collect();
    paging::page(call, base, items?)
}

fn shown(call: &Call, persona: &Persona) -> GraphResult<Value> {
    let all = json!({
        "id": persona.id,
        "name": persona.name,
        "profile_picture_url": persona.profile_picture_url,
    });
    fields::pick(call, "Persona", &all, &["name", "profile_picture_url"])
}

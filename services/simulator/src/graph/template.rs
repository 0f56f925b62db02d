//! Template messages: whether the template may be sent, and whether the parameters fit.
//!
//! Source: WhatsApp Cloud API "Send message templates", and its table of errors.

use serde_json::{Map, Value};

use super::error::{GraphError, GraphResult};
use super::{template_buttons, template_text};
use crate::state::World;
use crate::state::directory::Account;
use crate::state::templates::Template;

/// Longest body with its parameters in it.
const BODY: usize = 1_024;

/// A template with its parameters put in.
#[derive(Debug, Clone)]
pub(crate) struct Filled {
    pub(crate) text: String,
    /// Pricing category in lower case.
    pub(crate) category: String,
}

/// Checks a template message; none for other messages.
pub(crate) fn check(
    world: &World,
    account: &Account,
    params: &Map<String, Value>,
) -> GraphResult<Option<Filled>> {
    let Some(template) = params.get("template") else {
        return Ok(None);
    };
    let name = text(template, "/name");
    let language = text(template, "/language/code");
    let templates = account.parent.as_ref().and_then(|id| world.directory.templates.get(id));
    let Some(found) = templates.and_then(|all| all.find(&name, &language)) else {
        return Err(GraphError::whatsapp(
            132_001,
            &format!("template name ({name}) does not exist in {language}"),
        ));
    };
    match found.status.as_str() {
        "APPROVED" => {}
        "PAUSED" => return Err(GraphError::whatsapp(132_015, "The template is paused.")),
        "DISABLED" => return Err(GraphError::whatsapp(132_016, "The template is disabled.")),
        _ => return Err(GraphError::whatsapp(132_001, "The template is not approved.")),
    }
    let given = template.pointer("/components").and_then(Value::as_array);
    let given: Vec<&Value> = given.into_iter().flatten().collect();
    let text = fill(found, &found.components, &given)?;
    Ok(Some(Filled { text, category: found.category.to_ascii_lowercase() }))
}

/// The body's text with its parameters in it. Every component must be given what it needs, and
/// nothing that it has no place for.
fn fill(own: &Template, components: &[Value], given: &[&Value]) -> GraphResult<String> {
    let component = |kind: &str| {
        components.iter().find(|component| text(component, "/type").eq_ignore_ascii_case(kind))
    };
    let parameters = |kind: &str| {
        let found = given.iter().find(|part| text(part, "/type").eq_ignore_ascii_case(kind));
        let list = found.and_then(|part| part.get("parameters")).and_then(Value::as_array);
        list.map(Vec::as_slice).unwrap_or_default()
    };
    let known = ["header", "body", "footer", "button", "carousel", "limited_time_offer"];
    if let Some(strange) = given
        .iter()
        .map(|part| text(part, "/type"))
        .find(|kind| !known.iter().any(|known| known.eq_ignore_ascii_case(kind)))
    {
        let details = format!("components: {strange} is not a kind of component");
        return Err(GraphError::whatsapp(132_018, &details));
    }
    template_text::header(component("HEADER"), parameters("header"), own.named)?;
    let body = component("BODY").map(|body| text(body, "/text")).unwrap_or_default();
    let filled = template_text::filled("body", &body, parameters("body"), own.named)?;
    if filled.chars().count() > BODY {
        return Err(GraphError::whatsapp(
            132_005,
            "body: the text with its parameters is too long",
        ));
    }
    template_buttons::check(component("BUTTONS"), given)?;
    if let Some(offer) = component("LIMITED_TIME_OFFER") {
        template_buttons::offer(offer, parameters("limited_time_offer"))?;
    }
    if let Some(carousel) = component("CAROUSEL") {
        cards(own, carousel, given)?;
    }
    Ok(filled)
}

/// Each card of a carousel must be given what it needs.
fn cards(own: &Template, carousel: &Value, given: &[&Value]) -> GraphResult<()> {
    let list = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let found = given.iter().find(|part| text(part, "/type").eq_ignore_ascii_case("carousel"));
    let given = found.map(|part| list(part, "cards")).unwrap_or_default();
    let wanted = list(carousel, "cards");
    if given.len() != wanted.len() {
        let details = format!(
            "carousel: number of cards ({}) is not that of the template ({})",
            given.len(),
            wanted.len()
        );
        return Err(GraphError::whatsapp(132_012, &details));
    }
    for (card, given) in wanted.iter().zip(&given) {
        let given = list(given, "components");
        fill(own, &list(card, "components"), &given.iter().collect::<Vec<_>>())?;
    }
    Ok(())
}

/// A text at a pointer, or nothing.
pub(crate) fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

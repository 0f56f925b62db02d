//! Utility messages of a Page: approved templates, sent at any time.
//!
//! Source: Messenger Platform "Send a utility message" (13 March 2026). Unconfirmed, for the page
//! names none: the codes of refusals (100 here) and the form of the echo.

use serde_json::{Map, Value, json};

use super::error::{GraphError, GraphResult};
use super::send::Target;
use super::shape::Shape;
use super::template::text;
use super::template_body::Definition;
use super::{auth, template_text};
use crate::state::World;
use crate::state::templates::{Template, places};
use crate::state::thread::{Button, View};
use crate::state::tokens::Token;

/// The permission, in both spellings of Meta's pages.
pub(crate) const SCOPES: &[&str] = &["pages_utility_messaging", "page_utility_messaging"];

/// A Page's templates are UTILITY, of header, body, footer and buttons; a header is a text or a
/// fixed image, a button a link or a postback.
pub(crate) fn check_definition(definition: &Definition) -> GraphResult<()> {
    if definition.category != "UTILITY" {
        return Err(GraphError::parameter("The category of a Page's template must be UTILITY."));
    }
    for component in &definition.components {
        let kind = text(component, "/type").to_ascii_uppercase();
        let format = text(component, "/format").to_ascii_uppercase();
        match (kind.as_str(), format.as_str()) {
            ("HEADER", "TEXT" | "IMAGE") | ("BODY" | "FOOTER", _) => {}
            ("BUTTONS", _) => buttons(component).try_for_each(check_button)?,
            _ => {
                let what = format!("A Page's template cannot have a {kind} {format} component.");
                return Err(GraphError::parameter(what.replace("  ", " ").as_str()));
            }
        }
    }
    Ok(())
}

fn check_button(button: &Value) -> GraphResult<()> {
    match text(button, "/type").to_ascii_uppercase().as_str() {
        "URL" | "POSTBACK" => Ok(()),
        kind => Err(GraphError::parameter(&format!("A Page's template cannot have {kind}."))),
    }
}

/// WhatsApp has quick replies in their place.
pub(crate) fn refuse_postbacks(definition: &Definition) -> GraphResult<()> {
    let mut all = definition.components.iter().flat_map(buttons);
    if all.any(|button| text(button, "/type").eq_ignore_ascii_case("POSTBACK")) {
        return Err(GraphError::parameter("type POSTBACK is not a kind of button."));
    }
    Ok(())
}

/// Checks a template message, and says what the customer sees of it; none for other messages.
pub(crate) fn check(
    world: &World,
    token: &Token,
    target: &Target,
    call: &Shape<'_>,
    message: &Map<String, Value>,
) -> GraphResult<Option<View>> {
    let is_utility = call.text("messaging_type")? == Some("UTILITY");
    let Some(wanted) = message.get("template") else {
        let refused = GraphError::parameter("messaging_type UTILITY needs message[template].");
        return if is_utility { Err(refused) } else { Ok(None) };
    };
    if !is_utility {
        let refused = "message[template] goes with messaging_type UTILITY of Messenger only.";
        return Err(GraphError::parameter(refused));
    }
    auth::page_scope(token, &target.account, SCOPES)?;
    let (name, language) = (text(wanted, "/name"), text(wanted, "/language/code"));
    let templates = world.directory.templates.get(&target.account.id);
    let own = templates.and_then(|all| all.find(&name, &language));
    let own = own.filter(|own| own.status == "APPROVED").ok_or_else(|| {
        let what = format!("There is no approved message template {name} in {language}.");
        GraphError::parameter(&what)
    })?;
    let given = wanted.pointer("/components").and_then(Value::as_array);
    let given: Vec<&Value> = given.into_iter().flatten().collect();
    fill(own, &given).map(Some)
}

/// Every component must be given what it needs, and nothing that it has no place for.
fn fill(own: &Template, given: &[&Value]) -> GraphResult<View> {
    let known = ["header", "body", "buttons"];
    if let Some(strange) =
        given.iter().map(|part| text(part, "/type")).find(|kind| !known.contains(&kind.as_str()))
    {
        let what = format!("message[template][components]: no component of type \"{strange}\"");
        return Err(GraphError::parameter(&what));
    }
    let component = |kind: &str| {
        own.components.iter().find(|component| text(component, "/type").eq_ignore_ascii_case(kind))
    };
    let parameters = |kind: &str| -> Vec<Value> {
        let parts = given.iter().filter(|part| text(part, "/type") == kind);
        let lists = parts.filter_map(|part| part.get("parameters")).filter_map(Value::as_array);
        lists.flatten().cloned().collect()
    };
    let filled = |kind: &str, name: &str| {
        let line = component(kind).map(|part| text(part, "/text")).unwrap_or_default();
        template_text::filled(name, &line, &parameters(name), own.named).map_err(of_page)
    };
    let footer = component("FOOTER").map(|part| text(part, "/text")).unwrap_or_default();
    let lines = [filled("HEADER", "header")?, filled("BODY", "body")?, footer];
    let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    Ok(View {
        kind: "template".to_owned(),
        text: Some(lines.join("\n")),
        buttons: tapped(component("BUTTONS"), parameters("buttons"))?,
        ..View::default()
    })
}

/// A fault of a parameter, as a Page's calls tell it.
fn of_page(fault: GraphError) -> GraphError {
    GraphError::parameter(fault.details.as_deref().unwrap_or(&fault.message))
}

fn buttons(component: &Value) -> impl Iterator<Item = &Value> {
    component.get("buttons").and_then(Value::as_array).into_iter().flatten()
}

/// The buttons with their parameters: those that need one take the next, of their type.
fn tapped(own: Option<&Value>, given: Vec<Value>) -> GraphResult<Vec<Button>> {
    let mut given = given.into_iter();
    let mut all = Vec::new();
    for button in own.into_iter().flat_map(buttons) {
        let (title, url) = (text(button, "/text"), text(button, "/url"));
        all.push(match text(button, "/type").to_ascii_uppercase().as_str() {
            "POSTBACK" => {
                let payload = parameter(given.next(), ("POSTBACK", "/payload"))?;
                Button::tap(
                    title.clone(),
                    json!({"postback": {"title": title, "payload": payload}}),
                )
            }
            _ if places(&url).is_empty() => Button::link(title, Some(url)),
            _ => {
                let suffix = parameter(given.next(), ("URL", "/url"))?;
                let before = url.split_once("{{").map_or("", |(before, _)| before);
                Button::link(title, Some(format!("{before}{suffix}")))
            }
        });
    }
    if given.next().is_some() {
        return Err(GraphError::parameter("buttons: more parameters than buttons that take one"));
    }
    Ok(all)
}

fn parameter(given: Option<Value>, (kind, pointer): (&str, &str)) -> GraphResult<String> {
    let given = given.filter(|given| text(given, "/type") == kind);
    let value = given.map(|given| text(&given, pointer)).filter(|value| !value.is_empty());
    let missing = format!("buttons: a parameter of type {kind} is missing");
    value.ok_or_else(|| GraphError::parameter(&missing))
}

/// What the echo shows of a template.
pub(crate) fn echo() -> Value {
    json!({"type": "template", "title": "", "url": null, "payload": {"template_type": "utility"}})
}

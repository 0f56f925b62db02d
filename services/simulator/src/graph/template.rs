//! WhatsApp templates: existence, state, and number of parameters.

use serde_json::{Map, Value, json};

use super::error::{GraphError, GraphResult};
use crate::config::TemplateSeed;
use crate::state::World;
use crate::state::directory::Account;

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
    let waba = account.parent.as_ref().and_then(|id| world.directory.wabas.get(id));
    let found = waba.and_then(|waba| {
        waba.templates.iter().find(|own| own.name == name && own.language == language)
    });
    let Some(found) = found else {
        return Err(GraphError::whatsapp(
            132_001,
            &format!("template name ({name}) does not exist in {language}"),
        ));
    };
    match found.status.as_str() {
        "" | "APPROVED" => {}
        "PAUSED" => return Err(GraphError::whatsapp(132_015, "The template is paused.")),
        "DISABLED" => return Err(GraphError::whatsapp(132_016, "The template is disabled.")),
        _ => return Err(GraphError::whatsapp(132_001, "The template is not approved.")),
    }
    fill(found, template).map(Some)
}

fn fill(seed: &TemplateSeed, template: &Value) -> GraphResult<Filled> {
    let components = template.pointer("/components").and_then(Value::as_array);
    let values: Vec<String> = components
        .into_iter()
        .flatten()
        .filter(|component| text(component, "/type").eq_ignore_ascii_case("body"))
        .filter_map(|component| component.get("parameters").and_then(Value::as_array))
        .flatten()
        .map(|parameter| text(parameter, "/text"))
        .collect();
    let expected = seed.body.matches("{{").count();
    if values.len() != expected {
        return Err(GraphError::whatsapp(
            132_000,
            &format!(
                "body: number of localizable_params ({}) does not match the expected number of \
                 params ({expected})",
                values.len()
            ),
        ));
    }
    let mut filled = String::new();
    let mut rest = seed.body.as_str();
    for value in &values {
        if let Some((before, after)) = rest.split_once("{{") {
            filled.push_str(before);
            filled.push_str(value);
            rest = after.split_once("}}").map_or("", |(_, after)| after);
        }
    }
    filled.push_str(rest);
    Ok(Filled {
        text: filled,
        category: if seed.category.is_empty() {
            "utility".to_owned()
        } else {
            seed.category.to_ascii_lowercase()
        },
    })
}

/// A template as `GET /{waba}/message_templates` lists it.
pub(crate) fn listed(index: usize, seed: &TemplateSeed) -> Value {
    let or = |text: &str, default: &str| {
        if text.is_empty() { default.to_owned() } else { text.to_owned() }
    };
    json!({
        "id": (7_000_000_000_usize + index).to_string(),
        "name": seed.name,
        "language": seed.language,
        "status": or(&seed.status, "APPROVED"),
        "category": or(&seed.category, "UTILITY"),
        "components": [{"type": "BODY", "text": seed.body}],
    })
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

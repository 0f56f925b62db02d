//! Parameters of a template's header and body.

use serde_json::Value;

use super::error::{GraphError, GraphResult};
use super::template::text;
use crate::state::templates::places;

/// Checks the parameters of a header; without a header there may be none.
pub(crate) fn header(own: Option<&Value>, given: &[Value], named: bool) -> GraphResult<()> {
    let format = own.map(|own| text(own, "/format").to_ascii_uppercase());
    match format.as_deref() {
        Some(wanted @ ("IMAGE" | "VIDEO" | "DOCUMENT" | "LOCATION")) => medium(wanted, given),
        Some("TEXT") => {
            let own = own.map(|own| text(own, "/text")).unwrap_or_default();
            filled("header", &own, given, named).map(|_| ())
        }
        // Products are only known to the catalogue.
        Some("PRODUCT") => Ok(()),
        _ => filled("header", "", given, named).map(|_| ()),
    }
}

fn medium(wanted: &str, given: &[Value]) -> GraphResult<()> {
    let received = given.first().map(|first| text(first, "/type").to_ascii_uppercase());
    if given.len() != 1 || received.as_deref() != Some(wanted) {
        let received = received.unwrap_or_else(|| "UNKNOWN".to_owned());
        let details = format!("header: Format mismatch, expected {wanted}, received {received}");
        return Err(GraphError::whatsapp(132_012, &details));
    }
    let key = wanted.to_ascii_lowercase();
    let object = given.first().and_then(|first| first.get(&key));
    let has = |name: &str| object.is_some_and(|object| object.get(name).is_some());
    let whole = match wanted {
        "LOCATION" => has("latitude") && has("longitude"),
        _ => has("id") != has("link"),
    };
    if whole {
        return Ok(());
    }
    let needs = if wanted == "LOCATION" { "latitude and longitude" } else { "id or link" };
    Err(GraphError::whatsapp(131_008, &format!("header: the {key} parameter needs {needs}")))
}

/// A text with its parameters put in.
pub(crate) fn filled(part: &str, own: &str, given: &[Value], named: bool) -> GraphResult<String> {
    let wanted = places(own);
    if given.len() != wanted.len() {
        return Err(GraphError::whatsapp(
            132_000,
            &format!(
                "{part}: number of localizable_params ({}) does not match the expected number of \
                 params ({})",
                given.len(),
                wanted.len()
            ),
        ));
    }
    let mut filled = String::new();
    let mut rest = own;
    for (index, place) in wanted.iter().enumerate() {
        let parameter = if named { by_name(part, given, place)? } else { given.get(index) };
        let value = parameter.map(|parameter| value(part, parameter)).transpose()?;
        if let Some((before, after)) = rest.split_once("{{") {
            filled.push_str(before);
            filled.push_str(&value.unwrap_or_default());
            rest = after.split_once("}}").map_or("", |(_, after)| after);
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

fn by_name<'a>(part: &str, given: &'a [Value], place: &str) -> GraphResult<Option<&'a Value>> {
    if given.iter().any(|parameter| text(parameter, "/parameter_name").is_empty()) {
        return Err(GraphError::whatsapp(100, "Parameter name is missing or empty"));
    }
    let found = given.iter().find(|parameter| text(parameter, "/parameter_name") == place);
    let details = format!("{part}: there is no parameter named {place}");
    found.map(Some).ok_or_else(|| GraphError::whatsapp(132_018, &details))
}

/// What the customer reads in place of a parameter.
fn value(part: &str, parameter: &Value) -> GraphResult<String> {
    let kind = text(parameter, "/type");
    let pointer = match kind.as_str() {
        "text" => "/text",
        "currency" => "/currency/fallback_value",
        "date_time" => "/date_time/fallback_value",
        _ => {
            let details = format!(
                "{part}: Format mismatch, expected TEXT, received {}",
                kind.to_ascii_uppercase()
            );
            return Err(GraphError::whatsapp(132_012, &details));
        }
    };
    let value = text(parameter, pointer);
    let whole = kind != "currency"
        || (parameter.pointer("/currency/code").is_some_and(Value::is_string)
            && parameter.pointer("/currency/amount_1000").is_some_and(Value::is_number));
    if value.is_empty() || !whole {
        let details = format!("{part}: a parameter of type {kind} is missing its value");
        return Err(GraphError::whatsapp(131_008, &details));
    }
    if value.contains(['\n', '\t']) || value.contains("     ") {
        return Err(GraphError::whatsapp(
            132_018,
            "Param text cannot have new-line/tab characters or more than 4 consecutive spaces",
        ));
    }
    Ok(value)
}

//! Parameters of a template's buttons and of its offer.

use serde_json::Value;

use super::error::{GraphError, GraphResult};
use super::template::text;

/// Longest coupon code.
const CODE: usize = 15;

/// Checks that each button that needs a parameter has it, and that none has what it cannot use.
pub(crate) fn check(own: Option<&Value>, given: &[&Value]) -> GraphResult<()> {
    let own = own.and_then(|own| own.get("buttons")).and_then(Value::as_array);
    let own: Vec<&Value> = own.into_iter().flatten().collect();
    let given: Vec<(usize, &Value)> = given
        .iter()
        .filter(|part| text(part, "/type").eq_ignore_ascii_case("button"))
        .map(|part| Ok((index(part)?, *part)))
        .collect::<GraphResult<_>>()?;
    for (place, part) in &given {
        let Some(button) = own.get(*place) else {
            return Err(wrong(&format!("Button at index {place} does not exist")));
        };
        fits(*place, button, part)?;
    }
    for (place, button) in own.iter().enumerate() {
        let kind = text(button, "/type").to_ascii_uppercase();
        let needs = kind == "COPY_CODE" || (kind == "URL" && text(button, "/url").contains("{{"));
        if needs && !given.iter().any(|(index, _)| *index == place) {
            let kind = if kind == "URL" { "Url" } else { "CopyCode" };
            return Err(GraphError::whatsapp(
                131_008,
                &format!("buttons: Button at index {place} of type {kind} requires a parameter"),
            ));
        }
    }
    Ok(())
}

fn wrong(details: &str) -> GraphError {
    GraphError::whatsapp(132_018, &format!("buttons: {details}"))
}

/// Meta takes the index as text and as a number.
fn index(part: &Value) -> GraphResult<usize> {
    let index = part.get("index");
    let number = index.and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
    let text = index.and_then(Value::as_str).and_then(|text| text.parse().ok());
    number
        .or(text)
        .ok_or_else(|| GraphError::whatsapp(131_008, "buttons: the index of a button is missing"))
}

fn fits(place: usize, button: &Value, part: &Value) -> GraphResult<()> {
    let kind = text(button, "/type").to_ascii_uppercase();
    let given = text(part, "/sub_type").to_ascii_uppercase();
    let same = given == kind || (kind == "URL" && given == "OTP");
    if !same {
        return Err(wrong(&format!("Button at index {place} is of type {kind}, not {given}")));
    }
    let parameters = part.get("parameters").and_then(Value::as_array);
    let parameters = parameters.map(Vec::as_slice).unwrap_or_default();
    let wanted = match kind.as_str() {
        "URL" if text(button, "/url").contains("{{") => ("text", "/text"),
        "URL" => return Err(wrong(&format!("Button at index {place} takes no parameter"))),
        "QUICK_REPLY" => ("payload", "/payload"),
        "COPY_CODE" => ("coupon_code", "/coupon_code"),
        _ => return Ok(()),
    };
    let [parameter] = parameters else {
        return Err(GraphError::whatsapp(
            132_000,
            &format!(
                "buttons: Button at index {place} takes one parameter, not {}",
                parameters.len()
            ),
        ));
    };
    let value = text(parameter, wanted.1);
    if text(parameter, "/type") != wanted.0 {
        return Err(GraphError::whatsapp(
            132_012,
            &format!("buttons: Button at index {place} takes a parameter of type {}", wanted.0),
        ));
    }
    if value.is_empty() {
        return Err(GraphError::whatsapp(131_008, "buttons: the value of a parameter is missing"));
    }
    if kind == "COPY_CODE" && value.chars().count() > CODE {
        return Err(wrong("A coupon code may have at most 15 characters"));
    }
    Ok(())
}

/// Checks when an offer ends, if it does.
pub(crate) fn offer(own: &Value, given: &[Value]) -> GraphResult<()> {
    let ends = own.pointer("/limited_time_offer/has_expiration").and_then(Value::as_bool);
    let at =
        given.first().and_then(|given| given.pointer("/limited_time_offer/expiration_time_ms"));
    if ends != Some(true) || at.is_some_and(Value::is_number) {
        return Ok(());
    }
    Err(GraphError::whatsapp(
        131_008,
        "limited_time_offer: the parameter expiration_time_ms is missing",
    ))
}

//! The form of a template that is created or edited.
//!
//! Source: WhatsApp Business Management API "Template components".

use serde_json::{Map, Value, json};

use super::error::{GraphError, GraphResult};
use super::shape::{Dialect, Shape};
use crate::state::templates::places;

const NAME: usize = 512;
const HEADER: usize = 60;
const BODY: usize = 1_024;
const FOOTER: usize = 60;
const BUTTONS: usize = 10;
const BUTTON_TEXT: usize = 25;
const URL: usize = 2_000;
const CODE: usize = 15;
const PHONE: usize = 20;
const CARDS: usize = 10;

/// What a call defines.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) category: String,
    pub(crate) components: Vec<Value>,
    pub(crate) named: bool,
}

/// Reads and checks a definition. Faults are answered with 100, as the management API does.
pub(crate) fn read(params: &Map<String, Value>) -> GraphResult<Definition> {
    let shape = Shape::root(Dialect::Page, params);
    let name = shape.need_text_max("name", NAME)?;
    if !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        return Err(shape.bad("name", "may only have lowercase letters, digits and underscores"));
    }
    let category = shape.need_text("category")?.to_ascii_uppercase();
    if !["MARKETING", "UTILITY", "AUTHENTICATION"].contains(&category.as_str()) {
        return Err(shape.bad("category", "must be one of {AUTHENTICATION, MARKETING, UTILITY}"));
    }
    let named = shape.text("parameter_format")?.is_some_and(|f| f.eq_ignore_ascii_case("named"));
    let components = shape.need_objects("components", 1, 6)?;
    let is_code = category == "AUTHENTICATION";
    check_components(&components, named, is_code)?;
    let plain = components.iter().map(|component| Value::Object(component.map().clone()));
    let components = plain.map(|component| if is_code { of_code(component) } else { component });
    Ok(Definition {
        name: name.to_owned(),
        language: shape.need_text("language")?.to_owned(),
        category,
        components: components.collect(),
        named,
    })
}

fn kind(component: &Shape<'_>) -> GraphResult<String> {
    component.need_text("type").map(str::to_ascii_uppercase)
}

fn check_components(components: &[Shape<'_>], named: bool, is_code: bool) -> GraphResult<()> {
    let mut seen = Vec::new();
    for component in components {
        let kind = kind(component)?;
        match kind.as_str() {
            "HEADER" => header(component, named)?,
            "BODY" if is_code => {}
            "BODY" => body(component, named)?,
            "FOOTER" if is_code => {}
            "FOOTER" => {
                component.need_text_max("text", FOOTER)?;
            }
            "BUTTONS" => {
                let buttons = component.need_objects("buttons", 1, BUTTONS)?;
                buttons.iter().try_for_each(button)?;
            }
            "CAROUSEL" => {
                for card in component.need_objects("cards", 1, CARDS)? {
                    check_components(&card.need_objects("components", 1, 4)?, named, false)?;
                }
            }
            "LIMITED_TIME_OFFER" => {
                component.need_object("limited_time_offer")?;
            }
            _ => return Err(component.bad("type", "is not a kind of component")),
        }
        if seen.contains(&kind) {
            return Err(component.bad("type", "may come once only"));
        }
        seen.push(kind);
    }
    if seen.iter().any(|kind| ["BODY", "HEADER"].contains(&kind.as_str())) {
        return Ok(());
    }
    Err(incomplete("a component of type BODY is missing"))
}

fn incomplete(what: &str) -> GraphError {
    let text =
        format!("Message template \"components\" param is missing expected field(s): {what}");
    GraphError::new(100, Some(2_388_043), &text)
}

fn header(component: &Shape<'_>, named: bool) -> GraphResult<()> {
    let format = component.need_text("format")?.to_ascii_uppercase();
    let example = component.object("example")?;
    match format.as_str() {
        "TEXT" => {
            let text = component.need_text_max("text", HEADER)?;
            let found = places(text);
            numbered(component, &found, named)?;
            match found.len() {
                0 => Ok(()),
                1 if example.is_some() => Ok(()),
                1 => Err(incomplete("the header's variable needs an example")),
                _ => Err(component.bad("text", "may have one variable at most")),
            }
        }
        "IMAGE" | "VIDEO" | "DOCUMENT" | "GIF" => {
            let given = example.is_some_and(|example| example.has("header_handle"));
            if given { Ok(()) } else { Err(incomplete("example.header_handle of the header")) }
        }
        "LOCATION" | "PRODUCT" => Ok(()),
        _ => Err(component.bad("format", "is not a format of a header")),
    }
}

fn body(component: &Shape<'_>, named: bool) -> GraphResult<()> {
    let text = component.need_text_max("text", BODY)?.trim();
    let found = places(text);
    numbered(component, &found, named)?;
    if found.is_empty() {
        return Ok(());
    }
    if component.object("example")?.is_none() {
        return Err(incomplete("the body's variables need examples"));
    }
    if text.starts_with("{{") || text.ends_with("}}") {
        let text = "Variables can't be at the start or end of the template.";
        return Err(GraphError::new(100, Some(2_388_299), text));
    }
    Ok(())
}

/// Variables are 1, 2, 3…, or names.
fn numbered(component: &Shape<'_>, found: &[&str], named: bool) -> GraphResult<()> {
    let is_name = |place: &&str| {
        !place.is_empty()
            && place.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let fit = if named {
        found.iter().all(is_name)
    } else {
        found.iter().enumerate().all(|(index, place)| *place == (index + 1).to_string())
    };
    if fit {
        Ok(())
    } else {
        Err(component.bad("text", "has variables that do not fit its parameter_format"))
    }
}

fn button(button: &Shape<'_>) -> GraphResult<()> {
    let kind = kind(button)?;
    let own = ["COPY_CODE", "OTP", "CATALOG", "MPM", "SPM", "CALL_PERMISSIONS_REQUEST"];
    if !own.contains(&kind.as_str()) {
        button.need_text_max("text", BUTTON_TEXT)?;
    }
    match kind.as_str() {
        "URL" => {
            let url = button.need_text_max("url", URL)?;
            if url.contains("{{") && !button.has("example") {
                return Err(incomplete("the URL's variable needs an example"));
            }
            Ok(())
        }
        "PHONE_NUMBER" => button.need_text_max("phone_number", PHONE).map(|_| ()),
        "COPY_CODE" => match button.map().get("example") {
            Some(Value::String(code)) if code.chars().count() > CODE => {
                Err(button.too_long("example", CODE))
            }
            Some(_) => Ok(()),
            None => Err(incomplete("the example of the code")),
        },
        "OTP" => button
            .need_one_of(
                "otp_type",
                &["COPY_CODE", "ONE_TAP", "ZERO_TAP", "copy_code", "one_tap", "zero_tap"],
            )
            .map(|_| ()),
        "QUICK_REPLY"
        | "POSTBACK"
        | "FLOW"
        | "VOICE_CALL"
        | "APP"
        | "CATALOG"
        | "MPM"
        | "SPM"
        | "CALL_PERMISSIONS_REQUEST" => Ok(()),
        _ => Err(button.bad("type", "is not a kind of button")),
    }
}

/// The fixed words of an authentication template, and its button as the API shows it.
fn of_code(mut component: Value) -> Value {
    let kind = component.get("type").and_then(Value::as_str).unwrap_or_default();
    match kind.to_ascii_uppercase().as_str() {
        "BODY" => json!({"type": "BODY", "text": "*{{1}}* is your verification code."}),
        "BUTTONS" => {
            let buttons = component.get_mut("buttons").and_then(Value::as_array_mut);
            for button in buttons.into_iter().flatten() {
                let url = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}";
                *button = json!({"type": "URL", "text": "Copy code", "url": url});
            }
            component
        }
        _ => component,
    }
}

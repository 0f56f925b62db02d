//! Approved templates, filled in.

use serde_json::Value;
use switchboard_domain::content::{
    ButtonFill, MediaKind, Parameter, Template, TemplateButton, TemplateHeader,
};

use super::{media, text, word};
use crate::door::fault::Fault;

/// The template that a message is.
pub(super) fn of(object: &Value) -> Result<Template, Fault> {
    let language = object.get("language").unwrap_or(&Value::Null);
    let mut template = Template {
        name: word(object, "name")?,
        language: word(language, "code")?,
        header: None,
        body: Vec::new(),
        buttons: Vec::new(),
        text: String::new(),
    };
    let components = object.get("components").and_then(Value::as_array);
    for component in components.into_iter().flatten() {
        let parameters = component.get("parameters").and_then(Value::as_array);
        let parameters = parameters.map(Vec::as_slice).unwrap_or_default();
        match word(component, "type")?.to_ascii_lowercase().as_str() {
            "header" => template.header = parameters.first().map(header).transpose()?,
            "body" => {
                template.body = parameters.iter().map(parameter).collect::<Result<_, _>>()?;
            }
            "button" => template.buttons.push(button(component, parameters)?),
            other => return Err(Fault::parameter(format!("(#100) no component {other} here"))),
        }
    }
    Ok(template)
}

fn header(filled: &Value) -> Result<TemplateHeader, Fault> {
    let kind = word(filled, "type")?;
    let object = filled.get(&kind).unwrap_or(&Value::Null);
    let file = |kind| Ok(TemplateHeader::Media { media: media(kind, object)? });
    match kind.as_str() {
        "image" => file(MediaKind::Image),
        "video" => file(MediaKind::Video),
        "document" => file(MediaKind::File),
        "location" => {
            let degrees = |key: &str| {
                let number = text(object, key).and_then(|text| text.parse::<f64>().ok());
                number.ok_or_else(|| Fault::parameter(format!("(#100) {key} is a number")))
            };
            Ok(TemplateHeader::Location {
                latitude: degrees("latitude")?,
                longitude: degrees("longitude")?,
                name: word(object, "name")?,
                address: word(object, "address")?,
            })
        }
        _ => Ok(TemplateHeader::Text { parameter: parameter(filled)? }),
    }
}

/// An amount or a time is filled in as the bot writes it for those who cannot show it better.
fn parameter(filled: &Value) -> Result<Parameter, Fault> {
    let kind = text(filled, "type").unwrap_or_else(|| "text".to_owned());
    let said = match kind.as_str() {
        "text" => word(filled, "text")?,
        other => word(filled.get(other).unwrap_or(&Value::Null), "fallback_value")?,
    };
    Ok(Parameter { name: text(filled, "parameter_name"), text: said })
}

fn button(component: &Value, parameters: &[Value]) -> Result<TemplateButton, Fault> {
    let first = parameters.first().unwrap_or(&Value::Null);
    let index = word(component, "index")?.parse();
    let index = index.map_err(|_| Fault::parameter("(#100) index is the number of a button"))?;
    let fill = match word(component, "sub_type")?.to_ascii_lowercase().as_str() {
        "quick_reply" => ButtonFill::Payload { payload: word(first, "payload")? },
        "url" => ButtonFill::UrlSuffix { suffix: word(first, "text")? },
        "copy_code" => ButtonFill::CopyCode { code: word(first, "coupon_code")? },
        "flow" => {
            let action = first.get("action").unwrap_or(&Value::Null);
            let data = action.get("flow_action_data").map(ToString::to_string);
            ButtonFill::Flow { token: text(action, "flow_token").unwrap_or_default(), data }
        }
        other => return Err(Fault::parameter(format!("(#100) no button {other} here"))),
    };
    Ok(TemplateButton { index, fill })
}

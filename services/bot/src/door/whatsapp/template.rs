//! Approved templates, filled in.

use serde_json::Value;
use switchboard_domain::content::{
    ButtonFill, MediaKind, Parameter, Template, TemplateButton, TemplateCard, TemplateHeader,
};

use super::{media, text, word};
use crate::door::fault::Fault;

/// The template that a message is.
pub(super) fn of(object: &Value) -> Result<Template, Fault> {
    let language = object.get("language").unwrap_or(&Value::Null);
    let mut template = Template {
        name: word(object, "name")?,
        language: word(language, "code")?,
        ..Template::default()
    };
    let components = list(object, "components");
    let (own, below): (Vec<&Value>, Vec<&Value>) =
        components.iter().partition(|component| !is_below(component));
    let TemplateCard { header, body, buttons } = filled(own)?;
    (template.header, template.body, template.buttons) = (header, body, buttons);
    for component in below {
        match kind(component)?.as_str() {
            "carousel" => template.cards = cards(component)?,
            _ => {
                template.offer_ends_at =
                    list(component, "parameters").first().map(ends_at).transpose()?
            }
        }
    }
    Ok(template)
}

fn list<'a>(object: &'a Value, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn kind(component: &Value) -> Result<String, Fault> {
    Ok(word(component, "type")?.to_ascii_lowercase())
}

/// What only a template has, and no card of one.
fn is_below(component: &Value) -> bool {
    kind(component).is_ok_and(|kind| ["carousel", "limited_time_offer"].contains(&kind.as_str()))
}

/// What a template or a card is filled with.
fn filled<'a>(components: impl IntoIterator<Item = &'a Value>) -> Result<TemplateCard, Fault> {
    let mut card = TemplateCard::default();
    for component in components {
        let parameters = list(component, "parameters");
        match kind(component)?.as_str() {
            "header" => card.header = parameters.first().map(header).transpose()?,
            "body" => card.body = parameters.iter().map(parameter).collect::<Result<_, _>>()?,
            "button" => card.buttons.push(button(component, parameters)?),
            other => return Err(Fault::parameter(format!("(#100) no component {other} here"))),
        }
    }
    Ok(card)
}

/// The cards in the order that their `card_index` says.
fn cards(carousel: &Value) -> Result<Vec<TemplateCard>, Fault> {
    let mut cards: Vec<&Value> = list(carousel, "cards").iter().collect();
    cards.sort_by_key(|card| card.get("card_index").and_then(Value::as_u64));
    cards.into_iter().map(|card| filled(list(card, "components"))).collect()
}

fn ends_at(filled: &Value) -> Result<i64, Fault> {
    let at = filled.pointer("/limited_time_offer/expiration_time_ms").and_then(Value::as_i64);
    at.ok_or_else(|| Fault::parameter("(#100) expiration_time_ms is a number of milliseconds"))
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

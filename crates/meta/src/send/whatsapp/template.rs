//! Templates with their places filled in. Whether they fit is for [`crate::template`] to say.

use serde_json::{Value, json};
use switchboard_domain::content::{
    ButtonFill, MediaKind, Parameter, Template, TemplateButton, TemplateCard, TemplateHeader,
};

use super::super::{CannotSend, parameter};

pub(super) fn object(template: &Template) -> Result<Value, CannotSend> {
    let parts = (template.header.as_ref(), &template.body[..], &template.buttons[..]);
    let mut components = filled(parts)?;
    if let Some(ends_at) = template.offer_ends_at {
        let offer = json!({ "expiration_time_ms": ends_at });
        let parameter = json!({ "type": "limited_time_offer", "limited_time_offer": offer });
        components.push(json!({ "type": "limited_time_offer", "parameters": [parameter] }));
    }
    if !template.cards.is_empty() {
        let cards: Vec<Value> = (0..).zip(&template.cards).map(card).collect::<Result<_, _>>()?;
        components.push(json!({ "type": "carousel", "cards": cards }));
    }
    Ok(json!({
        "name": template.name,
        "language": { "code": template.language },
        "components": components,
    }))
}

/// What a template, or a card of one, is filled with.
type Parts<'a> = (Option<&'a TemplateHeader>, &'a [Parameter], &'a [TemplateButton]);

fn filled((header, body, buttons): Parts<'_>) -> Result<Vec<Value>, CannotSend> {
    let mut components: Vec<Value> = Vec::new();
    if let Some(header) = header {
        components.push(json!({ "type": "header", "parameters": [header_parameter(header)?] }));
    }
    if !body.is_empty() {
        let parameters: Vec<Value> = body.iter().map(parameter::of).collect();
        components.push(json!({ "type": "body", "parameters": parameters }));
    }
    for fill in buttons {
        components.push(button(fill)?);
    }
    Ok(components)
}

fn card((index, card): (usize, &TemplateCard)) -> Result<Value, CannotSend> {
    let components = filled((card.header.as_ref(), &card.body, &card.buttons))?;
    Ok(json!({ "card_index": index, "components": components }))
}

fn header_parameter(header: &TemplateHeader) -> Result<Value, CannotSend> {
    Ok(match header {
        TemplateHeader::Text { parameter: text } => parameter::of(text),
        TemplateHeader::Location { latitude, longitude, name, address } => {
            let place = json!({
                "latitude": latitude, "longitude": longitude, "name": name, "address": address
            });
            json!({ "type": "location", "location": place })
        }
        TemplateHeader::Media { media } => {
            let kind = match media.kind {
                MediaKind::Image | MediaKind::Sticker => "image",
                MediaKind::Video => "video",
                MediaKind::Audio | MediaKind::File => "document",
            };
            let mut object = super::source(media)?;
            let filename = media.filename.as_deref().filter(|_| kind == "document");
            super::set(&mut object, "filename", filename);
            json!({ "type": kind, kind: object })
        }
    })
}

fn button(fill: &TemplateButton) -> Result<Value, CannotSend> {
    let (sub_type, parameter) = match &fill.fill {
        ButtonFill::Payload { payload } => {
            ("quick_reply", json!({ "type": "payload", "payload": payload }))
        }
        ButtonFill::UrlSuffix { suffix } => ("url", json!({ "type": "text", "text": suffix })),
        ButtonFill::CopyCode { code } => {
            ("copy_code", json!({ "type": "coupon_code", "coupon_code": code }))
        }
        ButtonFill::Flow { token, data } => {
            let mut action = json!({ "flow_token": token });
            if let (Some(data), Some(fields)) = (data, action.as_object_mut()) {
                let data: Value = serde_json::from_str(data).map_err(|_| CannotSend::NotJson)?;
                fields.insert("flow_action_data".into(), data);
            }
            ("flow", json!({ "type": "action", "action": action }))
        }
    };
    Ok(json!({
        "type": "button",
        "sub_type": sub_type,
        "index": fill.index.to_string(),
        "parameters": [parameter],
    }))
}

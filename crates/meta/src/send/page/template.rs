//! A Page's utility templates with their places filled in. Whether they fit is for
//! [`crate::template`] to say.
//!
//! Source: Messenger Platform "Send a utility message".

use serde_json::{Value, json};
use switchboard_domain::{
    Channel,
    content::{ButtonFill, Template, TemplateHeader},
};

use super::super::{CannotSend, parameter};

pub(super) fn object(template: &Template) -> Result<Value, CannotSend> {
    let mut components: Vec<Value> = Vec::new();
    match &template.header {
        Some(TemplateHeader::Text { parameter: text }) => {
            let parameters = [parameter::of(text)];
            components.push(json!({ "type": "header", "parameters": parameters }));
        }
        Some(TemplateHeader::Media { .. } | TemplateHeader::Location { .. }) => {
            return Err(refused("template header"));
        }
        None => {}
    }
    if !template.body.is_empty() {
        let parameters: Vec<Value> = template.body.iter().map(parameter::of).collect();
        components.push(json!({ "type": "body", "parameters": parameters }));
    }
    if !template.buttons.is_empty() {
        let parameters = buttons(template)?;
        components.push(json!({ "type": "buttons", "parameters": parameters }));
    }
    Ok(json!({
        "name": template.name,
        "language": { "code": template.language },
        "components": components,
    }))
}

/// Meta tells them apart by their order alone.
fn buttons(template: &Template) -> Result<Vec<Value>, CannotSend> {
    let mut fills: Vec<_> = template.buttons.iter().collect();
    fills.sort_by_key(|fill| fill.index);
    let parameter = |fill: &ButtonFill| match fill {
        ButtonFill::Payload { payload } => Ok(json!({ "type": "POSTBACK", "payload": payload })),
        ButtonFill::UrlSuffix { suffix } => Ok(json!({ "type": "URL", "url": suffix })),
        ButtonFill::CopyCode { .. } | ButtonFill::Flow { .. } => Err(refused("template button")),
    };
    fills.into_iter().map(|button| parameter(&button.fill)).collect()
}

fn refused(kind: &'static str) -> CannotSend {
    CannotSend::NotSendable { channel: Channel::Messenger, kind }
}

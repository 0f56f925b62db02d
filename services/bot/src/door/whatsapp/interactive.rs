//! Buttons, lists, links and forms under a text. A header and a footer are said above and below it.

use serde_json::Value;
use switchboard_domain::{
    Content,
    content::{Button, Flow, List, MediaKind, Row, Section},
};

use super::{media, text, word};
use crate::door::fault::Fault;

/// What an interactive message shows.
pub(super) fn contents(object: &Value) -> Result<Vec<Content>, Fault> {
    let action = object.get("action").unwrap_or(&Value::Null);
    let parameters = action.get("parameters").unwrap_or(&Value::Null);
    let (above, words) = words(object)?;
    let content = match word(object, "type")?.as_str() {
        "button" => Content::Prompt { text: words, buttons: buttons(action)? },
        "list" => Content::List(List {
            text: words,
            open: word(action, "button")?,
            sections: sections(action)?,
        }),
        "cta_url" => {
            let (title, url) = (word(parameters, "display_text")?, word(parameters, "url")?);
            Content::Prompt { text: words, buttons: vec![Button::Link { title, url }] }
        }
        "location_request_message" => Content::LocationRequest { text: words },
        "flow" => Content::Flow(flow(words, parameters)?),
        other => return Err(Fault::parameter(format!("(#100) no interactive {other} here"))),
    };
    Ok(above.into_iter().chain([content]).collect())
}

/// The file above, and header, body and footer in one text.
fn words(object: &Value) -> Result<(Option<Content>, String), Fault> {
    let header = object.get("header").unwrap_or(&Value::Null);
    let of = |key: &str| object.get(key).and_then(|part| text(part, "text"));
    let kinds = [("image", MediaKind::Image), ("video", MediaKind::Video)];
    let kinds = kinds.into_iter().chain([("document", MediaKind::File)]);
    let mut files = kinds.filter_map(|(key, kind)| Some((kind, header.get(key)?)));
    let above = files.next().map(|(kind, file)| media(kind, file)).transpose()?;
    let parts = [text(header, "text"), of("body"), of("footer")];
    let words = parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    Ok((above.map(Content::Media), words))
}

fn buttons(action: &Value) -> Result<Vec<Button>, Fault> {
    let buttons = action.get("buttons").and_then(Value::as_array);
    let button = |button: &Value| {
        let reply = button.get("reply").unwrap_or(&Value::Null);
        Ok(Button::Reply { title: word(reply, "title")?, payload: word(reply, "id")? })
    };
    buttons.into_iter().flatten().map(button).collect()
}

fn sections(action: &Value) -> Result<Vec<Section>, Fault> {
    let sections = action.get("sections").and_then(Value::as_array);
    let row = |row: &Value| {
        let (title, payload) = (word(row, "title")?, word(row, "id")?);
        Ok(Row { title, description: text(row, "description"), payload })
    };
    let section = |section: &Value| {
        let rows = section.get("rows").and_then(Value::as_array);
        let rows = rows.into_iter().flatten().map(row).collect::<Result<_, Fault>>()?;
        Ok(Section { title: text(section, "title"), rows })
    };
    let sections = sections.into_iter().flatten().map(section);
    // One without rows says nothing, and Meta refuses the list for it.
    let is_empty = |section: &Result<Section, Fault>| {
        section.as_ref().is_ok_and(|section| section.rows.is_empty())
    };
    sections.filter(|section| !is_empty(section)).collect()
}

fn flow(text_above: String, parameters: &Value) -> Result<Flow, Fault> {
    let payload = parameters.get("flow_action_payload").unwrap_or(&Value::Null);
    Ok(Flow {
        text: text_above,
        open: word(parameters, "flow_cta")?,
        flow_id: word(parameters, "flow_id")?,
        token: text(parameters, "flow_token"),
        screen: text(payload, "screen"),
        data: payload.get("data").map(ToString::to_string),
    })
}

//! The form of a Cloud API message: keys, lengths, counts.

use serde_json::{Map, Value};

use super::error::{GraphError, GraphResult};
use super::shape::Shape;
use crate::state::World;
use crate::state::directory::Account;

const TEXT: usize = 4_096;
const CAPTION: usize = 1_024;
const CALLBACK_DATA: usize = 512;
const TYPES: [&str; 11] = [
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "template",
    "interactive",
];

/// Checks everything that does not depend on the world.
pub(crate) fn check(shape: &Shape<'_>) -> GraphResult<()> {
    let kind = shape.text("type")?.unwrap_or("text");
    if !TYPES.contains(&kind) {
        return Err(GraphError::whatsapp(
            131_051,
            &format!("Message type {kind} is not supported."),
        ));
    }
    shape.only(&[
        "messaging_product",
        "recipient_type",
        "to",
        "recipient",
        "type",
        "context",
        "biz_opaque_callback_data",
        "recipient_identity_key_hash",
        kind,
    ])?;
    if shape.has("recipient_type") {
        shape.need_one_of("recipient_type", &["individual"])?;
    }
    if !shape.has("recipient") {
        shape.need_text("to")?;
    }
    shape.text("recipient")?;
    shape.text_max("biz_opaque_callback_data", CALLBACK_DATA)?;
    if let Some(context) = shape.object("context")? {
        context.only(&["message_id"])?;
        context.need_text("message_id")?;
        if kind == "reaction" {
            return Err(shape.bad("context", "is not allowed with a reaction"));
        }
    }
    if kind == "contacts" {
        return contacts(shape);
    }
    let body = shape.need_object(kind)?;
    match kind {
        "text" => {
            body.only(&["body", "preview_url"])?;
            body.boolean("preview_url")?;
            body.need_text_max("body", TEXT).map(|_| ())
        }
        "location" => {
            body.only(&["latitude", "longitude", "name", "address"])?;
            body.need_number("latitude")?;
            body.need_number("longitude").map(|_| ())
        }
        "reaction" => {
            body.only(&["message_id", "emoji"])?;
            body.need_text("message_id")?;
            body.text("emoji")?.map(|_| ()).ok_or_else(|| body.missing("emoji"))
        }
        "template" => template(&body),
        "interactive" => super::interactive::check(&body),
        _ => medium(kind, &body),
    }
}

fn contacts(shape: &Shape<'_>) -> GraphResult<()> {
    for contact in shape.need_objects("contacts", 1, 257)? {
        let name = contact.need_object("name")?;
        name.need_text("formatted_name")?;
        if name.map().len() < 2 {
            return Err(name.missing("first_name"));
        }
    }
    Ok(())
}

fn template(body: &Shape<'_>) -> GraphResult<()> {
    body.only(&["name", "namespace", "language", "components"])?;
    body.need_text_max("name", 512)?;
    body.need_object("language")?.need_text("code")?;
    for component in body.objects("components", 0, 20)?.unwrap_or_default() {
        component.only(&["type", "sub_type", "index", "parameters", "cards"])?;
        component.need_text("type")?;
        for parameter in component.objects("parameters", 0, 100)?.unwrap_or_default() {
            parameter.need_text("type")?;
        }
    }
    Ok(())
}

fn medium(kind: &str, body: &Shape<'_>) -> GraphResult<()> {
    let allowed: &[&str] = match kind {
        "audio" => &["id", "link", "voice"],
        "sticker" => &["id", "link"],
        "document" => &["id", "link", "caption", "filename"],
        _ => &["id", "link", "caption"],
    };
    body.only(allowed)?;
    body.text_max("caption", CAPTION)?;
    match (body.text("id")?, body.text("link")?) {
        (Some(_), None) => Ok(()),
        (None, Some(link)) => match url::Url::parse(link) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(()),
            _ => Err(body.bad("link", "is not a valid URL")),
        },
        (Some(_), Some(_)) => Err(body.bad("id", "cannot be given together with link")),
        (None, None) => Err(body.missing("id")),
    }
}

/// A media id must be alive, of this number, and of the right kind.
pub(crate) fn check_media(
    world: &World,
    params: &Map<String, Value>,
    account: &Account,
    now_ms: i64,
) -> GraphResult<()> {
    let kind = params.get("type").and_then(Value::as_str).unwrap_or("text");
    let Some(id) = params.get(kind).and_then(|body| body.get("id")).and_then(Value::as_str) else {
        return Ok(());
    };
    match world.media.get(id, now_ms) {
        Some(medium) if medium.account == account.id && medium.kind == kind => Ok(()),
        Some(_) => Err(GraphError::whatsapp(
            131_053,
            &format!("Media {id} is not of type {kind}, or belongs to another number."),
        )),
        None => Err(GraphError::whatsapp(
            131_009,
            &format!("Param {kind}.id: there is no media {id}, or it expired."),
        )),
    }
}

//! What a customer sees of a message that was sent over the Graph API.

use serde_json::{Value, json};

use crate::state::thread::{Attachment, Button, View};

/// A Messenger or Instagram `message`.
pub(crate) fn of_page(message: &Value) -> View {
    let mut view =
        View { kind: "text".to_owned(), text: text(message, "/text"), ..View::default() };
    for attachment in attachments(message) {
        let kind = text(attachment, "/type").unwrap_or_default();
        view.kind.clone_from(&kind);
        if kind == "template" {
            of_template(attachment, &mut view);
        } else {
            view.attachments.push(Attachment {
                kind,
                url: text(attachment, "/payload/url")
                    .or_else(|| stored(attachment, "/payload/attachment_id")),
                title: None,
            });
        }
    }
    for reply in array(message, "/quick_replies") {
        let title = text(reply, "/title").unwrap_or_else(|| "Share".to_owned());
        let payload = reply.get("payload").cloned().unwrap_or_default();
        view.quick_replies.push(Button {
            tap: Some(json!({"quick_reply": {"title": title, "payload": payload}})),
            title,
            url: None,
        });
    }
    view
}

/// The attachments of a message: one, or Instagram's list of pictures.
fn attachments(message: &Value) -> impl Iterator<Item = &Value> {
    message.get("attachment").into_iter().chain(array(message, "/attachments"))
}

fn of_template(attachment: &Value, view: &mut View) {
    view.text = text(attachment, "/payload/text");
    for button in array(attachment, "/payload/buttons") {
        view.buttons.push(page_button(button));
    }
    for element in array(attachment, "/payload/elements") {
        let lines = [text(element, "/title"), text(element, "/subtitle")];
        let lines: Vec<String> = lines.into_iter().flatten().collect();
        if view.text.is_none() && !lines.is_empty() {
            view.text = Some(lines.join("\n"));
        }
        if let Some(url) = text(element, "/image_url") {
            view.attachments.push(Attachment {
                kind: "image".to_owned(),
                url: Some(url),
                title: text(element, "/title"),
            });
        }
        for button in array(element, "/buttons") {
            view.buttons.push(page_button(button));
        }
    }
}

fn page_button(button: &Value) -> Button {
    let kind = text(button, "/type").unwrap_or_default();
    let title = text(button, "/title").unwrap_or_else(|| match kind.as_str() {
        "account_link" => "Log in".to_owned(),
        "account_unlink" => "Log out".to_owned(),
        _ => kind.clone(),
    });
    let payload = button.get("payload").cloned().unwrap_or_default();
    let tap = match kind.as_str() {
        "postback" => Some(json!({"postback": {"title": title, "payload": payload}})),
        "account_unlink" => Some(json!({"account_linking": {"status": "unlinked"}})),
        _ => None,
    };
    Button { tap, title, url: text(button, "/url") }
}

/// A WhatsApp message body; `template_text` is the filled template, if it is one.
pub(crate) fn of_whatsapp(body: &Value, template_text: Option<String>) -> View {
    let kind = text(body, "/type").unwrap_or_else(|| "text".to_owned());
    let mut view = View { kind: kind.clone(), ..View::default() };
    match kind.as_str() {
        "text" => view.text = text(body, "/text/body"),
        "interactive" => of_interactive(body, &mut view),
        "template" => of_whatsapp_template(body, template_text, &mut view),
        "image" | "video" | "audio" | "document" | "sticker" => {
            let medium = body.get(&kind).cloned().unwrap_or_default();
            view.text = text(&medium, "/caption");
            view.attachments.push(Attachment {
                url: text(&medium, "/link").or_else(|| stored(&medium, "/id")),
                title: text(&medium, "/filename"),
                kind,
            });
        }
        "location" => view.text = text(body, "/location/name").or_else(|| Some("Location".into())),
        "reaction" => view.text = text(body, "/reaction/emoji"),
        _ => {}
    }
    view
}

fn of_interactive(body: &Value, view: &mut View) {
    view.text = text(body, "/interactive/body/text");
    let wamid = body.get("id").cloned().unwrap_or_default();
    for button in array(body, "/interactive/action/buttons") {
        let id = text(button, "/reply/id").unwrap_or_default();
        let title = text(button, "/reply/title").unwrap_or_default();
        let tap = json!({"button_reply": {"id": id, "title": title}, "reply_to": wamid});
        view.buttons.push(Button { tap: Some(tap), title, url: None });
    }
    for section in array(body, "/interactive/action/sections") {
        for row in array(section, "/rows") {
            let title = text(row, "/title").unwrap_or_default();
            view.buttons.push(Button {
                tap: Some(json!({"list_reply": row, "reply_to": wamid})),
                title,
                url: None,
            });
        }
    }
    if let Some(title) = text(body, "/interactive/action/parameters/display_text") {
        view.buttons.push(Button {
            title,
            tap: None,
            url: text(body, "/interactive/action/parameters/url"),
        });
    }
}

fn of_whatsapp_template(body: &Value, filled: Option<String>, view: &mut View) {
    view.text = filled.or_else(|| text(body, "/template/name"));
    for component in array(body, "/template/components") {
        if text(component, "/sub_type").as_deref() != Some("quick_reply") {
            continue;
        }
        let payload = text(component, "/parameters/0/payload").unwrap_or_default();
        view.buttons.push(Button {
            title: payload.clone(),
            tap: Some(json!({"button": {"text": payload, "payload": payload}})),
            url: None,
        });
    }
}

/// Where the phone page finds a medium that is held here.
fn stored(value: &Value, pointer: &str) -> Option<String> {
    text(value, pointer).map(|id| format!("/_sim/media/{id}"))
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

fn array<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

//! What a customer sees of a message that was sent over the Graph API.

use serde_json::{Value, json};

use crate::state::thread::{Attachment, Button, Card, Row, Section, Sheet, View};

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
        let tap = json!({"quick_reply": {"title": title, "payload": payload}});
        view.quick_replies.push(Button::tap(title, tap));
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
    if text(attachment, "/payload/template_type").as_deref() == Some("media") {
        return of_media_template(attachment, view);
    }
    let cards = array(attachment, "/payload/elements").map(card);
    view.cards.extend(cards);
    // One line for those who only read the text.
    if let (None, Some(first)) = (&view.text, view.cards.first()) {
        let lines = [Some(first.title.clone()), first.subtitle.clone()];
        view.text = Some(lines.into_iter().flatten().collect::<Vec<_>>().join("\n"));
    }
}

fn of_media_template(attachment: &Value, view: &mut View) {
    for element in array(attachment, "/payload/elements") {
        view.attachments.push(Attachment {
            kind: text(element, "/media_type").unwrap_or_else(|| "image".to_owned()),
            url: text(element, "/url").or_else(|| stored(element, "/attachment_id")),
            title: None,
        });
        view.buttons.extend(array(element, "/buttons").map(page_button));
    }
}

fn card(element: &Value) -> Card {
    Card {
        title: text(element, "/title").unwrap_or_default(),
        subtitle: text(element, "/subtitle"),
        image: text(element, "/image_url"),
        buttons: array(element, "/buttons").map(page_button).collect(),
    }
}

fn page_button(button: &Value) -> Button {
    let kind = text(button, "/type").unwrap_or_default();
    let title = text(button, "/title").unwrap_or_else(|| match kind.as_str() {
        "account_link" => "Log In".to_owned(),
        "account_unlink" => "Log Out".to_owned(),
        _ => kind.clone(),
    });
    let payload = button.get("payload").cloned().unwrap_or_default();
    match kind.as_str() {
        "postback" => {
            let tap = json!({"postback": {"title": title, "payload": payload}});
            Button::tap(title, tap)
        }
        "account_unlink" => Button::tap(title, json!({"account_linking": {"status": "unlinked"}})),
        "account_link" => Button { login: text(button, "/url"), ..Button::link(title, None) },
        "phone_number" => {
            let number = payload.as_str().unwrap_or_default();
            Button::link(title, Some(format!("tel:{number}")))
        }
        _ => Button::link(title, text(button, "/url")),
    }
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
            view.attachments.push(whatsapp_medium(&kind, &medium));
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
    for kind in ["image", "video", "document"] {
        let pointer = format!("/interactive/header/{kind}");
        if let Some(medium) = body.pointer(&pointer) {
            view.attachments.push(whatsapp_medium(kind, medium));
        }
    }
    for button in array(body, "/interactive/action/buttons") {
        let id = text(button, "/reply/id").unwrap_or_default();
        let title = text(button, "/reply/title").unwrap_or_default();
        let tap = json!({"button_reply": {"id": id, "title": title}, "reply_to": wamid});
        view.buttons.push(Button::tap(title, tap));
    }
    match text(body, "/interactive/type").as_deref() {
        Some("list") => view.sheet = Some(Box::new(list(body, &wamid))),
        Some("flow") => {
            view.sheet = Some(Box::new(Sheet::Flow {
                title: parameter(body, "flow_cta").unwrap_or_else(|| "Open".to_owned()),
                token: parameter(body, "flow_token"),
                reply_to: wamid,
            }));
        }
        Some("location_request_message") => {
            view.sheet = Some(Box::new(Sheet::Location { title: "Send location".to_owned() }));
        }
        Some("carousel") => {
            let cards = array(body, "/interactive/action/cards");
            view.cards.extend(cards.map(|card| whatsapp_card(card, &wamid)));
        }
        _ => {}
    }
    if let Some(title) = parameter(body, "display_text") {
        view.buttons.push(Button::link(title, parameter(body, "url")));
    }
}

fn parameter(body: &Value, key: &str) -> Option<String> {
    text(body, &format!("/interactive/action/parameters/{key}"))
}

fn list(body: &Value, wamid: &Value) -> Sheet {
    let rows = |section: &Value| {
        array(section, "/rows")
            .map(|row| Row {
                title: text(row, "/title").unwrap_or_default(),
                description: text(row, "/description"),
                tap: json!({"list_reply": row, "reply_to": wamid}),
            })
            .collect()
    };
    Sheet::List {
        title: text(body, "/interactive/action/button").unwrap_or_else(|| "Options".to_owned()),
        sections: array(body, "/interactive/action/sections")
            .map(|section| Section {
                title: text(section, "/title").unwrap_or_default(),
                rows: rows(section),
            })
            .collect(),
    }
}

fn whatsapp_card(card: &Value, wamid: &Value) -> Card {
    let mut buttons: Vec<Button> = array(card, "/action/buttons")
        .map(|button| {
            let title = text(button, "/quick_reply/title")
                .or_else(|| text(button, "/reply/title"))
                .unwrap_or_default();
            let id = text(button, "/quick_reply/id").or_else(|| text(button, "/reply/id"));
            let tap = json!({"button_reply": {"id": id, "title": title}, "reply_to": wamid});
            Button::tap(title, tap)
        })
        .collect();
    if let Some(title) = text(card, "/action/parameters/display_text") {
        buttons.push(Button::link(title, text(card, "/action/parameters/url")));
    }
    Card {
        title: text(card, "/body/text").unwrap_or_default(),
        subtitle: None,
        image: text(card, "/header/image/link").or_else(|| stored(card, "/header/image/id")),
        buttons,
    }
}

fn whatsapp_medium(kind: &str, medium: &Value) -> Attachment {
    Attachment {
        kind: kind.to_owned(),
        url: text(medium, "/link").or_else(|| stored(medium, "/id")),
        title: text(medium, "/filename"),
    }
}

fn of_whatsapp_template(body: &Value, filled: Option<String>, view: &mut View) {
    view.text = filled.or_else(|| text(body, "/template/name"));
    for component in array(body, "/template/components") {
        let parameter = |key: &str| text(component, &format!("/parameters/0/{key}"));
        match text(component, "/sub_type").as_deref() {
            Some("quick_reply") => {
                let payload = parameter("payload").unwrap_or_default();
                let tap = json!({"button": {"text": payload, "payload": payload}});
                view.buttons.push(Button::tap(payload, tap));
            }
            Some("url") => view.buttons.push(Button::link("Open page".to_owned(), None)),
            _ => {}
        }
        for kind in ["image", "video", "document"] {
            if let Some(medium) = component.pointer(&format!("/parameters/0/{kind}")) {
                view.attachments.push(whatsapp_medium(kind, medium));
            }
        }
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

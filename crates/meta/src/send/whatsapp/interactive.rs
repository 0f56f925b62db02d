//! Interactive messages: buttons, lists, links, flows, asking for a location.

use serde_json::{Map, Value, json};
use switchboard_domain::{
    Channel,
    content::{Button, Card, Flow, List, Row, Section},
};

use super::{
    super::{
        CannotSend,
        form::{self, Form},
        limits, words,
    },
    CHANNEL, Typed, plain,
};

/// What the button says that opens a list, where nobody chose a word.
const OPEN_LIST: &str = "Choose";

pub(super) fn prompt(text: &str, buttons: &[Button]) -> Result<Typed, CannotSend> {
    prompted(None, text, buttons)
}

fn prompted(image: Option<&str>, text: &str, buttons: &[Button]) -> Result<Typed, CannotSend> {
    if buttons.iter().any(|button| matches!(button, Button::LogIn { .. } | Button::LogOut)) {
        return Err(CannotSend::NotSendable { channel: CHANNEL, kind: "log-in button" });
    }
    let (kind, action) = match form::of(CHANNEL, text, buttons) {
        Form::Buttons(buttons) => {
            let reply = |button: &Button| json!({ "type": "reply", "reply": choice(button) });
            ("button", json!({ "buttons": buttons.iter().map(reply).collect::<Vec<_>>() }))
        }
        Form::More(buttons) => {
            let rows: Vec<Value> = buttons.iter().map(choice).collect();
            ("list", json!({ "button": OPEN_LIST, "sections": [{ "rows": rows }] }))
        }
        Form::Link { title, url } => {
            let parameters = json!({ "display_text": title, "url": url });
            ("cta_url", json!({ "name": "cta_url", "parameters": parameters }))
        }
        Form::Text(text) => return plain(&text),
    };
    let mut object = interactive(kind, text, action);
    // Only buttons and links may have a picture above.
    if let Some(url) = image.filter(|_| kind != "list") {
        let header = json!({ "type": "image", "image": { "link": url } });
        object.insert("header".into(), header);
    }
    Ok(("interactive", object.into()))
}

fn interactive(kind: &str, text: &str, action: Value) -> Map<String, Value> {
    Map::from_iter([
        ("type".to_owned(), kind.into()),
        ("body".to_owned(), json!({ "text": text })),
        ("action".to_owned(), action),
    ])
}

fn choice(button: &Button) -> Value {
    json!({ "id": form::payload(button), "title": button.title() })
}

pub(super) fn list(list: &List) -> Result<Typed, CannotSend> {
    if !list_fits(list) {
        return plain(&words::list(list));
    }
    let sections: Vec<Value> = list.sections.iter().map(section).collect();
    let open = if list.open.trim().is_empty() { OPEN_LIST } else { &list.open };
    let action = json!({ "button": open, "sections": sections });
    Ok(("interactive", interactive("list", &list.text, action).into()))
}

fn list_fits(list: &List) -> bool {
    let limits = &limits::LIST;
    let rows: Vec<&Row> = list.rows().collect();
    let titles_needed = list.sections.len() > 1;
    let row_fits = |row: &&Row| {
        !row.title.trim().is_empty()
            && limits.title.fits(&row.title)
            && limits.payload.fits(&row.payload)
            && row.description.as_ref().is_none_or(|more| limits.description.fits(more))
    };
    let section_fits = |section: &Section| match &section.title {
        Some(title) => limits.section.fits(title),
        None => !titles_needed,
    };
    let mut ids = std::collections::HashSet::new();
    !list.text.trim().is_empty()
        && limits.text.fits(&list.text)
        && limits.open.fits(&list.open)
        && list.sections.len() <= limits.sections
        && (1..=limits.rows).contains(&rows.len())
        && rows.iter().all(row_fits)
        && rows.iter().all(|row| ids.insert(form::row_payload(row)))
        && list.sections.iter().all(section_fits)
}

fn section(section: &Section) -> Value {
    let row = |row: &Row| {
        let mut json = json!({ "id": form::row_payload(row), "title": row.title });
        super::set(&mut json, "description", row.description.as_deref());
        json
    };
    let mut json = json!({ "rows": section.rows.iter().map(row).collect::<Vec<_>>() });
    super::set(&mut json, "title", section.title.as_deref());
    json
}

/// One card is buttons below a picture; several are told one below the other.
pub(super) fn cards(cards: &[Card]) -> Result<Typed, CannotSend> {
    let [card] = cards else {
        return if cards.is_empty() { Err(CannotSend::Empty) } else { plain(&words::cards(cards)) };
    };
    let text = [Some(card.title.as_str()), card.subtitle.as_deref(), card.link.as_deref()];
    let text = text.into_iter().flatten().collect::<Vec<_>>().join("\n");
    match form::of(Channel::WhatsApp, &text, &card.buttons) {
        Form::Text(_) | Form::More(_) => plain(&words::cards(cards)),
        _ => prompted(card.image_url.as_deref(), &text, &card.buttons),
    }
}

/// "Flows": `flow_action` is `navigate` where a screen is named, else the flow's endpoint decides.
pub(super) fn flow(flow: &Flow) -> Result<Typed, CannotSend> {
    limits::of(CHANNEL).buttons.text.check(CHANNEL, &flow.text)?;
    limits::FLOW_OPEN.check(CHANNEL, &flow.open)?;
    if flow.text.trim().is_empty() || flow.open.trim().is_empty() {
        return Err(CannotSend::Empty);
    }
    let mut parameters = json!({
        "flow_message_version": "3", "flow_id": flow.flow_id, "flow_cta": flow.open
    });
    super::set(&mut parameters, "flow_token", flow.token.as_deref());
    if let (Some(screen), Some(fields)) = (&flow.screen, parameters.as_object_mut()) {
        let mut payload = json!({ "screen": screen });
        if let (Some(data), Some(into)) = (&flow.data, payload.as_object_mut()) {
            let data: Value = serde_json::from_str(data).map_err(|_| CannotSend::NotJson)?;
            into.insert("data".into(), data);
        }
        fields.insert("flow_action".into(), "navigate".into());
        fields.insert("flow_action_payload".into(), payload);
    }
    let action = json!({ "name": "flow", "parameters": parameters });
    Ok(("interactive", interactive("flow", &flow.text, action).into()))
}

pub(super) fn location_request(text: &str) -> Result<Typed, CannotSend> {
    if text.trim().is_empty() {
        return Err(CannotSend::Empty);
    }
    limits::of(CHANNEL).buttons.text.check(CHANNEL, text)?;
    let action = json!({ "name": "send_location" });
    Ok(("interactive", interactive("location_request_message", text, action).into()))
}

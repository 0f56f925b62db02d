//! Cutting a body into events.

use std::collections::{BTreeSet, HashMap};

use serde_json::value::RawValue;

use super::{
    RawEvent,
    envelope::{Envelope, Place},
    facts,
};
use crate::json::{self, Object};

/// A body that cannot be split.
#[derive(Debug, thiserror::Error)]
pub enum MalformedBody {
    /// Not JSON, or not UTF-8.
    #[error("the body is not JSON; Meta always sends JSON, so look for a proxy that rewrites it")]
    NotJson(#[source] serde_json::Error),
    /// JSON, but no object.
    #[error("the body is JSON but not an object; Meta always sends an object")]
    NotAnObject,
    /// Nested deeper than anything Meta sends.
    #[error("the body nests deeper than 100 levels; it is not from Meta or an attack")]
    TooDeep,
}

/// Splits a webhook body of any object into its events, in order. Nothing is lost: what is not
/// understood becomes events of kind `unknown`, the body as a whole if need be. The number of
/// events is bounded by the body's size alone, so limit that.
///
/// # Errors
/// [`MalformedBody`] if the body is no JSON object.
pub fn split(body: &[u8]) -> Result<Vec<RawEvent>, MalformedBody> {
    let body: &RawValue = serde_json::from_slice(body).map_err(MalformedBody::NotJson)?;
    if json::too_deep(body.get()) {
        return Err(MalformedBody::TooDeep);
    }
    let top = Object::of(body).ok_or(MalformedBody::NotAnObject)?;
    let object = top.raw("object");
    let mut events: Vec<Envelope<'_>> = Vec::new();
    for entry in entries(&top) {
        let first = events.len();
        split_entry(entry, object, &mut events);
        for event in events.iter_mut().skip(first) {
            event.object = object;
        }
    }
    if events.is_empty() {
        events.push(Envelope { object, ..Envelope::new(Place::Body, body) });
    } else {
        keep_rest(&mut events, 0, "body", &top, &["object", "entry"]);
    }
    Ok(events.iter().map(RawEvent::of).collect())
}

/// The entries; one that is not in a list counts as well.
fn entries<'a>(top: &Object<'a>) -> Vec<&'a RawValue> {
    top.list("entry").or_else(|| top.raw("entry").map(|entry| vec![entry])).unwrap_or_default()
}

fn split_entry<'a>(
    entry: &'a RawValue,
    object: Option<&'a RawValue>,
    events: &mut Vec<Envelope<'a>>,
) {
    const KNOWN: &[&str] = &["id", "time", "messaging", "standby", "changes"];
    let Some(parts) = Object::of(entry) else {
        events.push(Envelope::new(Place::Entry, entry));
        return;
    };
    let first = events.len();
    for (key, place) in [("messaging", Place::Messaging), ("standby", Place::Standby)] {
        let items = parts.list(key).unwrap_or_default();
        events.extend(items.into_iter().map(|item| Envelope::new(place, item)));
    }
    for change in parts.list("changes").unwrap_or_default() {
        split_change(change, object, events);
    }
    if events.len() == first {
        events.push(Envelope::new(Place::Entry, entry));
    } else {
        keep_odd_lists(&parts, events);
        keep_rest(events, first, "entry", &parts, KNOWN);
    }
    for event in events.iter_mut().skip(first) {
        (event.entry_id, event.time) = (parts.raw("id"), parts.raw("time"));
    }
}

/// A `messaging`, `standby` or `changes` that is no list, beside others that are.
fn keep_odd_lists<'a>(parts: &Object<'a>, events: &mut Vec<Envelope<'a>>) {
    for key in ["messaging", "standby", "changes"] {
        if let (Some(odd), None) = (parts.raw(key), parts.list(key)) {
            events.push(Envelope::new(Place::Entry, odd));
        }
    }
}

fn split_change<'a>(
    change: &'a RawValue,
    object: Option<&'a RawValue>,
    events: &mut Vec<Envelope<'a>>,
) {
    let (Some(parts), first) = (Object::of(change), events.len()) else {
        events.push(Envelope::new(Place::Changes, change));
        return;
    };
    match (parts.raw("value"), parts.object("value")) {
        (Some(raw), Some(value)) if is_whatsapp(object, &value) => {
            split_value(raw, &value, parts.text("field").as_deref(), events);
        }
        (Some(raw), None) if object.and_then(json::scalar).is_some_and(|o| o == WHATSAPP) => {
            events.push(Envelope::new(Place::Value, raw));
        }
        (Some(raw), Some(value)) if facts::is_messaging_item(&value) => {
            events.push(Envelope::new(Place::Messaging, raw));
        }
        _ => {
            let field = parts.raw("field");
            events.push(Envelope { field, ..Envelope::new(Place::Changes, change) });
            return;
        }
    }
    for event in events.iter_mut().skip(first) {
        event.field = parts.raw("field");
    }
    keep_rest(events, first, "change", &parts, &["field", "value"]);
}

const WHATSAPP: &str = "whatsapp_business_account";

/// By the body's object; some tools leave that out, then by what only WhatsApp values have.
fn is_whatsapp(object: Option<&RawValue>, value: &Object<'_>) -> bool {
    match object.and_then(json::scalar) {
        Some(object) => object == WHATSAPP,
        None => value.has("messaging_product") || value.has("metadata"),
    }
}

/// The lists that a WhatsApp value of these fields batches.
fn lists(field: Option<&str>) -> &'static [(&'static str, Place)] {
    match field {
        Some("messages") | None => &[
            ("messages", Place::Messages),
            ("statuses", Place::Statuses),
            ("errors", Place::Errors),
        ],
        Some("smb_message_echoes") => &[("message_echoes", Place::MessageEchoes)],
        // What the Meta Business Agent handles; the agent's own messages come as echoes.
        Some("standby") => &[
            ("messages", Place::Messages),
            ("message_echoes", Place::MessageEchoes),
            ("statuses", Place::Statuses),
            ("errors", Place::Errors),
        ],
        Some("calls") => &[("calls", Place::Calls), ("errors", Place::Errors)],
        Some("user_preferences") => &[("user_preferences", Place::Preferences)],
        Some(_) => &[],
    }
}

fn split_value<'a>(
    raw: &'a RawValue,
    value: &Object<'a>,
    field: Option<&str>,
    events: &mut Vec<Envelope<'a>>,
) {
    let first = events.len();
    let mut known = vec!["messaging_product", "metadata", "contacts"];
    for (key, place) in lists(field) {
        if let Some(items) = value.list(key) {
            known.push(key);
            events.extend(items.into_iter().map(|item| Envelope::new(*place, item)));
        }
    }
    // Unknown keys beside the known: the value as a whole is an event too.
    if events.len() == first || value.keys_beyond(&known) {
        events.push(Envelope::new(Place::Value, raw));
    }
    let contacts = value.list("contacts").unwrap_or_default();
    if let Some(event) = events.get_mut(first).filter(|event| event.place != Place::Value) {
        let contacts = value.raw("contacts").filter(|odd| json::list(odd).is_none());
        let product = value.raw("messaging_product").filter(|odd| odd.get() != "\"whatsapp\"");
        let odd = [("value.contacts", contacts), ("value.messaging_product", product)];
        let odd = odd.into_iter().filter_map(|(key, odd)| Some((key.to_owned(), odd?)));
        event.rest.extend(odd);
    }
    for event in events.iter_mut().skip(first).filter(|event| event.place != Place::Value) {
        event.metadata = value.raw("metadata");
    }
    give_contacts(&contacts, events, first);
}

/// Gives each event the contacts it is about; the rest stays with the first event. A single contact
/// is about a single event even if the ids differ: Meta writes some numbers in two ways.
fn give_contacts<'a>(contacts: &[&'a RawValue], events: &mut [Envelope<'a>], first: usize) {
    let items = events.iter().skip(first).filter(|event| event.place != Place::Value).count();
    let mut by_id: HashMap<String, BTreeSet<usize>> = HashMap::new();
    for (index, contact) in contacts.iter().enumerate() {
        for id in facts::contact_ids(contact) {
            by_id.entry(id).or_default().insert(index);
        }
    }
    let mut left: BTreeSet<usize> = (0..contacts.len()).collect();
    for event in events.iter_mut().skip(first).filter(|event| event.place != Place::Value) {
        let named = facts::named_ids(event);
        let mut about: BTreeSet<usize> =
            named.iter().filter_map(|id| by_id.get(id)).flatten().copied().collect();
        if contacts.len() == 1 && (items == 1 || named.is_empty()) {
            about.insert(0);
        }
        left.retain(|index| !about.contains(index));
        event.contacts.extend(about.into_iter().filter_map(|index| contacts.get(index)));
    }
    if let Some(event) = events.get_mut(first).filter(|event| event.place != Place::Value) {
        let left = left.into_iter().filter_map(|index| Some((index, *contacts.get(index)?)));
        event.rest.extend(left.map(|(index, odd)| (format!("value.contacts.{index}"), odd)));
    }
}

/// Keeps what else stood around the events from `first` on, with the first of them.
fn keep_rest<'a>(
    events: &mut [Envelope<'a>],
    first: usize,
    path: &str,
    around: &Object<'a>,
    known: &[&str],
) {
    let Some(event) = events.get_mut(first) else { return };
    for (key, value) in around.iter().filter(|(key, _)| !known.contains(key)) {
        event.rest.insert(format!("{path}.{key}"), value);
    }
}

//! What routing needs to know of an event: its kind, its account, its customer, its time.

use serde_json::value::RawValue;
use switchboard_domain::Timestamp;

use super::envelope::{Envelope, Place};
use crate::json::{self, Object};

/// The keys that name a messaging item's kind, most telling first, and the kind each names.
const KINDS: &[(&str, &str)] = &[
    ("message", "message"),
    ("delivery", "delivery"),
    ("read", "read"),
    ("postback", "postback"),
    ("reaction", "reaction"),
    ("message_edit", "message_edit"),
    ("referral", "referral"),
    ("optin", "optin"),
    ("account_linking", "account_linking"),
    ("policy_enforcement", "policy_enforcement"),
    ("policy-enforcement", "policy_enforcement"),
    ("pass_thread_control", "pass_thread_control"),
    ("take_thread_control", "take_thread_control"),
    ("request_thread_control", "request_thread_control"),
    ("app_roles", "app_roles"),
    ("messaging_feedback", "messaging_feedback"),
    ("response_feedback", "response_feedback"),
    ("order", "order"),
    ("messaging_customer_information", "messaging_customer_information"),
    ("form", "form"),
    ("template", "template"),
    ("game_play", "game_play"),
    ("payment", "payment"),
    ("checkout_update", "checkout_update"),
    ("pre_checkout", "pre_checkout"),
];

/// What happened.
pub(crate) fn kind(envelope: &Envelope<'_>) -> String {
    if envelope.channel().is_none() {
        return "unknown".to_owned();
    }
    let item = envelope.object();
    match envelope.place {
        Place::Messaging => messaging_kind(item.as_ref()).to_owned(),
        Place::Standby => format!("standby:{}", messaging_kind(item.as_ref())),
        Place::Changes => format!("change:{}", field(envelope)),
        Place::Messages => on_standby(envelope, whatsapp_kind(item.as_ref())),
        Place::Statuses => on_standby(envelope, "status"),
        Place::Errors => "error".to_owned(),
        Place::MessageEchoes => on_standby(envelope, "echo"),
        Place::Preferences => "user_preference".to_owned(),
        Place::Calls => "call".to_owned(),
        Place::Value => format!("whatsapp:{}", field(envelope)),
        Place::Entry if item.is_some_and(|entry| entry.has("changed_fields")) => {
            "changed_fields".to_owned()
        }
        Place::Entry | Place::Body => "unknown".to_owned(),
    }
}

/// Whether another app has control of the conversation that the event is about.
pub(crate) fn is_standby(envelope: &Envelope<'_>) -> bool {
    envelope.place == Place::Standby || envelope.field().is_some_and(|field| field == "standby")
}

fn on_standby(envelope: &Envelope<'_>, kind: &str) -> String {
    if is_standby(envelope) { format!("standby:{kind}") } else { kind.to_owned() }
}

/// The field, cut to what fits into a kind: fields are words, so a longer one is none of Meta's.
fn field(envelope: &Envelope<'_>) -> String {
    let field = envelope.field().unwrap_or_else(|| "unknown".to_owned());
    field.chars().take(60).collect()
}

fn messaging_kind(item: Option<&Object<'_>>) -> &'static str {
    let Some(item) = item else { return "unknown" };
    let found = KINDS.iter().find(|(key, _)| item.has(key));
    match found.map_or("unknown", |(_, kind)| kind) {
        "message" => match item.object("message") {
            Some(message) if message.flag("is_deleted") => "message_deleted",
            Some(message) if message.flag("is_echo") => "echo",
            Some(_) => "message",
            None => "unknown",
        },
        kind => kind,
    }
}

/// What WhatsApp itself says about the customer, and what was said to a group, comes among the
/// messages.
fn whatsapp_kind(item: Option<&Object<'_>>) -> &'static str {
    let Some(item) = item else { return "unknown" };
    match item.text("type").as_deref() {
        Some("system") => "system",
        _ if item.has("group_id") => "group_message",
        _ => "message",
    }
}

/// Whether a change's value is a messaging item, as the dashboard's "Test" buttons send.
pub(crate) fn is_messaging_item(value: &Object<'_>) -> bool {
    (value.has("sender") || value.has("recipient")) && KINDS.iter().any(|(key, _)| value.has(key))
}

/// The customer's id for routing.
pub(crate) fn customer(envelope: &Envelope<'_>) -> Option<String> {
    let item = envelope.object()?;
    match envelope.place {
        Place::Messaging | Place::Standby => messaging_customer(envelope, &item),
        Place::Messages
        | Place::Statuses
        | Place::MessageEchoes
        | Place::Preferences
        | Place::Calls => {
            let who = whatsapp_customer(envelope);
            who.user_id.or(who.phone)
        }
        Place::Changes | Place::Errors | Place::Value | Place::Entry | Place::Body => None,
    }
}

/// The sender, unless that is the business: then the recipient.
fn messaging_customer(envelope: &Envelope<'_>, item: &Object<'_>) -> Option<String> {
    let sender = item.object("sender").and_then(|party| party.word("id"));
    let recipient = item.object("recipient").and_then(|party| party.word("id"));
    let account = envelope.entry_id.and_then(json::scalar);
    let is_echo = item.object("message").is_some_and(|message| message.flag("is_echo"));
    let by_business = sender.is_some() && sender == account && recipient.is_some();
    if is_echo || (by_business && recipient != account) { recipient } else { sender }
}

/// The account's id.
pub(crate) fn account(envelope: &Envelope<'_>, customer: Option<&str>) -> Option<String> {
    let number = || Object::of(envelope.metadata?)?.word("phone_number_id");
    let in_value = || envelope.object()?.object("metadata")?.word("phone_number_id");
    let entry = envelope.entry_id.and_then(json::scalar).filter(|id| !id.trim().is_empty());
    match envelope.place {
        Place::Messaging | Place::Standby => entry.or_else(|| other_party(envelope, customer)),
        Place::Value => in_value().or(entry),
        _ => number().or(entry),
    }
}

/// Of sender and recipient the one that is not the customer.
fn other_party(envelope: &Envelope<'_>, customer: Option<&str>) -> Option<String> {
    let item = envelope.object()?;
    ["recipient", "sender"]
        .into_iter()
        .filter_map(|party| item.object(party)?.word("id"))
        .find(|id| Some(id.as_str()) != customer)
}

/// Who a WhatsApp event is about.
#[derive(Default)]
pub(crate) struct WhatsAppCustomer {
    /// The business-scoped user id.
    pub(crate) user_id: Option<String>,
    /// The digits of the phone number.
    pub(crate) phone: Option<String>,
    /// The username.
    pub(crate) username: Option<String>,
    /// The name in the profile.
    pub(crate) name: Option<String>,
}

/// Who a WhatsApp message, status or echo is about, by the item and the contact with it.
pub(crate) fn whatsapp_customer(envelope: &Envelope<'_>) -> WhatsAppCustomer {
    let Some(item) = envelope.object() else { return WhatsAppCustomer::default() };
    let mut who = WhatsAppCustomer::default();
    for key in party_keys(envelope.place, &item) {
        who.learn(item.word(key));
    }
    // Splitting gave the event only contacts that it is about.
    let contact = envelope.contacts.first().and_then(|contact| Object::of(contact));
    if let Some(contact) = contact {
        who.learn(contact.word("user_id"));
        who.learn(contact.word("wa_id"));
        let profile = contact.object("profile");
        who.name = profile.as_ref().and_then(|profile| profile.word("name"));
        who.username = profile
            .and_then(|profile| profile.word("username"))
            .or_else(|| contact.word("username"));
    }
    if let Some(system) = item.object("system") {
        who.learn(system.word("user_id"));
        who.learn(system.word("wa_id"));
    }
    who
}

impl WhatsAppCustomer {
    /// Takes in an id, whichever of the two it is; what is known already stands.
    fn learn(&mut self, id: Option<String>) {
        let Some(id) = id else { return };
        if is_user_id(&id) {
            self.user_id.get_or_insert(id);
        } else if let Some(digits) = digits(&id) {
            self.phone.get_or_insert(digits);
        }
    }
}

/// The item's keys that hold the customer's ids.
fn party_keys(place: Place, item: &Object<'_>) -> &'static [&'static str] {
    let group = item.text("recipient_type").is_some_and(|kind| kind == "group");
    match place {
        Place::Messages => &["from_user_id", "user_id", "from"],
        Place::Preferences => &["user_id", "wa_id"],
        Place::Calls if by_business(item) => &["to_user_id", "to"],
        Place::Calls => &["from_user_id", "from"],
        Place::MessageEchoes => &["to_user_id", "to"],
        Place::Statuses if group => &["recipient_participant_user_id", "recipient_participant_id"],
        Place::Statuses => &["recipient_user_id", "user_id", "recipient_id"],
        _ => &[],
    }
}

/// Whether a call was made by the business.
pub(crate) fn by_business(call: &Object<'_>) -> bool {
    call.text("direction").is_some_and(|direction| direction == "BUSINESS_INITIATED")
}

/// The ids that the item names its customer by, in the form of [`contact_ids`].
pub(crate) fn named_ids(envelope: &Envelope<'_>) -> Vec<String> {
    let Some(item) = envelope.object() else { return Vec::new() };
    let keys = party_keys(envelope.place, &item).iter();
    keys.filter_map(|key| comparable(item.word(key)?)).collect()
}

/// The ids of a contact: user ids as they are, numbers as their digits.
pub(crate) fn contact_ids(contact: &RawValue) -> Vec<String> {
    let Some(contact) = Object::of(contact) else { return Vec::new() };
    let ids = ["user_id", "wa_id"].into_iter().filter_map(|key| contact.word(key));
    ids.filter_map(comparable).collect()
}

fn comparable(id: String) -> Option<String> {
    if is_user_id(&id) { Some(id) } else { digits(&id) }
}

/// Business-scoped user ids begin with the letters of a country: `US.1349...`. They have been seen
/// where phone numbers belong.
fn is_user_id(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_alphabetic())
}

/// The digits of a number, if it has any.
pub(crate) fn digits(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// When it happened.
pub(crate) fn at(envelope: &Envelope<'_>) -> Timestamp {
    let item = envelope.object();
    let in_item = item.as_ref().and_then(|item| {
        let nested = |key: &str, time: &str| item.object(key)?.raw(time);
        item.raw("timestamp")
            .or_else(|| nested("delivery", "watermark"))
            .or_else(|| nested("read", "watermark"))
            .or_else(|| nested("value", "created_time"))
            .and_then(instant)
    });
    in_item.or_else(|| envelope.time.and_then(instant)).unwrap_or_default()
}

/// An instant in seconds, milliseconds or microseconds, as a number or a string. Which of them is
/// told by the size: Meta mixes them within one product. Some of its products write the date out.
pub(crate) fn instant(value: &RawValue) -> Option<Timestamp> {
    const MILLIS: i64 = 1_000_000_000_000;
    const MICROS: i64 = 1_000_000_000_000_000;
    let text = json::scalar(value)?;
    let whole = text.trim().split('.').next().unwrap_or_default();
    let Ok(number) = whole.parse::<i64>() else {
        let date: jiff::Timestamp = text.trim().parse().ok()?;
        return Some(Timestamp::from_micros(date.as_microsecond()));
    };
    if number <= 0 {
        return None;
    }
    Some(match number {
        MICROS.. => Timestamp::from_micros(number),
        MILLIS.. => Timestamp::from_millis(number),
        _ => Timestamp::from_secs(number),
    })
}

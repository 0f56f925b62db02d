//! Contact cards.

use serde_json::{Map, Value, json};
use switchboard_domain::content::{Person, Phone};

use super::{
    super::{CannotSend, limits},
    CHANNEL, Typed,
};

pub(super) fn object(people: &[Person]) -> Result<Typed, CannotSend> {
    if people.is_empty() || people.iter().any(|person| person.name.trim().is_empty()) {
        return Err(CannotSend::Empty);
    }
    limits::CONTACTS.check(CHANNEL, people.len())?;
    let cards: Vec<Value> = people.iter().map(card).collect();
    Ok(("contacts", cards.into()))
}

/// "formatted_name and at least one other": without any, the whole name is the first.
fn card(person: &Person) -> Value {
    let mut name = json!({ "formatted_name": person.name });
    let first = person.first_name.as_deref();
    let first = first.or(person.last_name.is_none().then_some(person.name.as_str()));
    super::set(&mut name, "first_name", first);
    super::set(&mut name, "last_name", person.last_name.as_deref());
    let mut card = Map::from_iter([("name".to_owned(), name)]);
    let mut list = |key: &str, entries: Vec<Value>| {
        if !entries.is_empty() {
            card.insert(key.to_owned(), entries.into());
        }
    };
    list("phones", person.phones.iter().map(phone).collect());
    list("emails", person.emails.iter().map(|email| json!({ "email": email })).collect());
    list("urls", person.urls.iter().map(|url| json!({ "url": url })).collect());
    list("addresses", person.addresses.iter().map(|line| json!({ "street": line })).collect());
    if let Some(company) = &person.organisation {
        card.insert("org".into(), json!({ "company": company }));
    }
    if let Some(birthday) = &person.birthday {
        card.insert("birthday".into(), birthday.as_str().into());
    }
    card.into()
}

fn phone(phone: &Phone) -> Value {
    let mut json = json!({ "phone": phone.number });
    super::set(&mut json, "type", phone.kind.as_deref());
    super::set(&mut json, "wa_id", phone.wa_id.as_deref());
    json
}

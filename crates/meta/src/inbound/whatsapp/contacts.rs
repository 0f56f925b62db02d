//! Contact cards.

use switchboard_domain::{
    Content,
    content::{Person, Phone},
};

use crate::json::Object;

/// The cards of a message; `None` when there are none.
pub(super) fn content(item: &Object<'_>) -> Option<Content> {
    let people: Vec<Person> = item.objects("contacts").iter().map(person).collect();
    (!people.is_empty()).then_some(Content::Contacts { people })
}

fn person(card: &Object<'_>) -> Person {
    let name = card.object("name");
    let part = |key: &str| name.as_ref().and_then(|name| name.word(key));
    let org = card.object("org");
    Person {
        name: part("formatted_name").unwrap_or_default(),
        first_name: part("first_name"),
        last_name: part("last_name"),
        organisation: org.and_then(|org| org.word("company")),
        birthday: card.word("birthday"),
        phones: card.objects("phones").iter().filter_map(phone).collect(),
        emails: each(card, "emails", "email"),
        urls: each(card, "urls", "url"),
        addresses: card.objects("addresses").iter().map(address).collect(),
    }
}

fn phone(phone: &Object<'_>) -> Option<Phone> {
    let wa_id = phone.word("wa_id");
    let number = phone.word("phone").or_else(|| wa_id.clone())?;
    Some(Phone { number, kind: phone.word("type"), wa_id })
}

fn each(card: &Object<'_>, list: &str, key: &str) -> Vec<String> {
    card.objects(list).iter().filter_map(|entry| entry.word(key)).collect()
}

/// In one line, as it would stand on an envelope.
fn address(address: &Object<'_>) -> String {
    let parts = ["street", "city", "state", "zip", "country"];
    let parts: Vec<String> = parts.iter().filter_map(|key| address.word(key)).collect();
    parts.join(", ")
}

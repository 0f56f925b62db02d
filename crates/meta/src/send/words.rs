//! Rich content in plain words: what a channel is told that cannot show it. Every title, text, link
//! and number is in there.

use switchboard_domain::content::{Card, List, Person, QuickReply};

use super::form;

/// A place: these channels take no location from a business.
pub(super) fn location(
    (latitude, longitude): (f64, f64),
    name: Option<&str>,
    address: Option<&str>,
) -> String {
    let link = format!("https://www.google.com/maps/search/?api=1&query={latitude},{longitude}");
    let lines = [name, address, Some(link.as_str())];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// Quick replies, with what to write instead of tapping.
pub(super) fn quick_replies(text: &str, replies: &[QuickReply]) -> String {
    form::numbered(text, replies.iter().map(|reply| reply.title().to_owned()))
}

/// A list, its sections and descriptions.
pub(super) fn list(list: &List) -> String {
    let mut lines = vec![list.text.clone()];
    let mut number = 0_usize;
    for section in &list.sections {
        lines.push(String::new());
        lines.extend(section.title.clone());
        for row in &section.rows {
            number += 1;
            lines.push(match &row.description {
                Some(more) => format!("{number}. {} ({more})", row.title),
                None => format!("{number}. {}", row.title),
            });
        }
    }
    lines.join("\n").trim().to_owned()
}

/// Cards, one below the other.
pub(super) fn cards(cards: &[Card]) -> String {
    let card = |card: &Card| {
        let lines = [
            Some(card.title.clone()),
            card.subtitle.clone(),
            card.image_url.clone(),
            card.link.clone(),
        ];
        let mut lines: Vec<String> = lines.into_iter().flatten().collect();
        lines.extend(card.buttons.iter().map(|button| format!("- {}", form::line(button))));
        lines.join("\n")
    };
    cards.iter().map(card).collect::<Vec<_>>().join("\n\n")
}

/// Contact cards, one below the other.
pub(super) fn contacts(people: &[Person]) -> String {
    let person = |person: &Person| {
        let mut lines = vec![person.name.clone()];
        lines.extend(person.organisation.clone());
        lines.extend(person.phones.iter().map(|phone| phone.number.clone()));
        lines.extend(person.emails.iter().chain(&person.urls).chain(&person.addresses).cloned());
        lines.join("\n")
    };
    people.iter().map(person).collect::<Vec<_>>().join("\n\n")
}

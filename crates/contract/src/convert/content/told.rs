//! Orders, forms, contacts, shares, referrals and notices on the wire.

use switchboard_domain::content::{
    Field, Form, Notice, Order, OrderItem, Person, Phone, Referral, Share, ShareKind,
};

use crate::{
    convert::{Invalid, all},
    wire,
};

impl From<Field> for wire::Field {
    fn from(Field { name, value }: Field) -> Self {
        Self { name, value }
    }
}

impl From<wire::Field> for Field {
    fn from(wire::Field { name, value }: wire::Field) -> Self {
        Self { name, value }
    }
}

impl From<Form> for wire::Form {
    fn from(Form { kind, name, token, answers }: Form) -> Self {
        Self { kind, name, token, answers: all(answers) }
    }
}

impl From<wire::Form> for Form {
    fn from(wire::Form { kind, name, token, answers }: wire::Form) -> Self {
        Self { kind, name, token, answers: all(answers) }
    }
}

impl From<Notice> for wire::Notice {
    fn from(Notice { kind, text, details }: Notice) -> Self {
        Self { kind, text, details: all(details) }
    }
}

impl From<wire::Notice> for Notice {
    fn from(wire::Notice { kind, text, details }: wire::Notice) -> Self {
        Self { kind, text, details: all(details) }
    }
}

impl From<Order> for wire::Order {
    fn from(Order { catalog_id, note, items }: Order) -> Self {
        let item = |item: OrderItem| {
            let OrderItem { product, name, quantity, price, currency } = item;
            wire::order::Item { product, name, quantity, price, currency }
        };
        Self { catalog_id, note, items: items.into_iter().map(item).collect() }
    }
}

impl From<wire::Order> for Order {
    fn from(wire::Order { catalog_id, note, items }: wire::Order) -> Self {
        let item = |item: wire::order::Item| {
            let wire::order::Item { product, name, quantity, price, currency } = item;
            OrderItem { product, name, quantity, price, currency }
        };
        Self { catalog_id, note, items: items.into_iter().map(item).collect() }
    }
}

impl From<Person> for wire::contacts::Person {
    fn from(person: Person) -> Self {
        let Person { name, first_name, last_name, organisation, birthday, .. } = person;
        let phone = |Phone { number, kind, wa_id }| wire::contacts::Phone { number, kind, wa_id };
        let phones = person.phones.into_iter().map(phone).collect();
        let (emails, urls, addresses) = (person.emails, person.urls, person.addresses);
        Self {
            name,
            first_name,
            last_name,
            organisation,
            birthday,
            phones,
            emails,
            urls,
            addresses,
        }
    }
}

impl From<wire::contacts::Person> for Person {
    fn from(person: wire::contacts::Person) -> Self {
        let wire::contacts::Person { name, first_name, last_name, organisation, birthday, .. } =
            person;
        let phone = |wire::contacts::Phone { number, kind, wa_id }| Phone { number, kind, wa_id };
        let phones = person.phones.into_iter().map(phone).collect();
        let (emails, urls, addresses) = (person.emails, person.urls, person.addresses);
        Self {
            name,
            first_name,
            last_name,
            organisation,
            birthday,
            phones,
            emails,
            urls,
            addresses,
        }
    }
}

impl From<Share> for wire::Share {
    fn from(Share { kind, title, url, id }: Share) -> Self {
        Self { kind: share_word(kind).into(), title, url, id }
    }
}

impl TryFrom<wire::Share> for Share {
    type Error = Invalid;

    fn try_from(wire::Share { kind, title, url, id }: wire::Share) -> Result<Self, Invalid> {
        const KINDS: [ShareKind; 5] = [
            ShareKind::Post,
            ShareKind::Reel,
            ShareKind::StoryMention,
            ShareKind::Product,
            ShareKind::Link,
        ];
        let known = KINDS.into_iter().find(|known| share_word(*known) == kind);
        let kind = known.ok_or_else(|| Invalid::new("content.share.kind", kind))?;
        Ok(Self { kind, title, url, id })
    }
}

fn share_word(kind: ShareKind) -> &'static str {
    match kind {
        ShareKind::Post => "post",
        ShareKind::Reel => "reel",
        ShareKind::StoryMention => "story_mention",
        ShareKind::Product => "product",
        ShareKind::Link => "link",
    }
}

impl From<Referral> for wire::Referral {
    fn from(of: Referral) -> Self {
        let Referral { source, reference, ad_id, title, body, url, .. } = of;
        let (image_url, product_id, click_id) = (of.image_url, of.product_id, of.click_id);
        Self { source, reference, ad_id, title, body, url, image_url, product_id, click_id }
    }
}

impl From<wire::Referral> for Referral {
    fn from(of: wire::Referral) -> Self {
        let wire::Referral { source, reference, ad_id, title, body, url, .. } = of;
        let (image_url, product_id, click_id) = (of.image_url, of.product_id, of.click_id);
        Self { source, reference, ad_id, title, body, url, image_url, product_id, click_id }
    }
}

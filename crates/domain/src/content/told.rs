//! What customers tell beside words: orders, answers to forms, contacts, shared posts, where they
//! came from.

use serde::{Deserialize, Serialize};

/// An order out of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Meta's id of the catalogue, where told.
    pub catalog_id: Option<String>,
    /// What the customer wrote to it.
    pub note: Option<String>,
    /// What is ordered.
    pub items: Vec<OrderItem>,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderItem {
    /// The business's own id of the product, else Meta's.
    pub product: String,
    /// Its name, where told.
    pub name: Option<String>,
    /// How many.
    pub quantity: String,
    /// The price of one, as Meta wrote it.
    pub price: Option<String>,
    /// Of the price, ISO 4217.
    pub currency: Option<String>,
}

/// The answers to a form: a WhatsApp flow, a Messenger form or survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// What kind of form: `flow`, `customer_information`, `feedback`, `lead`...
    pub kind: String,
    /// Its name, where told.
    pub name: Option<String>,
    /// What it was sent with, to know it by.
    pub token: Option<String>,
    /// The answers, in order.
    pub answers: Vec<Field>,
}

/// A name with a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What it is.
    pub name: String,
    /// What it says.
    pub value: String,
}

/// Someone's contact data (a card out of an address book).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// The whole name.
    pub name: String,
    /// The given name.
    pub first_name: Option<String>,
    /// The family name.
    pub last_name: Option<String>,
    /// Where they work.
    pub organisation: Option<String>,
    /// `YYYY-MM-DD`.
    pub birthday: Option<String>,
    /// Their numbers.
    pub phones: Vec<Phone>,
    /// Their e-mail addresses.
    pub emails: Vec<String>,
    /// Their pages.
    pub urls: Vec<String>,
    /// Their postal addresses, each in one line.
    pub addresses: Vec<String>,
}

/// A number in a contact card.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Phone {
    /// As it was written.
    pub number: String,
    /// Home, work, mobile...
    pub kind: Option<String>,
    /// The digits by which WhatsApp knows it.
    pub wa_id: Option<String>,
}

/// Something of Meta's that was shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// What it is.
    pub kind: ShareKind,
    /// Its title or caption.
    pub title: Option<String>,
    /// Where to see it; may expire.
    pub url: Option<String>,
    /// Meta's id of it.
    pub id: Option<String>,
}

/// What can be shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareKind {
    /// A post.
    Post,
    /// A reel.
    Reel,
    /// A story in which the customer mentions the business. The fact may be kept, not the picture.
    StoryMention,
    /// A product of a shop.
    Product,
    /// A page of the web.
    Link,
}

/// Where a customer came from: an ad, a link, a post, a product.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Referral {
    /// Meta's word for the source: `ADS`, `SHORTLINK`, `ad`, `post`...
    pub source: Option<String>,
    /// What the business put into the link (`ref`).
    pub reference: Option<String>,
    /// The ad.
    pub ad_id: Option<String>,
    /// The ad's or post's headline.
    pub title: Option<String>,
    /// Its text.
    pub body: Option<String>,
    /// Where it is.
    pub url: Option<String>,
    /// Its picture; may expire.
    pub image_url: Option<String>,
    /// The product that it was about.
    pub product_id: Option<String>,
    /// WhatsApp's id of the click (`ctwa_clid`), for conversions.
    pub click_id: Option<String>,
}

impl ShareKind {
    pub(super) fn noun(self) -> &'static str {
        match self {
            ShareKind::Post => "Shared post",
            ShareKind::Reel => "Shared reel",
            ShareKind::StoryMention => "Mentioned you in a story",
            ShareKind::Product => "Shared product",
            ShareKind::Link => "Shared link",
        }
    }
}

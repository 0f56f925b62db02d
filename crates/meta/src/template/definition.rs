//! A template as Meta lists it, and the places in it that a message fills.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_domain::Channel;

/// A template as `GET /{waba or page}/message_templates` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Meta's id of it.
    pub id: String,
    /// Its name; several languages share one.
    pub name: String,
    /// Such as `en_US`.
    pub language: String,
    /// `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, `DISABLED`...
    pub status: String,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    #[serde(default)]
    pub category: String,
    /// `NAMED`, or `POSITIONAL` when absent.
    #[serde(default)]
    pub parameter_format: Option<String>,
    /// Why it was rejected, where Meta says.
    #[serde(default)]
    pub rejected_reason: Option<String>,
    /// Its parts, as Meta wrote them.
    #[serde(default)]
    pub components: Vec<Value>,
}

/// Something that Meta lists as a template and that has no id, name, language or status.
#[derive(Debug, thiserror::Error)]
#[error("Meta listed a template that cannot be read: {0}")]
pub struct NotATemplate(#[from] serde_json::Error);

/// What a message has to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Places {
    /// Above the text.
    pub header: HeaderPlace,
    /// In the text: the names, or `1`, `2`... in order.
    pub body: Vec<String>,
    /// In the buttons that have a place.
    pub buttons: Vec<ButtonPlace>,
    /// When its offer ends.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub offer_ends_at: bool,
    /// In each of the cards below.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Places>,
}

/// What a template's header wants.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "of")]
pub enum HeaderPlace {
    /// Nothing.
    #[default]
    Nothing,
    /// One text, by this name or number.
    Text(String),
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A file.
    Document,
    /// A place.
    Location,
}

/// What a template's button wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum ButtonPlace {
    /// What a quick reply means; may be left out.
    QuickReply {
        /// Which button, from 0.
        index: u8,
        /// What it says.
        title: String,
    },
    /// What a postback means.
    Postback {
        /// Which button, from 0.
        index: u8,
        /// What it says.
        title: String,
    },
    /// The end of an address.
    UrlSuffix {
        /// Which button, from 0.
        index: u8,
        /// What it says.
        title: String,
    },
    /// The code to copy.
    CopyCode {
        /// Which button, from 0.
        index: u8,
    },
    /// The flow that it opens; the token may be left out.
    Flow {
        /// Which button, from 0.
        index: u8,
        /// What it says.
        title: String,
    },
}

impl ButtonPlace {
    /// Which button, from 0.
    #[must_use]
    pub fn index(&self) -> u8 {
        match self {
            Self::QuickReply { index, .. }
            | Self::Postback { index, .. }
            | Self::UrlSuffix { index, .. }
            | Self::CopyCode { index }
            | Self::Flow { index, .. } => *index,
        }
    }
}

impl Definition {
    /// Reads what Meta lists.
    ///
    /// # Errors
    /// [`NotATemplate`].
    pub fn read(listed: Value) -> Result<Self, NotATemplate> {
        Ok(serde_json::from_value(listed)?)
    }

    /// Whether messages can be sent with it.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        self.status.eq_ignore_ascii_case("APPROVED")
    }

    /// What a message on the channel has to fill in.
    #[must_use]
    pub fn places(&self, channel: Channel) -> Places {
        Parts(&self.components).places(channel)
    }

    /// Its parts.
    pub(super) fn parts(&self) -> Parts<'_> {
        Parts(&self.components)
    }

    /// The text of a part; empty where there is none.
    pub(super) fn text_of(&self, kind: &str) -> &str {
        self.parts().text_of(kind)
    }
}

/// The parts of a template, or of one of its cards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts<'a>(&'a [Value]);

impl<'a> Parts<'a> {
    fn places(self, channel: Channel) -> Places {
        let header = |header| header_place(channel, header);
        let offer = self.component("LIMITED_TIME_OFFER");
        let ends = offer.and_then(|offer| offer.pointer("/limited_time_offer/has_expiration"));
        Places {
            header: self.component("HEADER").map(header).unwrap_or_default(),
            body: self.component("BODY").map(|body| names(text(body, "text"))).unwrap_or_default(),
            buttons: self.buttons().filter_map(button_place).collect(),
            offer_ends_at: ends.and_then(Value::as_bool).unwrap_or_default(),
            cards: self.cards().map(|card| card.places(channel)).collect(),
        }
    }

    /// The cards below, if it has any.
    pub(super) fn cards(self) -> impl Iterator<Item = Parts<'a>> {
        let listed = self.component("CAROUSEL").map(|part| list(part, "cards"));
        listed.unwrap_or_default().iter().map(|card| Parts(list(card, "components")))
    }

    /// The text of a part; empty where there is none.
    pub(super) fn text_of(self, kind: &str) -> &'a str {
        self.component(kind).map(|part| text(part, "text")).unwrap_or_default()
    }

    fn buttons(self) -> impl Iterator<Item = (u8, &'a Value)> {
        let listed = self.component("BUTTONS").map(|part| list(part, "buttons"));
        (0_u8..).zip(listed.unwrap_or_default())
    }

    fn component(self, kind: &str) -> Option<&'a Value> {
        self.0.iter().find(|part| text(part, "type").eq_ignore_ascii_case(kind))
    }
}

fn list<'a>(part: &'a Value, key: &str) -> &'a [Value] {
    part.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A text of a part; empty where there is none.
pub(super) fn text<'a>(part: &'a Value, key: &str) -> &'a str {
    part.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// On Messenger a picture is part of the template; WhatsApp takes another in each message.
fn header_place(channel: Channel, header: &Value) -> HeaderPlace {
    match text(header, "format").to_ascii_uppercase().as_str() {
        "IMAGE" if channel == Channel::Messenger => HeaderPlace::Nothing,
        "IMAGE" => HeaderPlace::Image,
        "VIDEO" => HeaderPlace::Video,
        "DOCUMENT" => HeaderPlace::Document,
        "LOCATION" => HeaderPlace::Location,
        _ => match names(text(header, "text")).into_iter().next() {
            Some(name) => HeaderPlace::Text(name),
            None => HeaderPlace::Nothing,
        },
    }
}

fn button_place((index, button): (u8, &Value)) -> Option<ButtonPlace> {
    let title = text(button, "text").to_owned();
    match text(button, "type").to_ascii_uppercase().as_str() {
        "QUICK_REPLY" => Some(ButtonPlace::QuickReply { index, title }),
        "POSTBACK" => Some(ButtonPlace::Postback { index, title }),
        "URL" if text(button, "url").contains("{{") => {
            Some(ButtonPlace::UrlSuffix { index, title })
        }
        "COPY_CODE" => Some(ButtonPlace::CopyCode { index }),
        "FLOW" => Some(ButtonPlace::Flow { index, title }),
        _ => None,
    }
}

/// The names between `{{` and `}}`, each once, in order.
pub(super) fn names(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (_, rest) in text.match_indices("{{").map(|(at, _)| text.split_at(at)) {
        let inside = rest.trim_start_matches("{{").split_once("}}").map(|(name, _)| name.trim());
        if let Some(name) = inside.filter(|name| !found.iter().any(|known| known == name)) {
            found.push(name.to_owned());
        }
    }
    found
}

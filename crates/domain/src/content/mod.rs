//! What a message can be, whoever wrote it and wherever it goes.
//!
//! One model for all channels and both directions. What a channel cannot show as it is degrades
//! where it is sent (`meta::send`); what only a customer or only a business can say is refused
//! there.

mod button;
mod context;
mod media;
mod parts;
mod rich;
mod template;
mod told;

pub use button::{Button, QuickReply};
pub use context::{Context, Forwarded, Source, Story};
pub use media::{Media, MediaKind};
pub use rich::{Card, List, Row, Section};
use serde::{Deserialize, Serialize};
pub use template::{
    ButtonFill, Flow, Parameter, Template, TemplateButton, TemplateCard, TemplateHeader,
};
pub use told::{Field, Form, Order, OrderItem, Person, Phone, Referral, Share, ShareKind};

use crate::ids::UserId;

/// The content of one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// Plain text.
    Text {
        /// The text as written.
        text: String,
    },
    /// An image, a voice message, a file...
    Media(Media),
    /// Text with buttons to press. Degrades to what the channel can show.
    Prompt {
        /// The text above the buttons.
        text: String,
        /// The buttons, in order.
        buttons: Vec<Button>,
    },
    /// Text with answers offered above the keyboard. Degrades to what the channel can show.
    QuickReplies {
        /// The text.
        text: String,
        /// What is offered, in order.
        replies: Vec<QuickReply>,
    },
    /// Text with a list to choose from.
    List(List),
    /// Cards to leaf through.
    Cards {
        /// The cards, in order.
        cards: Vec<Card>,
    },
    /// A template that WhatsApp approved.
    Template(Box<Template>),
    /// A form of several screens (WhatsApp).
    Flow(Flow),
    /// Asks where the customer is. Native on WhatsApp.
    LocationRequest {
        /// The text above the button.
        text: String,
    },
    /// The customer pressed a button, a menu entry, a quick reply or a list row.
    Choice {
        /// What it said.
        title: String,
        /// What it means to whoever made the button.
        payload: String,
    },
    /// A place.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// The name of the place, if it has one.
        name: Option<String>,
        /// Its postal address, if known.
        address: Option<String>,
    },
    /// Contact cards.
    Contacts {
        /// Whose.
        people: Vec<Person>,
    },
    /// An emoji on another message; `None` takes it away.
    Reaction {
        /// The platform's id of the message reacted to.
        target: String,
        /// The emoji or Meta's word for it.
        emoji: Option<String>,
    },
    /// An order out of a catalogue.
    Order(Order),
    /// The answers to a form.
    Form(Form),
    /// Something of Meta's that was shared.
    Share(Share),
    /// The customer came back through an ad or a link, without a word.
    Referral(Box<Referral>),
    /// Something happened that is no message; it is shown as a line in the transcript.
    Notice(Notice),
    /// What colleagues write for each other: never sent, on any channel.
    Note {
        /// The text as written.
        text: String,
        /// Who is to read it.
        mentions: Vec<UserId>,
    },
    /// It was a message, and the customer took it back: nothing of it is kept.
    Unsent,
    /// Something that cannot be shown yet; the raw event is kept beside it.
    Unsupported {
        /// Meta's name of the kind.
        kind: String,
    },
}

/// Something that happened in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What, as a word for programs: `opt_in`, `account_linked`, `thread_taken`...
    pub kind: String,
    /// What, as a sentence for people.
    pub text: String,
    /// What else is known of it.
    pub details: Vec<Field>,
}

impl Notice {
    /// A notice without details.
    #[must_use]
    pub fn new(kind: impl Into<String>, text: impl Into<String>) -> Self {
        Self { kind: kind.into(), text: text.into(), details: Vec::new() }
    }

    /// With one more detail, if there is a value.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<String>) -> Self {
        self.details.extend(value.map(|value| Field { name: name.to_owned(), value }));
        self
    }
}

impl Content {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Content::Text { text: text.into() }
    }

    /// Gives the log-in buttons that lead nowhere yet this page.
    pub fn fill_log_in(&mut self, page: &str) {
        let fill = |button: &mut Button| {
            if let Button::LogIn { url } = button {
                url.get_or_insert_with(|| page.to_owned());
            }
        };
        match self {
            Content::Prompt { buttons, .. } => buttons.iter_mut().for_each(fill),
            Content::Cards { cards } => {
                cards.iter_mut().flat_map(|card| &mut card.buttons).for_each(fill);
            }
            _ => {}
        }
    }

    /// The files that it sends: by itself, or with a template.
    pub fn files_mut(&mut self) -> Vec<&mut Media> {
        match self {
            Content::Media(file) => vec![file],
            Content::Template(template) => template.files_mut().collect(),
            _ => Vec::new(),
        }
    }

    /// The first of them.
    pub fn file_mut(&mut self) -> Option<&mut Media> {
        self.files_mut().into_iter().next()
    }

    /// What a person typed or pressed, if that can be said in words.
    #[must_use]
    pub fn as_words(&self) -> Option<&str> {
        match self {
            Content::Text { text }
            | Content::Note { text, .. }
            | Content::Prompt { text, .. }
            | Content::QuickReplies { text, .. }
            | Content::LocationRequest { text } => Some(text),
            Content::List(list) => Some(&list.text),
            Content::Flow(flow) => Some(&flow.text),
            Content::Template(template) => Some(&template.text),
            Content::Notice(notice) => Some(&notice.text),
            Content::Cards { cards } => cards.first().map(|card| card.title.as_str()),
            Content::Contacts { people } => people.first().map(|person| person.name.as_str()),
            Content::Choice { title, .. } => Some(title),
            Content::Media(media) => media.caption.as_deref(),
            Content::Location { name, .. } => name.as_deref(),
            Content::Reaction { emoji, .. } => emoji.as_deref(),
            Content::Order(order) => order.note.as_deref(),
            Content::Share(share) => share.title.as_deref(),
            Content::Referral(referral) => referral.title.as_deref(),
            Content::Form(_) | Content::Unsent | Content::Unsupported { .. } => None,
        }
    }

    /// What it says in plain words, in lower case, to be searched in.
    #[must_use]
    pub fn search_words(&self) -> String {
        self.as_words().unwrap_or_default().to_lowercase()
    }

    /// A line for a list of conversations, in English where it is not the customer's own words;
    /// at most `limit` characters.
    #[must_use]
    pub fn preview(&self, limit: usize) -> String {
        let line = self.as_words().filter(|words| !words.trim().is_empty());
        let line = line.unwrap_or_else(|| self.noun());
        line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(limit).collect()
    }

    /// What it is, in a word or two, where it says nothing in words.
    #[must_use]
    pub fn noun(&self) -> &'static str {
        match self {
            Content::Media(media) => media.kind.noun(),
            Content::Share(share) => share.kind.noun(),
            Content::Text { .. } => "Text",
            Content::Prompt { .. } | Content::QuickReplies { .. } => "Question",
            Content::List(_) => "List",
            Content::Cards { .. } => "Cards",
            Content::Template(_) => "Template",
            Content::Flow(_) => "Form",
            Content::LocationRequest { .. } => "Asked for the location",
            Content::Choice { .. } => "Choice",
            Content::Location { .. } => "Location",
            Content::Contacts { .. } => "Contact",
            Content::Reaction { .. } => "Reaction removed",
            Content::Order(_) => "Order",
            Content::Form(_) => "Answers to a form",
            Content::Referral(_) => "Came through an ad or a link",
            Content::Notice(_) => "Notice",
            Content::Note { .. } => "Note",
            Content::Unsent => "Message taken back",
            Content::Unsupported { .. } => "Unsupported message",
        }
    }
}

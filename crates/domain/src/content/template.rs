//! Approved templates of WhatsApp and Messenger, and WhatsApp's flows.
//!
//! Sources: WhatsApp Business Platform "Templates" ("Media card carousel templates", "Limited-time offer
//! templates") and "Flows"; Messenger Platform "Utility messages".

use serde::{Deserialize, Serialize};

use super::Media;

/// An approved template with its parameters filled in: all that Meta takes outside the windows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Template {
    /// Its name at Meta.
    pub name: String,
    /// Its language at Meta, such as `en_US`.
    pub language: String,
    /// What stands above, where the template has a part to fill in there.
    pub header: Option<TemplateHeader>,
    /// What is filled into the text, in order.
    #[serde(default)]
    pub body: Vec<Parameter>,
    /// What is filled into the buttons.
    #[serde(default)]
    pub buttons: Vec<TemplateButton>,
    /// When the offer ends that it makes, if it makes one that ends: milliseconds since the Unix
    /// epoch, as Meta has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer_ends_at: Option<i64>,
    /// What is filled into each card that hangs below, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<TemplateCard>,
    /// What the customer reads, for the transcript; empty when not known.
    #[serde(default)]
    pub text: String,
}

/// What is filled into one card of a template.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TemplateCard {
    /// The picture or film above its text.
    pub header: Option<TemplateHeader>,
    /// What is filled into its text, in order.
    #[serde(default)]
    pub body: Vec<Parameter>,
    /// What is filled into its buttons.
    #[serde(default)]
    pub buttons: Vec<TemplateButton>,
}

impl Template {
    /// The files that it sends: above its text, and on its cards.
    pub fn files_mut(&mut self) -> impl Iterator<Item = &mut Media> {
        let cards = self.cards.iter_mut().filter_map(|card| card.header.as_mut());
        self.header.as_mut().into_iter().chain(cards).filter_map(|header| match header {
            TemplateHeader::Media { media } => Some(media),
            _ => None,
        })
    }
}

/// What stands above a template's text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum TemplateHeader {
    /// A line of text with something filled in.
    Text {
        /// What is filled in.
        parameter: Parameter,
    },
    /// A picture, a film or a document.
    Media {
        /// Which.
        media: Media,
    },
    /// A place.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// Its name.
        name: String,
        /// Its postal address.
        address: String,
    },
}

/// What is filled in at one place of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// The place's name, for templates with named places; `None`: the next in order.
    pub name: Option<String>,
    /// What is filled in.
    pub text: String,
}

/// What is filled into one button of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateButton {
    /// Which button, from 0.
    pub index: u8,
    /// What is filled in.
    pub fill: ButtonFill,
}

/// What can be filled into a template's button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ButtonFill {
    /// What a quick reply or a postback means to whoever made it.
    Payload {
        /// Comes back with [`crate::Content::Choice`].
        payload: String,
    },
    /// The end of the address that a link opens.
    UrlSuffix {
        /// What comes after the approved part.
        suffix: String,
    },
    /// The code that is copied.
    CopyCode {
        /// At most 15 characters.
        code: String,
    },
    /// The flow that is opened.
    Flow {
        /// Comes back with the answers.
        token: String,
        /// JSON for the first screen; `None`: nothing.
        data: Option<String>,
    },
}

/// A form of several screens that WhatsApp shows; its answers come back as
/// [`crate::Content::Form`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// The text above the button.
    pub text: String,
    /// What the button says that opens it.
    pub open: String,
    /// Meta's id of the flow.
    pub flow_id: String,
    /// Comes back with the answers; `None`: none.
    pub token: Option<String>,
    /// The screen that is shown first; `None`: the flow's own first, or what its endpoint says.
    pub screen: Option<String>,
    /// JSON for that screen.
    pub data: Option<String>,
}

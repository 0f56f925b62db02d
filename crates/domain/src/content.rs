//! What a message can be, whoever wrote it and wherever it goes.

use serde::{Deserialize, Serialize};

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
    /// An emoji on another message; `None` takes it away.
    Reaction {
        /// The platform's id of the message reacted to.
        target: String,
        /// The emoji or Meta's word for it.
        emoji: Option<String>,
    },
    /// Something that cannot be shown yet; the raw event is kept beside it.
    Unsupported {
        /// Meta's name of the kind.
        kind: String,
    },
}

/// A file that belongs to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// What it is.
    pub kind: MediaKind,
    /// A link that Meta or we can fetch it from; inbound links expire.
    pub url: Option<String>,
    /// Meta's id of it (WhatsApp media id, Messenger attachment id).
    pub platform_id: Option<String>,
    /// IANA media type, where known.
    pub mime_type: Option<String>,
    /// The text below it.
    pub caption: Option<String>,
    /// The name of the file.
    pub filename: Option<String>,
}

/// The kinds of media that the channels tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A sound, a voice message.
    Audio,
    /// Any other file.
    File,
    /// A sticker.
    Sticker,
}

/// A button under a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Button {
    /// Comes back as [`Content::Choice`].
    Reply {
        /// What it says.
        title: String,
        /// What it means to whoever made it.
        payload: String,
    },
    /// Opens a page.
    Link {
        /// What it says.
        title: String,
        /// The page, https.
        url: String,
    },
}

impl Button {
    /// What the button says.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Button::Reply { title, .. } | Button::Link { title, .. } => title,
        }
    }
}

impl Content {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Content::Text { text: text.into() }
    }

    /// What a person typed or pressed, if that can be said in words.
    #[must_use]
    pub fn as_words(&self) -> Option<&str> {
        match self {
            Content::Text { text } | Content::Prompt { text, .. } => Some(text),
            Content::Choice { title, .. } => Some(title),
            Content::Media(media) => media.caption.as_deref(),
            Content::Location { name, .. } => name.as_deref(),
            Content::Reaction { emoji, .. } => emoji.as_deref(),
            Content::Unsupported { .. } => None,
        }
    }

    /// A line for a list of conversations, in English where it is not the customer's own words;
    /// at most `limit` characters.
    #[must_use]
    pub fn preview(&self, limit: usize) -> String {
        let line = match (self.as_words(), self) {
            (Some(words), _) if !words.trim().is_empty() => words,
            (_, Content::Media(media)) => media.kind.noun(),
            (_, Content::Location { .. }) => "Location",
            (_, Content::Reaction { .. }) => "Reaction removed",
            _ => "Unsupported message",
        };
        line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(limit).collect()
    }
}

impl MediaKind {
    fn noun(self) -> &'static str {
        match self {
            MediaKind::Image => "Image",
            MediaKind::Video => "Video",
            MediaKind::Audio => "Audio",
            MediaKind::File => "File",
            MediaKind::Sticker => "Sticker",
        }
    }
}

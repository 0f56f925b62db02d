//! Files: pictures, sounds, films, documents, stickers.

use serde::{Deserialize, Serialize};

use crate::ids::MediaId;

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
    /// Our copy of it, for what was uploaded at the desk. (What customers send is found by its
    /// message.)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_id: Option<MediaId>,
}

impl Media {
    /// A file of which nothing else is known yet.
    #[must_use]
    pub fn of(kind: MediaKind) -> Self {
        Self {
            kind,
            url: None,
            platform_id: None,
            mime_type: None,
            caption: None,
            filename: None,
            media_id: None,
        }
    }
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

impl MediaKind {
    /// What it is called in a line about it.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            MediaKind::Image => "Image",
            MediaKind::Video => "Video",
            MediaKind::Audio => "Audio",
            MediaKind::File => "File",
            MediaKind::Sticker => "Sticker",
        }
    }
}

//! What each channel shows, for composers and documentation. A test holds the table to what is
//! really sent.

use switchboard_domain::Channel;

/// How a channel shows a kind of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capability {
    /// The kind, as content is tagged in JSON.
    pub kind: &'static str,
    /// How it is shown.
    pub support: Support,
}

/// How well a channel shows something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// As it is.
    Native,
    /// In another form; people cannot write it, bots can.
    Degraded,
    /// Not at all.
    Never,
}

impl Support {
    /// The word for it in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Support::Native => "native",
            Support::Degraded => "degraded",
            Support::Never => "never",
        }
    }
}

use Support::{Degraded, Native, Never};

/// What a business can send, by channel: Messenger, Instagram, WhatsApp.
const TABLE: &[(&str, [Support; 3])] = &[
    ("text", [Native, Native, Native]),
    ("media", [Native, Native, Native]),
    ("prompt", [Native, Native, Native]),
    ("quick_replies", [Native, Native, Native]),
    ("list", [Degraded, Degraded, Native]),
    ("cards", [Native, Native, Degraded]),
    ("template", [Native, Never, Native]),
    ("flow", [Never, Never, Native]),
    ("location_request", [Degraded, Degraded, Native]),
    ("location", [Degraded, Degraded, Native]),
    ("contacts", [Degraded, Degraded, Native]),
    ("reaction", [Native, Native, Native]),
    ("log_in", [Native, Never, Never]),
];

/// What the channel shows.
pub fn capabilities(channel: Channel) -> impl Iterator<Item = Capability> {
    TABLE.iter().map(move |(kind, [messenger, instagram, whatsapp])| {
        let support = match channel {
            Channel::Messenger => *messenger,
            Channel::Instagram => *instagram,
            Channel::WhatsApp => *whatsapp,
        };
        Capability { kind, support }
    })
}

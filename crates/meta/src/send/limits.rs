//! How much fits into a message, by channel. Data only, and the counting.
//!
//! Sources: Messenger Platform "Send API" and templates; Instagram "Send messages"; WhatsApp "Text
//! messages", "Interactive reply buttons", "Interactive lists", "Media".

use std::fmt;

use switchboard_domain::Channel;

/// The greatest length of a part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The part, as the agent would call it.
    pub part: &'static str,
    /// The greatest length that Meta takes.
    pub most: usize,
    /// What is counted.
    pub unit: Unit,
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Unicode scalar values.
    Characters,
    /// Bytes of UTF-8.
    Bytes,
}

/// Something is longer than Meta takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {} has {length} {}; {channel} takes at most {}", limit.part, limit.unit, limit.most)]
pub struct TooLong {
    /// Whose limit.
    pub channel: Channel,
    /// Which limit.
    pub limit: Limit,
    /// How long it is, in the limit's unit.
    pub length: usize,
}

/// What a channel takes.
#[derive(Debug)]
pub struct Limits {
    /// A text message.
    pub text: Limit,
    /// The text below a medium; `None` where media have none.
    pub caption: Option<Limit>,
    /// Buttons that stay under the text.
    pub buttons: Choices,
    /// Where there are too many buttons: quick replies that vanish, or a list to open.
    pub more: Choices,
}

/// A way to let the customer choose.
#[derive(Debug)]
pub struct Choices {
    /// The text above.
    pub text: Limit,
    /// How many choices at most.
    pub count: usize,
    /// What each says.
    pub title: Limit,
    /// What each means to whoever made it.
    pub payload: Limit,
}

const fn chars(part: &'static str, most: usize) -> Limit {
    Limit { part, most, unit: Unit::Characters }
}

const fn bytes(part: &'static str, most: usize) -> Limit {
    Limit { part, most, unit: Unit::Bytes }
}

const TITLE: &str = "button's title";
const PAYLOAD: &str = "button's payload";
const ABOVE: &str = "text above the buttons";

/// "Must be less than 2000 characters."
const MESSENGER_TEXT: usize = 1_999;

static MESSENGER: Limits = Limits {
    text: chars("text", MESSENGER_TEXT),
    caption: None,
    buttons: Choices {
        text: chars(ABOVE, 640),
        count: 3,
        title: chars(TITLE, 20),
        payload: chars(PAYLOAD, 1_000),
    },
    more: Choices {
        text: chars(ABOVE, MESSENGER_TEXT),
        count: 13,
        title: chars(TITLE, 20),
        payload: chars(PAYLOAD, 1_000),
    },
};

/// Lengths of buttons are not published for Instagram; they are Messenger's here.
static INSTAGRAM: Limits = Limits {
    text: bytes("text", 1_000),
    caption: None,
    buttons: Choices {
        text: chars(ABOVE, 640),
        count: 3,
        title: chars(TITLE, 20),
        payload: chars(PAYLOAD, 1_000),
    },
    more: Choices {
        text: bytes(ABOVE, 1_000),
        count: 13,
        title: chars(TITLE, 20),
        payload: chars(PAYLOAD, 1_000),
    },
};

static WHATSAPP: Limits = Limits {
    text: chars("text", 4_096),
    caption: Some(chars("caption", 1_024)),
    buttons: Choices {
        text: chars(ABOVE, 1_024),
        count: 3,
        title: chars(TITLE, 20),
        payload: chars(PAYLOAD, 256),
    },
    more: Choices {
        text: chars(ABOVE, 4_096),
        count: 10,
        title: chars(TITLE, 24),
        payload: chars(PAYLOAD, 200),
    },
};

/// The limits of a channel.
#[must_use]
pub fn of(channel: Channel) -> &'static Limits {
    match channel {
        Channel::Messenger => &MESSENGER,
        Channel::Instagram => &INSTAGRAM,
        Channel::WhatsApp => &WHATSAPP,
    }
}

impl Limit {
    /// How long the text is, in this limit's unit.
    #[must_use]
    pub fn length(&self, text: &str) -> usize {
        match self.unit {
            Unit::Characters => text.chars().count(),
            Unit::Bytes => text.len(),
        }
    }

    /// Whether the text is not too long.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        self.length(text) <= self.most
    }

    /// Refuses a text that is too long.
    pub(super) fn check(self, channel: Channel, text: &str) -> Result<(), TooLong> {
        let length = self.length(text);
        if length <= self.most { Ok(()) } else { Err(TooLong { channel, limit: self, length }) }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unit::Characters => "characters",
            Unit::Bytes => "bytes",
        })
    }
}

//! How much fits into a message, by channel. Data only, and the counting.
//!
//! Sources: Messenger Platform "Send API" and templates; Instagram "Send messages"; WhatsApp "Text
//! messages", "Interactive reply buttons", "Interactive lists", "Flows", "Contacts".

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

/// What a list takes (WhatsApp "Interactive list messages").
pub struct ListLimits {
    /// The text above.
    pub text: Limit,
    /// What the button says that opens it.
    pub open: Limit,
    /// How many sections at most.
    pub sections: usize,
    /// How many rows at most, in all sections together.
    pub rows: usize,
    /// A section's title.
    pub section: Limit,
    /// A row's title.
    pub title: Limit,
    /// A row's description.
    pub description: Limit,
    /// What a row means to whoever made it.
    pub payload: Limit,
}

/// WhatsApp's lists.
pub static LIST: ListLimits = ListLimits {
    text: chars("text above the list", 4_096),
    open: chars("word that opens the list", 20),
    sections: 10,
    rows: 10,
    section: chars("section's title", 24),
    title: chars("row's title", 24),
    description: chars("row's description", 72),
    payload: chars("row's payload", 200),
};

/// What cards take (Messenger and Instagram "Generic template").
pub struct CardLimits {
    /// How many cards at most.
    pub count: usize,
    /// A card's title.
    pub title: Limit,
    /// A card's subtitle.
    pub subtitle: Limit,
    /// Buttons below a card at most.
    pub buttons: usize,
}

/// Messenger's and Instagram's cards.
pub static CARDS: CardLimits = CardLimits {
    count: 10,
    title: chars("card's title", 80),
    subtitle: chars("card's subtitle", 80),
    buttons: 3,
};

/// The word that opens a flow: 20 in WhatsApp's older texts, 30 in newer ones.
pub const FLOW_OPEN: Limit = chars("word that opens the form", 20);

/// "contacts: at most 257."
pub const CONTACTS: Count = Count { part: "contact cards", most: 257 };

/// How many of something there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// What is counted, as the agent would call it.
    pub part: &'static str,
    /// How many there may be.
    pub most: usize,
}

/// More of something than Meta takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are {found} {}; {channel} takes at most {}", count.part, count.most)]
pub struct TooMany {
    /// Whose limit.
    pub channel: Channel,
    /// Which limit.
    pub count: Count,
    /// How many there are.
    pub found: usize,
}

impl Count {
    /// Refuses more than there may be.
    pub(super) fn check(self, channel: Channel, found: usize) -> Result<(), TooMany> {
        if found <= self.most { Ok(()) } else { Err(TooMany { channel, count: self, found }) }
    }
}

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

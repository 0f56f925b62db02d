//! What a customer can press.

use serde::{Deserialize, Serialize};

/// A button under a text or a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Button {
    /// Comes back as [`crate::Content::Choice`].
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
    /// Calls a number.
    Call {
        /// What it says.
        title: String,
        /// The number, with `+` and the country's code.
        phone: String,
    },
    /// Begins account linking (Messenger only; Meta writes what it says).
    LogIn {
        /// The page that asks the customer who they are, https; `None`: ours.
        url: Option<String>,
    },
    /// Ends account linking (Messenger only; Meta writes what it says).
    LogOut,
}

/// What is offered above the keyboard, for one tap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "asks", rename_all = "snake_case")]
pub enum QuickReply {
    /// Comes back as [`crate::Content::Choice`].
    Choice {
        /// What it says.
        title: String,
        /// What it means to whoever made it.
        payload: String,
        /// A small picture beside it, https.
        image_url: Option<String>,
    },
    /// The customer's phone number, as Meta knows it; comes back as a choice that is the number.
    Phone,
    /// The customer's e-mail address, likewise.
    Email,
}

impl Button {
    /// What the button says.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Button::Reply { title, .. }
            | Button::Link { title, .. }
            | Button::Call { title, .. } => title,
            Button::LogIn { .. } => "Log in",
            Button::LogOut => "Log out",
        }
    }
}

impl QuickReply {
    /// What it says.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            QuickReply::Choice { title, .. } => title,
            QuickReply::Phone => "Phone number",
            QuickReply::Email => "E-mail address",
        }
    }
}

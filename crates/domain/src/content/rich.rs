//! Lists and cards: messages with parts to choose from.

use serde::{Deserialize, Serialize};

use super::Button;

/// A text with a list that opens when asked for. Native on WhatsApp; elsewhere it degrades.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// The text above.
    pub text: String,
    /// What the button says that opens it.
    pub open: String,
    /// The rows, in groups.
    pub sections: Vec<Section>,
}

/// A group of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Above the group; needed when there are several.
    pub title: Option<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// Something to choose; comes back as [`crate::Content::Choice`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What it says.
    pub title: String,
    /// More about it.
    pub description: Option<String>,
    /// What it means to whoever made it.
    pub payload: String,
}

/// One of the cards that the customer can leaf through (Messenger's and Instagram's generic
/// template).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The line in bold.
    pub title: String,
    /// The line below it.
    pub subtitle: Option<String>,
    /// The picture above, https.
    pub image_url: Option<String>,
    /// The page that a tap on it opens, https.
    pub link: Option<String>,
    /// The buttons below.
    #[serde(default)]
    pub buttons: Vec<Button>,
}

impl List {
    /// All rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.sections.iter().flat_map(|section| &section.rows)
    }
}

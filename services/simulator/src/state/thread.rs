//! Conversations as the customer's phone shows them: both directions, in order.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ThreadKey;

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    /// The person on the phone.
    Customer,
    /// The account.
    Business,
}

/// How far a business message got. The order is the rank: it only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Progress {
    /// Accepted by the platform.
    Sent,
    /// On the phone.
    Delivered,
    /// Seen.
    Read,
    /// Will never arrive.
    Failed,
}

/// A picture, file or other thing beside the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Attachment {
    pub(crate) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
}

/// Something the customer can tap.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct Button {
    pub(crate) title: String,
    /// The body to post as the customer's next message; none for links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tap: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// A Log In button: what to post to `/login`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) login: Option<String>,
}

impl Button {
    /// A button that posts a body as the customer's next message.
    pub(crate) fn tap(title: String, tap: Value) -> Self {
        Self { title, tap: Some(tap), url: None, login: None }
    }

    /// A button that opens a page; without an address it does nothing.
    pub(crate) fn link(title: String, url: Option<String>) -> Self {
        Self { title, tap: None, url, login: None }
    }
}

/// One card of a carousel, or of a list of products.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
pub(crate) struct Card {
    pub(crate) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subtitle: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) image: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) buttons: Vec<Button>,
}

/// What is visible of a message.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
pub(crate) struct View {
    pub(crate) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// Name of the persona that the Page wrote as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) persona: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) attachments: Vec<Attachment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) buttons: Vec<Button>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) cards: Vec<Card>,
    /// A list or a form that opens when it is tapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sheet: Option<Box<Sheet>>,
    /// Vanish after the next message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) quick_replies: Vec<Button>,
}

impl View {
    /// The buttons under the message and on its cards.
    pub(crate) fn all_buttons(&self) -> impl Iterator<Item = &Button> {
        self.buttons.iter().chain(self.cards.iter().flat_map(|card| &card.buttons))
    }
}

/// What opens over the conversation when the message's button is tapped.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Sheet {
    /// A WhatsApp list.
    List { title: String, sections: Vec<Section> },
    /// A WhatsApp flow: the phone plays a plain form. `token` goes into the answer.
    Flow { title: String, token: Option<String>, reply_to: Value },
    /// WhatsApp asks for a place.
    Location { title: String },
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) rows: Vec<Row>,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct Row {
    pub(crate) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// The body to post as the customer's next message.
    pub(crate) tap: Value,
}

/// One message of a conversation.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) from: Side,
    /// Milliseconds since 1970, simulated.
    pub(crate) at: i64,
    pub(crate) status: Progress,
    #[serde(flatten)]
    pub(crate) view: View,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) marker: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reply_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reaction: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) deleted: bool,
    /// The message as it was posted.
    pub(crate) content: Value,
}

/// One conversation.
#[derive(Debug, Default)]
pub(crate) struct Thread {
    pub(crate) messages: Vec<Message>,
    /// Last act of the customer that opens the answer window.
    pub(crate) last_customer_ms: Option<i64>,
}

/// What changed in the conversations, for the journal.
#[derive(Debug)]
pub(crate) enum Change {
    /// The message with this id is new, or may look different.
    Message(String),
    /// The answer window of this conversation opened.
    Window(ThreadKey),
    /// A conversation has another key.
    Moved(ThreadKey, ThreadKey),
}

/// All conversations.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    threads: HashMap<ThreadKey, Thread>,
    owners: HashMap<String, ThreadKey>,
    /// Not yet in the journal.
    pub(crate) unsaved: Vec<Change>,
}

impl Threads {
    /// The conversation, if a message was ever exchanged.
    pub(crate) fn get(&self, key: &ThreadKey) -> Option<&Thread> {
        self.threads.get(key)
    }

    /// The conversation that a message id belongs to.
    pub(crate) fn owner(&self, message_id: &str) -> Option<&ThreadKey> {
        self.owners.get(message_id)
    }

    /// Every conversation key, in no particular order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &ThreadKey> {
        self.threads.keys()
    }

    /// Appends a message.
    pub(crate) fn push(&mut self, key: &ThreadKey, message: Message) {
        self.owners.insert(message.id.clone(), key.clone());
        self.unsaved.push(Change::Message(message.id.clone()));
        self.entry(key).messages.push(message);
    }

    /// Records an act of the customer that opens the answer window.
    pub(crate) fn touch(&mut self, key: &ThreadKey, now_ms: i64) {
        self.unsaved.push(Change::Window(key.clone()));
        self.entry(key).last_customer_ms = Some(now_ms);
    }

    /// A message by its id.
    pub(crate) fn message(&self, id: &str) -> Option<&Message> {
        let thread = self.threads.get(self.owners.get(id)?)?;
        thread.messages.iter().rev().find(|m| m.id == id)
    }

    /// A message, to change it.
    pub(crate) fn message_mut(&mut self, id: &str) -> Option<&mut Message> {
        let key = self.owners.get(id)?;
        self.unsaved.push(Change::Message(id.to_owned()));
        let thread = self.threads.get_mut(key)?;
        thread.messages.iter_mut().rev().find(|m| m.id == id)
    }

    /// Raises a message's progress; false when it was already there or beyond.
    pub(crate) fn progress(&mut self, id: &str, to: Progress) -> bool {
        match self.message_mut(id) {
            Some(message) if message.status < to => {
                message.status = to;
                true
            }
            _ => false,
        }
    }

    /// Business messages that are on the phone or on their way, not yet read.
    pub(crate) fn unread(&self, key: &ThreadKey) -> Vec<Message> {
        self.threads
            .get(key)
            .map(|thread| {
                let unread = |m: &&Message| m.from == Side::Business && m.status < Progress::Read;
                thread.messages.iter().filter(unread).cloned().collect()
            })
            .unwrap_or_default()
    }

    /// The customer has another id: the conversation goes along.
    pub(crate) fn rename(&mut self, from: &ThreadKey, to: &ThreadKey) {
        self.unsaved.push(Change::Moved(from.clone(), to.clone()));
        if let Some(thread) = self.threads.remove(from) {
            for message in &thread.messages {
                self.owners.insert(message.id.clone(), to.clone());
            }
            self.threads.insert(to.clone(), thread);
        }
    }

    fn entry(&mut self, key: &ThreadKey) -> &mut Thread {
        self.threads.entry(key.clone()).or_default()
    }
}

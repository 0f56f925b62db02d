//! Comments under an account's posts and media, and visitors' posts on a Page: each may be
//! replied to once in private.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What can be replied to in private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Of Pages and Instagram accounts.
    Comment,
    /// Of Pages only.
    Post,
}

/// A comment, or a visitor's post.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Comment {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) account: String,
    /// The post or the medium that it is about; a post's own id.
    pub(crate) post: String,
    /// PSID or IGSID.
    pub(crate) author: String,
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    /// Milliseconds since 1970, simulated.
    pub(crate) at: i64,
    pub(crate) replied: bool,
    /// Its author took it away.
    pub(crate) removed: bool,
}

/// All comments.
#[derive(Debug, Default)]
pub(crate) struct Comments {
    by_id: BTreeMap<String, Comment>,
    /// Comments that are not yet in the journal.
    pub(crate) unsaved: Vec<String>,
}

impl Comments {
    /// A comment by its id.
    pub(crate) fn get(&self, id: &str) -> Option<&Comment> {
        self.by_id.get(id)
    }

    /// A comment, to change it.
    pub(crate) fn change(&mut self, id: &str) -> Option<&mut Comment> {
        self.unsaved.push(id.to_owned());
        self.by_id.get_mut(id)
    }

    /// Adds or replaces a comment.
    pub(crate) fn put(&mut self, comment: Comment) {
        self.unsaved.push(comment.id.clone());
        self.by_id.insert(comment.id.clone(), comment);
    }

    /// Every comment, in no particular order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Comment> {
        self.by_id.values()
    }
}

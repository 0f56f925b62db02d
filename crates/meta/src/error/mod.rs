//! Meta's error objects: reading them, and what each means.

use serde::{Deserialize, Serialize};

use crate::json::Object;

/// An error as Meta tells it, in an answer or in a `failed` status.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GraphError {
    /// The code; 0 when Meta told none.
    pub code: i64,
    /// The subcode; WhatsApp has none any more.
    pub subcode: Option<i64>,
    /// Meta's class of it, such as `OAuthException`.
    pub kind: Option<String>,
    /// For developers; never to be matched on.
    pub message: Option<String>,
    /// WhatsApp's explanation.
    pub details: Option<String>,
    /// A title for people, in the token owner's language.
    pub user_title: Option<String>,
    /// A sentence for people, in the token owner's language.
    pub user_message: Option<String>,
    /// Whether Meta thinks that trying again helps.
    pub is_transient: bool,
    /// To quote to Meta's support.
    pub trace_id: Option<String>,
}

impl GraphError {
    /// Reads one error object.
    pub(crate) fn of(error: &Object<'_>) -> Self {
        Self {
            code: error.integer("code").unwrap_or_default(),
            subcode: error.integer("error_subcode"),
            kind: error.word("type"),
            message: error.word("message").or_else(|| error.word("title")),
            details: error.object("error_data").and_then(|data| data.word("details")),
            user_title: error.word("error_user_title"),
            user_message: error.word("error_user_msg"),
            is_transient: error.flag("is_transient"),
            trace_id: error.word("fbtrace_id"),
        }
    }
}

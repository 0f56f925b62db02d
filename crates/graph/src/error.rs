//! What can go wrong besides a send, whose outcomes are [`crate::Outcome`].

use switchboard_meta::error::GraphError;

/// Why a lookup, an upload, or making the client failed.
#[derive(Debug, thiserror::Error)]
pub enum GraphFault {
    /// The settings cannot be used.
    #[error(
        "the Graph API client cannot be set up: {what}; correct [outbound] in the configuration"
    )]
    Settings {
        /// What is wrong with which setting.
        what: String,
    },
    /// No answer came.
    #[error("Meta's Graph API did not answer: {0}; check this server's way to the internet")]
    Away(String),
    /// Meta refused.
    #[error("Meta refused: {}", .0.message.as_deref().unwrap_or("without saying why"))]
    Refused(Box<GraphError>),
    /// The answer is not what Meta documents.
    #[error("Meta's Graph API answered {status} with a body that cannot be read")]
    Unreadable {
        /// The HTTP status.
        status: u16,
    },
}

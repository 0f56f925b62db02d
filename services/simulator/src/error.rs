//! Why a simulator cannot start.

use std::net::SocketAddr;

/// A failure to start or to stop.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address could not be bound.
    #[error(
        "cannot listen on {address}: {source}; choose another address in SIMULATOR_LISTEN or stop what holds it"
    )]
    Listen {
        /// The wanted address.
        address: SocketAddr,
        /// The cause.
        source: std::io::Error,
    },
    /// The HTTP client that delivers webhooks could not be made.
    #[error("cannot create the webhook client: {0}; check the TLS roots of this machine")]
    Client(#[from] reqwest::Error),
    /// The seed names something that does not exist.
    #[error("the sample is inconsistent: {0}")]
    Seed(String),
    /// The state file cannot be used.
    #[error(transparent)]
    State(#[from] crate::journal::JournalError),
    /// The HTTP server ended with an error.
    #[error("the HTTP server failed: {0}")]
    Server(#[from] std::io::Error),
}

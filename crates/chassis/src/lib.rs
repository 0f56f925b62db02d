//! What each service needs to live: configuration, telemetry, health, shutdown, an HTTP server.
//!
//! What must not be here: any rule of a conversation, any queue or store. Services take these parts
//! from here so that all behave alike to the people who run them.
//!
//! - [`settings`]: configuration, parsed once, checked as a whole.
//! - [`telemetry`]: logs and traces, and how a trace travels in messages. [`metrics`]: counters.
//! - [`health`]: liveness, readiness and metrics over HTTP. [`http`]: the server under them.
//! - [`shutdown`]: ends on a signal. [`clock`]: the one reader of the wall clock.
//! - [`problem`]: errors that HTTP clients see.

pub mod clock;
pub mod health;
pub mod http;
pub mod metrics;
pub mod problem;
pub mod settings;
pub mod shutdown;
pub mod telemetry;
mod tls;

pub use tls::install_crypto;

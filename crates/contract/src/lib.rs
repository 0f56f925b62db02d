//! The one Rust binding of `proto/`: what crosses a queue, and how it becomes domain terms.
//!
//! What lives here: the generated wire types ([`wire`]), [`Bundle`] encoding with its version
//! check, and conversions from and to [`switchboard_domain`]. What must not: rows, HTTP bodies.

mod bundle;
pub mod convert;

pub use bundle::{FORMAT_VERSION, decode, encode};
pub use convert::Invalid;

/// The generated types, one for each message in `proto/switchboard/v1`.
#[expect(missing_docs, clippy::all, reason = "generated; documented in the .proto files")]
pub mod wire {
    include!(concat!(env!("OUT_DIR"), "/switchboard.v1.rs"));
}

pub use wire::{Bundle, Envelope, envelope::Body};

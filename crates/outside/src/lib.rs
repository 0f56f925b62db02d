//! HTTP to addresses that others name: log-in services that an administrator enters, files that a
//! webhook points to. None may become a way into our own network: only https and only addresses of
//! the internet are reached, checked after the name was looked up, except hosts that the operator
//! trusts.
//!
//! - [`Client`]: which address may be asked, and asking it.
//! - [`Download`]: a file, piece by piece, with redirects that are checked like the first address.
//! - [`Posting`]: a body for an address, and what it answered.
//! - `address`: what is an address of the internet.
//!
//! What must not be here: Meta's API (`switchboard-graph`), any service's protocol.

mod address;
mod client;
mod download;
mod post;

pub use client::{Client, Fault, Reach, finish};
pub use download::Download;
pub use post::Posting;

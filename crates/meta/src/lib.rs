//! Meta's wire formats, and nothing but formats: no I/O, no clock, no store.
//!
//! - [`signature`]: who may post to us, and how we prove ourselves to Meta.
//! - [`webhook`]: a webhook body as single events, losing nothing.
//! - [`inbound`]: a single event in the words of the domain.
//! - [`error`]: Meta's errors, what each means, and what to do about it.

pub mod error;
pub mod inbound;
mod json;
pub mod signature;
pub mod webhook;

//! Meta's wire formats, and nothing but formats: no I/O, no clock, no store.
//!
//! - [`signature`]: who may post to us, and how we prove ourselves to Meta.
//! - [`webhook`]: a webhook body as single events, losing nothing.
//! - [`inbound`]: a single event in the words of the domain.
//! - [`send`]: a message as the body of a Send API call, within every limit.
//! - [`subscriptions`]: what an app subscribes to, what a token must allow.
//! - [`template`]: WhatsApp's templates, and whether a message fills one.
//! - [`linking`]: where a customer goes back to after an account-linking log-in.
//! - [`marker`]: what each send carries, so that Meta's echo or status names it.
//! - [`relayed`]: which calls of bots go on to Meta as they are.
//! - [`error`]: Meta's errors, what each means, and what to do about it.

pub mod error;
pub mod inbound;
mod json;
pub mod linking;
pub mod marker;
pub mod relayed;
pub mod send;
pub mod signature;
pub mod subscriptions;
pub mod template;
pub mod webhook;

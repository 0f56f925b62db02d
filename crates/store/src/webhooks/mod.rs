//! What other software is told of (ADR 0017).
//!
//! - [`endpoints`]: whom. - [`events`]: what happened, kept by router in the transaction in which it
//!   happened. - [`deliveries`]: what is to be told to whom, and what came of it.

pub mod deliveries;
pub mod endpoints;
pub mod events;

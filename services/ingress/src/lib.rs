//! The ingress: takes Meta's webhooks and answers 200 once every event in them is durable.
//!
//! [`service`] starts and stops it. `verification` answers Meta's `GET`, `webhook` its `POST`s;
//! `apps` knows whose signatures count; `events` makes a body's events into envelopes, each under
//! its conversation's shard; `batcher` publishes them, those of concurrent requests together.
//! `linking` is the log-in page of account linking, `callbacks` what Meta calls when a person leaves,
//! `pages` what both look like. `files` is what Meta fetches from us.
//!
//! What must not be here: any meaning of an event (the router decides), any state that another
//! replica would need.

mod apps;
mod batcher;
mod callbacks;
mod events;
mod files;
mod linking;
mod measures;
mod pages;
pub mod service;
mod verification;
mod webhook;

pub use service::{Error, Running, Settings, start};
pub use webhook::MAX_BODY_BYTES;

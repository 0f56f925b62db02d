//! The router: the only writer of conversations, and of the waiting line.
//!
//! [`conversations`] is the machine of each conversation shard, [`dispatch`] that of the waiting
//! line, [`timers`] publishes what is due, [`housekeeping`] forgets, [`service`] runs them all. The loop around the
//! machines (receive, one transaction, publish, ack) is `switchboard-lane`; the decisions are
//! `switchboard-domain`.

mod conversations;
mod dispatch;
mod housekeeping;
mod service;
mod timers;

pub use service::{Running, Settings, start};

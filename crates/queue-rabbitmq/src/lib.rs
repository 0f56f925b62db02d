//! The distributed queue: RabbitMQ with quorum queues.
//!
//! What lives here: [`RabbitQueue`], an implementation of [`switchboard_queue::Queue`]; the only
//! crate that names lapin. What must not: any knowledge of what a payload means.
//!
//! How it works: two connections, because the broker blocks a publishing connection as a whole when
//! it runs short of memory or disk. One task, the *publisher*, owns the publishing channel; another
//! keeps the connection that all subscriptions share, each with a channel of its own. lapin's own
//! recovery is not used: on any error the connection is dropped and built anew, with everything
//! declared again. That is slower than repairing it and has no half-repaired states.

mod backoff;
mod consumer;
mod consuming;
mod declare;
mod fault;
mod flights;
mod names;
mod publisher;
mod queue;
mod session;
mod settings;

pub use queue::RabbitQueue;
pub use settings::{AmqpUrl, InvalidUrl, RabbitSettings};

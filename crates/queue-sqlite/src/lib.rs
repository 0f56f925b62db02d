//! The embedded queue: one SQLite file, one process, no other software.
//!
//! What lives here: [`SqliteQueue`], an implementation of [`switchboard_queue::Queue`] that is as
//! durable as the disk under it. What must not: any knowledge of what a payload means, and any SQL
//! outside `storage`.
//!
//! How it works: one thread, the *engine*, owns the file and all state. Publishes and acks of all
//! tasks reach it by a channel; it writes whatever has gathered in one transaction and answers the
//! callers after the commit, so that one fsync serves many. Messages are dealt to subscribers up to
//! their prefetch and stay in the file until acked; a process that dies gives back all it held.

mod board;
mod broadcast;
mod command;
mod engine;
mod line;
mod lock;
mod queue;
mod storage;
mod subscription;

pub use queue::{SqliteOptions, SqliteQueue};

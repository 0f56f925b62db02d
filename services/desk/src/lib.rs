//! The desk: where people answer customers. Serves the agents' page, its REST API and its
//! WebSocket, and the administration of people and teams.
//!
//! It never changes a conversation itself. Every action is an [`AgentAction`] on the
//! conversation's shard, durable before the client hears 202; the router, the only writer,
//! applies it, and the page learns the outcome by a hint and reads the store again.
//!
//! - [`api`]: the REST API under `/api/v1`, a file per noun; [`auth`]: who calls, and what they may.
//! - [`live`]: WebSockets, hints and presence. [`page`]: the files of the web page.
//! - [`enqueue`]: actions on their way to the router; [`errand`]: calls to Meta, done by outbound.
//! - [`integrators`]: signed webhooks to other software. [`notices`]: mails to people who are away.
//! - [`bots`]: what is known of assistants. [`lessons`]: what they are taught.
//! - [`fault`]: what clients are told.
//!
//! [`AgentAction`]: switchboard_contract::wire::AgentAction

mod api;
mod auth;
mod bots;
mod desk;
mod enqueue;
mod errand;
mod fault;
mod integrators;
mod lessons;
mod live;
mod measures;
mod notices;
mod page;
mod server;

pub use auth::password::{HashError, hash_password};
pub use bots::{BadSettings, BotKind, BotKinds, CheckSettings};
pub use desk::Tuning;
pub use integrators::{
    BOTH_SIGN, Integrators, MOST_ENDPOINTS, MOST_REPLAYED, NoSecret, PAUSED, check_kinds,
    trial::Trial,
};
pub use lessons::{Lesson, read_lesson};
pub use server::{Error, Running, start, start_tuned};

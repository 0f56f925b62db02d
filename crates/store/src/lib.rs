//! All that is kept: PostgreSQL or SQLite behind one path.
//!
//! The only crate (with `queue-sqlite`) that names diesel. A file holds all SQL of one aggregate;
//! its functions take a [`Db`] and compose inside [`Store::write`] transactions. What belongs to a
//! tenant takes its [`switchboard_domain::ids::WorkspaceId`]. Rows never leave this crate as they
//! are: functions speak domain types or plain structs made for their callers.

pub mod account_events;
mod account_settings;
pub mod accounts;
pub mod api_keys;
pub mod apps;
pub mod attributes;
pub mod audit;
pub mod block_list;
pub mod bot_tokens;
pub mod bots;
pub mod canned;
pub mod changes;
pub mod contacts;
pub mod conversations;
mod convert;
mod db;
pub mod dedupe;
pub mod deletions;
pub mod dispatch;
pub mod documents;
pub mod erase;
pub mod errands;
mod error;
pub mod inbox;
pub mod labels;
pub mod lanes;
pub mod ledgers;
pub mod linking;
pub mod macros;
pub mod media;
pub mod mentions;
pub mod messages;
mod migrate;
pub mod notices;
pub mod outbox;
pub mod pages;
pub mod people;
pub mod poison;
pub mod referrals;
pub mod reports;
pub mod revisions;
mod safety;
mod schema;
pub mod seal;
pub mod sends;
pub mod sessions;
pub mod sla;
pub mod spending;
mod store;
pub mod surveys;
pub mod teams;
pub mod teamwork;
pub mod templates;
pub mod timers;
pub mod unrouted;
pub mod users;
pub mod views;
pub mod webhooks;
pub mod workspaces;

pub use db::Db;
pub use error::StoreError;
pub use store::{Store, StoreSettings};

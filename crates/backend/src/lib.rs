//! Configuration becomes a queue, a store and keys: the one place where the mode is read.
//!
//! What lives here: [`Backend`], which every service opens first, and the [`keys`]. What must not:
//! anything that a service does with them. Beyond this crate nobody asks whether the installation is
//! embedded or distributed.

mod admin;
mod backend;
mod error;
pub mod keys;
pub mod mail;
pub mod media;
mod migrate;
mod name;

pub use admin::{open_for_administration, queue_for_administration};
pub use backend::Backend;
pub use error::BackendError;
pub use keys::Keys;
pub use migrate::migrate;
pub use name::replica_name;

//! A stand-in for Meta: the Graph API and the webhooks of Messenger, Instagram
//! and WhatsApp, as strict as Meta, with faults that can be switched on, a
//! control interface under `/_sim` and a page under `/phone` that plays the
//! customer's phone. State is in memory, and in a journal where
//! [`SimulatorConfig::state_file`] names one.
//!
//! See `README.md` for the control interface.

mod clock;
pub mod config;
mod control;
mod customer;
mod cut;
mod elsewhere;
mod error;
mod faults;
mod graph;
mod ids;
mod journal;
mod limits;
mod login;
mod phone;
mod platform;
mod server;
mod settings;
mod simulator;
mod state;
mod webhooks;

pub use config::SimulatorConfig;
pub use error::Error;
pub use faults::{Fault, FaultKind};
pub use journal::JournalError;
pub use server::{Running, start};

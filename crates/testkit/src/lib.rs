//! What tests need of the real world: servers of their own, and a network that fails on command.
//!
//! What lives here: private RabbitMQ and PostgreSQL servers, servers that all tests of a run share,
//! a mail server that answers what it is told to, a TCP proxy that breaks connections, a business that
//! knows its customers. What must not: anything that production code uses.

pub mod business;
mod error;
mod net;
pub mod postgres;
pub mod proxy;
pub mod rabbitmq;
mod server;
mod shared;
pub mod smtp;

pub use error::TestkitError;
pub use shared::Shared;

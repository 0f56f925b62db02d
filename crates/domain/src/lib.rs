//! The rules of Switchboard as pure state machines: no I/O, no async, no clock. Time comes in as
//! an argument, decisions go out as effects; the same events give the same state and effects.
//!
//! - [`conversation`]: who answers a customer, and what follows from each event.
//! - [`dispatch`]: the waiting line and the agents' load.
//! - [`ledger`]: how long customers wait, what was promised them, and the facts of reports;
//!   [`calendar`]: days and hours as people count them.
//! - [`notices`]: what people are told of by e-mail, and when.
//! - [`window`]: when Meta allows a send. [`limits`]: how many it allows.
//! - [`content`]: what a message can be. [`survey`]: how customers are asked how it went.
//! - [`shard`]: where a conversation and an account live.

pub mod calendar;
pub mod channel;
pub mod content;
pub mod conversation;
pub mod dispatch;
pub mod ids;
pub mod ledger;
pub mod limits;
pub mod notices;
pub mod shard;
pub mod survey;
pub mod time;
pub mod window;

pub use channel::Channel;
pub use content::Content;
pub use time::Timestamp;

//! Setting accounts up at Meta and here: connecting, disconnecting, and finding out what is wrong.
//!
//! Used by the errands of the desk, and by `switchboard account` and `switchboard doctor`, which
//! was given the token by whoever runs it. Nothing here sends to customers unless asked to.

pub mod connect;
mod disconnect;
pub mod doctor;
mod finding;
mod own_profile;
mod site;
mod test_message;

pub use disconnect::disconnect;
pub use finding::{Finding, Verdict};
pub use site::{Opened, Site, Unopened};
pub(crate) use site::{graph_client, node};
pub use test_message::test_message;

//! What pages and programs hear without asking: hints that something changed. The store holds the
//! truth, and where each change stands in it; whoever was away says where it was and hears what came
//! since. Who has a page open is at the desk.

mod cursor;
pub(crate) mod follow;
pub(crate) mod hints;
pub(crate) mod hub;
mod listener;
pub(crate) mod presence;
pub(crate) mod socket;

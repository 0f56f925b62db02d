//! What reports count. Written by router with each event, read by desk; what customers said of it
//! is in `survey_answers`.

mod count;
mod read;

pub use count::{Place, add, count, forget};
pub use read::{Filter, Group, Tally, facts, messages, scores};

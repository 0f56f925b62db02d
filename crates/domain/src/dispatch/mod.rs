//! The waiting line and the agents' load: who answers next.
//!
//! One [`Floor`] holds a workspace. Its promises: no agent gets more than their capacity by
//! dispatch's choice; within a priority nobody is passed over by who came later; while a team is
//! open and gives out by itself, nobody waits for it beside an agent who could answer them; a
//! conversation in the line stays in it until it is offered, taken or has left.

mod event;
mod floor;
mod hours;
mod open;
mod presence;
mod serve;
mod team;
mod tell;
#[cfg(test)]
mod tests;
mod want;

pub use event::{Effect, EventKind};
pub use floor::{Agent, Entry, Floor, Place};
pub(crate) use hours::find;
pub use hours::{BadHours, Clock, Day, Holiday, Hours, Opening};
pub use presence::{Presence, UnknownPresence};
pub use team::{Overflow, Strategy, TeamSettings, Texts};
pub use tell::Told;
pub use want::{Priority, Talents, UnknownPriority, Want};

//! A lane's owner: takes messages in order, applies each once, and publishes what follows once.
//!
//! This is the core of "nothing lost, nothing twice, nothing out of order". For each batch of
//! deliveries, in **one** transaction: the epoch is proved, envelopes taken up before are left
//! out, the [`Machine`] applies the rest, and what it wants published goes to the outbox. Then it
//! is published with confirms, and only then are the deliveries acked. A crash at any point
//! repeats work and never an effect, because consumers dedupe by [`Envelope::id`], which derives
//! from what caused it.
//!
//! - [`consume`]: the loop around it. [`tenure`]: the time in which this process owns the lane.
//! - [`out`]: what is to be published. [`machine`]: what a service supplies.
//! - [`poison`]: messages that cannot be processed, or bring the process down.
//! - [`rendezvous`]: which replica is preferred for which lane.

mod consume;
mod machine;
mod measures;
mod out;
mod poison;
mod rendezvous;
mod tenure;

pub use consume::{Lane, run};
pub use machine::{Fault, Machine, Moment};
pub use out::{Out, reply_to};
pub use tenure::{Clock, Tenure, TenureSlot};

#[doc(no_inline)]
pub use switchboard_contract::Envelope;

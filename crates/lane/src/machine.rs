//! What a service supplies to a lane.

use switchboard_contract::{Envelope, Invalid};
use switchboard_domain::Timestamp;
use switchboard_store::{Db, StoreError};

use crate::Out;

/// When and under which epoch something is applied.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The wall clock, read once for each batch.
    pub now: Timestamp,
    /// The owner's epoch.
    pub epoch: i64,
}

/// Why an envelope could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It does not say what it must: to the dead letters with it. Nothing was changed for it.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The store failed; the whole batch is undone.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// State and rules of one lane. Called from one thread at a time, inside a transaction.
pub trait Machine: Send + 'static {
    /// This process owns the lane from now on: load what was left by whoever owned it before.
    ///
    /// # Errors
    /// As the store's.
    fn begin(&mut self, db: &mut Db, moment: Moment) -> Result<(), StoreError>;

    /// Applies one envelope that was not applied before. It is seen exactly once, unless the
    /// transaction fails: then [`Machine::forget`] comes first.
    ///
    /// # Errors
    /// [`Fault::Invalid`] only before anything was changed for the envelope.
    fn apply(
        &mut self,
        db: &mut Db,
        envelope: &Envelope,
        moment: Moment,
        out: &mut Out,
    ) -> Result<(), Fault>;

    /// The batch is applied: write what is written once for all of it.
    ///
    /// # Errors
    /// As the store's.
    fn flush(&mut self, db: &mut Db, moment: Moment, out: &mut Out) -> Result<(), StoreError>;

    /// The batch is committed.
    fn committed(&mut self) {}

    /// The transaction failed, or another owns the lane: what is in memory may be wrong.
    fn forget(&mut self);
}

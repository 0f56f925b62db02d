//! What can go wrong in the store, in terms of what its callers do about it.

use diesel::result::{DatabaseErrorKind, Error as Diesel};

/// A failed read or write. Nothing of a failed [`crate::Store::write`] was kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached or is too busy; worth another try.
    #[error("the database is away: {0}")]
    Away(String),
    /// Another process owns the lane by now; drop what you know and stop writing.
    #[error("lane {lane} has a new owner; this one (epoch {epoch}) must stop")]
    Stale {
        /// The lane.
        lane: String,
        /// The epoch that is over.
        epoch: i64,
    },
    /// Something with the same unique value exists already.
    #[error("{0} exists already; choose another")]
    Exists(String),
    /// There is as much of it as there may be.
    #[error("{0}; take something away first")]
    Full(String),
    /// What is asked for is not there, or not in this workspace.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// It cannot go while others need it.
    #[error("it is in use by {0}; take it from there first")]
    InUse(String),
    /// Nobody would be left who may administer the workspace.
    #[error("it is the last administrator; make somebody else one first")]
    LastAdmin,
    /// A stored value is not what this version writes.
    #[error(
        "the database holds a {field} that cannot be read: {found}; was it changed by hand or written by a newer version?"
    )]
    Corrupt {
        /// What it is.
        field: &'static str,
        /// Why it cannot be read.
        found: String,
    },
    /// The schema is older or newer than this build.
    #[error("the database schema is behind ({0} migrations to run); run `switchboard migrate`")]
    Behind(usize),
    /// The database's settings could lose what it said it kept.
    #[error("the database would lose data: {what}; {remedy}")]
    Unsafe {
        /// Which setting.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// The URL names no database that we know.
    #[error("{0:?} is no database URL; use sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME")]
    BadUrl(String),
    /// The work broke off: a bug here, found by the message it was done for.
    #[error("the work broke off, which is a bug of Switchboard; nothing of it was kept: {0}")]
    Broke(String),
    /// Anything else: a bug here, or a constraint that the caller broke.
    #[error("the database refused: {0}")]
    Refused(#[source] Diesel),
}

impl From<Diesel> for StoreError {
    fn from(error: Diesel) -> Self {
        match error {
            Diesel::NotFound => StoreError::NotFound("record"),
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                StoreError::Exists(info.table_name().unwrap_or("this").to_owned())
            }
            Diesel::DatabaseError(
                DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand
                | DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::ReadOnlyTransaction,
                info,
            ) => StoreError::Away(info.message().to_owned()),
            Diesel::DatabaseError(_, info) if is_busy(info.message()) => {
                StoreError::Away(info.message().to_owned())
            }
            Diesel::BrokenTransactionManager => StoreError::Away("a broken transaction".into()),
            other => StoreError::Refused(other),
        }
    }
}

/// Messages that mean "not now", which diesel gives no kind of its own.
fn is_busy(message: &str) -> bool {
    const SIGNS: [&str; 13] = [
        // SQLite
        "database is locked",
        "database or disk is full",
        "disk I/O error",
        // PostgreSQL
        "terminating connection",
        "server closed the connection",
        "the database system is",
        "deadlock detected",
        "could not connect",
        "could not extend file",
        "canceling statement",
        "remaining connection slots",
        "too many connections",
        "out of memory",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}

impl StoreError {
    /// Whether the same work may succeed later without anyone doing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, StoreError::Away(_))
    }
}

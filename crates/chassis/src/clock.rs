//! The one reader of the wall clock; the domain gets the time as an argument.

use std::time::{SystemTime, UNIX_EPOCH};

use switchboard_domain::Timestamp;

/// The present. A clock set before 1970 reads as 1970.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::default().plus(since)
}

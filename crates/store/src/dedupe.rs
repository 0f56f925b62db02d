//! What a lane has taken up already. Kept for as long as Meta or a queue might repeat it.

use std::collections::HashSet;

use diesel::prelude::*;
use switchboard_domain::Timestamp;

use crate::{
    Db, StoreError,
    db::on,
    schema::dedupe_keys::{self, dsl},
};

/// So many keys go into one statement; SQLite takes 32,766 parameters.
const CHUNK: usize = 5_000;

/// Which of the keys were taken up before.
///
/// # Errors
/// As any read.
pub fn known(db: &mut Db, lane: &str, keys: &[String]) -> Result<HashSet<String>, StoreError> {
    let mut known = HashSet::new();
    for keys in keys.chunks(CHUNK) {
        let query = dedupe_keys::table
            .filter(dsl::lane.eq(lane))
            .filter(dsl::key.eq_any(keys))
            .select(dsl::key);
        let found: Vec<String> = on!(db, conn => query.load(conn))?;
        known.extend(found);
    }
    Ok(known)
}

/// Takes the keys up, for ever.
///
/// # Errors
/// As any write.
pub fn remember(
    db: &mut Db,
    lane: &str,
    keys: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    for keys in keys.chunks(CHUNK) {
        let rows: Vec<_> = keys
            .iter()
            .map(|key| (dsl::lane.eq(lane), dsl::key.eq(key), dsl::at.eq(now.as_micros())))
            .collect();
        on!(db, conn => diesel::insert_into(dedupe_keys::table)
            .values(&rows)
            .on_conflict_do_nothing()
            .execute(conn))?;
    }
    Ok(())
}

/// Forgets what is older than `before`. Returns how many.
///
/// # Errors
/// As any write.
pub fn forget(db: &mut Db, before: Timestamp) -> Result<usize, StoreError> {
    let old = dedupe_keys::table.filter(dsl::at.lt(before.as_micros()));
    Ok(on!(db, conn => diesel::delete(old).execute(conn))?)
}

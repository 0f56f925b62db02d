//! Who owns a lane. An owner raises the epoch when it begins, and each of its transactions proves
//! that the epoch still stands: a process that was paused and overtaken cannot write.

use diesel::prelude::*;
use switchboard_domain::Timestamp;

use crate::{
    Db, StoreError,
    db::on,
    schema::lanes::{self, dsl},
};

/// Becomes the owner; any transaction of an older owner fails from now on. Returns the new epoch.
///
/// # Errors
/// As any write.
pub fn take(db: &mut Db, lane: &str, owner: &str, now: Timestamp) -> Result<i64, StoreError> {
    let new = (
        dsl::lane.eq(lane),
        dsl::epoch.eq(1),
        dsl::owner.eq(owner),
        dsl::seen_at.eq(now.as_micros()),
    );
    let again =
        (dsl::epoch.eq(lanes::epoch + 1), dsl::owner.eq(owner), dsl::seen_at.eq(now.as_micros()));
    let epoch = on!(db, conn => diesel::insert_into(lanes::table)
        .values(new)
        .on_conflict(dsl::lane)
        .do_update()
        .set(again)
        .returning(lanes::epoch)
        .get_result(conn))?;
    Ok(epoch)
}

/// Proves ownership, and holds it until the transaction ends. Call it first in each transaction.
///
/// # Errors
/// [`StoreError::Stale`] when another has taken the lane.
pub fn prove(db: &mut Db, lane: &str, epoch: i64, now: Timestamp) -> Result<(), StoreError> {
    let mine = lanes::table.filter(dsl::lane.eq(lane)).filter(dsl::epoch.eq(epoch));
    let rows = on!(db, conn => diesel::update(mine)
        .set(dsl::seen_at.eq(now.as_micros()))
        .execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::Stale { lane: lane.to_owned(), epoch }) }
}

/// When the lane's owner last wrote, if it ever had one.
///
/// # Errors
/// As any read.
pub fn seen_at(db: &mut Db, lane: &str) -> Result<Option<Timestamp>, StoreError> {
    let seen: Option<i64> = on!(db, conn => lanes::table
        .filter(dsl::lane.eq(lane))
        .select(dsl::seen_at)
        .first(conn)
        .optional())?;
    Ok(seen.map(Timestamp::from_micros))
}

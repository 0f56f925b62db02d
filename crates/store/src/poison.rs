//! How often a message brought its consumer down. Counted and committed before each new try, so
//! that a message that kills the process is found out all the same.

use diesel::prelude::*;
use switchboard_domain::Timestamp;

use crate::{
    Db, StoreError,
    db::on,
    schema::poison::{self, dsl},
};

/// Counts a try at a redelivered message; returns the tries so far, this one included.
///
/// # Errors
/// As any write.
pub fn count(db: &mut Db, lane: &str, message_id: &str, now: Timestamp) -> Result<i32, StoreError> {
    let first = (
        dsl::message_id.eq(message_id),
        dsl::lane.eq(lane),
        dsl::attempts.eq(1),
        dsl::at.eq(now.as_micros()),
    );
    Ok(on!(db, conn => diesel::insert_into(poison::table)
        .values(first)
        .on_conflict(dsl::message_id)
        .do_update()
        .set((dsl::attempts.eq(poison::attempts + 1), dsl::at.eq(now.as_micros())))
        .returning(poison::attempts)
        .get_result(conn))?)
}

/// The message did no harm after all.
///
/// # Errors
/// As any write.
pub fn clear(db: &mut Db, message_ids: &[String]) -> Result<(), StoreError> {
    let cleared = poison::table.filter(dsl::message_id.eq_any(message_ids));
    on!(db, conn => diesel::delete(cleared).execute(conn))?;
    Ok(())
}

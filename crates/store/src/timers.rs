//! Messages to publish at a time: a timer is a row that becomes a message when it is due.

use std::time::Duration;

use bytes::Bytes;
use diesel::prelude::*;
use switchboard_domain::Timestamp;

use crate::{
    Db, StoreError,
    db::on,
    schema::timers::{self, dsl},
};

/// A timer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// Names it; setting another of the same name replaces it.
    pub id: String,
    /// The topic to publish to.
    pub topic: String,
    /// The encoded bundle to publish.
    pub payload: Bytes,
    /// When.
    pub due: Timestamp,
}

/// Sets a timer, in place of any of the same name.
///
/// # Errors
/// As any write.
pub fn set(db: &mut Db, timer: &Timer) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(&timer.id),
        dsl::topic.eq(&timer.topic),
        dsl::payload.eq(timer.payload.as_ref()),
        dsl::due_at.eq(timer.due.as_micros()),
        dsl::claimed_until.eq(0),
    );
    let again = (
        dsl::topic.eq(&timer.topic),
        dsl::payload.eq(timer.payload.as_ref()),
        dsl::due_at.eq(timer.due.as_micros()),
        dsl::claimed_until.eq(0),
    );
    on!(db, conn => diesel::insert_into(timers::table)
        .values(row)
        .on_conflict(dsl::id)
        .do_update()
        .set(again)
        .execute(conn))?;
    Ok(())
}

/// Forgets a timer.
///
/// # Errors
/// As any write.
pub fn clear(db: &mut Db, id: &str) -> Result<(), StoreError> {
    on!(db, conn => diesel::delete(timers::table.filter(dsl::id.eq(id))).execute(conn))?;
    Ok(())
}

/// Claims up to `limit` due timers for `lease`, so that other replicas leave them alone meanwhile.
/// One whose claimer dies comes up again; consumers dedupe.
///
/// # Errors
/// As any write.
pub fn claim(
    db: &mut Db,
    now: Timestamp,
    lease: Duration,
    limit: i64,
) -> Result<Vec<Timer>, StoreError> {
    let due = timers::table
        .filter(dsl::due_at.le(now.as_micros()))
        .filter(dsl::claimed_until.le(now.as_micros()))
        .order(dsl::due_at)
        .limit(limit)
        .select((dsl::id, dsl::topic, dsl::payload, dsl::due_at));
    let rows: Vec<(String, String, Vec<u8>, i64)> = match db {
        // Replicas scan at the same time: each takes rows that no other is looking at.
        Db::Postgres(conn) => due.for_update().skip_locked().load(&mut **conn)?,
        Db::Sqlite(conn) => due.load(&mut **conn)?,
    };
    let ids: Vec<&String> = rows.iter().map(|(id, ..)| id).collect();
    let until = now.plus(lease).as_micros();
    on!(db, conn => diesel::update(timers::table.filter(dsl::id.eq_any(ids)))
        .set(dsl::claimed_until.eq(until))
        .execute(conn))?;
    Ok(rows
        .into_iter()
        .map(|(id, topic, payload, due)| Timer {
            id,
            topic,
            payload: payload.into(),
            due: Timestamp::from_micros(due),
        })
        .collect())
}

/// Removes timers that were published, unless they were set anew since.
///
/// # Errors
/// As any write.
pub fn done(db: &mut Db, timers: &[Timer]) -> Result<(), StoreError> {
    for timer in timers {
        let published = timers::table
            .filter(dsl::id.eq(&timer.id))
            .filter(dsl::due_at.eq(timer.due.as_micros()));
        on!(db, conn => diesel::delete(published).execute(conn))?;
    }
    Ok(())
}

/// When the next timer is due.
///
/// # Errors
/// As any read.
pub fn next_due(db: &mut Db) -> Result<Option<Timestamp>, StoreError> {
    let due: Option<i64> =
        on!(db, conn => timers::table.select(diesel::dsl::min(dsl::due_at)).first(conn))?;
    Ok(due.map(Timestamp::from_micros))
}

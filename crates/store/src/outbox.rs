//! What a lane's owner has committed to publish. A row goes when its message is durable elsewhere.

use bytes::Bytes;
use diesel::prelude::*;

use crate::{
    Db, StoreError,
    db::on,
    schema::outbox::{self, dsl},
};

/// A message to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The topic's name.
    pub topic: String,
    /// The message's id.
    pub message_id: String,
    /// The encoded bundle.
    pub payload: Bytes,
}

/// Adds messages, in order; returns their numbers, for [`delete`].
///
/// # Errors
/// As any write.
pub fn add(db: &mut Db, lane: &str, messages: &[Pending]) -> Result<Vec<i64>, StoreError> {
    let mut numbers = Vec::with_capacity(messages.len());
    for message in messages {
        let row = (
            dsl::lane.eq(lane),
            dsl::topic.eq(&message.topic),
            dsl::message_id.eq(&message.message_id),
            dsl::payload.eq(message.payload.as_ref()),
        );
        numbers.push(on!(db, conn => diesel::insert_into(outbox::table)
            .values(row)
            .returning(outbox::id)
            .get_result(conn))?);
    }
    Ok(numbers)
}

/// All that the lane has yet to publish, oldest first.
///
/// # Errors
/// As any read.
pub fn load(db: &mut Db, lane: &str) -> Result<Vec<(i64, Pending)>, StoreError> {
    let query = outbox::table.filter(dsl::lane.eq(lane)).order(dsl::id).select((
        dsl::id,
        dsl::topic,
        dsl::message_id,
        dsl::payload,
    ));
    let rows: Vec<(i64, String, String, Vec<u8>)> = on!(db, conn => query.load(conn))?;
    Ok(rows
        .into_iter()
        .map(|(id, topic, message_id, payload)| {
            (id, Pending { topic, message_id, payload: payload.into() })
        })
        .collect())
}

/// Removes what was published.
///
/// # Errors
/// As any write.
pub fn delete(db: &mut Db, numbers: &[i64]) -> Result<(), StoreError> {
    let published = outbox::table.filter(dsl::id.eq_any(numbers));
    on!(db, conn => diesel::delete(published).execute(conn))?;
    Ok(())
}

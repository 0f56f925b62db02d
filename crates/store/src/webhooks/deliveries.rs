//! What is to be told to whom, and what came of it. Written by desk.

use std::collections::HashMap;

use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use switchboard_domain::{
    Timestamp,
    ids::{EndpointId, WorkspaceId},
};

use super::endpoints::{self, Endpoint};
use crate::{
    Db, StoreError,
    convert::{parse, small, time, unsigned},
    db::on,
    schema::{
        webhook_deliveries::{self, dsl},
        webhook_events as events,
    },
};

/// The same table once more, for a look at what comes before.
mod again {
    use crate::schema::webhook_deliveries;

    diesel::alias!(webhook_deliveries as earlier: Earlier);
}
use again::earlier;

/// What a delivery may be.
pub const STATES: [&str; 3] = ["pending", "delivered", "parked"];

/// One event for one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The event's place.
    pub seq: i64,
    /// The event.
    pub event: String,
    /// Its kind.
    pub kind: String,
    /// `pending`, `delivered` or `parked`.
    pub state: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next, while pending.
    pub due: Timestamp,
    /// What came of the last try, for people.
    pub answer: String,
    /// When it was last tried.
    pub tried_at: Option<Timestamp>,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It was taken.
    Delivered,
    /// It is tried again then.
    Again(Timestamp),
    /// It is not tried again by itself.
    Parked,
}

type Row = (i64, String, String, String, i32, i64, String, Option<i64>);

fn from_row(row: Row) -> Result<Delivery, StoreError> {
    let (seq, event, kind, state, attempts, due, answer, tried_at) = row;
    Ok(Delivery {
        seq,
        event,
        kind,
        state,
        attempts: unsigned("webhook_deliveries.attempts", attempts.into())?,
        due: time(due),
        answer,
        tried_at: tried_at.map(time),
    })
}

/// Makes deliveries of up to `limit` events that were not given out; tells how many there were.
///
/// # Errors
/// As any write.
pub fn give_out(db: &mut Db, limit: i64, now: Timestamp) -> Result<usize, StoreError> {
    let query =
        events::table.filter(events::given.eq(false)).order(events::seq).limit(limit).select((
            events::seq,
            events::id,
            events::workspace_id,
            events::conversation_id,
            events::kind,
        ));
    let rows: Vec<(i64, String, String, String, String)> = match db {
        // Another replica that gives out at the same time is waited for: the order stays.
        Db::Postgres(conn) => query.for_update().load(&mut **conn)?,
        Db::Sqlite(conn) => query.load(&mut **conn)?,
    };
    let mut told: HashMap<String, Vec<Endpoint>> = HashMap::new();
    for (seq, event, workspace, conversation, kind) in &rows {
        if !told.contains_key(workspace) {
            let id = parse("webhook_events.workspace_id", workspace)?;
            told.insert(workspace.clone(), endpoints::list(db, id)?);
        }
        let endpoints = told.get(workspace).map(Vec::as_slice).unwrap_or_default();
        for endpoint in endpoints.iter().filter(|one| one.off_because.is_none()) {
            if endpoint.kinds.contains(kind) {
                add(db, endpoint.id, (*seq, event, conversation, kind), now)?;
            }
        }
    }
    let given: Vec<i64> = rows.iter().map(|(seq, ..)| *seq).collect();
    let rows = events::table.filter(events::seq.eq_any(given));
    Ok(on!(db, conn => diesel::update(rows).set(events::given.eq(true)).execute(conn))?)
}

/// Adds a delivery; one that is there is to be done anew.
fn add(
    db: &mut Db,
    endpoint: EndpointId,
    (seq, event, conversation, kind): (i64, &str, &str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let fresh = (dsl::state.eq("pending"), dsl::attempts.eq(0), dsl::due_at.eq(now.as_micros()));
    let row = (
        dsl::endpoint_id.eq(endpoint.to_string()),
        dsl::seq.eq(seq),
        dsl::event_id.eq(event),
        dsl::conversation_id.eq(conversation),
        dsl::kind.eq(kind),
        dsl::answer.eq(""),
        fresh,
    );
    on!(db, conn => diesel::insert_into(webhook_deliveries::table)
        .values(row)
        .on_conflict((dsl::endpoint_id, dsl::seq))
        .do_update()
        .set(fresh)
        .execute(conn))?;
    Ok(())
}

/// Whether there is something to give out.
///
/// # Errors
/// As any read.
pub fn any_to_give(db: &mut Db) -> Result<bool, StoreError> {
    let query = events::table.filter(events::given.eq(false)).select(events::seq);
    let one: Option<i64> = on!(db, conn => query.first(conn).optional())?;
    Ok(one.is_some())
}

/// The endpoints that are on and have something due.
///
/// # Errors
/// As any read.
pub fn due_endpoints(
    db: &mut Db,
    now: Timestamp,
) -> Result<Vec<(WorkspaceId, EndpointId)>, StoreError> {
    use crate::schema::webhook_endpoints as endpoints;
    let due = webhook_deliveries::table
        .filter(dsl::state.eq("pending"))
        .filter(dsl::due_at.le(now.as_micros()))
        .select(dsl::endpoint_id);
    let query = endpoints::table
        .filter(endpoints::id.eq_any(due))
        .filter(endpoints::off_because.is_null())
        .select((endpoints::workspace_id, endpoints::id));
    let rows: Vec<(String, String)> = on!(db, conn => query.load(conn))?;
    let ids = rows.into_iter().map(|(workspace, id)| {
        let workspace = parse("webhook_endpoints.workspace_id", &workspace)?;
        Ok((workspace, parse("webhook_endpoints.id", &id)?))
    });
    ids.collect()
}

/// What is to be told an endpoint now, with the body: of each conversation the first that waits, if
/// it is due.
///
/// # Errors
/// As any read.
pub fn due(
    db: &mut Db,
    endpoint: EndpointId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(Delivery, String)>, StoreError> {
    let before = earlier
        .filter(earlier.field(dsl::endpoint_id).eq(dsl::endpoint_id))
        .filter(earlier.field(dsl::conversation_id).eq(dsl::conversation_id))
        .filter(earlier.field(dsl::state).eq("pending"))
        .filter(earlier.field(dsl::seq).lt(dsl::seq));
    let query = webhook_deliveries::table
        .filter(dsl::endpoint_id.eq(endpoint.to_string()))
        .filter(dsl::state.eq("pending"))
        .filter(dsl::due_at.le(now.as_micros()))
        .filter(not(exists(before)))
        .order(dsl::due_at)
        .limit(limit)
        .select(columns());
    let rows: Vec<Row> = on!(db, conn => query.load(conn))?;
    let happened: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let query =
        events::table.filter(events::seq.eq_any(happened)).select((events::seq, events::body));
    let bodies: Vec<(i64, String)> = on!(db, conn => query.load(conn))?;
    let mut bodies: HashMap<i64, String> = bodies.into_iter().collect();
    let due = rows.into_iter().filter_map(|row| bodies.remove(&row.0).map(|body| (row, body)));
    due.map(|(row, body)| Ok((from_row(row)?, body))).collect()
}

/// Notes what came of a try; nothing if the delivery is gone.
///
/// # Errors
/// As any write.
pub fn tried(
    db: &mut Db,
    (endpoint, seq): (EndpointId, i64),
    (fate, answer): (&Fate, &str),
    (attempts, now): (u32, Timestamp),
) -> Result<(), StoreError> {
    let row = webhook_deliveries::table
        .filter(dsl::endpoint_id.eq(endpoint.to_string()))
        .filter(dsl::seq.eq(seq));
    let (state, due) = match fate {
        Fate::Delivered => ("delivered", now),
        Fate::Again(due) => ("pending", *due),
        Fate::Parked => ("parked", now),
    };
    let set = (
        dsl::state.eq(state),
        dsl::attempts.eq(small(attempts)),
        dsl::due_at.eq(due.as_micros()),
        dsl::answer.eq(answer),
        dsl::tried_at.eq(now.as_micros()),
    );
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Parks all that waits for an endpoint.
pub(super) fn park_all(db: &mut Db, endpoint: EndpointId) -> Result<(), StoreError> {
    let waiting = webhook_deliveries::table
        .filter(dsl::endpoint_id.eq(endpoint.to_string()))
        .filter(dsl::state.eq("pending"));
    on!(db, conn => diesel::update(waiting).set(dsl::state.eq("parked")).execute(conn))?;
    Ok(())
}

/// The latest deliveries of an endpoint, those before `before` when it is given.
///
/// # Errors
/// As any read.
pub fn page(
    db: &mut Db,
    endpoint: EndpointId,
    (state, before): (Option<&str>, Option<i64>),
    limit: i64,
) -> Result<Vec<Delivery>, StoreError> {
    let states = state.map_or(STATES.to_vec(), |state| vec![state]);
    let query = webhook_deliveries::table
        .filter(dsl::endpoint_id.eq(endpoint.to_string()))
        .filter(dsl::seq.lt(before.unwrap_or(i64::MAX)))
        .filter(dsl::state.eq_any(states))
        .order(dsl::seq.desc())
        .limit(limit)
        .select(columns());
    let rows: Vec<Row> = on!(db, conn => query.load(conn))?;
    rows.into_iter().map(from_row).collect()
}

/// Which events are told once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(String),
    /// All that happened from the one time until before the other.
    Between(Timestamp, Timestamp),
    /// All that happened from that time on, since the endpoint was made, and that it did not take:
    /// what failed, what waits for another try, and what happened while it was off.
    Missed(Timestamp),
}

/// Tells an endpoint once more of up to `limit` events of the kinds that it wants, in order; tells
/// how many there were.
///
/// # Errors
/// As any write.
pub fn replay(
    db: &mut Db,
    endpoint: &Endpoint,
    which: &Which,
    (limit, now): (i64, Timestamp),
) -> Result<usize, StoreError> {
    let query = events::table
        .filter(events::workspace_id.eq(endpoint.workspace.to_string()))
        .filter(events::kind.eq_any(&endpoint.kinds))
        .order(events::seq)
        .limit(limit)
        .select((events::seq, events::id, events::conversation_id, events::kind));
    let rows: Vec<(i64, String, String, String)> = match which {
        Which::One(id) => on!(db, conn => query.filter(events::id.eq(id)).load(conn))?,
        Which::Between(from, until) => {
            let then = events::at.ge(from.as_micros()).and(events::at.lt(until.as_micros()));
            on!(db, conn => query.filter(then).load(conn))?
        }
        Which::Missed(since) => {
            let since = (*since).max(endpoint.created_at);
            let taken = webhook_deliveries::table
                .filter(dsl::endpoint_id.eq(endpoint.id.to_string()))
                .filter(dsl::seq.eq(events::seq))
                .filter(dsl::state.eq("delivered"));
            let missed = events::at.ge(since.as_micros()).and(not(exists(taken)));
            on!(db, conn => query.filter(missed).load(conn))?
        }
    };
    for (seq, event, conversation, kind) in &rows {
        add(db, endpoint.id, (*seq, event, conversation, kind), now)?;
    }
    Ok(rows.len())
}

fn columns() -> (
    dsl::seq,
    dsl::event_id,
    dsl::kind,
    dsl::state,
    dsl::attempts,
    dsl::due_at,
    dsl::answer,
    dsl::tried_at,
) {
    (
        dsl::seq,
        dsl::event_id,
        dsl::kind,
        dsl::state,
        dsl::attempts,
        dsl::due_at,
        dsl::answer,
        dsl::tried_at,
    )
}

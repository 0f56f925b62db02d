//! What is measured of each conversation. Written by router.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{ConversationId, WorkspaceId},
    ledger::{Due, Ledger, Target},
};

use crate::{
    Db, StoreError,
    convert::{from_json, parse, time, to_json},
    db::on,
    schema::ledgers::{self, dsl},
};

/// The promise of a conversation that is broken first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// Which.
    pub target: Target,
    /// When it is broken, or was.
    pub due_at: Timestamp,
    /// When a quarter of its time is left.
    pub soon_at: Timestamp,
}

impl Promise {
    /// From the columns, which are all there or none.
    pub(crate) fn from_columns(
        (target, due, soon): (Option<String>, Option<i64>, Option<i64>),
    ) -> Result<Option<Self>, StoreError> {
        let (Some(target), Some(due), Some(soon)) = (target, due, soon) else { return Ok(None) };
        let target = parse("ledgers.target", &target)?;
        Ok(Some(Self { target, due_at: time(due), soon_at: time(soon) }))
    }
}

/// What was measured so far; nothing of a conversation that has just begun.
///
/// # Errors
/// As any read.
pub fn load(db: &mut Db, conversation: ConversationId) -> Result<Ledger, StoreError> {
    let query = ledgers::table
        .filter(dsl::conversation_id.eq(conversation.to_string()))
        .select(dsl::ledger);
    let row: Option<String> = on!(db, conn => query.first(conn).optional())?;
    row.map_or_else(|| Ok(Ledger::default()), |ledger| from_json("ledgers.ledger", &ledger))
}

/// Writes what was measured, and the promise that is broken first.
///
/// # Errors
/// As any write.
pub fn save(
    db: &mut Db,
    workspace: WorkspaceId,
    conversation: ConversationId,
    ledger: &Ledger,
    due: Option<Due>,
) -> Result<(), StoreError> {
    let set = (
        dsl::ledger.eq(to_json("ledgers.ledger", ledger)?),
        dsl::target.eq(due.map(|due| due.target.as_str())),
        dsl::due_at.eq(due.map(|due| due.at.as_micros())),
        dsl::soon_at.eq(due.map(|due| due.soon.as_micros())),
    );
    let row = (
        dsl::conversation_id.eq(conversation.to_string()),
        dsl::workspace_id.eq(workspace.to_string()),
        set.clone(),
    );
    on!(db, conn => diesel::insert_into(ledgers::table)
        .values(row)
        .on_conflict(dsl::conversation_id)
        .do_update()
        .set(set)
        .execute(conn))?;
    Ok(())
}

/// Forgets what was measured: its customer was erased.
///
/// # Errors
/// As any write.
pub fn forget(db: &mut Db, conversation: ConversationId) -> Result<(), StoreError> {
    let row = ledgers::table.filter(dsl::conversation_id.eq(conversation.to_string()));
    on!(db, conn => diesel::delete(row).execute(conn))?;
    Ok(())
}

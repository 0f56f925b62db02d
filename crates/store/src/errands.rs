//! Errands: administrative calls to Meta that outbound does for services that hold no tokens, trials
//! that the bot service makes, and what came of them. Written by whoever does them; whoever asked reads.

use diesel::prelude::*;
use serde_json::Value;
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, ErrandId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{from_json, parse, to_json},
    db::on,
    schema::errands::{self, dsl},
    seal::Place,
};

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// Names it; drawn by whoever asks.
    pub id: ErrandId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The account that it concerns, if it is connected.
    pub account: Option<AccountId>,
    /// What kind of errand.
    pub kind: String,
}

impl Errand {
    /// Where secrets in an errand's input are sealed for, with the key of the app secrets.
    #[must_use]
    pub fn input_place(workspace: WorkspaceId, id: &str) -> Place<'_> {
        Place { workspace, column: "errands.input", row: id }
    }
}

/// How far an errand is.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Outbound is at it; a crash may have ended that.
    Running,
    /// It is done; what it found, as its kind says.
    Done(Value),
    /// It could not be done; a sentence for people.
    Failed(String),
}

/// Notes that an errand begins. False when it is known already: it was delivered twice.
///
/// # Errors
/// As any write.
pub fn begin(db: &mut Db, errand: &Errand, now: Timestamp) -> Result<bool, StoreError> {
    let row = (
        dsl::id.eq(errand.id.to_string()),
        dsl::workspace_id.eq(errand.workspace.to_string()),
        dsl::account_id.eq(errand.account.map(|account| account.to_string())),
        dsl::kind.eq(&errand.kind),
        (dsl::state.eq("running"), dsl::result.eq("null")),
        dsl::started_at.eq(now.as_micros()),
    );
    let rows = on!(db, conn => diesel::insert_into(errands::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(rows == 1)
}

/// Notes what came of an errand.
///
/// # Errors
/// As any write.
pub fn end(
    db: &mut Db,
    id: ErrandId,
    outcome: &Progress,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (state, result) = match outcome {
        Progress::Running => return Ok(()),
        Progress::Done(result) => ("done", to_json("errands.result", result)?),
        Progress::Failed(sentence) => ("failed", to_json("errands.result", sentence)?),
    };
    let set = (dsl::state.eq(state), dsl::result.eq(result), dsl::ended_at.eq(now.as_micros()));
    let row = errands::table.filter(dsl::id.eq(id.to_string()));
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// How far an errand is; `None` when outbound has not taken it up.
///
/// # Errors
/// As any read.
pub fn progress(
    db: &mut Db,
    workspace: WorkspaceId,
    id: ErrandId,
) -> Result<Option<(Errand, Progress)>, StoreError> {
    let query = errands::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()))
        .select((dsl::account_id, dsl::kind, dsl::state, dsl::result));
    type Row = (Option<String>, String, String, String);
    let row: Option<Row> = on!(db, conn => query.first(conn).optional())?;
    let Some((account, kind, state, result)) = row else { return Ok(None) };
    let account = account.map(|account| parse("errands.account_id", &account)).transpose()?;
    let progress = match state.as_str() {
        "running" => Progress::Running,
        "done" => Progress::Done(from_json("errands.result", &result)?),
        "failed" => Progress::Failed(from_json("errands.result", &result)?),
        other => {
            return Err(StoreError::Corrupt { field: "errands.state", found: other.to_owned() });
        }
    };
    Ok(Some((Errand { id, workspace, account, kind }, progress)))
}

/// How many errands of a kind were taken up for an account since then.
///
/// # Errors
/// As any read.
pub fn taken_up(
    db: &mut Db,
    account: AccountId,
    kind: &str,
    since: Timestamp,
) -> Result<i64, StoreError> {
    let query = errands::table
        .filter(dsl::account_id.eq(account.to_string()))
        .filter(dsl::kind.eq(kind))
        .filter(dsl::started_at.ge(since.as_micros()))
        .count();
    Ok(on!(db, conn => query.get_result(conn))?)
}

/// Forgets errands that were taken up before then; tells how many.
///
/// # Errors
/// As any write.
pub fn forget(db: &mut Db, before: Timestamp) -> Result<usize, StoreError> {
    let old = errands::table.filter(dsl::started_at.lt(before.as_micros()));
    Ok(on!(db, conn => diesel::delete(old).execute(conn))?)
}

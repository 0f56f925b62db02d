//! What Meta says about accounts: quality, templates, bans, restrictions, policy. Kept whole, and
//! shown to administrators as a sentence. Written by router.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::parse,
    db::on,
    schema::account_events::{self, dsl},
};

/// Something that Meta said about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEvent {
    /// Follows from the event, so that it is kept once.
    pub id: String,
    /// Whose account.
    pub workspace: WorkspaceId,
    /// Which account.
    pub account: AccountId,
    /// Meta's name of the kind of event.
    pub kind: String,
    /// `info`, `warning` or `critical`.
    pub severity: String,
    /// What it means, for people.
    pub sentence: String,
    /// The event.
    pub raw: String,
    /// When it happened.
    pub at: Timestamp,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = account_events)]
struct Row {
    id: String,
    workspace_id: String,
    account_id: String,
    kind: String,
    severity: String,
    sentence: String,
    raw: String,
    at: i64,
}

impl TryFrom<Row> for AccountEvent {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            workspace: parse("account_events.workspace_id", &row.workspace_id)?,
            account: parse("account_events.account_id", &row.account_id)?,
            kind: row.kind,
            severity: row.severity,
            sentence: row.sentence,
            raw: row.raw,
            at: Timestamp::from_micros(row.at),
        })
    }
}

/// Keeps an event; again changes nothing.
///
/// # Errors
/// As any write.
pub fn keep(db: &mut Db, event: &AccountEvent) -> Result<(), StoreError> {
    let row = || Row {
        id: event.id.clone(),
        workspace_id: event.workspace.to_string(),
        account_id: event.account.to_string(),
        kind: event.kind.clone(),
        severity: event.severity.clone(),
        sentence: event.sentence.clone(),
        raw: event.raw.clone(),
        at: event.at.as_micros(),
    };
    on!(db, conn => diesel::insert_into(account_events::table)
        .values(row())
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// What an account's events of these kinds said since then that name something, the latest first; at
/// most a hundred.
///
/// # Errors
/// As any read.
pub fn naming(
    db: &mut Db,
    account: AccountId,
    (kinds, named): (&[&str], &str),
    since: Timestamp,
) -> Result<Vec<String>, StoreError> {
    let query = account_events::table
        .filter(dsl::account_id.eq(account.to_string()))
        .filter(dsl::kind.eq_any(kinds))
        .filter(dsl::at.ge(since.as_micros()))
        .filter(dsl::raw.like(format!("%\"{named}\"%")))
        .order(dsl::at.desc())
        .limit(100)
        .select(dsl::raw);
    Ok(on!(db, conn => query.load(conn))?)
}

/// The latest events of an account that happened before `before`.
///
/// # Errors
/// As any read.
pub fn page(
    db: &mut Db,
    workspace: WorkspaceId,
    account: AccountId,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<AccountEvent>, StoreError> {
    let query = account_events::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::account_id.eq(account.to_string()))
        .filter(dsl::at.lt(before.as_micros()))
        .order((dsl::at.desc(), dsl::id.desc()))
        .limit(limit);
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(AccountEvent::try_from).collect()
}

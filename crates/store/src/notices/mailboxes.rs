//! What people want to be told, and how mailing them goes. Written by desk.

use std::time::Duration;

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{UserId, WorkspaceId},
    notices::Choice,
};

use super::choices;
use crate::{
    Db, StoreError,
    convert::{parse, small, time, unsigned},
    db::on,
    schema::{
        mailboxes::{self, dsl},
        notice_items as items,
    },
    seal::Place,
};

const FIELD: &str = "mailboxes.choice";

/// Somebody who can be mailed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Who.
    pub user: UserId,
    /// What they chose; `None`: as their workspace.
    pub choice: Option<Choice>,
    /// When the last mail went out.
    pub told_at: Option<Timestamp>,
    /// Tries in a row that failed.
    pub attempts: u32,
    /// The address that the mail server refused, and what it said.
    pub refused: Option<(String, String)>,
}

impl Mailbox {
    /// What an address that ends somebody's mails is sealed for, with the key of the app secrets.
    #[must_use]
    pub fn unsubscribe_place(workspace: WorkspaceId, user: &str) -> Place<'_> {
        Place { workspace, column: "mailboxes.unsubscribe", row: user }
    }

    fn empty(user: UserId) -> Self {
        Self { user, choice: None, told_at: None, attempts: 0, refused: None }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = mailboxes)]
struct Row {
    user_id: String,
    choice: Option<String>,
    wants: Option<String>,
    told_at: Option<i64>,
    attempts: i32,
    refused: Option<String>,
    refused_because: Option<String>,
}

impl TryFrom<Row> for Mailbox {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let wants = row.wants.as_deref();
        let choice = row.choice.as_deref().map(|choice| choices::read(FIELD, choice, wants));
        Ok(Self {
            user: parse("mailboxes.user_id", &row.user_id)?,
            choice: choice.transpose()?,
            told_at: row.told_at.map(time),
            attempts: unsigned("mailboxes.attempts", row.attempts.into())?,
            refused: row.refused.zip(row.refused_because),
        })
    }
}

/// Somebody's mailbox; that of who never had one is empty.
///
/// # Errors
/// As any read.
pub fn get(db: &mut Db, workspace: WorkspaceId, user: UserId) -> Result<Mailbox, StoreError> {
    let query = mailboxes::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::user_id.eq(user.to_string()));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map_or_else(|| Ok(Mailbox::empty(user)), Mailbox::try_from)
}

/// All of a workspace that there are.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<Mailbox>, StoreError> {
    let query =
        mailboxes::table.filter(dsl::workspace_id.eq(workspace.to_string())).order(dsl::user_id);
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(Mailbox::try_from).collect()
}

/// Sees to it that somebody has one.
///
/// # Errors
/// As any write.
pub fn open(db: &mut Db, workspace: WorkspaceId, user: UserId) -> Result<(), StoreError> {
    let row = (dsl::user_id.eq(user.to_string()), dsl::workspace_id.eq(workspace.to_string()));
    on!(db, conn => diesel::insert_into(mailboxes::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Chooses what somebody is told; `None`: as their workspace. What waits is looked at anew.
///
/// # Errors
/// As any write.
pub fn choose(
    db: &mut Db,
    (workspace, user): (WorkspaceId, UserId),
    choice: Option<&Choice>,
) -> Result<(), StoreError> {
    open(db, workspace, user)?;
    let (choice, wants) = choice.map(|choice| choices::write(FIELD, choice)).transpose()?.unzip();
    let row = mailboxes::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::user_id.eq(user.to_string()));
    let set = (dsl::choice.eq(choice), dsl::wants.eq(wants), dsl::due_at.eq(0));
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Has what waits for all who go by what their workspace chose looked at anew.
///
/// # Errors
/// As any write.
pub fn look_again(db: &mut Db, workspace: WorkspaceId) -> Result<(), StoreError> {
    let rows = mailboxes::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::choice.is_null());
    on!(db, conn => diesel::update(rows).set(dsl::due_at.eq(0)).execute(conn))?;
    Ok(())
}

/// Those who have something to be told, may be mailed by now, and whom no desk is at.
///
/// # Errors
/// As any read.
pub fn due(
    db: &mut Db,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(WorkspaceId, UserId)>, StoreError> {
    let now = now.as_micros();
    let told = items::table.filter(items::due_at.le(now)).select(items::user_id);
    let query = mailboxes::table
        .filter(dsl::user_id.eq_any(told))
        .filter(dsl::due_at.le(now))
        .filter(dsl::leased_until.lt(now))
        .order((dsl::due_at, dsl::user_id))
        .limit(limit)
        .select((dsl::workspace_id, dsl::user_id));
    let rows: Vec<(String, String)> = on!(db, conn => query.load(conn))?;
    let ids = rows.into_iter().map(|(workspace, user)| {
        let workspace = parse("mailboxes.workspace_id", &workspace)?;
        Ok((workspace, parse("mailboxes.user_id", &user)?))
    });
    ids.collect()
}

/// Becomes the one that mails somebody, or stays it, for `lease`; `false` while another is.
///
/// # Errors
/// As any write.
pub fn lease(
    db: &mut Db,
    user: UserId,
    (owner, now): (&str, Timestamp),
    lease: Duration,
) -> Result<bool, StoreError> {
    let free = mailboxes::table
        .filter(dsl::user_id.eq(user.to_string()))
        .filter(dsl::leased_by.eq(owner).or(dsl::leased_until.lt(now.as_micros())));
    let set = (dsl::leased_by.eq(owner), dsl::leased_until.eq(now.plus(lease).as_micros()));
    Ok(on!(db, conn => diesel::update(free).set(set).execute(conn))? == 1)
}

/// Lets another mail them.
///
/// # Errors
/// As any write.
pub fn release(db: &mut Db, user: UserId, owner: &str) -> Result<(), StoreError> {
    let mine =
        mailboxes::table.filter(dsl::user_id.eq(user.to_string())).filter(dsl::leased_by.eq(owner));
    on!(db, conn => diesel::update(mine).set(dsl::leased_until.eq(0)).execute(conn))?;
    Ok(())
}

/// Mails them not before then, for so many failures in a row.
///
/// # Errors
/// As any write.
pub fn postpone(
    db: &mut Db,
    user: UserId,
    (until, attempts): (Timestamp, u32),
) -> Result<(), StoreError> {
    let row = mailboxes::table.filter(dsl::user_id.eq(user.to_string()));
    let set = (dsl::due_at.eq(until.as_micros()), dsl::attempts.eq(small(attempts)));
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Notes that a mail went out, and that the next may not before then.
///
/// # Errors
/// As any write.
pub fn told(
    db: &mut Db,
    user: UserId,
    (now, next): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    let row = mailboxes::table.filter(dsl::user_id.eq(user.to_string()));
    let set = dsl::told_at.eq(now.as_micros());
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    postpone(db, user, (next, 0))
}

/// Notes that the mail server refuses an address; nothing is sent there any more.
///
/// # Errors
/// As any write.
pub fn refuse(
    db: &mut Db,
    user: UserId,
    (address, because): (&str, &str),
) -> Result<(), StoreError> {
    let row = mailboxes::table.filter(dsl::user_id.eq(user.to_string()));
    let set = (dsl::refused.eq(address), dsl::refused_because.eq(because));
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Notes that an address is good again.
///
/// # Errors
/// As any write.
pub fn accept(db: &mut Db, workspace: WorkspaceId, user: UserId) -> Result<(), StoreError> {
    let row = mailboxes::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::user_id.eq(user.to_string()));
    let set = (dsl::refused.eq(None::<String>), dsl::refused_because.eq(None::<String>));
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

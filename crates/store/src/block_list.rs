//! Customers who are to be on WhatsApp's own block list at Meta, or off it (ADR 29). Written by
//! outbound. A row is what was said last about a conversation; it goes when nobody is on the list.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, ConversationId, WorkspaceId},
    shard::ConversationShard,
};

use crate::{
    Db, StoreError,
    convert::{parse, time, unsigned},
    db::on,
    schema::block_list::{self, dsl},
};

/// By what Meta knows a customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// The phone number, digits.
    pub phone: Option<String>,
    /// The business-scoped id.
    pub user_id: Option<String>,
}

/// A customer about whom Meta is to be told something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Their conversation.
    pub conversation: ConversationId,
    /// Whose customer.
    pub workspace: WorkspaceId,
    /// Of which number.
    pub account: AccountId,
    /// Where the conversation lives.
    pub shard: ConversationShard,
    /// By what Meta knows them.
    pub who: Who,
    /// Whether they are to be on the list.
    pub blocked: bool,
    /// Which of the things that were said about them this is.
    pub change: i64,
    /// Since when it is to be so.
    pub since: Timestamp,
    /// How often it was tried, this time included.
    pub attempts: u32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = block_list)]
struct Row {
    conversation_id: String,
    workspace_id: String,
    account_id: String,
    shard: i32,
    phone: Option<String>,
    user_id: Option<String>,
    blocked: bool,
    change: i64,
    since: i64,
    attempts: i32,
}

impl Row {
    fn job(self) -> Result<Job, StoreError> {
        let attempts = i64::from(self.attempts).saturating_add(1);
        let shard = u16::try_from(self.shard).ok().and_then(ConversationShard::new);
        let (field, found) = ("block_list.shard", self.shard.to_string());
        Ok(Job {
            conversation: parse("block_list.conversation_id", &self.conversation_id)?,
            workspace: parse("block_list.workspace_id", &self.workspace_id)?,
            account: parse("block_list.account_id", &self.account_id)?,
            shard: shard.ok_or(StoreError::Corrupt { field, found })?,
            who: Who { phone: self.phone, user_id: self.user_id },
            blocked: self.blocked,
            change: self.change,
            since: time(self.since),
            attempts: unsigned("block_list.attempts", attempts)?,
        })
    }
}

/// Whose customer it is.
#[derive(Debug, Clone, Copy)]
pub struct Whose {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Of which number.
    pub account: AccountId,
    /// Their conversation.
    pub conversation: ConversationId,
    /// Where that lives.
    pub shard: ConversationShard,
}

/// A customer is to be on the list.
///
/// # Errors
/// As any write.
pub fn put(db: &mut Db, whose: Whose, who: &Who, now: Timestamp) -> Result<(), StoreError> {
    let set = || {
        (
            (dsl::phone.eq(&who.phone), dsl::user_id.eq(&who.user_id)),
            dsl::blocked.eq(true),
            (dsl::since.eq(now.as_micros()), dsl::attempts.eq(0)),
            dsl::next_at.eq(now.as_micros()),
        )
    };
    let row = (
        dsl::conversation_id.eq(whose.conversation.to_string()),
        dsl::workspace_id.eq(whose.workspace.to_string()),
        dsl::account_id.eq(whose.account.to_string()),
        dsl::shard.eq(i32::from(whose.shard.number())),
        (dsl::change.eq(1), dsl::claimed_until.eq(0)),
        set(),
    );
    on!(db, conn => diesel::insert_into(block_list::table)
        .values(row)
        .on_conflict(dsl::conversation_id)
        .do_update()
        .set((dsl::change.eq(block_list::change + 1), set()))
        .execute(conn))?;
    Ok(())
}

/// A customer is to be off the list, by what Meta knew them when they were put on it. Nothing, if they
/// were not.
///
/// # Errors
/// As any write.
pub fn lift(db: &mut Db, whose: Whose, now: Timestamp) -> Result<(), StoreError> {
    let row = block_list::table
        .filter(dsl::workspace_id.eq(whose.workspace.to_string()))
        .filter(dsl::conversation_id.eq(whose.conversation.to_string()));
    let set = (
        dsl::blocked.eq(false),
        dsl::change.eq(block_list::change + 1),
        (dsl::since.eq(now.as_micros()), dsl::attempts.eq(0)),
        dsl::next_at.eq(now.as_micros()),
    );
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Takes what is due, at most `limit`, and keeps the conversation from others until `until`, whatever
/// else is said about it. Accounts that are busy are left out: one thing after the other is said of each.
///
/// # Errors
/// As any write.
pub fn claim(
    db: &mut Db,
    busy: &[AccountId],
    (now, until): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Job>, StoreError> {
    let busy: Vec<String> = busy.iter().map(ToString::to_string).collect();
    let due = block_list::table
        .filter(dsl::next_at.le(now.as_micros()))
        .filter(dsl::claimed_until.le(now.as_micros()))
        .filter(dsl::account_id.ne_all(busy))
        .order(dsl::next_at)
        .limit(limit);
    let found: Vec<Row> = on!(db, conn => due.select(Row::as_select()).load(conn))?;
    let mut jobs: Vec<Job> = Vec::new();
    for row in found {
        if jobs.iter().any(|job| job.account.to_string() == row.account_id) {
            continue;
        }
        // Another replica may have taken it since it was read.
        let free = block_list::table
            .filter(dsl::conversation_id.eq(&row.conversation_id))
            .filter(dsl::change.eq(row.change))
            .filter(dsl::claimed_until.le(now.as_micros()));
        let set =
            (dsl::claimed_until.eq(until.as_micros()), dsl::attempts.eq(block_list::attempts + 1));
        if on!(db, conn => diesel::update(free).set(set).execute(conn))? == 1 {
            jobs.push(row.job()?);
        }
    }
    Ok(jobs)
}

/// Puts something off, unless something else was said meanwhile.
///
/// # Errors
/// As any write.
pub fn later(db: &mut Db, job: &Job, at: Timestamp) -> Result<(), StoreError> {
    release(db, job)?;
    let row = said(job);
    on!(db, conn => diesel::update(row).set(dsl::next_at.eq(at.as_micros())).execute(conn))?;
    Ok(())
}

/// Meta was told, and whether the customer is on the list now; unless something else was said
/// meanwhile, there is nothing more to do.
///
/// # Errors
/// As any write.
pub fn told(db: &mut Db, job: &Job, listed: bool) -> Result<(), StoreError> {
    release(db, job)?;
    let row = said(job);
    if listed {
        on!(db, conn => diesel::update(row).set(dsl::next_at.eq(None::<i64>)).execute(conn))?;
    } else {
        on!(db, conn => diesel::delete(row).execute(conn))?;
    }
    Ok(())
}

/// Nobody is telling it any more.
fn release(db: &mut Db, job: &Job) -> Result<(), StoreError> {
    let row = block_list::table.filter(dsl::conversation_id.eq(job.conversation.to_string()));
    on!(db, conn => diesel::update(row).set(dsl::claimed_until.eq(0)).execute(conn))?;
    Ok(())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn said(job: &Job) -> _ {
    let (id, change): (String, i64) = (job.conversation.to_string(), job.change);
    block_list::table.filter(dsl::conversation_id.eq(id)).filter(dsl::change.eq(change))
}

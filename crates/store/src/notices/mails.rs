//! What was given to the mail server, and what became of it. Written by desk.

use diesel::{
    dsl::{exists, select},
    prelude::*,
};
use switchboard_domain::{
    Timestamp,
    ids::{MailId, UserId, WorkspaceId},
};

use super::items::Item;
use crate::{
    Db, StoreError,
    convert::{parse, small, time, unsigned, word},
    db::on,
    schema::{
        mailboxes,
        mails::{self, dsl},
        notice_items as items,
    },
};

/// What a mail may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// Its text leaves.
    Sending,
    /// The mail server has it.
    Sent,
    /// The mail server will not have it.
    Refused,
    /// Its text left, and nobody knows whether it was taken. It is not sent again.
    Uncertain,
}

impl MailState {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            MailState::Sending => "sending",
            MailState::Sent => "sent",
            MailState::Refused => "refused",
            MailState::Uncertain => "uncertain",
        }
    }
}

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Names it, to receivers too.
    pub id: MailId,
    /// To whom.
    pub user: UserId,
    /// `sending`, `sent`, `refused` or `uncertain`.
    pub state: String,
    /// How many conversations it tells of.
    pub entries: u32,
    /// What the server said.
    pub answer: String,
    /// When it was given to the server.
    pub at: Timestamp,
}

/// Writes down that a mail's text leaves now, if the desk may still send to its reader; `false`: it
/// must not send.
///
/// # Errors
/// As any write.
pub fn begin(
    db: &mut Db,
    (id, owner): (MailId, &str),
    (told, entries): (&[Item], usize),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(first) = told.first() else { return Ok(false) };
    let user = first.user.to_string();
    let mine = mailboxes::table
        .filter(mailboxes::user_id.eq(&user))
        .filter(mailboxes::leased_by.eq(owner));
    // The row is written to, so that nobody can take the lease until this is kept.
    let set = mailboxes::leased_by.eq(owner);
    if on!(db, conn => diesel::update(mine).set(set).execute(conn))? == 0 {
        return Ok(false);
    }
    let known = mails::table.filter(dsl::id.eq(id.to_string()));
    if on!(db, conn => select(exists(known)).get_result(conn))? {
        return Ok(false);
    }
    let row = (
        dsl::id.eq(id.to_string()),
        dsl::workspace_id.eq(first.workspace.to_string()),
        dsl::user_id.eq(&user),
        dsl::state.eq(MailState::Sending.as_str()),
        dsl::entries.eq(small(entries)),
        dsl::answer.eq(""),
        dsl::at.eq(now.as_micros()),
    );
    on!(db, conn => diesel::insert_into(mails::table).values(row).execute(conn))?;
    for item in told {
        let row = items::table
            .filter(items::user_id.eq(&user))
            .filter(items::conversation_id.eq(item.conversation.to_string()))
            .filter(items::kind.eq(word("notice_items.kind", &item.kind)?))
            .filter(items::at.eq(item.at.as_micros()));
        let set = items::mail_id.eq(id.to_string());
        on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    }
    Ok(true)
}

/// Notes what became of a mail; what it tells is told.
///
/// # Errors
/// As any write.
pub fn end(db: &mut Db, id: MailId, (state, answer): (MailState, &str)) -> Result<(), StoreError> {
    let id = id.to_string();
    let told = items::table.filter(items::mail_id.eq(&id));
    on!(db, conn => diesel::delete(told).execute(conn))?;
    let row = mails::table.filter(dsl::id.eq(&id));
    let set = (dsl::state.eq(state.as_str()), dsl::answer.eq(answer));
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Forgets that a mail was begun: the server said that it has none of it. What it was to tell is
/// to be told again.
///
/// # Errors
/// As any write.
pub fn undo(db: &mut Db, id: MailId) -> Result<(), StoreError> {
    let id = id.to_string();
    let untold = items::table.filter(items::mail_id.eq(&id));
    let set = items::mail_id.eq(None::<String>);
    on!(db, conn => diesel::update(untold).set(set).execute(conn))?;
    let row = mails::table.filter(dsl::id.eq(&id));
    on!(db, conn => diesel::delete(row).execute(conn))?;
    Ok(())
}

/// The mails to somebody that a desk began and did not end.
///
/// # Errors
/// As any read.
pub fn unended(db: &mut Db, user: UserId) -> Result<Vec<(MailId, Timestamp)>, StoreError> {
    let query = mails::table
        .filter(dsl::user_id.eq(user.to_string()))
        .filter(dsl::state.eq(MailState::Sending.as_str()))
        .select((dsl::id, dsl::at));
    let rows: Vec<(String, i64)> = on!(db, conn => query.load(conn))?;
    rows.into_iter().map(|(id, at)| Ok((parse("mails.id", &id)?, time(at)))).collect()
}

/// The mails of a workspace, the latest first.
///
/// # Errors
/// As any read.
pub fn latest(db: &mut Db, workspace: WorkspaceId, limit: i64) -> Result<Vec<Mail>, StoreError> {
    let query = mails::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .order((dsl::at.desc(), dsl::id))
        .limit(limit)
        .select((dsl::id, dsl::user_id, dsl::state, dsl::entries, dsl::answer, dsl::at));
    let rows: Vec<(String, String, String, i32, String, i64)> = on!(db, conn => query.load(conn))?;
    let mail = |(id, user, state, entries, answer, at): (String, String, _, i32, _, _)| {
        Ok(Mail {
            id: parse("mails.id", &id)?,
            user: parse("mails.user_id", &user)?,
            state,
            entries: unsigned("mails.entries", entries.into())?,
            answer,
            at: time(at),
        })
    };
    rows.into_iter().map(mail).collect()
}

/// Forgets mails from before a time.
///
/// # Errors
/// As any write.
pub fn forget(db: &mut Db, before: Timestamp) -> Result<usize, StoreError> {
    let old = mails::table
        .filter(dsl::at.lt(before.as_micros()))
        .filter(dsl::state.ne(MailState::Sending.as_str()));
    Ok(on!(db, conn => diesel::delete(old).execute(conn))?)
}

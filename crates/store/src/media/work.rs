//! What outbound does with files: fetches what is wanted, tells when it is done with one, erases.
//! `next_at` says when, and is pushed back while one replica is at it, so that no other is.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    content::Media as Content,
    ids::{AccountId, ConversationId, MediaId, MessageId, WorkspaceId},
};

use super::{Media, MediaState, Row};
use crate::{
    Db, StoreError,
    convert::{signed, time, unsigned, word},
    db::on,
    schema::media::{self, dsl},
};

/// A file that a message came with.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Names it.
    pub id: MediaId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The account.
    pub account: AccountId,
    /// The conversation.
    pub conversation: ConversationId,
    /// The message that it came in.
    pub message: MessageId,
    /// Where it is, and what is known of it.
    pub content: Content,
}

/// Something to do with a file.
#[derive(Debug, Clone)]
pub struct Job {
    /// The file.
    pub media: Media,
    /// Meta's id of it.
    pub platform_id: Option<String>,
    /// Meta's link to it.
    pub url: Option<String>,
    /// How often it was tried, this time included.
    pub attempts: u32,
    /// When the message came.
    pub since: Timestamp,
}

/// A file that we have.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// IANA media type.
    pub mime_type: Option<String>,
}

/// Notes that a file is to be fetched; nothing when it is known already.
///
/// # Errors
/// As any write.
pub fn want(db: &mut Db, wanted: &Wanted, now: Timestamp) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(wanted.id.to_string()),
        dsl::workspace_id.eq(wanted.workspace.to_string()),
        dsl::account_id.eq(wanted.account.to_string()),
        dsl::conversation_id.eq(wanted.conversation.to_string()),
        dsl::message_id.eq(wanted.message.to_string()),
        dsl::state.eq("wanted"),
        dsl::kind.eq(word("media.kind", &wanted.content.kind)?),
        dsl::mime_type.eq(&wanted.content.mime_type),
        dsl::filename.eq(&wanted.content.filename),
        dsl::platform_id.eq(&wanted.content.platform_id),
        dsl::url.eq(&wanted.content.url),
        (dsl::attempts.eq(0), dsl::next_at.eq(now.as_micros())),
        dsl::created_at.eq(now.as_micros()),
    );
    on!(db, conn => diesel::insert_into(media::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Takes what is due, at most `limit`, and keeps it from others until `until`. Accounts that are busy
/// are left out, so that one with slow files holds up no other.
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
    let due = media::table
        .filter(dsl::next_at.le(now.as_micros()))
        .filter(dsl::account_id.ne_all(busy))
        .order(dsl::next_at)
        .limit(limit);
    let rest = (dsl::platform_id, dsl::url, dsl::attempts, dsl::next_at, dsl::created_at);
    type Rest = (Option<String>, Option<String>, i32, Option<i64>, i64);
    let found: Vec<(Row, Rest)> = on!(db, conn => due.select((Row::as_select(), rest)).load(conn))?;
    let mut jobs = Vec::new();
    for (row, (platform_id, url, attempts, seen, created_at)) in found {
        // Another replica may have taken it since it was read.
        let free = media::table.filter(dsl::id.eq(&row.id)).filter(dsl::next_at.eq(seen));
        let set =
            (dsl::next_at.eq(until.as_micros()), dsl::attempts.eq(attempts.saturating_add(1)));
        if on!(db, conn => diesel::update(free).set(set).execute(conn))? == 1 {
            let attempts = unsigned("media.attempts", i64::from(attempts).saturating_add(1))?;
            let since = time(created_at);
            jobs.push(Job { media: row.try_into()?, platform_id, url, attempts, since });
        }
    }
    Ok(jobs)
}

/// Keeps what was claimed from others until then.
///
/// # Errors
/// As any write.
pub fn keep_claim(db: &mut Db, job: &Job, until: Timestamp) -> Result<(), StoreError> {
    let row = in_state(job.media.id, word_of(job.media.state));
    on!(db, conn => diesel::update(row).set(dsl::next_at.eq(until.as_micros())).execute(conn))?;
    Ok(())
}

/// Notes that we have a file; whoever shows it is to be told next. False when it is not wanted any
/// more: what was fetched is to be deleted.
///
/// # Errors
/// As any write.
pub fn stored(db: &mut Db, id: MediaId, kept: &Kept, now: Timestamp) -> Result<bool, StoreError> {
    let set = (
        dsl::state.eq("stored"),
        dsl::size.eq(signed(kept.size)),
        dsl::sha256.eq(&kept.sha256),
        dsl::mime_type.eq(&kept.mime_type),
        (dsl::reason.eq(None::<String>), dsl::url.eq(None::<String>)),
        dsl::next_at.eq(now.as_micros()),
    );
    let row = in_state(id, "wanted");
    Ok(on!(db, conn => diesel::update(row).set(set).execute(conn))? == 1)
}

/// Notes that a file cannot be had; whoever shows it is to be told next.
///
/// # Errors
/// As any write.
pub fn failed(db: &mut Db, id: MediaId, reason: &str, now: Timestamp) -> Result<(), StoreError> {
    let set = (dsl::state.eq("failed"), dsl::reason.eq(reason), dsl::next_at.eq(now.as_micros()));
    let row = in_state(id, "wanted");
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Puts something off.
///
/// # Errors
/// As any write.
pub fn later(db: &mut Db, job: &Job, reason: &str, at: Timestamp) -> Result<(), StoreError> {
    let row = in_state(job.media.id, word_of(job.media.state));
    let set = (dsl::reason.eq(reason), dsl::next_at.eq(at.as_micros()));
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Notes that whoever shows a file was told: there is nothing more to do.
///
/// # Errors
/// As any write.
pub fn told(db: &mut Db, job: &Job) -> Result<(), StoreError> {
    let row = in_state(job.media.id, word_of(job.media.state));
    on!(db, conn => diesel::update(row).set(dsl::next_at.eq(None::<i64>)).execute(conn))?;
    Ok(())
}

/// Tries at once what waits for an account: it changed.
///
/// # Errors
/// As any write.
pub fn hasten(db: &mut Db, account: AccountId, now: Timestamp) -> Result<(), StoreError> {
    let waiting = media::table
        .filter(dsl::account_id.eq(account.to_string()))
        .filter(dsl::state.eq("wanted"))
        .filter(dsl::next_at.gt(now.as_micros()));
    on!(db, conn => diesel::update(waiting)
        .set(dsl::next_at.eq(now.as_micros()))
        .execute(conn))?;
    Ok(())
}

/// Has the file of a message forgotten.
///
/// # Errors
/// As any write.
pub fn forget_message(
    db: &mut Db,
    workspace: WorkspaceId,
    message: MessageId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rows = media::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::message_id.eq(message.to_string()));
    let set = (dsl::state.eq("erasing"), dsl::next_at.eq(now.as_micros()));
    on!(db, conn => diesel::update(rows).set(set).execute(conn))?;
    Ok(())
}

/// Has all files of a conversation forgotten; tells how many.
///
/// # Errors
/// As any write.
pub fn forget_conversation(
    db: &mut Db,
    workspace: WorkspaceId,
    conversation: ConversationId,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let rows = media::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::conversation_id.eq(conversation.to_string()));
    let set = (dsl::state.eq("erasing"), dsl::next_at.eq(now.as_micros()));
    Ok(on!(db, conn => diesel::update(rows).set(set).execute(conn))?)
}

/// Forgets a file that was deleted.
///
/// # Errors
/// As any write.
pub fn erased(db: &mut Db, id: MediaId) -> Result<(), StoreError> {
    on!(db, conn => diesel::delete(in_state(id, "erasing")).execute(conn))?;
    Ok(())
}

fn word_of(state: MediaState) -> &'static str {
    match state {
        MediaState::Wanted => "wanted",
        MediaState::Stored => "stored",
        MediaState::Failed => "failed",
        MediaState::Erasing => "erasing",
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn in_state(id: MediaId, state: &'static str) -> _ {
    let id: String = id.to_string();
    media::table.filter(dsl::id.eq(id)).filter(dsl::state.eq(state))
}

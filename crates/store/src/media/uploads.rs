//! What agents and bots upload, to go out with a message. Desk or bot inserts the row when the file
//! is whole; outbound gives the file to Meta.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    content::MediaKind,
    ids::{AccountId, ConversationId, MediaId, MessageId, WorkspaceId},
};

use super::{Media, MediaState, Row};
use crate::{
    Db, StoreError,
    convert::{signed, time, word},
    db::on,
    schema::media::{self, dsl},
};

/// A file that an agent uploaded, or a bot.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Names it, and the file.
    pub id: MediaId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The account that it will go out by.
    pub account: AccountId,
    /// The conversation that it is for; of a bot's upload that has not gone out, none (the nil id).
    pub conversation: ConversationId,
    /// What it is.
    pub kind: MediaKind,
    /// IANA media type.
    pub mime_type: String,
    /// The name of the file.
    pub filename: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// What Meta has of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtMeta {
    /// Its id there.
    pub platform_id: String,
    /// When Meta forgets it.
    pub until: Timestamp,
}

/// Adds an upload.
///
/// # Errors
/// As any write.
pub fn add(db: &mut Db, upload: &Upload, now: Timestamp) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(upload.id.to_string()),
        dsl::workspace_id.eq(upload.workspace.to_string()),
        dsl::account_id.eq(upload.account.to_string()),
        dsl::conversation_id.eq(upload.conversation.to_string()),
        dsl::state.eq(word("media.state", &MediaState::Stored)?),
        dsl::kind.eq(word("media.kind", &upload.kind)?),
        dsl::mime_type.eq(&upload.mime_type),
        dsl::filename.eq(&upload.filename),
        dsl::size.eq(signed(upload.size)),
        dsl::sha256.eq(&upload.sha256),
        dsl::attempts.eq(0),
        dsl::created_at.eq(now.as_micros()),
    );
    on!(db, conn => diesel::insert_into(media::table).values(row).execute(conn))?;
    Ok(())
}

/// What Meta has of it, if that is known.
///
/// # Errors
/// As any read.
pub fn at_meta(
    db: &mut Db,
    workspace: WorkspaceId,
    id: MediaId,
) -> Result<Option<AtMeta>, StoreError> {
    let query = media::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()))
        .select((dsl::platform_id, dsl::platform_until));
    let row: Option<(Option<String>, Option<i64>)> = on!(db, conn => query.first(conn).optional())?;
    let Some((Some(platform_id), Some(until))) = row else { return Ok(None) };
    Ok(Some(AtMeta { platform_id, until: time(until) }))
}

/// Notes that Meta has it.
///
/// # Errors
/// As any write.
pub fn given_to_meta(db: &mut Db, id: MediaId, known: &AtMeta) -> Result<(), StoreError> {
    let row = media::table.filter(dsl::id.eq(id.to_string()));
    let set =
        (dsl::platform_id.eq(&known.platform_id), dsl::platform_until.eq(known.until.as_micros()));
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Notes the message that an upload goes out with.
///
/// # Errors
/// As any write.
pub fn goes_with(db: &mut Db, id: MediaId, message: MessageId) -> Result<(), StoreError> {
    let row = media::table.filter(dsl::id.eq(id.to_string()));
    on!(db, conn => diesel::update(row)
        .set(dsl::message_id.eq(message.to_string()))
        .execute(conn))?;
    Ok(())
}

/// Lets whoever knows the secret fetch it until then.
///
/// # Errors
/// As any write.
pub fn share(db: &mut Db, id: MediaId, secret: &str, until: Timestamp) -> Result<(), StoreError> {
    let row = media::table.filter(dsl::id.eq(id.to_string()));
    let set = (dsl::link.eq(secret), dsl::link_until.eq(until.as_micros()));
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// The file that may be fetched by that secret now. Of any workspace: whoever asks is Meta, and knows
/// nothing else.
///
/// # Errors
/// As any read.
pub fn shared(db: &mut Db, secret: &str, now: Timestamp) -> Result<Option<Media>, StoreError> {
    let query = media::table
        .filter(dsl::link.eq(secret))
        .filter(dsl::link_until.gt(now.as_micros()))
        .filter(dsl::state.eq("stored"));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Media::try_from).transpose()
}

/// Has uploads forgotten that never went out with a message; tells how many.
///
/// # Errors
/// As any write.
pub fn forget_unused(db: &mut Db, before: Timestamp, now: Timestamp) -> Result<usize, StoreError> {
    let rows = media::table
        .filter(dsl::message_id.is_null())
        .filter(dsl::state.eq("stored"))
        .filter(dsl::created_at.lt(before.as_micros()));
    let set = (dsl::state.eq("erasing"), dsl::next_at.eq(now.as_micros()));
    Ok(on!(db, conn => diesel::update(rows).set(set).execute(conn))?)
}

//! Files of conversations: what is known of each. Written by outbound; uploads are inserted by desk, and
//! by bot for bots of Meta's platform.
//!
//! [`work`] is what outbound does with them: fetch, tell, erase. [`uploads`] is what agents and such bots
//! add. The files themselves are kept by `switchboard-media`.

pub mod uploads;
pub mod work;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use switchboard_domain::{
    content::MediaKind,
    ids::{AccountId, ConversationId, MediaId, MessageId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{from_word, parse, parse_some, unsigned},
    db::on,
    schema::media::{self, dsl},
};

/// A file of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Names it, and the file.
    pub id: MediaId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The account.
    pub account: AccountId,
    /// The conversation.
    pub conversation: ConversationId,
    /// The message that it came in, or went out with.
    pub message: Option<MessageId>,
    /// How far we are with it.
    pub state: MediaState,
    /// What it is.
    pub kind: MediaKind,
    /// IANA media type, where known.
    pub mime_type: Option<String>,
    /// The name of the file, where known.
    pub filename: Option<String>,
    /// Its size in bytes, once stored.
    pub size: Option<u64>,
    /// Its SHA-256 in hexadecimal digits, once stored.
    pub sha256: Option<String>,
    /// Why it could not be had; a sentence.
    pub reason: Option<String>,
}

/// How far we are with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaState {
    /// It is to be fetched.
    Wanted,
    /// We have it.
    Stored,
    /// It cannot be had.
    Failed,
    /// It is to be forgotten.
    Erasing,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = media)]
struct Row {
    id: String,
    workspace_id: String,
    account_id: String,
    conversation_id: String,
    message_id: Option<String>,
    state: String,
    kind: String,
    mime_type: Option<String>,
    filename: Option<String>,
    size: Option<i64>,
    sha256: Option<String>,
    reason: Option<String>,
}

impl TryFrom<Row> for Media {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse("media.id", &row.id)?,
            workspace: parse("media.workspace_id", &row.workspace_id)?,
            account: parse("media.account_id", &row.account_id)?,
            conversation: parse("media.conversation_id", &row.conversation_id)?,
            message: parse_some("media.message_id", row.message_id.as_deref())?,
            state: from_word("media.state", &row.state)?,
            kind: from_word("media.kind", &row.kind)?,
            mime_type: row.mime_type,
            filename: row.filename,
            size: row.size.map(|size| unsigned("media.size", size)).transpose()?,
            sha256: row.sha256,
            reason: row.reason,
        })
    }
}

/// The file of that id.
///
/// # Errors
/// As any read.
pub fn by_id(
    db: &mut Db,
    workspace: WorkspaceId,
    id: MediaId,
) -> Result<Option<Media>, StoreError> {
    let query = media::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()))
        .filter(dsl::state.ne("erasing"));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Media::try_from).transpose()
}

/// The file that the platform knows by that id, and that an account has.
///
/// # Errors
/// As any read.
pub fn by_platform_id(
    db: &mut Db,
    account: AccountId,
    platform_id: &str,
) -> Result<Option<Media>, StoreError> {
    let query = media::table
        .filter(dsl::platform_id.eq(platform_id))
        .filter(dsl::account_id.eq(account.to_string()))
        .filter(dsl::state.ne("erasing"))
        .order(dsl::created_at.desc());
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Media::try_from).transpose()
}

/// The files of those messages, and those of these ids: an upload knows its message only once that
/// goes out.
///
/// # Errors
/// As any read.
pub fn of_messages(
    db: &mut Db,
    workspace: WorkspaceId,
    messages: &[MessageId],
    ids: &[MediaId],
) -> Result<Vec<Media>, StoreError> {
    let messages: Vec<String> = messages.iter().map(ToString::to_string).collect();
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let query = media::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::message_id.eq_any(messages).assume_not_null().or(dsl::id.eq_any(ids)))
        .filter(dsl::state.ne("erasing"));
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(Media::try_from).collect()
}

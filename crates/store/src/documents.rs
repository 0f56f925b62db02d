//! What bots are taught. Written by desk, read by bot.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{BotId, DocumentId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    bots::Bot,
    convert::{parse, signed, time, unsigned},
    db::on,
    schema::bot_documents::{self, dsl},
};

/// The most documents of one bot.
pub const MOST_DOCUMENTS: usize = 200;

/// The most words of one bot, in bytes.
pub const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// A document, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Names it here.
    pub id: DocumentId,
    /// What the business calls it; no two of a bot have the same.
    pub name: String,
    /// What the file was.
    pub media_type: String,
    /// How many passages it has.
    pub passages: u64,
    /// Its words, in bytes.
    pub bytes: u64,
    /// Of name and passages.
    pub hash: String,
    /// When it was taught last.
    pub updated_at: Timestamp,
}

impl Bot {
    /// Whether it answers from documents.
    #[must_use]
    pub fn learns(&self) -> bool {
        matches!(self.kind.as_str(), "knowledge" | "llm")
    }
}

type Row = (String, String, String, i64, i64, String, i64);

fn from_row(row: Row) -> Result<Document, StoreError> {
    let (id, name, media_type, passages, bytes, hash, updated_at) = row;
    Ok(Document {
        id: parse("bot_documents.id", &id)?,
        name,
        media_type,
        passages: unsigned("bot_documents.passage_count", passages)?,
        bytes: unsigned("bot_documents.bytes", bytes)?,
        hash,
        updated_at: time(updated_at),
    })
}

/// The documents of a bot, by name.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId, bot: BotId) -> Result<Vec<Document>, StoreError> {
    let query = bot_documents::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::bot_id.eq(bot.to_string()))
        .order((dsl::name, dsl::id))
        .select((
            dsl::id,
            dsl::name,
            dsl::media_type,
            dsl::passage_count,
            dsl::bytes,
            dsl::hash,
            dsl::updated_at,
        ));
    let rows: Vec<Row> = on!(db, conn => query.load(conn))?;
    rows.into_iter().map(from_row).collect()
}

/// Which documents a bot has, by their hashes: the same as long as none changes.
///
/// # Errors
/// As any read.
pub fn edition(db: &mut Db, workspace: WorkspaceId, bot: BotId) -> Result<Vec<String>, StoreError> {
    let query = bot_documents::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::bot_id.eq(bot.to_string()))
        .order(dsl::id)
        .select(dsl::hash);
    Ok(on!(db, conn => query.load(conn))?)
}

/// What a bot was taught: each document's hash, name and passages, in the order of [`edition`].
///
/// # Errors
/// As any read.
pub fn taught(
    db: &mut Db,
    workspace: WorkspaceId,
    bot: BotId,
) -> Result<Vec<(String, String, String)>, StoreError> {
    let query = bot_documents::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::bot_id.eq(bot.to_string()))
        .order(dsl::id)
        .select((dsl::hash, dsl::name, dsl::passages));
    Ok(on!(db, conn => query.load(conn))?)
}

/// Teaches a bot a document, in place of the one of the same name, whose id stays. Tells what is kept.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such bot; [`StoreError::Full`] when it would
/// have more than it may.
pub fn put(
    db: &mut Db,
    (workspace, bot): (WorkspaceId, BotId),
    document: &Document,
    passages: &str,
) -> Result<Document, StoreError> {
    crate::bots::by_id(db, workspace, bot)?.ok_or(StoreError::NotFound("bot"))?;
    let all = list(db, workspace, bot)?;
    let known = all.iter().find(|known| known.name == document.name);
    let others = all.iter().filter(|other| other.name != document.name);
    let bytes = others.clone().map(|other| other.bytes).sum::<u64>().saturating_add(document.bytes);
    if others.count() >= MOST_DOCUMENTS || bytes > MOST_BYTES {
        let most = MOST_BYTES.div_euclid(1024 * 1024);
        let what = format!("a bot has at most {MOST_DOCUMENTS} documents with {most} MB of text");
        return Err(StoreError::Full(what));
    }
    let kept = Document { id: known.map_or(document.id, |known| known.id), ..document.clone() };
    let set = (
        dsl::media_type.eq(&kept.media_type),
        dsl::passages.eq(passages),
        dsl::passage_count.eq(signed(kept.passages)),
        dsl::bytes.eq(signed(kept.bytes)),
        dsl::hash.eq(&kept.hash),
        dsl::updated_at.eq(kept.updated_at.as_micros()),
    );
    let row = (
        dsl::id.eq(kept.id.to_string()),
        dsl::workspace_id.eq(workspace.to_string()),
        dsl::bot_id.eq(bot.to_string()),
        dsl::name.eq(&kept.name),
        set,
    );
    on!(db, conn => diesel::insert_into(bot_documents::table)
        .values(row)
        .on_conflict((dsl::bot_id, dsl::name))
        .do_update()
        .set(set)
        .execute(conn))?;
    Ok(kept)
}

/// Makes a bot forget a document.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn remove(
    db: &mut Db,
    workspace: WorkspaceId,
    bot: BotId,
    id: DocumentId,
) -> Result<(), StoreError> {
    let row = bot_documents::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::bot_id.eq(bot.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let rows = on!(db, conn => diesel::delete(row).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("document")) }
}

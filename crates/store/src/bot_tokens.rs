//! What bots that speak by themselves are let in with, for one account each. Written by desk, read by
//! bot. A token itself is never kept, only its hash: what is read here opens nothing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use diesel::prelude::*;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, BotId, BotTokenId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{parse, time},
    db::on,
    schema::bot_tokens::{self, dsl},
};

/// How tokens begin, so that scanners for secrets find them.
const PREFIX: &str = "sbb_";

/// Characters that people know a token by, beside the prefix.
const HINT: usize = 6;

/// A token, without what opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotToken {
    /// Names it here.
    pub id: BotTokenId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// Which bot it lets in.
    pub bot: BotId,
    /// The account that the bot speaks for.
    pub account: AccountId,
    /// Its first characters, by which people know it again.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

impl BotToken {
    /// A token for a bot and an account, and what opens, which is told once.
    #[must_use]
    pub fn draw(
        id: BotTokenId,
        (workspace, bot, account): (WorkspaceId, BotId, AccountId),
        now: Timestamp,
    ) -> (Self, SecretString) {
        let bytes: [u8; 32] = rand::random();
        let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
        let hint = secret.chars().take(PREFIX.len() + HINT).collect();
        let token = Self { id, workspace, bot, account, hint, created_at: now, revoked_at: None };
        (token, secret.into())
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = bot_tokens)]
struct Row {
    id: String,
    workspace_id: String,
    bot_id: String,
    account_id: String,
    hint: String,
    created_at: i64,
    revoked_at: Option<i64>,
}

impl TryFrom<Row> for BotToken {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse("bot_tokens.id", &row.id)?,
            workspace: parse("bot_tokens.workspace_id", &row.workspace_id)?,
            bot: parse("bot_tokens.bot_id", &row.bot_id)?,
            account: parse("bot_tokens.account_id", &row.account_id)?,
            hint: row.hint,
            created_at: time(row.created_at),
            revoked_at: row.revoked_at.map(time),
        })
    }
}

/// Tokens are random, so a plain hash cannot be guessed back.
fn hash(secret: &SecretString) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.expose_secret().as_bytes()))
}

/// Keeps a token by its hash.
///
/// # Errors
/// [`StoreError::Exists`] when the id is taken.
pub fn add(db: &mut Db, token: &BotToken, secret: &SecretString) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(token.id.to_string()),
        dsl::workspace_id.eq(token.workspace.to_string()),
        dsl::bot_id.eq(token.bot.to_string()),
        dsl::account_id.eq(token.account.to_string()),
        dsl::token_hash.eq(hash(secret)),
        dsl::hint.eq(&token.hint),
        dsl::created_at.eq(token.created_at.as_micros()),
    );
    on!(db, conn => diesel::insert_into(bot_tokens::table).values(row).execute(conn))?;
    Ok(())
}

/// The token that this opens, unless it is over: the one thing that tells the workspace of a bot.
///
/// # Errors
/// As any read.
pub fn find(db: &mut Db, secret: &SecretString) -> Result<Option<BotToken>, StoreError> {
    let query = bot_tokens::table
        .filter(dsl::token_hash.eq(hash(secret)))
        .filter(dsl::revoked_at.is_null());
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(BotToken::try_from).transpose()
}

/// All tokens of a bot, the newest first; those that are over too.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId, bot: BotId) -> Result<Vec<BotToken>, StoreError> {
    let query = bot_tokens::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::bot_id.eq(bot.to_string()))
        .order((dsl::created_at.desc(), dsl::id));
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(BotToken::try_from).collect()
}

/// Ends a token of a bot; again is the same as once.
///
/// # Errors
/// [`StoreError::NotFound`] when the bot has no such token.
pub fn revoke(
    db: &mut Db,
    (workspace, bot): (WorkspaceId, BotId),
    id: BotTokenId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = bot_tokens::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::bot_id.eq(bot.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let set = dsl::revoked_at.eq(now.as_micros());
    let rows = on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("token of the bot")) }
}

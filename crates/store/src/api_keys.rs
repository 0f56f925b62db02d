//! Keys by which programs use the desk's API. Written by desk. A key itself is never kept, only its
//! hash: what is read here opens nothing.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{ApiKeyId, UserId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{from_json, parse, time, to_json},
    db::on,
    schema::api_keys::{self, dsl},
};

/// A key, without what opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Names it here.
    pub id: ApiKeyId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// As whom it acts; it ends with them.
    pub user: UserId,
    /// For people.
    pub name: String,
    /// Its first characters, by which people know it again.
    pub hint: String,
    /// What it may, in words of the desk.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_keys)]
struct Row {
    id: String,
    workspace_id: String,
    user_id: String,
    name: String,
    hint: String,
    scopes: String,
    created_at: i64,
    expires_at: Option<i64>,
    used_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<Row> for ApiKey {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse("api_keys.id", &row.id)?,
            workspace: parse("api_keys.workspace_id", &row.workspace_id)?,
            user: parse("api_keys.user_id", &row.user_id)?,
            name: row.name,
            hint: row.hint,
            scopes: from_json("api_keys.scopes", &row.scopes)?,
            created_at: time(row.created_at),
            expires_at: row.expires_at.map(time),
            used_at: row.used_at.map(time),
            revoked_at: row.revoked_at.map(time),
        })
    }
}

/// Keeps a key by its hash.
///
/// # Errors
/// [`StoreError::Exists`] when the id is taken.
pub fn add(db: &mut Db, key: &ApiKey, hash: &str) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(key.id.to_string()),
        dsl::workspace_id.eq(key.workspace.to_string()),
        dsl::user_id.eq(key.user.to_string()),
        dsl::name.eq(&key.name),
        dsl::key_hash.eq(hash),
        dsl::hint.eq(&key.hint),
        dsl::scopes.eq(to_json("api_keys.scopes", &key.scopes)?),
        dsl::created_at.eq(key.created_at.as_micros()),
        dsl::expires_at.eq(key.expires_at.map(Timestamp::as_micros)),
    );
    on!(db, conn => diesel::insert_into(api_keys::table).values(row).execute(conn))?;
    Ok(())
}

/// The key of a hash, unless it is over: the one thing that tells the workspace of a program.
///
/// # Errors
/// As any read.
pub fn find(db: &mut Db, hash: &str, now: Timestamp) -> Result<Option<ApiKey>, StoreError> {
    let lasts = dsl::expires_at.is_null().or(dsl::expires_at.gt(now.as_micros()));
    let query = api_keys::table
        .filter(dsl::key_hash.eq(hash))
        .filter(dsl::revoked_at.is_null())
        .filter(lasts);
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(ApiKey::try_from).transpose()
}

/// Whether a key is not over.
///
/// # Errors
/// As any read.
pub fn lasts(db: &mut Db, id: ApiKeyId, now: Timestamp) -> Result<bool, StoreError> {
    let lasts = dsl::expires_at.is_null().or(dsl::expires_at.gt(now.as_micros()));
    let query = api_keys::table
        .filter(dsl::id.eq(id.to_string()))
        .filter(dsl::revoked_at.is_null())
        .filter(lasts)
        .select(dsl::id);
    let found: Option<String> = on!(db, conn => query.first(conn).optional())?;
    Ok(found.is_some())
}

/// All keys of a workspace, the newest first; those that are over too.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<ApiKey>, StoreError> {
    let query = api_keys::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .order((dsl::created_at.desc(), dsl::id));
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// Notes that a key was used.
///
/// # Errors
/// As any write.
pub fn used(db: &mut Db, id: ApiKeyId, now: Timestamp) -> Result<(), StoreError> {
    let row = api_keys::table.filter(dsl::id.eq(id.to_string()));
    let set = dsl::used_at.eq(now.as_micros());
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Ends a key; again is the same as once.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such key.
pub fn revoke(
    db: &mut Db,
    workspace: WorkspaceId,
    id: ApiKeyId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = api_keys::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let set = dsl::revoked_at.eq(now.as_micros());
    let rows = on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("API key")) }
}

//! Meta apps: whose webhooks we accept. Written by desk, read by ingress and outbound.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{AppId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::parse,
    db::on,
    schema::apps::{self, dsl},
    seal::Place,
};

/// A Meta app, its secrets still sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Names it here.
    pub id: AppId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// Names it in the callback URL, `/meta/webhooks/{key}`.
    pub key: String,
    /// Meta's id of it.
    pub meta_app_id: String,
    /// The app secret, sealed for [`App::secret_place`].
    pub secret: String,
    /// The one before, accepted while Meta still signs with it.
    pub previous_secret: Option<String>,
    /// What Meta must present to verify the callback, sealed for [`App::verify_token_place`].
    pub verify_token: String,
}

impl App {
    /// Where the app secret is sealed for, the previous one too.
    #[must_use]
    pub fn secret_place(workspace: WorkspaceId, id: &str) -> Place<'_> {
        Place { workspace, column: "apps.secret", row: id }
    }

    /// Where the verify token is sealed for.
    #[must_use]
    pub fn verify_token_place(workspace: WorkspaceId, id: &str) -> Place<'_> {
        Place { workspace, column: "apps.verify_token", row: id }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = apps)]
struct Row {
    id: String,
    workspace_id: String,
    key: String,
    meta_app_id: String,
    secret: String,
    previous_secret: Option<String>,
    verify_token: String,
    created_at: i64,
}

impl TryFrom<Row> for App {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse("apps.id", &row.id)?,
            workspace: parse("apps.workspace_id", &row.workspace_id)?,
            key: row.key,
            meta_app_id: row.meta_app_id,
            secret: row.secret,
            previous_secret: row.previous_secret,
            verify_token: row.verify_token,
        })
    }
}

/// Adds an app.
///
/// # Errors
/// [`StoreError::Exists`] when the key is taken.
pub fn add(db: &mut Db, app: &App, now: Timestamp) -> Result<(), StoreError> {
    let row = Row {
        id: app.id.to_string(),
        workspace_id: app.workspace.to_string(),
        key: app.key.clone(),
        meta_app_id: app.meta_app_id.clone(),
        secret: app.secret.clone(),
        previous_secret: app.previous_secret.clone(),
        verify_token: app.verify_token.clone(),
        created_at: now.as_micros(),
    };
    on!(db, conn => diesel::insert_into(apps::table).values(row).execute(conn))?;
    Ok(())
}

/// Replaces the secret; the one before stays valid until the next rotation.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such app.
pub fn rotate_secret(
    db: &mut Db,
    workspace: WorkspaceId,
    id: AppId,
    sealed: &str,
) -> Result<(), StoreError> {
    let app = apps::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let set = (dsl::previous_secret.eq(apps::secret.nullable()), dsl::secret.eq(sealed));
    let rows = on!(db, conn => diesel::update(app).set(set).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("app")) }
}

/// Replaces all sealed values of an app at once, by the same sealed with another key.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such app.
pub fn reseal(db: &mut Db, app: &App) -> Result<(), StoreError> {
    let row = apps::table
        .filter(dsl::workspace_id.eq(app.workspace.to_string()))
        .filter(dsl::id.eq(app.id.to_string()));
    let set = (
        dsl::secret.eq(&app.secret),
        dsl::previous_secret.eq(&app.previous_secret),
        dsl::verify_token.eq(&app.verify_token),
    );
    let rows = on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("app")) }
}

/// The app that a callback URL names, in whatever workspace.
///
/// # Errors
/// As any read.
pub fn by_key(db: &mut Db, key: &str) -> Result<Option<App>, StoreError> {
    let query = apps::table.filter(dsl::key.eq(key));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(App::try_from).transpose()
}

/// The app of that id.
///
/// # Errors
/// As any read.
pub fn by_id(db: &mut Db, workspace: WorkspaceId, id: AppId) -> Result<Option<App>, StoreError> {
    let query = apps::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(App::try_from).transpose()
}

/// All apps of a workspace.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<App>, StoreError> {
    let query =
        apps::table.filter(dsl::workspace_id.eq(workspace.to_string())).order(dsl::created_at);
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(App::try_from).collect()
}

/// All apps of all workspaces, for the ingress.
///
/// # Errors
/// As any read.
pub fn all(db: &mut Db) -> Result<Vec<App>, StoreError> {
    let rows: Vec<Row> = on!(db, conn => apps::table.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(App::try_from).collect()
}

//! People who work at the desk. Written by desk.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use switchboard_domain::{
    Timestamp,
    dispatch::Presence,
    ids::{UserId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{from_word, parse, small, unsigned, word},
    db::on,
    schema::users::{self, dsl},
    sessions,
};

/// What someone may do; see the desk's table of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers customers.
    Agent,
    /// Also sees and directs what the others do.
    Supervisor,
    /// Also manages people and connections.
    Admin,
}

/// A person; the password's hash is kept apart, see [`credentials`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Names them here.
    pub id: UserId,
    /// Where they work.
    pub workspace: WorkspaceId,
    /// What they log in with; unique in the installation, whatever the case.
    pub email: String,
    /// As the others call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// How many conversations they take at once.
    pub capacity: u32,
    /// Whether they may log in.
    pub active: bool,
    /// The presence that they chose last, while connected.
    pub chosen_presence: Presence,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct Row {
    id: String,
    workspace_id: String,
    email: String,
    name: String,
    role: String,
    capacity: i32,
    active: bool,
    chosen_presence: String,
}

impl TryFrom<Row> for User {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse("users.id", &row.id)?,
            workspace: parse("users.workspace_id", &row.workspace_id)?,
            email: row.email,
            name: row.name,
            role: from_word("users.role", &row.role)?,
            capacity: unsigned("users.capacity", i64::from(row.capacity))?,
            active: row.active,
            chosen_presence: parse("users.chosen_presence", &row.chosen_presence)?,
        })
    }
}

/// The address as it is kept and compared.
#[must_use]
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Adds a user with the hash of their password.
///
/// # Errors
/// [`StoreError::Exists`] when the address is taken, in any workspace.
pub fn add(
    db: &mut Db,
    user: &User,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(user.id.to_string()),
        dsl::workspace_id.eq(user.workspace.to_string()),
        dsl::email.eq(normal_email(&user.email)),
        dsl::name.eq(&user.name),
        dsl::role.eq(word("users.role", &user.role)?),
        dsl::password_hash.eq(password_hash),
        dsl::capacity.eq(small(user.capacity)),
        dsl::active.eq(user.active),
        dsl::chosen_presence.eq(user.chosen_presence.as_str()),
        dsl::created_at.eq(now.as_micros()),
    );
    on!(db, conn => diesel::insert_into(users::table).values(row).execute(conn))?;
    Ok(())
}

/// Whoever logs in with that address, in whatever workspace, and their password's hash.
///
/// # Errors
/// As any read.
pub fn credentials(db: &mut Db, email: &str) -> Result<Option<(User, String)>, StoreError> {
    let query = users::table.filter(dsl::email.eq(normal_email(email)));
    let found: Option<(Row, String)> = on!(db, conn => query
        .select((Row::as_select(), dsl::password_hash))
        .first(conn)
        .optional())?;
    found.map(|(row, hash)| Ok((User::try_from(row)?, hash))).transpose()
}

/// The user of that id.
///
/// # Errors
/// As any read.
pub fn by_id(db: &mut Db, workspace: WorkspaceId, id: UserId) -> Result<Option<User>, StoreError> {
    let query = users::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(User::try_from).transpose()
}

/// All users of a workspace, by name.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<User>, StoreError> {
    let query = users::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .order((dsl::name, dsl::id));
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(User::try_from).collect()
}

/// Remembers the presence that a user chose.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such user.
pub fn choose_presence(
    db: &mut Db,
    workspace: WorkspaceId,
    id: UserId,
    presence: Presence,
) -> Result<(), StoreError> {
    let set = dsl::chosen_presence.eq(presence.as_str());
    let user = users::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    changed(on!(db, conn => diesel::update(user).set(set).execute(conn))?)
}

/// Changes how much a user takes at once.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such user.
pub fn set_capacity(
    db: &mut Db,
    workspace: WorkspaceId,
    id: UserId,
    capacity: u32,
) -> Result<(), StoreError> {
    let user = users::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let set = dsl::capacity.eq(small(capacity));
    changed(on!(db, conn => diesel::update(user).set(set).execute(conn))?)
}

/// Replaces the hash of a password. Whoever is logged in by the old one no longer is, but for the
/// session `kept`.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such user.
pub fn set_password(
    db: &mut Db,
    workspace: WorkspaceId,
    id: UserId,
    password_hash: &str,
    kept: Option<&str>,
) -> Result<(), StoreError> {
    let user = users::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let set = dsl::password_hash.eq(password_hash);
    changed(on!(db, conn => diesel::update(user).set(set).execute(conn))?)?;
    sessions::end_others(db, workspace, id, kept)
}

/// What an administrator says of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Particulars {
    /// What they log in with.
    pub email: String,
    /// As the others call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may log in.
    pub active: bool,
}

/// Changes what is said of a user. Who may not log in any more is logged out.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such user, [`StoreError::Exists`] when somebody
/// else has the address, [`StoreError::LastAdmin`] when nobody would be left to administer it.
pub fn change(
    db: &mut Db,
    workspace: WorkspaceId,
    id: UserId,
    to: &Particulars,
) -> Result<(), StoreError> {
    let stays = to.active && to.role == Role::Admin;
    let admins = admins(db, workspace)?;
    if !stays && admins == [id] {
        return Err(StoreError::LastAdmin);
    }
    let set = (
        dsl::email.eq(normal_email(&to.email)),
        dsl::name.eq(&to.name),
        dsl::role.eq(word("users.role", &to.role)?),
        dsl::active.eq(to.active),
    );
    let user = users::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    changed(on!(db, conn => diesel::update(user).set(set).execute(conn))?)?;
    if !to.active {
        sessions::end_others(db, workspace, id, None)?;
    }
    Ok(())
}

/// Who may administer a workspace. Until the end of the transaction nobody else makes them fewer.
fn admins(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<UserId>, StoreError> {
    let query = users::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::role.eq(word("users.role", &Role::Admin)?))
        .filter(dsl::active.eq(true))
        .order(dsl::id)
        .select(dsl::id);
    let ids: Vec<String> = match db {
        Db::Sqlite(conn) => query.load(&mut **conn)?,
        Db::Postgres(conn) => query.for_update().load(&mut **conn)?,
    };
    ids.iter().map(|id| parse("users.id", id)).collect()
}

fn changed(rows: usize) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("user")) }
}

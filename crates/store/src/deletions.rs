//! People whose data Meta wants erased: what was asked, and whether it was done. Written by router.
//!
//! Meta names a person by an id that only its app knows them by. When a customer is known by that
//! id, they are erased at once; usually none is, for conversations know customers by the Page's ids,
//! and Meta tells nobody which belong together. Then an administrator decides.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{AppId, ConversationId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{parse, time},
    db::on,
    schema::{
        accounts,
        data_deletions::{self, dsl},
        identities,
    },
};

/// A request to erase a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The confirmation code that Meta was given; names it.
    pub code: String,
    /// Whose customer it may be.
    pub workspace: WorkspaceId,
    /// The app that Meta asked through.
    pub app: AppId,
    /// Meta's id of the person, until it is done.
    pub user_id: Option<String>,
    /// How far it is.
    pub state: State,
    /// When Meta asked.
    pub requested_at: Timestamp,
    /// When it was done.
    pub completed_at: Option<Timestamp>,
}

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No customer is known by Meta's id: an administrator is to look.
    Open,
    /// A conversation is being erased.
    Erasing,
    /// Done: erased, or there was nothing to erase.
    Done,
}

impl State {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Erasing => "erasing",
            State::Done => "done",
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = data_deletions)]
struct Row {
    code: String,
    workspace_id: String,
    app_id: String,
    user_id: Option<String>,
    state: String,
    requested_at: i64,
    completed_at: Option<i64>,
}

impl TryFrom<Row> for Deletion {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let known = [State::Open, State::Erasing, State::Done];
        let state = known.into_iter().find(|state| state.as_str() == row.state);
        let corrupt = StoreError::Corrupt { field: "data_deletions.state", found: row.state };
        Ok(Self {
            code: row.code,
            workspace: parse("data_deletions.workspace_id", &row.workspace_id)?,
            app: parse("data_deletions.app_id", &row.app_id)?,
            user_id: row.user_id,
            state: state.ok_or(corrupt)?,
            requested_at: time(row.requested_at),
            completed_at: row.completed_at.map(time),
        })
    }
}

/// Keeps a request; one that is known already stays as it is.
///
/// # Errors
/// As any write.
pub fn keep(db: &mut Db, deletion: &Deletion) -> Result<(), StoreError> {
    let row = Row {
        code: deletion.code.clone(),
        workspace_id: deletion.workspace.to_string(),
        app_id: deletion.app.to_string(),
        user_id: deletion.user_id.clone(),
        state: deletion.state.as_str().to_owned(),
        requested_at: deletion.requested_at.as_micros(),
        completed_at: deletion.completed_at.map(Timestamp::as_micros),
    };
    on!(db, conn => diesel::insert_into(data_deletions::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Notes that a request is done, and forgets whom it was about.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such request.
pub fn complete(
    db: &mut Db,
    workspace: WorkspaceId,
    code: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = data_deletions::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::code.eq(code));
    let set = (
        dsl::state.eq(State::Done.as_str()),
        dsl::user_id.eq(None::<String>),
        dsl::completed_at.eq(now.as_micros()),
    );
    let rows = on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("data deletion")) }
}

/// The latest requests of a workspace.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId, limit: i64) -> Result<Vec<Deletion>, StoreError> {
    let query = data_deletions::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .order(dsl::requested_at.desc())
        .limit(limit);
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(Deletion::try_from).collect()
}

/// The request of that code in a workspace.
///
/// # Errors
/// As any read.
pub fn by_code(
    db: &mut Db,
    workspace: WorkspaceId,
    code: &str,
) -> Result<Option<Deletion>, StoreError> {
    let query = data_deletions::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::code.eq(code));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Deletion::try_from).transpose()
}

/// The request of that code that came through the app, in whatever workspace: for its status page.
///
/// # Errors
/// As any read.
pub fn of_app(db: &mut Db, app: AppId, code: &str) -> Result<Option<Deletion>, StoreError> {
    let query =
        data_deletions::table.filter(dsl::app_id.eq(app.to_string())).filter(dsl::code.eq(code));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Deletion::try_from).transpose()
}

/// The conversations, with any account that is connected through the app, of a customer who is
/// known by this id.
///
/// # Errors
/// As any read.
pub fn conversations_of(
    db: &mut Db,
    app: AppId,
    user_id: &str,
) -> Result<Vec<ConversationId>, StoreError> {
    let query = identities::table
        .inner_join(accounts::table.on(accounts::id.eq(identities::account_id)))
        .filter(accounts::app_id.eq(app.to_string()))
        .filter(identities::kind.ne("phone"))
        .filter(identities::value.eq(user_id))
        .select(identities::conversation_id)
        .distinct();
    let found: Vec<String> = on!(db, conn => query.load(conn))?;
    found.iter().map(|id| parse("identities.conversation_id", id)).collect()
}

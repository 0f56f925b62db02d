//! Whom other software's events go to. Written by desk.

use std::time::Duration;

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{EndpointId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{from_json, parse, time, to_json},
    db::on,
    schema::webhook_endpoints::{self, dsl},
    seal::Place,
};

/// An address that is told of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Names it here.
    pub id: EndpointId,
    /// Whose.
    pub workspace: WorkspaceId,
    /// Where events are posted.
    pub url: String,
    /// What it is told of.
    pub kinds: Vec<String>,
    /// Signs; sealed.
    pub secret: String,
    /// Signs beside it until then; sealed.
    pub old_secret: Option<(String, Timestamp)>,
    /// Why nothing is delivered; `None`: it is.
    pub off_because: Option<String>,
    /// Since when nothing arrived; `None`: the last delivery did.
    pub failing_since: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last took something; `None`: never.
    pub taken_at: Option<Timestamp>,
}

impl Endpoint {
    /// A new one, with its address, what it is told of, and its sealed secret.
    #[must_use]
    pub fn new(
        (workspace, id): (WorkspaceId, EndpointId),
        (url, kinds): (String, Vec<String>),
        secret: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            workspace,
            url,
            kinds,
            secret,
            old_secret: None,
            off_because: None,
            failing_since: None,
            created_at: now,
            taken_at: None,
        }
    }

    /// Where its secrets are sealed for, with the key of the app secrets.
    #[must_use]
    pub fn secret_place(workspace: WorkspaceId, id: &str) -> Place<'_> {
        Place { workspace, column: "webhook_endpoints.secret", row: id }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_endpoints)]
struct Row {
    id: String,
    workspace_id: String,
    url: String,
    kinds: String,
    secret: String,
    old_secret: Option<String>,
    old_secret_until: Option<i64>,
    off_because: Option<String>,
    failing_since: Option<i64>,
    created_at: i64,
    taken_at: Option<i64>,
}

impl TryFrom<Row> for Endpoint {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse("webhook_endpoints.id", &row.id)?,
            workspace: parse("webhook_endpoints.workspace_id", &row.workspace_id)?,
            url: row.url,
            kinds: from_json("webhook_endpoints.kinds", &row.kinds)?,
            secret: row.secret,
            old_secret: row.old_secret.zip(row.old_secret_until.map(time)),
            off_because: row.off_because,
            failing_since: row.failing_since.map(time),
            created_at: time(row.created_at),
            taken_at: row.taken_at.map(time),
        })
    }
}

/// Adds one.
///
/// # Errors
/// [`StoreError::Exists`] when the id is taken.
pub fn add(db: &mut Db, endpoint: &Endpoint) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(endpoint.id.to_string()),
        dsl::workspace_id.eq(endpoint.workspace.to_string()),
        dsl::url.eq(&endpoint.url),
        dsl::kinds.eq(to_json("webhook_endpoints.kinds", &endpoint.kinds)?),
        dsl::secret.eq(&endpoint.secret),
        dsl::created_at.eq(endpoint.created_at.as_micros()),
    );
    on!(db, conn => diesel::insert_into(webhook_endpoints::table).values(row).execute(conn))?;
    Ok(())
}

/// Those of a workspace, the oldest first.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<Endpoint>, StoreError> {
    let query = webhook_endpoints::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .order((dsl::created_at, dsl::id));
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(Endpoint::try_from).collect()
}

/// One of a workspace.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn get(db: &mut Db, workspace: WorkspaceId, id: EndpointId) -> Result<Endpoint, StoreError> {
    let query = webhook_endpoints::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.ok_or(StoreError::NotFound("webhook endpoint"))?.try_into()
}

/// What some endpoint of the workspace wants to be told of, for router: nothing else need be kept.
/// Of one that is off, too: what happens meanwhile can be replayed.
///
/// # Errors
/// As any read.
pub fn wanted(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<String>, StoreError> {
    Ok(list(db, workspace)?.into_iter().flat_map(|endpoint| endpoint.kinds).collect())
}

/// Changes where and what it is told; one that was off is on again when `on`.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn change(
    db: &mut Db,
    (workspace, id): (WorkspaceId, EndpointId),
    (url, kinds): (&str, &[String]),
    off_because: Option<&str>,
) -> Result<(), StoreError> {
    let row = webhook_endpoints::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let set = (
        dsl::url.eq(url),
        dsl::kinds.eq(to_json("webhook_endpoints.kinds", &kinds)?),
        dsl::off_because.eq(off_because),
        dsl::failing_since.eq(None::<i64>),
    );
    found(on!(db, conn => diesel::update(row).set(set).execute(conn))?)
}

/// Puts a new secret in the place of the old one, which signs beside it until then.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn rotate(
    db: &mut Db,
    (workspace, id): (WorkspaceId, EndpointId),
    secret: &str,
    old_until: Timestamp,
) -> Result<(), StoreError> {
    let row = webhook_endpoints::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let set = (
        dsl::old_secret.eq(dsl::secret.nullable()),
        dsl::old_secret_until.eq(old_until.as_micros()),
        dsl::secret.eq(secret),
    );
    found(on!(db, conn => diesel::update(row).set(set).execute(conn))?)
}

/// Replaces its sealed secrets by the same sealed with another key.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn reseal(db: &mut Db, endpoint: &Endpoint) -> Result<(), StoreError> {
    let row = webhook_endpoints::table
        .filter(dsl::workspace_id.eq(endpoint.workspace.to_string()))
        .filter(dsl::id.eq(endpoint.id.to_string()));
    let old = endpoint.old_secret.as_ref().map(|(sealed, _)| sealed);
    let set = (dsl::secret.eq(&endpoint.secret), dsl::old_secret.eq(old));
    found(on!(db, conn => diesel::update(row).set(set).execute(conn))?)
}

/// Removes one with its deliveries.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn remove(db: &mut Db, workspace: WorkspaceId, id: EndpointId) -> Result<(), StoreError> {
    use crate::schema::webhook_deliveries as deliveries;
    get(db, workspace, id)?;
    let theirs = deliveries::table.filter(deliveries::endpoint_id.eq(id.to_string()));
    on!(db, conn => diesel::delete(theirs).execute(conn))?;
    let row = webhook_endpoints::table.filter(dsl::id.eq(id.to_string()));
    found(on!(db, conn => diesel::delete(row).execute(conn))?)
}

/// Becomes the one that delivers to an endpoint, or stays it, for `lease`; `false` while another is.
///
/// # Errors
/// As any write.
pub fn lease(
    db: &mut Db,
    id: EndpointId,
    (owner, now): (&str, Timestamp),
    lease: Duration,
) -> Result<bool, StoreError> {
    let free = webhook_endpoints::table
        .filter(dsl::id.eq(id.to_string()))
        .filter(dsl::leased_by.eq(owner).or(dsl::leased_until.lt(now.as_micros())));
    let set = (dsl::leased_by.eq(owner), dsl::leased_until.eq(now.plus(lease).as_micros()));
    Ok(on!(db, conn => diesel::update(free).set(set).execute(conn))? == 1)
}

/// Lets another deliver.
///
/// # Errors
/// As any write.
pub fn release(db: &mut Db, id: EndpointId, owner: &str) -> Result<(), StoreError> {
    let mine = webhook_endpoints::table
        .filter(dsl::id.eq(id.to_string()))
        .filter(dsl::leased_by.eq(owner));
    on!(db, conn => diesel::update(mine).set(dsl::leased_until.eq(0)).execute(conn))?;
    Ok(())
}

/// Notes whether deliveries arrive. Tells since when none did.
///
/// # Errors
/// As any write.
pub fn note(
    db: &mut Db,
    id: EndpointId,
    arrived: bool,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let row = || webhook_endpoints::table.filter(dsl::id.eq(id.to_string()));
    if arrived {
        let set = (dsl::failing_since.eq(None::<i64>), dsl::taken_at.eq(now.as_micros()));
        on!(db, conn => diesel::update(row()).set(set).execute(conn))?;
        return Ok(None);
    }
    let first = row().filter(dsl::failing_since.is_null());
    let set = dsl::failing_since.eq(now.as_micros());
    on!(db, conn => diesel::update(first).set(set).execute(conn))?;
    let since: Option<Option<i64>> =
        on!(db, conn => row().select(dsl::failing_since).first(conn).optional())?;
    Ok(since.flatten().map(time))
}

/// Delivers nothing more, for the reason; what waits is parked.
///
/// # Errors
/// As any write.
pub fn turn_off(db: &mut Db, id: EndpointId, because: &str) -> Result<(), StoreError> {
    let row = webhook_endpoints::table.filter(dsl::id.eq(id.to_string()));
    on!(db, conn => diesel::update(row).set(dsl::off_because.eq(because)).execute(conn))?;
    super::deliveries::park_all(db, id)
}

fn found(rows: usize) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("webhook endpoint")) }
}

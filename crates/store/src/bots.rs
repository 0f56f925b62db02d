//! Assistants: their kind and settings. Written by desk, read by bot.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{BotId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::parse,
    db::on,
    schema::bots::{self, dsl},
    seal::Place,
};

/// An assistant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bot {
    /// Names it.
    pub id: BotId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// For people.
    pub name: String,
    /// Which module of the bot service runs it, e.g. `rules`.
    pub kind: String,
    /// Its configuration, as the module wants it: YAML.
    pub settings: String,
    /// What it proves itself with to those it asks, sealed for [`Bot::secret_place`].
    pub secret: Option<String>,
}

impl Bot {
    /// Where the secret is sealed for.
    #[must_use]
    pub fn secret_place(workspace: WorkspaceId, bot: &str) -> Place<'_> {
        Place { workspace, column: "bots.secret", row: bot }
    }
}

type Row = (String, String, String, String, String, Option<String>);

fn from_row((id, workspace, name, kind, settings, secret): Row) -> Result<Bot, StoreError> {
    let (id, workspace) = (parse("bots.id", &id)?, parse("bots.workspace_id", &workspace)?);
    Ok(Bot { id, workspace, name, kind, settings, secret })
}

/// Adds a bot.
///
/// # Errors
/// As any write.
pub fn add(db: &mut Db, bot: &Bot, now: Timestamp) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(bot.id.to_string()),
        dsl::workspace_id.eq(bot.workspace.to_string()),
        dsl::name.eq(&bot.name),
        dsl::kind.eq(&bot.kind),
        dsl::settings.eq(&bot.settings),
        dsl::secret.eq(&bot.secret),
        dsl::created_at.eq(now.as_micros()),
    );
    on!(db, conn => diesel::insert_into(bots::table).values(row).execute(conn))?;
    Ok(())
}

/// The bot of that id.
///
/// # Errors
/// As any read.
pub fn by_id(db: &mut Db, workspace: WorkspaceId, id: BotId) -> Result<Option<Bot>, StoreError> {
    let query = bots::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()))
        .select((dsl::id, dsl::workspace_id, dsl::name, dsl::kind, dsl::settings, dsl::secret));
    let row: Option<Row> = on!(db, conn => query.first(conn).optional())?;
    row.map(from_row).transpose()
}

/// All bots of a workspace.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<Bot>, StoreError> {
    let query = bots::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .order(dsl::created_at)
        .select((dsl::id, dsl::workspace_id, dsl::name, dsl::kind, dsl::settings, dsl::secret));
    let rows: Vec<Row> = on!(db, conn => query.load(conn))?;
    rows.into_iter().map(from_row).collect()
}

/// Seals a bot's secret anew.
///
/// # Errors
/// As any write.
pub fn set_secret(db: &mut Db, bot: &Bot) -> Result<(), StoreError> {
    let row = bots::table
        .filter(dsl::workspace_id.eq(bot.workspace.to_string()))
        .filter(dsl::id.eq(bot.id.to_string()));
    on!(db, conn => diesel::update(row).set(dsl::secret.eq(&bot.secret)).execute(conn))?;
    Ok(())
}

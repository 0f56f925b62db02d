//! Assistants: their kind and settings, and which accounts have them. Written by desk, read by bot.

use diesel::{
    prelude::*,
    result::{DatabaseErrorKind, Error as Diesel},
};
use secrecy::SecretString;
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, BotId, WorkspaceId},
};

use crate::{
    Db, StoreError, accounts,
    convert::parse,
    db::on,
    schema::{
        accounts as account_rows, bot_spending,
        bots::{self, dsl},
    },
    seal::{Keyring, Place, SealError},
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

    /// A secret as it is kept for the bot of that id.
    ///
    /// # Errors
    /// [`SealError`] when there is no key.
    pub fn seal(
        keys: &Keyring,
        (workspace, id): (WorkspaceId, BotId),
        secret: &SecretString,
    ) -> Result<String, SealError> {
        keys.seal(Self::secret_place(workspace, &id.to_string()), secret)
    }

    /// The secret, if it has one.
    ///
    /// # Errors
    /// [`SealError`] when the keys do not open it.
    pub fn open(&self, keys: &Keyring) -> Result<Option<SecretString>, SealError> {
        let row = self.id.to_string();
        let place = Self::secret_place(self.workspace, &row);
        self.secret.as_deref().map(|sealed| keys.open(place, sealed)).transpose()
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

/// All bots of a kind, of all workspaces.
///
/// # Errors
/// As any read.
pub fn of_kind(db: &mut Db, kind: &str) -> Result<Vec<Bot>, StoreError> {
    let query = bots::table.filter(dsl::kind.eq(kind)).select((
        dsl::id,
        dsl::workspace_id,
        dsl::name,
        dsl::kind,
        dsl::settings,
        dsl::secret,
    ));
    let rows: Vec<Row> = on!(db, conn => query.load(conn))?;
    rows.into_iter().map(from_row).collect()
}

/// Refuses a bot whose name another of the workspace has, in whatever case: commands find them so.
///
/// # Errors
/// [`StoreError::Exists`].
pub fn refuse_namesake(db: &mut Db, bot: &Bot) -> Result<(), StoreError> {
    let name = bot.name.to_lowercase();
    let mut all = list(db, bot.workspace)?.into_iter();
    match all.find(|other| other.id != bot.id && other.name.to_lowercase() == name) {
        Some(other) => Err(StoreError::Exists(format!("the assistant {:?}", other.name))),
        None => Ok(()),
    }
}

/// Changes a bot's name, settings and secret to what they are here.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such bot.
pub fn change(db: &mut Db, bot: &Bot) -> Result<(), StoreError> {
    let row = bots::table
        .filter(dsl::workspace_id.eq(bot.workspace.to_string()))
        .filter(dsl::id.eq(bot.id.to_string()));
    let set =
        (dsl::name.eq(&bot.name), dsl::settings.eq(&bot.settings), dsl::secret.eq(&bot.secret));
    let rows = on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("bot")) }
}

/// Removes a bot that no account has, with the account of what it spent.
///
/// # Errors
/// [`StoreError::InUse`] with the names of the accounts that have it; [`StoreError::NotFound`].
pub fn remove(db: &mut Db, workspace: WorkspaceId, id: BotId) -> Result<(), StoreError> {
    by_id(db, workspace, id)?.ok_or(StoreError::NotFound("bot"))?;
    let all = accounts::list(db, workspace)?.into_iter();
    let users: Vec<String> = all.filter(|one| one.bot == Some(id)).map(|one| one.name).collect();
    if !users.is_empty() {
        return Err(StoreError::InUse(users.join(", ")));
    }
    let spent = bot_spending::table.filter(bot_spending::bot_id.eq(id.to_string()));
    on!(db, conn => diesel::delete(spent).execute(conn))?;
    let row = bots::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    match on!(db, conn => diesel::delete(row).execute(conn)) {
        Ok(_) => Ok(()),
        // It was given to one just now.
        Err(Diesel::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => {
            Err(StoreError::InUse("an account".into()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Gives an account a bot of its workspace, or none. The router knows it from its next batch on.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such account, or no such bot.
pub fn give(
    db: &mut Db,
    workspace: WorkspaceId,
    account: AccountId,
    bot: Option<BotId>,
) -> Result<(), StoreError> {
    if let Some(bot) = bot {
        by_id(db, workspace, bot)?.ok_or(StoreError::NotFound("bot"))?;
    }
    let row = account_rows::table
        .filter(account_rows::workspace_id.eq(workspace.to_string()))
        .filter(account_rows::id.eq(account.to_string()));
    let set = account_rows::bot_id.eq(bot.map(|bot| bot.to_string()));
    let rows = on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("account")) }
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

//! Channel accounts, written by desk; and their health, written by outbound.

use diesel::prelude::*;
use switchboard_domain::{
    Channel, Timestamp,
    ids::{AccountId, AppId, BotId, TeamId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{from_json, parse, parse_some, time, to_json},
    db::on,
    schema::{account_events, account_health, accounts, conversations},
    seal::Place,
};

pub use crate::account_settings::{AccountSettings, Answering, set_answering};

/// A Page, an Instagram account or a WhatsApp number; its token still sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Names it here.
    pub id: AccountId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The Meta app it is connected through.
    pub app: AppId,
    /// Which product.
    pub channel: Channel,
    /// What webhooks call it: Page id, Instagram account id, phone number id.
    pub external_id: String,
    /// The Graph node that sends: the Page's for Instagram with Facebook login, else as above.
    pub sender_id: String,
    /// The WhatsApp business account that the number belongs to, where known.
    pub business_id: Option<String>,
    /// For people.
    pub name: String,
    /// The access token, sealed for [`Account::token_place`].
    pub token: String,
    /// The assistant that answers first.
    pub bot: Option<BotId>,
    /// The team that answers otherwise.
    pub team: TeamId,
    /// What else can be set.
    pub settings: AccountSettings,
    /// Since when it neither receives nor sends; its history stays.
    pub disconnected_at: Option<Timestamp>,
}

/// Why an account does not send at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether sends are stopped.
    pub paused: bool,
    /// A sentence for people.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

impl Account {
    /// Where the token is sealed for.
    #[must_use]
    pub fn token_place(workspace: WorkspaceId, id: &str) -> Place<'_> {
        Place { workspace, column: "accounts.token", row: id }
    }

    /// Meta's id of whoever owns the message templates that the account sends: a number's business
    /// account, where known; a Page itself. Instagram has none.
    #[must_use]
    pub fn template_owner(&self) -> Option<&str> {
        match self.channel {
            Channel::WhatsApp => self.business_id.as_deref(),
            Channel::Messenger => Some(&self.external_id),
            Channel::Instagram => None,
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = accounts)]
struct Row {
    id: String,
    workspace_id: String,
    app_id: String,
    channel: String,
    external_id: String,
    sender_id: String,
    name: String,
    token: String,
    bot_id: Option<String>,
    team_id: String,
    settings: String,
    created_at: i64,
    business_id: Option<String>,
    disconnected_at: Option<i64>,
}

impl TryFrom<Row> for Account {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse("accounts.id", &row.id)?,
            workspace: parse("accounts.workspace_id", &row.workspace_id)?,
            app: parse("accounts.app_id", &row.app_id)?,
            channel: parse("accounts.channel", &row.channel)?,
            external_id: row.external_id,
            sender_id: row.sender_id,
            business_id: row.business_id,
            name: row.name,
            token: row.token,
            bot: parse_some("accounts.bot_id", row.bot_id.as_deref())?,
            team: parse("accounts.team_id", &row.team_id)?,
            settings: from_json("accounts.settings", &row.settings)?,
            disconnected_at: row.disconnected_at.map(time),
        })
    }
}

/// Adds an account.
///
/// # Errors
/// [`StoreError::Exists`] when the channel's account is connected already, in any workspace.
pub fn add(db: &mut Db, account: &Account, now: Timestamp) -> Result<(), StoreError> {
    let row = Row {
        id: account.id.to_string(),
        workspace_id: account.workspace.to_string(),
        app_id: account.app.to_string(),
        channel: account.channel.to_string(),
        external_id: account.external_id.clone(),
        sender_id: account.sender_id.clone(),
        name: account.name.clone(),
        token: account.token.clone(),
        bot_id: account.bot.map(|bot| bot.to_string()),
        team_id: account.team.to_string(),
        settings: to_json("accounts.settings", &account.settings)?,
        created_at: now.as_micros(),
        business_id: account.business_id.clone(),
        disconnected_at: account.disconnected_at.map(Timestamp::as_micros),
    };
    on!(db, conn => diesel::insert_into(accounts::table).values(row).execute(conn))?;
    Ok(())
}

/// Connects an account that is known already, anew: with what is known of it now. Its history, its
/// team, its assistant and its settings stay; what connecting set at Meta is added to them.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such account.
pub fn reconnect(db: &mut Db, account: &Account) -> Result<(), StoreError> {
    let row = accounts::table
        .filter(accounts::workspace_id.eq(account.workspace.to_string()))
        .filter(accounts::id.eq(account.id.to_string()));
    let known = by_id(db, account.workspace, account.id)?.ok_or(StoreError::NotFound("account"))?;
    let mut settings = known.settings;
    settings.messenger_profile.extend(account.settings.messenger_profile.clone());
    let set = (
        accounts::settings.eq(to_json("accounts.settings", &settings)?),
        accounts::app_id.eq(account.app.to_string()),
        accounts::sender_id.eq(&account.sender_id),
        accounts::business_id.eq(&account.business_id),
        accounts::name.eq(&account.name),
        accounts::token.eq(&account.token),
        accounts::disconnected_at.eq(None::<i64>),
    );
    let rows = on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("account")) }
}

/// Disconnects an account: webhooks that name it belong nowhere from now on, and its token and what
/// connecting set at Meta are forgotten.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such account.
pub fn disconnect(
    db: &mut Db,
    workspace: WorkspaceId,
    id: AccountId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = accounts::table
        .filter(accounts::workspace_id.eq(workspace.to_string()))
        .filter(accounts::id.eq(id.to_string()));
    let known = by_id(db, workspace, id)?.ok_or(StoreError::NotFound("account"))?;
    let settings = AccountSettings { messenger_profile: serde_json::Map::new(), ..known.settings };
    let set = (
        accounts::disconnected_at.eq(now.as_micros()),
        accounts::token.eq(""),
        accounts::settings.eq(to_json("accounts.settings", &settings)?),
    );
    let rows = on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("account")) }
}

/// The account of that external id, connected or not, in whatever workspace.
///
/// # Errors
/// As any read.
pub fn known(
    db: &mut Db,
    channel: Channel,
    external_id: &str,
) -> Result<Option<Account>, StoreError> {
    let query = accounts::table
        .filter(accounts::channel.eq(channel.as_str()))
        .filter(accounts::external_id.eq(external_id));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Account::try_from).transpose()
}

/// Replaces the token.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such account.
pub fn set_token(
    db: &mut Db,
    workspace: WorkspaceId,
    id: AccountId,
    sealed: &str,
) -> Result<(), StoreError> {
    let account = accounts::table
        .filter(accounts::workspace_id.eq(workspace.to_string()))
        .filter(accounts::id.eq(id.to_string()));
    let set = accounts::token.eq(sealed);
    let rows = on!(db, conn => diesel::update(account).set(set).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("account")) }
}

/// The token as it is sealed now, to see whether it was replaced; `None` when the account is gone.
///
/// # Errors
/// As any read.
pub fn sealed_token(
    db: &mut Db,
    workspace: WorkspaceId,
    id: AccountId,
) -> Result<Option<String>, StoreError> {
    let query = accounts::table
        .filter(accounts::workspace_id.eq(workspace.to_string()))
        .filter(accounts::id.eq(id.to_string()))
        .select(accounts::token);
    Ok(on!(db, conn => query.first(conn).optional())?)
}

/// The connected account that a webhook names, in whatever workspace.
///
/// # Errors
/// As any read.
pub fn by_external_id(
    db: &mut Db,
    channel: Channel,
    external_id: &str,
) -> Result<Option<Account>, StoreError> {
    let found = known(db, channel, external_id)?;
    Ok(found.filter(|account| account.disconnected_at.is_none()))
}

/// The connected numbers of a WhatsApp business account, in whatever workspace: what Meta says about it
/// concerns them all.
///
/// # Errors
/// As any read.
pub fn of_business(db: &mut Db, business_id: &str) -> Result<Vec<Account>, StoreError> {
    let query = accounts::table
        .filter(accounts::channel.eq(Channel::WhatsApp.as_str()))
        .filter(accounts::business_id.eq(business_id))
        .filter(accounts::disconnected_at.is_null())
        .order((accounts::created_at, accounts::id));
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(Account::try_from).collect()
}

/// All connected accounts of a channel, in whatever workspace.
///
/// # Errors
/// As any read.
pub fn of_channel(db: &mut Db, channel: Channel) -> Result<Vec<Account>, StoreError> {
    let query = accounts::table
        .filter(accounts::channel.eq(channel.as_str()))
        .filter(accounts::disconnected_at.is_null())
        .order((accounts::created_at, accounts::id));
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(Account::try_from).collect()
}

/// The account of that id.
///
/// # Errors
/// As any read.
pub fn by_id(
    db: &mut Db,
    workspace: WorkspaceId,
    id: AccountId,
) -> Result<Option<Account>, StoreError> {
    let query = accounts::table
        .filter(accounts::workspace_id.eq(workspace.to_string()))
        .filter(accounts::id.eq(id.to_string()));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Account::try_from).transpose()
}

/// All accounts of a workspace.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<Account>, StoreError> {
    let query = accounts::table
        .filter(accounts::workspace_id.eq(workspace.to_string()))
        .order((accounts::created_at, accounts::id));
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(Account::try_from).collect()
}

/// When something of the account last came from Meta: a customer's act, or news about it.
///
/// # Errors
/// As any read.
pub fn last_heard(
    db: &mut Db,
    workspace: WorkspaceId,
    id: AccountId,
) -> Result<Option<Timestamp>, StoreError> {
    let (workspace, id) = (workspace.to_string(), id.to_string());
    let customers = conversations::table
        .filter(conversations::workspace_id.eq(&workspace))
        .filter(conversations::account_id.eq(&id))
        .select(diesel::dsl::max(conversations::customer_wrote_at));
    let customers: Option<i64> = on!(db, conn => customers.first(conn))?;
    let news = account_events::table
        .filter(account_events::workspace_id.eq(&workspace))
        .filter(account_events::account_id.eq(&id))
        .select(diesel::dsl::max(account_events::at));
    let news: Option<i64> = on!(db, conn => news.first(conn))?;
    Ok(customers.max(news).map(time))
}

/// Why the account does not send, or did not: `None` when it never had trouble.
///
/// # Errors
/// As any read.
pub fn health(
    db: &mut Db,
    workspace: WorkspaceId,
    id: AccountId,
) -> Result<Option<Health>, StoreError> {
    let query = account_health::table
        .filter(account_health::workspace_id.eq(workspace.to_string()))
        .filter(account_health::account_id.eq(id.to_string()))
        .select((account_health::paused, account_health::reason, account_health::since));
    let row: Option<(bool, String, i64)> = on!(db, conn => query.first(conn).optional())?;
    Ok(row.map(|(paused, reason, since)| Health { paused, reason, since: time(since) }))
}

/// Writes why the account does not send, or that it does again.
///
/// # Errors
/// As any write.
pub fn set_health(
    db: &mut Db,
    workspace: WorkspaceId,
    id: AccountId,
    health: &Health,
) -> Result<(), StoreError> {
    let set = (
        account_health::paused.eq(health.paused),
        account_health::reason.eq(&health.reason),
        account_health::since.eq(health.since.as_micros()),
    );
    let row = (
        account_health::account_id.eq(id.to_string()),
        account_health::workspace_id.eq(workspace.to_string()),
        set,
    );
    on!(db, conn => diesel::insert_into(account_health::table)
        .values(row)
        .on_conflict(account_health::account_id)
        .do_update()
        .set(set)
        .execute(conn))?;
    Ok(())
}

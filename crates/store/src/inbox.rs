//! Conversations as people at the desk list and open them: reads only, across what router and
//! desk write. Who may see what is part of each query, so that no caller can forget it.

use diesel::{
    define_sql_function,
    prelude::*,
    sql_types::{Nullable, Text},
};
use switchboard_domain::{
    Channel, Timestamp,
    dispatch::Priority,
    ids::{AccountId, ContactId, ConversationId, LabelId, TeamId, UserId, WorkspaceId},
    shard::ConversationShard,
};

use crate::{
    Db, StoreError,
    account_settings::AccountSettings,
    convert::{from_json, parse, parse_some, time, unsigned},
    db::on,
    ledgers::Promise,
    schema::{accounts, contacts, conversation_labels, conversations, ledgers, mentions, messages},
};

define_sql_function! {
    /// Lower case; SQLite's knows ASCII only.
    fn lower(text: Nullable<Text>) -> Nullable<Text>;
}

/// Whose eyes see the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// All conversations of the workspace.
    All,
    /// Those assigned to an agent, those that nobody has of the accounts of their teams, and those in
    /// which a note is for them.
    Own {
        /// The agent.
        agent: UserId,
        /// The teams they are in.
        teams: Vec<TeamId>,
    },
}

/// How far gone the promise of a conversation is that is broken first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lateness {
    /// It is broken by then.
    Breached(Timestamp),
    /// It is not, and less than a quarter of its time is left.
    Soon(Timestamp),
}

/// What comes first in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The latest message.
    #[default]
    Latest,
    /// The promise that is broken first; conversations without one are not listed.
    Due,
}

/// Where a page of the list ends: the last conversation on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The time by which it is ordered: of its last message, or when its promise is broken.
    pub at: Timestamp,
    /// Its id.
    pub id: ConversationId,
}

/// Which conversations to list; all conditions hold together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// `bot`, `waiting`, `agent` or `resolved`; any of these.
    pub statuses: Option<Vec<&'static str>>,
    /// With this agent.
    pub agent: Option<UserId>,
    /// With no agent.
    pub unassigned: bool,
    /// Of this account.
    pub account: Option<AccountId>,
    /// Of an account that this team answers for.
    pub team: Option<TeamId>,
    /// With this label.
    pub label: Option<LabelId>,
    /// With this text in a message, or in a name, user name or number of the customer.
    pub search: Option<String>,
    /// Whose promise is so far gone.
    pub lateness: Option<Lateness>,
    /// What comes first.
    pub order: Order,
    /// After this one in the list.
    pub after: Option<Cursor>,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Names the conversation.
    pub id: ConversationId,
    /// Where it lives.
    pub shard: ConversationShard,
    /// The account it is with.
    pub account: AccountId,
    /// The account's name.
    pub account_name: String,
    /// The account's product.
    pub channel: Channel,
    /// The customer.
    pub contact: ContactId,
    /// As the customer calls themselves.
    pub contact_name: Option<String>,
    /// The customer's user name.
    pub contact_username: Option<String>,
    /// The customer's phone number.
    pub contact_phone: Option<String>,
    /// The platform's id of the customer: all there is while their name is not known.
    pub contact_platform_id: Option<String>,
    /// The business's number for the customer, since they logged in.
    pub customer_number: Option<String>,
    /// What the business calls the customer.
    pub customer_name: Option<String>,
    /// When they logged in.
    pub linked_at: Option<Timestamp>,
    /// `bot`, `waiting`, `agent` or `resolved`.
    pub status: String,
    /// Who answers, if a person does.
    pub agent: Option<UserId>,
    /// Who is to answer, if it waits.
    pub team: Option<TeamId>,
    /// How urgent it is: as people found it, else as its account says.
    pub priority: Priority,
    /// Whether another app of the account has control.
    pub elsewhere: bool,
    /// Meta's id of that app, where known.
    pub thread_app: Option<String>,
    /// Grows with each change.
    pub revision: u64,
    /// Customer messages that no agent has seen.
    pub unread: u32,
    /// A line of the last message.
    pub preview: String,
    /// When the customer last opened Meta's window.
    pub customer_wrote_at: Option<Timestamp>,
    /// When the last message was written.
    pub last_message_at: Timestamp,
    /// Of the promises whose time runs, the one that is broken first.
    pub promise: Option<Promise>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = conversations)]
struct State {
    id: String,
    shard: i32,
    account_id: String,
    status: String,
    agent_id: Option<String>,
    team_id: Option<String>,
    revision: i64,
    unread: i32,
    preview: String,
    customer_wrote_at: Option<i64>,
    last_message_at: i64,
    thread: String,
    thread_app: Option<String>,
    priority: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
struct With {
    name: String,
    channel: String,
    settings: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = contacts)]
struct Who {
    id: String,
    name: Option<String>,
    username: Option<String>,
    phone: Option<String>,
    scoped_id: Option<String>,
    user_id: Option<String>,
    customer_number: Option<String>,
    customer_name: Option<String>,
    linked_at: Option<i64>,
}

/// Which promise, when it is broken, and when that is near.
type Due = (Option<String>, Option<i64>, Option<i64>);

type Row = (State, With, Who, Due);

fn from_row((state, with, who, due): Row) -> Result<Summary, StoreError> {
    let shard = u16::try_from(state.shard).ok().and_then(ConversationShard::new);
    let found = state.shard.to_string();
    let said: Option<Priority> = parse_some("conversations.priority", state.priority.as_deref())?;
    let account: AccountSettings = from_json("accounts.settings", &with.settings)?;
    Ok(Summary {
        id: parse("conversations.id", &state.id)?,
        shard: shard.ok_or(StoreError::Corrupt { field: "conversations.shard", found })?,
        account: parse("conversations.account_id", &state.account_id)?,
        account_name: with.name,
        channel: parse("accounts.channel", &with.channel)?,
        contact: parse("contacts.id", &who.id)?,
        contact_name: who.name,
        contact_username: who.username,
        contact_phone: who.phone,
        contact_platform_id: who.scoped_id.or(who.user_id),
        customer_number: who.customer_number,
        customer_name: who.customer_name,
        linked_at: who.linked_at.map(time),
        status: state.status,
        agent: parse_some("conversations.agent_id", state.agent_id.as_deref())?,
        team: parse_some("conversations.team_id", state.team_id.as_deref())?,
        priority: said.unwrap_or(account.priority),
        elsewhere: state.thread == "elsewhere",
        thread_app: state.thread_app,
        revision: unsigned("conversations.revision", state.revision)?,
        unread: unsigned("conversations.unread", i64::from(state.unread))?,
        preview: state.preview,
        customer_wrote_at: state.customer_wrote_at.map(time),
        last_message_at: time(state.last_message_at),
        promise: Promise::from_columns(due)?,
    })
}

/// The conversations of a workspace that someone may see.
macro_rules! seen {
    ($workspace:expr, $sight:expr) => {{
        let mut query = conversations::table
            .inner_join(accounts::table.on(accounts::id.eq(conversations::account_id)))
            .inner_join(contacts::table.on(contacts::id.eq(conversations::contact_id)))
            .left_join(ledgers::table.on(ledgers::conversation_id.eq(conversations::id)))
            .filter(conversations::workspace_id.eq($workspace.to_string()))
            .select((
                State::as_select(),
                With::as_select(),
                Who::as_select(),
                (
                    ledgers::target.nullable(),
                    ledgers::due_at.nullable(),
                    ledgers::soon_at.nullable(),
                ),
            ))
            .into_boxed();
        if let Sight::Own { agent, teams } = $sight {
            let teams: Vec<String> = teams.iter().map(ToString::to_string).collect();
            let open = conversations::agent_id.is_null().and(accounts::team_id.eq_any(teams));
            let told = mentions::table
                .filter(mentions::user_id.eq(agent.to_string()))
                .select(mentions::conversation_id);
            let own = conversations::agent_id.eq(agent.to_string());
            query = query.filter(open.or(own).or(conversations::id.eq_any(told)));
        }
        query
    }};
}

impl Lateness {
    /// Whether it is broken, and by when.
    fn micros(self) -> (bool, i64) {
        match self {
            Self::Breached(now) => (true, now.as_micros()),
            Self::Soon(now) => (false, now.as_micros()),
        }
    }
}

/// What a text is searched by, anywhere in another: nothing in it is a wildcard.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.trim().to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// Puts what is listed in order, after where the page before ended.
macro_rules! in_order {
    ($query:expr, $filter:expr) => {{
        let (mut query, due) = ($query, ledgers::due_at.assume_not_null());
        let after = $filter.after.map(|Cursor { at, id }| (at.as_micros(), id.to_string()));
        match $filter.order {
            Order::Latest => {
                if let Some((at, id)) = after {
                    let older = conversations::last_message_at.lt(at);
                    let same = conversations::last_message_at.eq(at);
                    query = query.filter(older.or(same.and(conversations::id.lt(id))));
                }
                query =
                    query.order((conversations::last_message_at.desc(), conversations::id.desc()));
            }
            Order::Due => {
                query = query.filter(ledgers::due_at.is_not_null());
                if let Some((at, id)) = after {
                    let same = due.eq(at);
                    query = query.filter(due.gt(at).or(same.and(conversations::id.gt(id))));
                }
                query = query.order((ledgers::due_at.asc(), conversations::id.asc()));
            }
        }
        query
    }};
}

/// A page of the list, the latest message first.
///
/// # Errors
/// As any read.
pub fn list(
    db: &mut Db,
    workspace: WorkspaceId,
    sight: &Sight,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Summary>, StoreError> {
    let rows: Vec<Row> = on!(db, conn => {
        let mut query = seen!(workspace, sight);
        if let Some(statuses) = &filter.statuses {
            query = query.filter(conversations::status.eq_any(statuses.clone()));
        }
        if let Some(agent) = filter.agent {
            query = query.filter(conversations::agent_id.eq(agent.to_string()));
        }
        if filter.unassigned {
            query = query.filter(conversations::agent_id.is_null());
        }
        if let Some(account) = filter.account {
            query = query.filter(conversations::account_id.eq(account.to_string()));
        }
        if let Some(team) = filter.team {
            query = query.filter(accounts::team_id.eq(team.to_string()));
        }
        if let Some(label) = filter.label {
            let worn = conversation_labels::table
                .filter(conversation_labels::label_id.eq(label.to_string()))
                .select(conversation_labels::conversation_id);
            query = query.filter(conversations::id.eq_any(worn));
        }
        if let Some(search) = &filter.search {
            let pattern = pattern(search);
            let said = messages::table
                .filter(messages::workspace_id.eq(workspace.to_string()))
                .filter(messages::words.like(pattern.clone()).escape('\\'))
                .select(messages::conversation_id);
            let called = lower(contacts::name).like(pattern.clone()).escape('\\')
                .or(lower(contacts::username).like(pattern.clone()).escape('\\'))
                .or(contacts::phone.like(pattern.clone()).escape('\\'))
                .or(lower(contacts::customer_name).like(pattern.clone()).escape('\\'))
                .or(lower(contacts::customer_number).like(pattern).escape('\\'));
            query = query.filter(conversations::id.eq_any(said).or(called.assume_not_null()));
        }
        let due = ledgers::due_at.assume_not_null();
        match filter.lateness.map(Lateness::micros) {
            Some((true, now)) => query = query.filter(due.le(now)),
            Some((false, now)) => {
                let soon = ledgers::soon_at.assume_not_null();
                query = query.filter(due.gt(now).and(soon.le(now)));
            }
            None => {}
        }
        in_order!(query, filter).limit(limit).load(conn)
    })?;
    rows.into_iter().map(from_row).collect()
}

/// One conversation, if they may see it.
///
/// # Errors
/// As any read.
pub fn by_id(
    db: &mut Db,
    workspace: WorkspaceId,
    sight: &Sight,
    id: ConversationId,
) -> Result<Option<Summary>, StoreError> {
    let row: Option<Row> = on!(db, conn => seen!(workspace, sight)
        .filter(conversations::id.eq(id.to_string()))
        .first(conn)
        .optional())?;
    row.map(from_row).transpose()
}

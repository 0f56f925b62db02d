//! Conversations as people at the desk list and open them: reads only, across what router and
//! desk write. Who may see what is part of each query, so that no caller can forget it.

mod summary;

use diesel::{
    define_sql_function,
    prelude::*,
    sql_types::{Nullable, Text},
};
pub use summary::Summary;
use summary::{Known, Row, State, Who, With, from_row};
use switchboard_domain::{
    Channel, Timestamp,
    ids::{AccountId, ContactId, ConversationId, LabelId, TeamId, UserId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    db::on,
    people::{self as who, about, named},
    schema::{
        accounts, contact_attributes, contacts, conversation_labels, conversations, ledgers,
        mentions, messages, persons,
    },
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
    /// Those assigned to an agent, those that nobody has and that are for one of their teams, and those
    /// in which a note is for them.
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
    /// `bot`, `waiting`, `agent`, `snoozed` or `resolved`; any of these.
    pub statuses: Option<Vec<&'static str>>,
    /// With this agent.
    pub agent: Option<UserId>,
    /// With no agent.
    pub unassigned: bool,
    /// Of this account.
    pub account: Option<AccountId>,
    /// For this team: it waits for it, or was sent to it, or the team answers for its account.
    pub team: Option<TeamId>,
    /// With this label.
    pub label: Option<LabelId>,
    /// With this text in a message, or in a name, user name or number of the customer.
    pub search: Option<String>,
    /// Whose promise is so far gone.
    pub lateness: Option<Lateness>,
    /// What comes first.
    pub order: Order,
    /// With this text in a name, user name or number of the customer.
    pub called: Option<String>,
    /// With a customer of whom this is known: an attribute's name and value.
    pub attribute: Option<(String, String)>,
    /// With a customer who is blocked, or with one who is not.
    pub blocked: Option<bool>,
    /// On this channel.
    pub channel: Option<Channel>,
    /// With one of these customers.
    pub contacts: Option<Vec<ContactId>>,
    /// After this one in the list.
    pub after: Option<Cursor>,
}

/// Those for one of these teams: they wait for it or were sent to it, or it answers for their account.
macro_rules! of_teams {
    ($teams:expr) => {{
        let teams: Vec<String> = $teams;
        let by_account = accounts::team_id.eq_any(teams.clone());
        let by_account = conversations::team_id.is_null().and(by_account);
        conversations::team_id.eq_any(teams).or(by_account)
    }};
}

/// The conversations of a workspace that someone may see.
macro_rules! seen {
    ($workspace:expr, $sight:expr) => {{
        let mut query = conversations::table
            .inner_join(accounts::table.on(accounts::id.eq(conversations::account_id)))
            .inner_join(contacts::table.on(contacts::id.eq(conversations::contact_id)))
            .left_join(ledgers::table.on(ledgers::conversation_id.eq(conversations::id)))
            .left_join(persons::table.on(persons::contact_id.eq(contacts::id)))
            .filter(conversations::workspace_id.eq($workspace.to_string()))
            .select((
                State::as_select(),
                With::as_select(),
                Who::as_select(),
                Option::<Known>::as_select(),
                (
                    ledgers::target.nullable(),
                    ledgers::due_at.nullable(),
                    ledgers::soon_at.nullable(),
                ),
            ))
            .into_boxed();
        if let Sight::Own { agent, teams } = $sight {
            let teams: Vec<String> = teams.iter().map(ToString::to_string).collect();
            let open = conversations::agent_id.is_null().and(of_teams!(teams));
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

/// People of several contacts, one of which is called so.
fn kin(db: &mut Db, workspace: WorkspaceId, text: Option<&str>) -> Result<Vec<String>, StoreError> {
    text.map_or(Ok(Vec::new()), |text| who::called(db, workspace, &pattern(text)))
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
    let searched = kin(db, workspace, filter.search.as_deref())?;
    let called = kin(db, workspace, filter.called.as_deref())?;
    let knowing = match &filter.attribute {
        Some((name, value)) => who::knowing(db, workspace, (name, value))?,
        None => Vec::new(),
    };
    let rows: Vec<Row> = on!(db, conn => {
        let mut query = about!(seen!(workspace, sight), filter, (called, knowing));
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
            query = query.filter(of_teams!(vec![team.to_string()]));
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
            let kin = persons::person_id.nullable().eq_any(searched).assume_not_null();
            query = query.filter(conversations::id.eq_any(said).or(named!(pattern)).or(kin));
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

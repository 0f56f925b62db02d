//! A conversation as a line of the list, made from the rows that it is of.

use diesel::prelude::*;
use switchboard_domain::{
    Channel, Timestamp,
    conversation::Blocked,
    dispatch::Priority,
    ids::{AccountId, ContactId, ConversationId, PersonId, TeamId, UserId},
    shard::ConversationShard,
};

use crate::{
    StoreError,
    account_settings::AccountSettings,
    convert::{from_json, parse, parse_some, time, unsigned},
    ledgers::Promise,
    schema::{accounts, contacts, conversations, persons},
};

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
    /// Who they are, if several contacts are.
    pub person: Option<PersonId>,
    /// As agents call the customer.
    pub contact_given_name: Option<String>,
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
    /// `bot`, `waiting`, `agent`, `snoozed` or `resolved`.
    pub status: String,
    /// When it comes back, if it was put aside.
    pub snoozed_until: Option<Timestamp>,
    /// Who answers, if a person does, or put it aside.
    pub agent: Option<UserId>,
    /// Who is to answer, if it waits.
    pub team: Option<TeamId>,
    /// How urgent it is: as people found it, else as its account says.
    pub priority: Priority,
    /// Whether another app of the account has control.
    pub elsewhere: bool,
    /// Meta's id of that app, where known.
    pub thread_app: Option<String>,
    /// That the customer is blocked.
    pub blocked: Option<Blocked>,
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
pub(super) struct State {
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
    blocked_at: Option<i64>,
    blocked_by: Option<String>,
    blocked_because: Option<String>,
    snoozed_until: Option<i64>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub(super) struct With {
    name: String,
    channel: String,
    settings: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = contacts)]
pub(super) struct Who {
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

#[derive(Queryable, Selectable, Default)]
#[diesel(table_name = persons)]
pub(super) struct Known {
    name: Option<String>,
    person_id: Option<String>,
}

/// Which promise, when it is broken, and when that is near.
pub(super) type Due = (Option<String>, Option<i64>, Option<i64>);

pub(super) type Row = (State, With, Who, Option<Known>, Due);

pub(super) fn from_row((state, with, who, known, due): Row) -> Result<Summary, StoreError> {
    let shard = u16::try_from(state.shard).ok().and_then(ConversationShard::new);
    let (found, known) = (state.shard.to_string(), known.unwrap_or_default());
    let said: Option<Priority> = parse_some("conversations.priority", state.priority.as_deref())?;
    let account: AccountSettings = from_json("accounts.settings", &with.settings)?;
    Ok(Summary {
        id: parse("conversations.id", &state.id)?,
        shard: shard.ok_or(StoreError::Corrupt { field: "conversations.shard", found })?,
        account: parse("conversations.account_id", &state.account_id)?,
        account_name: with.name,
        channel: parse("accounts.channel", &with.channel)?,
        contact: parse("contacts.id", &who.id)?,
        person: parse_some("persons.person_id", known.person_id.as_deref())?,
        contact_given_name: known.name,
        contact_name: who.name,
        contact_username: who.username,
        contact_phone: who.phone,
        contact_platform_id: who.scoped_id.or(who.user_id),
        customer_number: who.customer_number,
        customer_name: who.customer_name,
        linked_at: who.linked_at.map(time),
        blocked: blocked(&state)?,
        status: state.status,
        snoozed_until: state.snoozed_until.map(time),
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

fn blocked(state: &State) -> Result<Option<Blocked>, StoreError> {
    let by = parse_some("conversations.blocked_by", state.blocked_by.as_deref())?;
    let reason = state.blocked_because.clone().unwrap_or_default();
    Ok(state.blocked_at.zip(by).map(|(at, by)| Blocked { by, at: time(at), reason }))
}

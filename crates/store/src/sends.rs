//! Sends: what is to go to Meta, and what became of it. Written by outbound.

use bytes::Bytes;
use diesel::prelude::*;
use switchboard_domain::{
    Channel, Timestamp,
    ids::{AccountId, ConversationId, MessageId, SendId, WorkspaceId},
    shard::AccountShard,
};

use crate::{
    Db, StoreError,
    convert::{parse, small, time, unsigned},
    db::on,
    schema::{
        accounts,
        sends::{self, dsl},
    },
};

/// What became of a send so far. `queued`, `sending` and `uncertain` are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for its turn, or for another try.
    Queued,
    /// The request may be on its way; written before the first byte leaves.
    Sending,
    /// The bytes left and no answer came; waits for proof until `not_before`.
    Uncertain,
    /// Meta took it.
    Sent,
    /// It will not arrive.
    Failed,
    /// No one will ever know; an agent was told.
    Flagged,
}

const WORDS: [(State, &str); 6] = [
    (State::Queued, "queued"),
    (State::Sending, "sending"),
    (State::Uncertain, "uncertain"),
    (State::Sent, "sent"),
    (State::Failed, "failed"),
    (State::Flagged, "flagged"),
];

const OPEN: [&str; 3] = ["queued", "sending", "uncertain"];

impl State {
    fn word(self) -> &'static str {
        WORDS.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    fn from_word(word: &str) -> Result<Self, StoreError> {
        WORDS
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(state, _)| *state)
            .ok_or_else(|| StoreError::Corrupt { field: "sends.state", found: word.to_owned() })
    }
}

/// A send to take up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSend {
    /// Names it.
    pub id: SendId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The account that sends.
    pub account: AccountId,
    /// The conversation, whose sends go one after the other.
    pub conversation: ConversationId,
    /// The message it carries.
    pub message: MessageId,
    /// The account's shard.
    pub shard: AccountShard,
    /// The encoded `SendRequest`.
    pub request: Bytes,
}

/// A send that is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSend {
    /// Its place in the order of acceptance.
    pub position: i64,
    /// What it is.
    pub send: NewSend,
    /// How far it is.
    pub state: State,
    /// Tries so far.
    pub attempt: u32,
    /// The owner's epoch of the last try.
    pub epoch: i64,
    /// Not to be tried (queued), or not to be given up (uncertain), before.
    pub not_before: Timestamp,
}

/// A change of a send's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which send.
    pub id: SendId,
    /// Its new state.
    pub state: State,
    /// Tries so far.
    pub attempt: u32,
    /// The owner's epoch.
    pub epoch: i64,
    /// See [`OpenSend::not_before`].
    pub not_before: Timestamp,
    /// The platform's id, once sent.
    pub external_id: Option<String>,
    /// What went wrong, for operators; no message text.
    pub error: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sends)]
struct Row {
    position: i64,
    id: String,
    workspace_id: String,
    account_id: String,
    conversation_id: String,
    message_id: String,
    shard: i32,
    request: Vec<u8>,
    state: String,
    attempt: i32,
    epoch: i64,
    not_before: i64,
}

impl TryFrom<Row> for OpenSend {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let shard = u16::try_from(row.shard).ok().and_then(AccountShard::new);
        let (field, found) = ("sends.shard", row.shard.to_string());
        Ok(Self {
            position: row.position,
            send: NewSend {
                id: parse("sends.id", &row.id)?,
                workspace: parse("sends.workspace_id", &row.workspace_id)?,
                account: parse("sends.account_id", &row.account_id)?,
                conversation: parse("sends.conversation_id", &row.conversation_id)?,
                message: parse("sends.message_id", &row.message_id)?,
                shard: shard.ok_or(StoreError::Corrupt { field, found })?,
                request: row.request.into(),
            },
            state: State::from_word(&row.state)?,
            attempt: unsigned("sends.attempt", i64::from(row.attempt))?,
            epoch: row.epoch,
            not_before: time(row.not_before),
        })
    }
}

/// Takes a send up; returns its position, or `None` when it was taken up before.
///
/// # Errors
/// As any write.
pub fn accept(db: &mut Db, send: &NewSend, now: Timestamp) -> Result<Option<i64>, StoreError> {
    let row = (
        dsl::id.eq(send.id.to_string()),
        dsl::workspace_id.eq(send.workspace.to_string()),
        dsl::account_id.eq(send.account.to_string()),
        dsl::conversation_id.eq(send.conversation.to_string()),
        dsl::message_id.eq(send.message.to_string()),
        dsl::shard.eq(i32::from(send.shard.number())),
        dsl::request.eq(send.request.as_ref()),
        dsl::state.eq(State::Queued.word()),
        (dsl::attempt.eq(0), dsl::epoch.eq(0), dsl::not_before.eq(0)),
        (dsl::created_at.eq(now.as_micros()), dsl::updated_at.eq(now.as_micros())),
    );
    Ok(on!(db, conn => diesel::insert_into(sends::table)
        .values(row)
        .on_conflict_do_nothing()
        .returning(sends::position)
        .get_result(conn)
        .optional())?)
}

/// The open sends of one conversation after `after`, in order of acceptance.
///
/// # Errors
/// As any read.
pub fn open_of_conversation(
    db: &mut Db,
    shard: AccountShard,
    conversation: ConversationId,
    after: i64,
    limit: i64,
) -> Result<Vec<OpenSend>, StoreError> {
    let query = sends::table
        .filter(dsl::shard.eq(i32::from(shard.number())))
        .filter(dsl::conversation_id.eq(conversation.to_string()))
        .filter(dsl::state.eq_any(OPEN))
        .filter(dsl::position.gt(after))
        .order(dsl::position)
        .limit(limit);
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(OpenSend::try_from).collect()
}

/// The open sends of one account after `after`, in order of acceptance.
///
/// # Errors
/// As any read.
pub fn open_of_account(
    db: &mut Db,
    shard: AccountShard,
    account: AccountId,
    after: i64,
    limit: i64,
) -> Result<Vec<OpenSend>, StoreError> {
    let query = sends::table
        .filter(dsl::shard.eq(i32::from(shard.number())))
        .filter(dsl::account_id.eq(account.to_string()))
        .filter(dsl::state.eq_any(OPEN))
        .filter(dsl::position.gt(after))
        .order(dsl::position)
        .limit(limit);
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(OpenSend::try_from).collect()
}

/// The accounts of a shard that have open sends.
///
/// # Errors
/// As any read.
pub fn accounts_with_open(
    db: &mut Db,
    shard: AccountShard,
) -> Result<Vec<(WorkspaceId, AccountId)>, StoreError> {
    let query = sends::table
        .filter(dsl::shard.eq(i32::from(shard.number())))
        .filter(dsl::state.eq_any(OPEN))
        .select((dsl::workspace_id, dsl::account_id))
        .distinct();
    let rows: Vec<(String, String)> = on!(db, conn => query.load(conn))?;
    rows.into_iter()
        .map(|(workspace, account)| {
            Ok((parse("sends.workspace_id", &workspace)?, parse("sends.account_id", &account)?))
        })
        .collect()
}

/// Whatever of one channel was on its way when its owner ended has an unknown fate: it waits for
/// proof until `not_before`. Returns how many there were.
///
/// # Errors
/// As any write.
pub fn doubt(
    db: &mut Db,
    shard: AccountShard,
    channel: Channel,
    not_before: Timestamp,
) -> Result<usize, StoreError> {
    let sending = sends::table
        .filter(dsl::shard.eq(i32::from(shard.number())))
        .filter(dsl::state.eq(State::Sending.word()));
    let accounts = sending.select(dsl::account_id).distinct();
    let accounts: Vec<String> = on!(db, conn => accounts.load(conn))?;
    let of_channel = accounts::table
        .filter(accounts::channel.eq(channel.as_str()))
        .filter(accounts::id.eq_any(accounts))
        .select(accounts::id);
    let of_channel: Vec<String> = on!(db, conn => of_channel.load(conn))?;
    let sends = sending.filter(dsl::account_id.eq_any(of_channel));
    // Not the time of the update, which tells when the request may have left.
    let set = (dsl::state.eq(State::Uncertain.word()), dsl::not_before.eq(not_before.as_micros()));
    Ok(on!(db, conn => diesel::update(sends).set(set).execute(conn))?)
}

/// When a send of the shard was last tried or settled: no request of an owner before left later.
///
/// # Errors
/// As any read.
pub fn last_touched(db: &mut Db, shard: AccountShard) -> Result<Option<Timestamp>, StoreError> {
    let query = sends::table
        .filter(dsl::shard.eq(i32::from(shard.number())))
        .filter(dsl::epoch.gt(0))
        .select(dsl::updated_at)
        .order(dsl::updated_at.desc());
    let micros: Option<i64> = on!(db, conn => query.first(conn).optional())?;
    Ok(micros.map(time))
}

/// Proof came that a send arrived, whatever was thought of it. Returns whose it is, unless it is
/// not known or was proved before.
///
/// # Errors
/// As any write.
pub fn settle(
    db: &mut Db,
    workspace: WorkspaceId,
    id: SendId,
    external_id: &str,
    now: Timestamp,
) -> Result<Option<(AccountId, ConversationId)>, StoreError> {
    let send = sends::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()))
        .filter(dsl::state.ne(State::Sent.word()));
    let set = (
        dsl::state.eq(State::Sent.word()),
        dsl::external_id.eq(external_id),
        dsl::updated_at.eq(now.as_micros()),
    );
    let whose: Option<(String, String)> = on!(db, conn => diesel::update(send)
        .set(set)
        .returning((sends::account_id, sends::conversation_id))
        .get_result(conn)
        .optional())?;
    whose
        .map(|(account, conversation)| {
            Ok((
                parse("sends.account_id", &account)?,
                parse("sends.conversation_id", &conversation)?,
            ))
        })
        .transpose()
}

/// The shards that have open sends.
///
/// # Errors
/// As any read.
pub fn shards_with_open(db: &mut Db) -> Result<Vec<AccountShard>, StoreError> {
    let query = sends::table.filter(dsl::state.eq_any(OPEN)).select(dsl::shard).distinct();
    let numbers: Vec<i32> = on!(db, conn => query.load(conn))?;
    let shard = |number: i32| u16::try_from(number).ok().and_then(AccountShard::new);
    Ok(numbers.into_iter().filter_map(shard).collect())
}

/// Writes a change, if the send is still open; returns whether it was.
///
/// # Errors
/// As any write.
pub fn change(db: &mut Db, change: &Change, now: Timestamp) -> Result<bool, StoreError> {
    let send =
        sends::table.filter(dsl::id.eq(change.id.to_string())).filter(dsl::state.eq_any(OPEN));
    let set = (
        dsl::state.eq(change.state.word()),
        dsl::attempt.eq(small(change.attempt)),
        dsl::epoch.eq(change.epoch),
        dsl::not_before.eq(change.not_before.as_micros()),
        dsl::external_id.eq(&change.external_id),
        dsl::error.eq(&change.error),
        dsl::updated_at.eq(now.as_micros()),
    );
    let rows = on!(db, conn => diesel::update(send).set(set).execute(conn))?;
    Ok(rows == 1)
}

/// The state of a send, if it was taken up.
///
/// # Errors
/// As any read.
pub fn state(db: &mut Db, workspace: WorkspaceId, id: SendId) -> Result<Option<State>, StoreError> {
    let query = sends::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()))
        .select(dsl::state);
    let word: Option<String> = on!(db, conn => query.first(conn).optional())?;
    word.map(|word| State::from_word(&word)).transpose()
}

/// How many of an account's sends that changed since then Meta refused last with one of these codes,
/// and that did not go out since.
///
/// # Errors
/// As any read.
pub fn refused(
    db: &mut Db,
    (workspace, account): (WorkspaceId, AccountId),
    shard: AccountShard,
    since: Timestamp,
    codes: &[i64],
) -> Result<i64, StoreError> {
    let mut count = 0;
    for code in codes {
        let query = sends::table
            .filter(dsl::shard.eq(i32::from(shard.number())))
            .filter(dsl::updated_at.ge(since.as_micros()))
            .filter(dsl::workspace_id.eq(workspace.to_string()))
            .filter(dsl::account_id.eq(account.to_string()))
            .filter(dsl::error.like(format!("Meta error {code},%")))
            .count();
        let found: i64 = on!(db, conn => query.get_result(conn))?;
        count += found;
    }
    Ok(count)
}

//! Transcripts. Written by router.

use diesel::prelude::*;
use switchboard_domain::{
    Content, Timestamp,
    content::Context,
    conversation::{Author, Direction, MessageStatus, NewMessage},
    ids::{AccountId, ConversationId, MessageId, SendId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{from_json, from_word, parse, parse_some, signed, time, to_json, unsigned, word},
    db::on,
    schema::messages::{self, dsl},
};

/// Where a message belongs.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The account.
    pub account: AccountId,
    /// The conversation.
    pub conversation: ConversationId,
}

/// A message of a transcript.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Names it.
    pub id: MessageId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Its place, from 1.
    pub seq: u64,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub content: Content,
    /// The platform's id of it.
    pub external_id: Option<String>,
    /// The platform's id of what it answers.
    pub reply_to: Option<String>,
    /// What stands around it.
    pub context: Context,
    /// When its writer last changed it.
    pub revised_at: Option<Timestamp>,
    /// What became of it.
    pub status: MessageStatus,
    /// Why it failed.
    pub reason: Option<String>,
    /// The send that carries it.
    pub send: Option<SendId>,
    /// When it was written.
    pub at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = messages)]
struct Row {
    id: String,
    conversation_id: String,
    seq: i64,
    author: String,
    author_id: Option<String>,
    content: String,
    external_id: Option<String>,
    reply_to: Option<String>,
    status: String,
    reason: Option<String>,
    send_id: Option<String>,
    at: i64,
    context: Option<String>,
    revised_at: Option<i64>,
}

impl TryFrom<Row> for Message {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse("messages.id", &row.id)?,
            conversation: parse("messages.conversation_id", &row.conversation_id)?,
            seq: unsigned("messages.seq", row.seq)?,
            author: author_from(&row.author, row.author_id.as_deref())?,
            content: from_json("messages.content", &row.content)?,
            external_id: row.external_id,
            reply_to: row.reply_to,
            context: context_from(row.context.as_deref())?,
            revised_at: row.revised_at.map(time),
            status: from_word("messages.status", &row.status)?,
            reason: row.reason,
            send: parse_some("messages.send_id", row.send_id.as_deref())?,
            at: time(row.at),
        })
    }
}

/// The author's word, and of an agent who.
pub(crate) fn author_words(author: Author) -> (&'static str, Option<String>) {
    match author {
        Author::Customer => ("customer", None),
        Author::Bot => ("bot", None),
        Author::System => ("system", None),
        Author::Agent { id } => ("agent", Some(id.to_string())),
        Author::Elsewhere => ("elsewhere", None),
    }
}

fn author_from(kind: &str, id: Option<&str>) -> Result<Author, StoreError> {
    match (kind, id) {
        ("customer", _) => Ok(Author::Customer),
        ("bot", _) => Ok(Author::Bot),
        ("system", _) => Ok(Author::System),
        ("elsewhere", _) => Ok(Author::Elsewhere),
        ("agent", Some(id)) => Ok(Author::Agent { id: parse("messages.author_id", id)? }),
        (other, _) => {
            Err(StoreError::Corrupt { field: "messages.author", found: other.to_owned() })
        }
    }
}

fn context_from(text: Option<&str>) -> Result<Context, StoreError> {
    let context = text.map(|text| from_json("messages.context", text)).transpose()?;
    Ok(context.unwrap_or_default())
}

fn context_to(context: &Context) -> Result<Option<String>, StoreError> {
    if context.is_empty() {
        return Ok(None);
    }
    to_json("messages.context", context).map(Some)
}

/// Adds a message to its transcript; `raw` is the platform's event that it came in.
///
/// # Errors
/// As any write.
pub fn append(
    db: &mut Db,
    place: Place,
    message: &NewMessage,
    raw: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (author, author_id) = author_words(message.author);
    let direction = match message.author.direction() {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    };
    let row = (
        dsl::id.eq(message.id.to_string()),
        dsl::workspace_id.eq(place.workspace.to_string()),
        dsl::account_id.eq(place.account.to_string()),
        dsl::conversation_id.eq(place.conversation.to_string()),
        dsl::seq.eq(signed(message.seq)),
        dsl::direction.eq(direction),
        (dsl::author.eq(author), dsl::author_id.eq(author_id)),
        (
            dsl::content.eq(to_json("messages.content", &message.content)?),
            dsl::words.eq(message.content.search_words()),
        ),
        dsl::external_id.eq(&message.external_id),
        dsl::reply_to.eq(&message.reply_to),
        dsl::status.eq(word("messages.status", &message.status)?),
        dsl::reason.eq(&message.reason),
        dsl::send_id.eq(message.send.map(|send| send.to_string())),
        dsl::raw.eq(raw),
        dsl::at.eq(message.at.as_micros()),
        dsl::created_at.eq(now.as_micros()),
        dsl::context.eq(context_to(&message.context)?),
    );
    on!(db, conn => diesel::insert_into(messages::table).values(row).execute(conn))?;
    Ok(())
}

/// Notes what became of a message, if that says more than what is known. The platform's id is
/// kept once known.
///
/// # Errors
/// As any write.
pub fn mark(
    db: &mut Db,
    id: MessageId,
    status: MessageStatus,
    external_id: Option<&str>,
    reason: Option<&str>,
) -> Result<bool, StoreError> {
    let query = messages::table.filter(dsl::id.eq(id.to_string()));
    let known: Option<String> =
        on!(db, conn => query.clone().select(dsl::status).first(conn).optional())?;
    let Some(known) = known else { return Ok(false) };
    let known: MessageStatus = from_word("messages.status", &known)?;
    if let Some(external_id) = external_id {
        let unknown = query.clone().filter(dsl::external_id.is_null());
        on!(db, conn => diesel::update(unknown)
            .set(dsl::external_id.eq(external_id))
            .execute(conn))?;
    }
    if !known.advances(status) {
        return Ok(false);
    }
    let set = (dsl::status.eq(word("messages.status", &status)?), dsl::reason.eq(reason));
    on!(db, conn => diesel::update(query).set(set).execute(conn))?;
    Ok(true)
}

/// Begins a message's fate anew, under another send.
///
/// # Errors
/// As any write.
pub fn restart(
    db: &mut Db,
    id: MessageId,
    send: SendId,
    status: MessageStatus,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    let set = (
        dsl::status.eq(word("messages.status", &status)?),
        dsl::send_id.eq(send.to_string()),
        dsl::reason.eq(reason),
    );
    let message = messages::table.filter(dsl::id.eq(id.to_string()));
    on!(db, conn => diesel::update(message).set(set).execute(conn))?;
    Ok(())
}

/// Marks all that went out until `watermark` and is not known to have got that far. What may never
/// have gone out stays as it is: that a later message arrived proves nothing about it.
///
/// # Errors
/// As any write.
pub fn mark_up_to(
    db: &mut Db,
    conversation: ConversationId,
    watermark: Timestamp,
    status: MessageStatus,
) -> Result<usize, StoreError> {
    const WENT_OUT: [MessageStatus; 2] = [MessageStatus::Sent, MessageStatus::Delivered];
    let lower: Vec<String> = WENT_OUT
        .iter()
        .filter(|known| known.advances(status))
        .map(|known| word("messages.status", known))
        .collect::<Result<_, _>>()?;
    let affected = messages::table
        .filter(dsl::conversation_id.eq(conversation.to_string()))
        .filter(dsl::direction.eq("outbound"))
        .filter(dsl::at.le(watermark.as_micros()))
        .filter(dsl::status.eq_any(lower));
    let set = dsl::status.eq(word("messages.status", &status)?);
    Ok(on!(db, conn => diesel::update(affected).set(set).execute(conn))?)
}

/// The message that the platform knows by that id.
///
/// # Errors
/// As any read.
pub fn by_external_id(
    db: &mut Db,
    account: AccountId,
    external_id: &str,
) -> Result<Option<Message>, StoreError> {
    let query = messages::table
        .filter(dsl::account_id.eq(account.to_string()))
        .filter(dsl::external_id.eq(external_id))
        .order(dsl::seq);
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Message::try_from).transpose()
}

/// The most parts of one platform's message that are looked for; Instagram sends up to ten images
/// in one.
const MOST_PARTS: usize = 30;

/// The message that the platform knows by that id, in its parts (`id`, `id#2`, `id#3`...).
///
/// # Errors
/// As any read.
pub fn parts_of(
    db: &mut Db,
    account: AccountId,
    external_id: &str,
) -> Result<Vec<Message>, StoreError> {
    let mut ids = vec![external_id.to_owned()];
    ids.extend((2..=MOST_PARTS).map(|part| format!("{external_id}#{part}")));
    let query = messages::table
        .filter(dsl::account_id.eq(account.to_string()))
        .filter(dsl::external_id.eq_any(ids))
        .order(dsl::seq);
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(Message::try_from).collect()
}

/// The messages of a conversation that the platform knows by any of those ids.
///
/// # Errors
/// As any read.
pub fn named(
    db: &mut Db,
    conversation: ConversationId,
    external_ids: &[String],
) -> Result<Vec<Message>, StoreError> {
    if external_ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = messages::table
        .filter(dsl::conversation_id.eq(conversation.to_string()))
        .filter(dsl::external_id.eq_any(external_ids))
        .order(dsl::seq);
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(Message::try_from).collect()
}

/// The message that a send carries or carried.
///
/// # Errors
/// As any read.
pub fn by_send(
    db: &mut Db,
    account: AccountId,
    send: SendId,
) -> Result<Option<Message>, StoreError> {
    let query = messages::table
        .filter(dsl::account_id.eq(account.to_string()))
        .filter(dsl::send_id.eq(send.to_string()));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Message::try_from).transpose()
}

/// What the conversation has sent and no one has proved to have arrived, oldest first.
///
/// # Errors
/// As any read.
pub fn unproved(db: &mut Db, conversation: ConversationId) -> Result<Vec<Message>, StoreError> {
    let query = messages::table
        .filter(dsl::conversation_id.eq(conversation.to_string()))
        .filter(dsl::status.eq_any(["pending", "uncertain"]))
        .filter(dsl::external_id.is_null())
        .order(dsl::seq);
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(Message::try_from).collect()
}

/// The message of that id.
///
/// # Errors
/// As any read.
pub fn by_id(
    db: &mut Db,
    workspace: WorkspaceId,
    id: MessageId,
) -> Result<Option<Message>, StoreError> {
    let query = messages::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Message::try_from).transpose()
}

/// The platform's event that a message came in; `None` once it was taken back, and for what came
/// from no event.
///
/// # Errors
/// As any read.
pub fn raw(
    db: &mut Db,
    workspace: WorkspaceId,
    id: MessageId,
) -> Result<Option<String>, StoreError> {
    let query = messages::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::id.eq(id.to_string()))
        .select(dsl::raw);
    let raw: Option<Option<String>> = on!(db, conn => query.first(conn).optional())?;
    Ok(raw.flatten())
}

/// A page of a transcript, oldest first: what comes before `before` (a place; `None`: the end).
///
/// # Errors
/// As any read.
pub fn page(
    db: &mut Db,
    workspace: WorkspaceId,
    conversation: ConversationId,
    before: Option<u64>,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let query = messages::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::conversation_id.eq(conversation.to_string()))
        .filter(dsl::seq.lt(before.map_or(i64::MAX, signed)))
        .order(dsl::seq.desc())
        .limit(limit);
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().rev().map(Message::try_from).collect()
}

//! What changed after some places. Reads need no transaction: the heads are read first, so all that
//! they name has committed before what follows is read.

use std::collections::HashMap;

use diesel::prelude::*;
use switchboard_domain::{
    ids::{ConversationId, UserId, WorkspaceId},
    shard::ConversationShard,
};

use super::{Change, Heads, SeenBy, Stream};
use crate::{
    Db, StoreError,
    convert::{parse, parse_some, signed, unsigned},
    db::on,
    schema::{change_heads, conversations, mentions, noted_changes, noted_heads},
};

/// What changed, and up to where that is all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Each conversation that changed, stream by stream and there in order; `None`: too many, or from
    /// places that these streams never had.
    pub changes: Option<Vec<Change>>,
    /// Up to where that is all.
    pub heads: Heads,
}

/// A row of either stream: id, agent, account, revision, position.
type Row = (String, Whose, i64, i64);

/// The agent, the account and the team of a conversation.
type Whose = (Option<String>, String, Option<String>);

/// Up to where the streams of a workspace have come.
///
/// # Errors
/// As any read.
pub fn heads(db: &mut Db, workspace: WorkspaceId) -> Result<Heads, StoreError> {
    let mut heads = Heads::default();
    let shards = change_heads::table
        .filter(change_heads::workspace_id.eq(workspace.to_string()))
        .select((change_heads::shard, change_heads::position));
    let rows: Vec<(i32, i64)> = on!(db, conn => shards.load(conn))?;
    for (number, position) in rows {
        let shard = u16::try_from(number).ok().and_then(ConversationShard::new);
        let (field, found) = ("change_heads.shard", number.to_string());
        let shard = shard.ok_or(StoreError::Corrupt { field, found })?;
        heads.raise(Stream::Shard(shard), position);
    }
    let noted = noted_heads::table
        .filter(noted_heads::workspace_id.eq(workspace.to_string()))
        .select(noted_heads::position);
    let noted: Option<i64> = on!(db, conn => noted.first(conn).optional())?;
    if let Some(position) = noted {
        heads.raise(Stream::Noted, position);
    }
    Ok(heads)
}

/// What changed in a workspace after these places, unless that is more than so many conversations.
///
/// # Errors
/// As any read.
pub fn after(
    db: &mut Db,
    workspace: WorkspaceId,
    from: &Heads,
    most: usize,
) -> Result<News, StoreError> {
    let mut heads = heads(db, workspace)?;
    if !heads.covers(from) {
        return Ok(News { changes: None, heads });
    }
    let mut changes = Vec::new();
    let moved: Vec<Stream> = heads
        .iter()
        .filter(|(stream, position)| *position > from.of(*stream))
        .map(|(stream, _)| stream)
        .collect();
    for stream in moved {
        let room = most.saturating_sub(changes.len()).saturating_add(1);
        let rows = rows(db, workspace, (stream, from.of(stream)), signed(room))?;
        changes.extend(
            rows.into_iter().map(|row| change(stream, row)).collect::<Result<Vec<_>, _>>()?,
        );
        if changes.len() > most {
            return Ok(News { changes: None, heads });
        }
    }
    // Whoever saw a place sees all before it: what came beside the reading is told too.
    for change in &changes {
        heads.raise(change.stream, change.position);
    }
    add_told(db, &mut changes)?;
    Ok(News { changes: Some(changes), heads })
}

/// Who sees a conversation now.
///
/// # Errors
/// As any read.
pub fn seen_by(
    db: &mut Db,
    workspace: WorkspaceId,
    id: ConversationId,
) -> Result<Option<SeenBy>, StoreError> {
    let query = conversations::table
        .filter(conversations::workspace_id.eq(workspace.to_string()))
        .filter(conversations::id.eq(id.to_string()))
        .select((conversations::agent_id, conversations::account_id, conversations::team_id));
    let row: Option<Whose> = on!(db, conn => query.first(conn).optional())?;
    let Some(whose) = row else { return Ok(None) };
    let told = told(db, &[id])?.remove(&id).unwrap_or_default();
    Ok(Some(SeenBy { told, ..whose_eyes(whose)? }))
}

/// Who sees a conversation, but for whom notes in it are for.
fn whose_eyes((agent, account, team): Whose) -> Result<SeenBy, StoreError> {
    Ok(SeenBy {
        agent: parse_some("conversations.agent_id", agent.as_deref())?,
        account: parse("conversations.account_id", &account)?,
        team: parse_some("conversations.team_id", team.as_deref())?,
        told: Vec::new(),
    })
}

fn rows(
    db: &mut Db,
    workspace: WorkspaceId,
    (stream, from): (Stream, i64),
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
    let columns = (
        conversations::id,
        (conversations::agent_id, conversations::account_id, conversations::team_id),
        conversations::revision,
    );
    let rows = match stream {
        Stream::Shard(shard) => {
            let query = conversations::table
                .filter(conversations::workspace_id.eq(workspace.to_string()))
                .filter(conversations::shard.eq(i32::from(shard.number())))
                .filter(conversations::position.gt(from))
                .order(conversations::position)
                .limit(limit)
                .select((columns.0, columns.1, columns.2, conversations::position));
            on!(db, conn => query.load(conn))?
        }
        Stream::Noted => {
            let query = noted_changes::table
                .inner_join(
                    conversations::table.on(conversations::id.eq(noted_changes::conversation_id)),
                )
                .filter(noted_changes::workspace_id.eq(workspace.to_string()))
                .filter(noted_changes::position.gt(from))
                .order(noted_changes::position)
                .limit(limit)
                .select((columns.0, columns.1, columns.2, noted_changes::position));
            on!(db, conn => query.load(conn))?
        }
    };
    Ok(rows)
}

fn change(stream: Stream, row: Row) -> Result<Change, StoreError> {
    let (id, whose, revision, position) = row;
    Ok(Change {
        conversation: parse("conversations.id", &id)?,
        stream,
        position,
        revision: unsigned("conversations.revision", revision)?,
        seen_by: whose_eyes(whose)?,
    })
}

fn add_told(db: &mut Db, changes: &mut [Change]) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let ids: Vec<ConversationId> = changes.iter().map(|change| change.conversation).collect();
    let mut told = told(db, &ids)?;
    for change in changes {
        change.seen_by.told = told.remove(&change.conversation).unwrap_or_default();
    }
    Ok(())
}

/// Whom notes in these conversations are for.
fn told(
    db: &mut Db,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, Vec<UserId>>, StoreError> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let query = mentions::table
        .filter(mentions::conversation_id.eq_any(ids))
        .select((mentions::conversation_id, mentions::user_id))
        .distinct();
    let rows: Vec<(String, String)> = on!(db, conn => query.load(conn))?;
    let mut all: HashMap<ConversationId, Vec<UserId>> = HashMap::new();
    for (conversation, user) in rows {
        let conversation = parse("mentions.conversation_id", &conversation)?;
        all.entry(conversation).or_default().push(parse("mentions.user_id", &user)?);
    }
    Ok(all)
}

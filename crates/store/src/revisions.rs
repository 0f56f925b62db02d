//! Messages that their writer changed or took back. Written by router.

use diesel::prelude::*;
use switchboard_domain::{
    Content, Timestamp,
    conversation::Revision,
    ids::{MessageId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{from_json, time, to_json},
    db::on,
    schema::{
        message_revisions::{self, dsl},
        messages,
    },
};

/// What a message said before it was changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    /// What it said.
    pub content: Content,
    /// Until when.
    pub revised_at: Timestamp,
}

/// Changes a message; `event` names the change, `raw` is the platform's event of it. What an
/// edited message said before is kept; of one that was taken back nothing is, as Meta demands
/// ("Instagram messaging: unsend").
///
/// # Errors
/// As any write.
pub fn revise(
    db: &mut Db,
    message: MessageId,
    revision: &Revision,
    (event, raw): (&str, Option<&str>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = messages::table.filter(messages::id.eq(message.to_string()));
    let known = row.clone().select((messages::workspace_id, messages::content));
    let known: Option<(String, String)> = on!(db, conn => known.first(conn).optional())?;
    let Some((workspace, before)) = known else { return Ok(()) };
    match revision {
        Revision::Edited(content) => {
            keep_before(db, (&workspace, message, &before), (event, raw), now)?;
            let set = (
                messages::content.eq(to_json("messages.content", content)?),
                messages::words.eq(content.search_words()),
                messages::revised_at.eq(now.as_micros()),
            );
            on!(db, conn => diesel::update(row).set(set).execute(conn))?;
        }
        Revision::Unsent => {
            forget(db, message)?;
            let nothing: Option<String> = None;
            let set = (
                messages::content.eq(to_json("messages.content", &Content::Unsent)?),
                messages::words.eq(""),
                (messages::raw.eq(nothing.clone()), messages::context.eq(nothing)),
                messages::revised_at.eq(now.as_micros()),
            );
            on!(db, conn => diesel::update(row).set(set).execute(conn))?;
        }
    }
    Ok(())
}

fn keep_before(
    db: &mut Db,
    (workspace, message, before): (&str, MessageId, &str),
    (event, raw): (&str, Option<&str>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(event),
        dsl::workspace_id.eq(workspace),
        dsl::message_id.eq(message.to_string()),
        dsl::content.eq(before),
        dsl::raw.eq(raw),
        dsl::revised_at.eq(now.as_micros()),
    );
    on!(db, conn => diesel::insert_into(message_revisions::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Forgets what a message said before.
///
/// # Errors
/// As any write.
pub fn forget(db: &mut Db, message: MessageId) -> Result<(), StoreError> {
    let rows = message_revisions::table.filter(dsl::message_id.eq(message.to_string()));
    on!(db, conn => diesel::delete(rows).execute(conn))?;
    Ok(())
}

/// What a message said before, oldest first.
///
/// # Errors
/// As any read.
pub fn of(
    db: &mut Db,
    workspace: WorkspaceId,
    message: MessageId,
) -> Result<Vec<Earlier>, StoreError> {
    let query = message_revisions::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::message_id.eq(message.to_string()))
        .order((dsl::revised_at, dsl::id))
        .select((dsl::content, dsl::revised_at));
    let rows: Vec<(String, i64)> = on!(db, conn => query.load(conn))?;
    rows.into_iter()
        .map(|(content, at)| {
            let content = from_json("message_revisions.content", &content)?;
            Ok(Earlier { content, revised_at: time(at) })
        })
        .collect()
}

//! Labels, and the conversations that have them. Written by desk.

use std::collections::HashMap;

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{ConversationId, LabelId, WorkspaceId},
};

use crate::{
    Db, StoreError, changes,
    convert::parse,
    db::on,
    schema::{conversation_labels as on_conversations, labels},
};

/// A word that conversations are sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Names it here.
    pub id: LabelId,
    /// What people read; no two of a workspace have the same.
    pub name: String,
    /// One of the colours that the page has, by name.
    pub colour: String,
}

type Row = (String, String, String);

fn from_row((id, name, colour): Row) -> Result<Label, StoreError> {
    Ok(Label { id: parse("labels.id", &id)?, name, colour })
}

/// Adds a label.
///
/// # Errors
/// [`StoreError::Exists`] when there is one of that name.
pub fn add(
    db: &mut Db,
    workspace: WorkspaceId,
    label: &Label,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        labels::id.eq(label.id.to_string()),
        labels::workspace_id.eq(workspace.to_string()),
        labels::name.eq(&label.name),
        labels::colour.eq(&label.colour),
        labels::created_at.eq(now.as_micros()),
    );
    on!(db, conn => diesel::insert_into(labels::table).values(row).execute(conn))?;
    Ok(())
}

/// All labels of a workspace, by name.
///
/// # Errors
/// As any read.
pub fn list(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<Label>, StoreError> {
    let query = labels::table
        .filter(labels::workspace_id.eq(workspace.to_string()))
        .order((labels::name, labels::id))
        .select((labels::id, labels::name, labels::colour));
    let rows: Vec<Row> = on!(db, conn => query.load(conn))?;
    rows.into_iter().map(from_row).collect()
}

/// Changes name and colour.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Exists`] when another has the name.
pub fn change(db: &mut Db, workspace: WorkspaceId, label: &Label) -> Result<(), StoreError> {
    let row = labels::table
        .filter(labels::workspace_id.eq(workspace.to_string()))
        .filter(labels::id.eq(label.id.to_string()));
    let set = (labels::name.eq(&label.name), labels::colour.eq(&label.colour));
    found(on!(db, conn => diesel::update(row).set(set).execute(conn))?)
}

/// Takes a label away, from all conversations too.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn remove(db: &mut Db, workspace: WorkspaceId, id: LabelId) -> Result<(), StoreError> {
    let worn = on_conversations::table
        .filter(on_conversations::workspace_id.eq(workspace.to_string()))
        .filter(on_conversations::label_id.eq(id.to_string()));
    on!(db, conn => diesel::delete(worn).execute(conn))?;
    let row = labels::table
        .filter(labels::workspace_id.eq(workspace.to_string()))
        .filter(labels::id.eq(id.to_string()));
    found(on!(db, conn => diesel::delete(row).execute(conn))?)
}

/// The labels of each of these conversations, by name.
///
/// # Errors
/// As any read.
pub fn of(
    db: &mut Db,
    workspace: WorkspaceId,
    conversations: &[ConversationId],
) -> Result<HashMap<ConversationId, Vec<LabelId>>, StoreError> {
    let ids: Vec<String> = conversations.iter().map(ToString::to_string).collect();
    let query = on_conversations::table
        .inner_join(labels::table.on(labels::id.eq(on_conversations::label_id)))
        .filter(on_conversations::workspace_id.eq(workspace.to_string()))
        .filter(on_conversations::conversation_id.eq_any(ids))
        .order((labels::name, labels::id))
        .select((on_conversations::conversation_id, on_conversations::label_id));
    let rows: Vec<(String, String)> = on!(db, conn => query.load(conn))?;
    let mut all: HashMap<ConversationId, Vec<LabelId>> = HashMap::new();
    for (conversation, label) in rows {
        let conversation = parse("conversation_labels.conversation_id", &conversation)?;
        let label = parse("conversation_labels.label_id", &label)?;
        all.entry(conversation).or_default().push(label);
    }
    Ok(all)
}

/// Gives a conversation exactly these labels.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace lacks one.
pub fn put(
    db: &mut Db,
    workspace: WorkspaceId,
    conversation: ConversationId,
    wanted: &[LabelId],
) -> Result<(), StoreError> {
    let known = list(db, workspace)?;
    if !wanted.iter().all(|id| known.iter().any(|label| label.id == *id)) {
        return Err(StoreError::NotFound("label"));
    }
    clear(db, workspace, conversation)?;
    for label in wanted {
        let row = (
            on_conversations::conversation_id.eq(conversation.to_string()),
            on_conversations::label_id.eq(label.to_string()),
            on_conversations::workspace_id.eq(workspace.to_string()),
        );
        on!(db, conn => diesel::insert_into(on_conversations::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn))?;
    }
    changes::noted(db, workspace, &[conversation])
}

/// Takes all labels from a conversation.
///
/// # Errors
/// As any write.
pub fn clear(
    db: &mut Db,
    workspace: WorkspaceId,
    conversation: ConversationId,
) -> Result<(), StoreError> {
    let worn = on_conversations::table
        .filter(on_conversations::workspace_id.eq(workspace.to_string()))
        .filter(on_conversations::conversation_id.eq(conversation.to_string()));
    on!(db, conn => diesel::delete(worn).execute(conn))?;
    Ok(())
}

fn found(rows: usize) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("label")) }
}

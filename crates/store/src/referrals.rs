//! Where a conversation's customer came from, time and again: read out of the transcript.

use diesel::prelude::*;
use switchboard_domain::{
    Content, Timestamp,
    content::{Context, Referral},
    ids::{ConversationId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{from_json, time},
    db::on,
    schema::messages::{self, dsl},
};

/// The customer came from somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// From where.
    pub referral: Referral,
    /// When.
    pub at: Timestamp,
}

/// The latest arrivals of a conversation's customer, the latest first.
///
/// # Errors
/// As any read.
pub fn latest(
    db: &mut Db,
    workspace: WorkspaceId,
    conversation: ConversationId,
    limit: i64,
) -> Result<Vec<Arrival>, StoreError> {
    let beside_a_message = dsl::context.like("%\"referral\":%");
    let without_a_word = dsl::content.like("{\"type\":\"referral\"%");
    let query = messages::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::conversation_id.eq(conversation.to_string()))
        .filter(beside_a_message.or(without_a_word))
        .order(dsl::seq.desc())
        .limit(limit)
        .select((dsl::content, dsl::context, dsl::at));
    let rows: Vec<(String, Option<String>, i64)> = on!(db, conn => query.load(conn))?;
    let arrivals = rows.into_iter().map(|row| from_row(&row).transpose());
    arrivals.flatten().collect()
}

fn from_row(
    (content, context, at): &(String, Option<String>, i64),
) -> Result<Option<Arrival>, StoreError> {
    let context = context.as_deref().map(|text| from_json::<Context>("messages.context", text));
    let beside = context.transpose()?.and_then(|context| context.referral);
    let referral = match (beside, from_json("messages.content", content)?) {
        (Some(referral), _) | (None, Content::Referral(referral)) => *referral,
        _ => return Ok(None),
    };
    Ok(Some(Arrival { referral, at: time(*at) }))
}

//! Errand `erase_sends`: forgets what was sent to a person who wants to be forgotten, and their files.
//! Calls nobody: it is an errand because outbound alone writes these. It is done in the transaction
//! that takes it up, so that no crash can lose it.

use serde::Deserialize;
use serde_json::json;
use switchboard_domain::{Timestamp, ids::ConversationId};
use switchboard_store::{
    Db, StoreError, erase,
    errands::{Errand, Progress},
    media::work,
};

pub(super) const KIND: &str = "erase_sends";

/// What it needs.
#[derive(Deserialize)]
struct Input {
    /// Whose sends.
    conversation_id: ConversationId,
}

pub(super) fn run(
    db: &mut Db,
    errand: &Errand,
    input: &str,
    now: Timestamp,
) -> Result<Progress, StoreError> {
    let Ok(Input { conversation_id }) = serde_json::from_str(input) else {
        return Ok(Progress::Failed("The errand does not say whose sends; ask again.".into()));
    };
    let sends = erase::sends(db, errand.workspace, conversation_id)?;
    let files = work::forget_conversation(db, errand.workspace, conversation_id, now)?;
    Ok(Progress::Done(json!({ "sends": sends, "files": files })))
}

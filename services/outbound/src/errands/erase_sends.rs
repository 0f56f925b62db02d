//! Errand `erase_sends`: forgets what was sent to a person who wants to be forgotten. Calls nobody: it
//! is an errand because outbound alone writes the sends.

use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_domain::ids::ConversationId;
use switchboard_store::{erase, errands::Errand};

use super::Failure;
use crate::context::Context;

/// What it needs.
#[derive(Deserialize)]
pub(super) struct Input {
    /// Whose sends.
    conversation_id: ConversationId,
}

pub(super) async fn run(
    context: &Context,
    errand: &Errand,
    input: &Input,
) -> Result<Value, Failure> {
    let (workspace, conversation) = (errand.workspace, input.conversation_id);
    let write = move |db: &mut _| erase::sends(db, workspace, conversation);
    let erased = context.store.write(write).await?;
    Ok(json!({ "sends": erased }))
}

//! What was said before in a conversation, as bots read it: from the store, which the router writes.

use switchboard_domain::{
    Content,
    conversation::{Author, MessageStatus},
    ids::{ConversationId, MessageId, WorkspaceId},
};
use switchboard_store::{
    Store, StoreError,
    messages::{self, Message},
};

/// A message of the past.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Whether the customer wrote it, and not the business.
    pub by_customer: bool,
    /// What it says.
    pub content: Content,
}

/// The latest messages of a conversation, oldest first, without those of this turn and those that
/// the customer never saw.
///
/// # Errors
/// As any read.
pub(crate) async fn read(
    store: &Store,
    (workspace, conversation): (WorkspaceId, ConversationId),
    this_turn: Vec<MessageId>,
    most: u16,
) -> Result<Vec<Line>, StoreError> {
    if most == 0 {
        return Ok(Vec::new());
    }
    let reach = i64::from(most) + i64::try_from(this_turn.len()).unwrap_or_default();
    let page = move |db: &mut _| messages::page(db, workspace, conversation, None, reach);
    let read = store.read(page).await?;
    let told = read.into_iter().filter(|message| !this_turn.contains(&message.id));
    Ok(told.filter_map(line).collect())
}

fn line(message: Message) -> Option<Line> {
    let unseen = message.status == MessageStatus::Failed
        || matches!(message.content, Content::Notice(_) | Content::Unsent);
    let by_customer = message.author == Author::Customer;
    (!unseen).then_some(Line { by_customer, content: message.content })
}

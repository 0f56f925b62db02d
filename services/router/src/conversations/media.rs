//! Files that messages come with: outbound keeps them with us before they are gone at Meta, and
//! forgets those that were taken back.

use switchboard_contract::{
    Body,
    convert::{account_shard, parse},
    wire::{self, MediaReport, MediaRequest, media_request::Do},
};
use switchboard_domain::{
    Content,
    conversation::{Author, NewMessage},
    ids::{ConversationId, MessageId, WorkspaceId},
};
use switchboard_lane::{Fault, Out};
use switchboard_queue::Topic;
use switchboard_store::Db;

use super::{Conversations, cache::Loaded};

/// Has the file of a message fetched, if it came with one. What we send ourselves by a link stays
/// where its owner has it.
pub(super) fn fetch(loaded: &Loaded, message: &NewMessage, out: &mut Out) {
    let came = matches!(message.author, Author::Customer | Author::Elsewhere);
    let Content::Media(file) = &message.content else { return };
    if came && (file.url.is_some() || file.platform_id.is_some()) {
        put(loaded, ("fetch", message.id), Do::Fetch(file.clone().into()), out);
    }
}

/// Has the file of a message forgotten, if there is one.
pub(super) fn forget(loaded: &Loaded, message: MessageId, out: &mut Out) {
    put(loaded, ("forget", message), Do::Forget(wire::Empty {}), out);
}

fn put(loaded: &Loaded, (what, message): (&str, MessageId), r#do: Do, out: &mut Out) {
    let record = &loaded.record;
    let request = MediaRequest {
        workspace_id: record.workspace.to_string(),
        account_id: record.account.to_string(),
        conversation_id: record.state.id.to_string(),
        conversation_shard: record.shard.number().into(),
        message_id: message.to_string(),
        r#do: Some(r#do),
    };
    let topic = Topic::Outbound(account_shard(record.account));
    out.put(topic, format!("media:{what}:{message}"), Body::MediaRequest(request));
}

impl Conversations {
    /// A file is there, or cannot be had. It is no event of the conversation, but the pages show it.
    pub(super) fn media_report(&mut self, db: &mut Db, report: &MediaReport) -> Result<(), Fault> {
        let id: ConversationId = parse("media_report.conversation_id", &report.conversation_id)?;
        let workspace: WorkspaceId = parse("media_report.workspace_id", &report.workspace_id)?;
        let loaded = self.cache.conversation(db, &self.rules, id)?;
        if let Some(loaded) = loaded.filter(|loaded| loaded.record.workspace == workspace) {
            loaded.record.state.revision += 1;
            loaded.changed = true;
        }
        Ok(())
    }
}

//! Who the customer is, where the webhooks do not say: outbound asks Meta, once a day at most.

use switchboard_contract::{
    Body,
    convert::{account_shard, parse},
    wire::{ProfileFound, ProfileRequest},
};
use switchboard_domain::ids::{ConversationId, WorkspaceId};
use switchboard_lane::{Fault, Moment, Out};
use switchboard_queue::Topic;
use switchboard_store::{
    Db,
    contacts::{self, Contact},
};

use super::{Conversations, cache::Loaded};

const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// Puts the question, if there is one.
pub(super) fn ask(loaded: &mut Loaded, moment: Moment, out: &mut Out) {
    let Some(scoped_id) = loaded.contact.scoped_id.clone() else { return };
    if loaded.asked_who || loaded.contact.name.is_some() {
        return;
    }
    loaded.asked_who = true;
    let record = &loaded.record;
    let request = ProfileRequest {
        workspace_id: record.workspace.to_string(),
        account_id: record.account.to_string(),
        conversation_id: record.state.id.to_string(),
        conversation_shard: record.shard.number().into(),
        scoped_id,
    };
    // The same id all day: Meta is asked once, however often this is forgotten.
    let day = moment.now.as_micros().div_euclid(DAY_MICROS);
    let id = format!("profile:{}:{day}", record.state.id);
    out.put(Topic::Outbound(account_shard(record.account)), id, Body::ProfileRequest(request));
}

impl Conversations {
    /// Notes what Meta told. It is no event of the conversation, but the pages show it.
    pub(super) fn profile_found(
        &mut self,
        db: &mut Db,
        found: &ProfileFound,
        moment: Moment,
    ) -> Result<(), Fault> {
        let id: ConversationId = parse("profile_found.conversation_id", &found.conversation_id)?;
        let workspace: WorkspaceId = parse("profile_found.workspace_id", &found.workspace_id)?;
        let loaded = self.cache.conversation(db, &self.rules, id)?;
        let Some(loaded) = loaded.filter(|loaded| loaded.record.workspace == workspace) else {
            return Ok(());
        };
        let contact = Contact {
            name: found.name.clone().or(loaded.contact.name.clone()),
            username: found.username.clone().or(loaded.contact.username.clone()),
            ..loaded.contact.clone()
        };
        if contact != loaded.contact {
            contacts::save(db, &contact, moment.now)?;
            loaded.contact = contact;
            loaded.record.state.revision += 1;
            loaded.changed = true;
        }
        Ok(())
    }
}

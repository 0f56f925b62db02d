//! People who leave: they removed the app at Meta, or want their data deleted. And erasing them.
//!
//! Meta names a person by an id that only the app knows. Where a customer is known by it, their
//! conversation is erased at once, in its own shard; else the request waits for an administrator,
//! who knows who it is or asks (ADR 0007).

use switchboard_contract::{
    Body, Envelope, Invalid,
    convert::{account_shard, parse},
    wire::{AccountChanged, DeskEvent, EraseConversation, Errand, PlatformEvent},
};
use switchboard_domain::{
    conversation::EventKind,
    ids::{ConversationId, ErrandId, WorkspaceId},
};
use switchboard_lane::{Fault, Moment, Out};
use switchboard_queue::Topic;
use switchboard_store::{
    Db, StoreError,
    account_events::{self, AccountEvent},
    accounts,
    apps::{self, App},
    contacts::Contact,
    conversations,
    deletions::{self, Deletion, State},
    erase::{self, Whose},
};

use super::{Conversations, cache::Loaded, event, ledgers, unrouted::keep};

/// What ingress calls a person who removed the app.
pub(super) const DEAUTHORIZE: &str = "deauthorize";

/// And one who wants their data deleted.
pub(super) const DATA_DELETION: &str = "data_deletion";

/// A person left.
pub(super) fn left(
    db: &mut Db,
    (envelope, event): (&Envelope, &PlatformEvent),
    moment: Moment,
    out: &mut Out,
) -> Result<(), StoreError> {
    let Some(app) = apps::by_key(db, &event.app_key)? else {
        return keep(db, (envelope, event), None, "the app is not connected", moment);
    };
    if event.kind == DEAUTHORIZE {
        return deauthorized(db, (envelope, event), &app, moment, out);
    }
    let found = deletions::conversations_of(db, app.id, &event.customer)?;
    let deletion = Deletion {
        code: event.dedupe_key.clone(),
        workspace: app.workspace,
        app: app.id,
        user_id: Some(event.customer.clone()),
        state: if found.is_empty() { State::Open } else { State::Erasing },
        requested_at: moment.now,
        completed_at: None,
    };
    deletions::keep(db, &deletion)?;
    for conversation in found {
        let Some(shard) = conversations::shard_of(db, app.workspace, conversation)? else {
            continue;
        };
        let erase = EraseConversation {
            workspace_id: app.workspace.to_string(),
            conversation_id: conversation.to_string(),
            deletion_code: deletion.code.clone(),
        };
        let id = format!("erase:{}:{conversation}", deletion.code);
        out.put(Topic::Inbound(shard), id, Body::EraseConversation(erase));
    }
    Ok(())
}

/// Whether the person is the one whose token an account uses, Meta does not say. So nothing is
/// stopped: people are told, outbound looks again, and a dead token stops the account by itself.
fn deauthorized(
    db: &mut Db,
    (envelope, event): (&Envelope, &PlatformEvent),
    app: &App,
    moment: Moment,
    out: &mut Out,
) -> Result<(), StoreError> {
    let accounts = accounts::list(db, app.workspace)?;
    for account in accounts.into_iter().filter(|account| account.app == app.id) {
        let id = format!("{}/{}", envelope.id, account.id);
        let sentence = format!(
            "A person (Meta's user id {}) removed the app at Meta. If it was they who connected \
             this account, its token no longer works: connect it again with `switchboard account \
             connect`.",
            event.customer
        );
        let notice = AccountEvent {
            id: id.clone(),
            workspace: account.workspace,
            account: account.id,
            kind: "deauthorized".into(),
            severity: "warning".into(),
            sentence,
            raw: event.raw.clone(),
            at: moment.now,
        };
        account_events::keep(db, &notice)?;
        let (workspace_id, account_id) = (account.workspace.to_string(), account.id.to_string());
        let hint = DeskEvent {
            workspace_id: workspace_id.clone(),
            topic: "accounts".into(),
            ..DeskEvent::default()
        };
        out.put(Topic::DeskEvents, format!("desk:{id}"), Body::DeskEvent(hint));
        let changed = Body::AccountChanged(AccountChanged { workspace_id, account_id });
        out.put(Topic::Outbound(account_shard(account.id)), format!("account:{id}"), changed);
    }
    Ok(())
}

impl Conversations {
    /// Erases a conversation's customer, and notes that the request is done.
    pub(super) fn erase(
        &mut self,
        db: &mut Db,
        (envelope, request): (&Envelope, &EraseConversation),
        moment: Moment,
        out: &mut Out,
    ) -> Result<(), Fault> {
        let workspace: WorkspaceId =
            parse("erase_conversation.workspace_id", &request.workspace_id)?;
        if !request.conversation_id.is_empty() {
            let id = parse("erase_conversation.conversation_id", &request.conversation_id)?;
            if !self.erase_here(db, (envelope, workspace, id), moment, out)? {
                return Ok(());
            }
        }
        match deletions::complete(db, workspace, &request.deletion_code, moment.now) {
            Ok(()) | Err(StoreError::NotFound(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// False when it lives elsewhere and was handed there.
    fn erase_here(
        &mut self,
        db: &mut Db,
        (envelope, workspace, id): (&Envelope, WorkspaceId, ConversationId),
        moment: Moment,
        out: &mut Out,
    ) -> Result<bool, Fault> {
        let here = self.shard;
        let loaded = self.cache.conversation(db, &self.rules, id)?;
        let loaded = loaded
            .filter(|loaded| loaded.record.workspace == workspace)
            .ok_or_else(|| Invalid::new("conversation_id", "no such conversation"))?;
        if loaded.record.shard != here {
            Self::forward(loaded.record.shard, envelope, out);
            return Ok(false);
        }
        forget(db, loaded)?;
        let event = event(envelope, 0, moment, EventKind::Erased);
        Self::apply_event(db, loaded, &event, None, out, envelope)?;
        ledgers::forget(db, loaded)?;
        erase_sends(loaded, &envelope.id, out);
        Ok(true)
    }
}

fn forget(db: &mut Db, loaded: &mut Loaded) -> Result<(), StoreError> {
    let ids = loaded.contact.identities();
    let whose = Whose {
        workspace: loaded.record.workspace,
        contact: loaded.contact.id,
        conversation: loaded.record.state.id,
        account: &loaded.account.external_id,
        identities: &ids,
    };
    let messages = erase::person(db, whose)?;
    tracing::info!(conversation = %loaded.record.state.id, messages, "a customer was erased");
    loaded.contact = Contact {
        name: None,
        username: None,
        scoped_id: None,
        user_id: None,
        phone: None,
        ..loaded.contact.clone()
    };
    loaded.record.preview = String::new();
    Ok(())
}

fn erase_sends(loaded: &Loaded, cause: &str, out: &mut Out) {
    let record = &loaded.record;
    let errand = ErrandId::derive(&format!("erase/{cause}/{}", record.state.id));
    let input = serde_json::json!({ "conversation_id": record.state.id });
    let body = Body::Errand(Errand {
        workspace_id: record.workspace.to_string(),
        account_id: record.account.to_string(),
        errand_id: errand.to_string(),
        kind: "erase_sends".into(),
        input: input.to_string(),
    });
    out.put(Topic::Outbound(account_shard(record.account)), format!("errand:{errand}"), body);
}

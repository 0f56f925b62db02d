//! Which conversation an event belongs to.
//!
//! A customer may be known by several ids, of which an event carries some. Whichever leads to a
//! conversation, that one it is, the surest first, and from then on all of them do; only when none
//! does, one begins. Ids that lead to different conversations show that these are one customer's:
//! the surest id's goes on, the other is closed with a pointer to it (ADR 0010). A conversation
//! lives in the shard where it began, so an event that was sharded by another id is forwarded.

use std::sync::Arc;

use switchboard_contract::{Body, wire::ConversationMerged};
use switchboard_domain::{
    Channel, Content, Timestamp,
    content::Notice,
    conversation::{Conversation, EventKind, Happening},
    ids::ConversationId,
};
use switchboard_lane::{Moment, Out};
use switchboard_meta::inbound::Identity;
use switchboard_queue::Topic;
use switchboard_store::{
    Db, StoreError,
    accounts::Account,
    contacts::{self, Contact},
    conversations::{self, Record},
};

use super::{
    Conversations,
    cache::{Loaded, policy},
    ledgers::Book,
    platform::{Arrived, Went},
    unrouted::keep_here,
};

impl Conversations {
    /// The conversation of a customer, if there is one.
    pub(super) fn known(
        db: &mut Db,
        account: &Account,
        identity: &Identity,
    ) -> Result<Option<ConversationId>, StoreError> {
        contacts::find_conversation(db, account.id, &contact(account, identity).identities())
    }

    /// The conversation of a customer; begins one if there is none. `None` when the event does
    /// not say whose it is.
    pub(super) fn resolve(
        &mut self,
        db: &mut Db,
        account: &Account,
        identity: &Identity,
        (moment, out): (Moment, &mut Out),
    ) -> Result<Option<ConversationId>, StoreError> {
        let seen = contact(account, identity);
        let ids = seen.identities();
        if ids.is_empty() {
            return Ok(None);
        }
        let id = match contacts::find_conversation(db, account.id, &ids)? {
            Some(id) => id,
            None => self.begin(db, account, &seen, moment)?,
        };
        let Some(loaded) = self.cache.conversation(db, &self.rules, id)? else {
            return Err(StoreError::NotFound("conversation"));
        };
        if loaded.record.shard == self.shard {
            learn(db, loaded, &seen, (moment, out))?;
        }
        Ok(Some(id))
    }

    fn begin(
        &mut self,
        db: &mut Db,
        account: &Account,
        contact: &Contact,
        moment: Moment,
    ) -> Result<ConversationId, StoreError> {
        let id = Contact::conversation_of(contact.id);
        // There is one already if its customer was erased: its transcript goes on, where it lives.
        let shell = conversations::load(db, id)?;
        let shard = shell.as_ref().map_or(self.shard, |erased| erased.shard);
        let here = shard == self.shard;
        let record = Record {
            workspace: account.workspace,
            account: account.id,
            contact: contact.id,
            shard,
            state: shell.map_or_else(|| Conversation::new(id), |erased| erased.state),
            preview: String::new(),
            last_message_at: moment.now,
        };
        contacts::save(db, contact, moment.now)?;
        if here {
            conversations::save(db, &record, moment.now)?;
        }
        contacts::lead(db, account.id, &contact.identities(), id)?;
        let policy = policy(account, &self.rules);
        let (contact, account) = (contact.clone(), account.clone());
        self.cache.insert(Loaded {
            record,
            contact,
            account,
            policy,
            changed: here,
            asked_who: false,
            wanted: Arc::default(),
            told: Arc::default(),
            told_of: String::new(),
            book: Book::default(),
        });
        Ok(id)
    }

    /// The customer has other ids from now on: those of before lead nowhere any more, for a number
    /// may be somebody else's tomorrow.
    pub(super) fn rename(
        &mut self,
        db: &mut Db,
        arrived: &Arrived<'_>,
        (now, before): (&Identity, &Identity),
        (text, at): (Option<String>, Timestamp),
        (moment, out): (Moment, &mut Out),
    ) -> Result<Went, StoreError> {
        let account = arrived.account;
        let old = contact(account, before).identities();
        let id = match contacts::find_conversation(db, account.id, &old)? {
            Some(id) => Some(id),
            None => Self::known(db, account, now)?,
        };
        let Some(id) = id else {
            return keep_here(db, arrived, "about a customer not known here", moment);
        };
        let Some(loaded) = self.cache.conversation(db, &self.rules, id)? else {
            return Err(StoreError::NotFound("conversation"));
        };
        if loaded.record.shard == self.shard {
            contacts::forget_ids(db, account.id, &old, id)?;
            drop_ids(&mut loaded.contact, before);
            learn(db, loaded, &contact(account, now), (moment, out))?;
        }
        let text = text.unwrap_or_else(|| "The customer's number or id changed.".to_owned());
        let notice = Notice::new("customer_changed", text)
            .with("phone", now.phone.clone())
            .with("previous_phone", before.phone.clone());
        let happening = Happening { content: Content::Notice(notice), at, opens_window: false };
        self.give_to(db, arrived, (id, EventKind::Happened(happening)), moment, out)
    }
}

fn drop_ids(contact: &mut Contact, before: &Identity) {
    if before.phone.is_some() && contact.phone == before.phone {
        contact.phone = None;
    }
    if before.user_id.is_some() && contact.user_id == before.user_id {
        contact.user_id = None;
    }
}

/// Notes what an event tells anew about the customer, and makes all their ids lead here.
fn learn(
    db: &mut Db,
    loaded: &mut Loaded,
    seen: &Contact,
    (moment, out): (Moment, &mut Out),
) -> Result<(), StoreError> {
    let known = &loaded.contact;
    let newer = |seen: &Option<String>, known: &Option<String>| seen.clone().or(known.clone());
    let merged = Contact {
        name: newer(&seen.name, &known.name),
        username: newer(&seen.username, &known.username),
        scoped_id: newer(&seen.scoped_id, &known.scoped_id),
        user_id: newer(&seen.user_id, &known.user_id),
        phone: newer(&seen.phone, &known.phone),
        ..known.clone()
    };
    let here = loaded.record.state.id;
    for other in contacts::lead(db, loaded.account.id, &seen.identities(), here)? {
        close(db, loaded, other, out)?;
    }
    if merged == *known {
        return Ok(());
    }
    contacts::save(db, &merged, moment.now)?;
    loaded.contact = merged;
    loaded.changed = true;
    Ok(())
}

/// Tells a conversation that its customer's goes on elsewhere.
fn close(
    db: &mut Db,
    into: &Loaded,
    other: ConversationId,
    out: &mut Out,
) -> Result<(), StoreError> {
    let record = &into.record;
    let Some(shard) = conversations::shard_of(db, record.workspace, other)? else {
        return Ok(());
    };
    let merged = ConversationMerged {
        workspace_id: record.workspace.to_string(),
        conversation_id: other.to_string(),
        into_conversation_id: record.state.id.to_string(),
    };
    let id = format!("merged:{other}:{}", record.state.id);
    out.put(Topic::Inbound(shard), id, Body::ConversationMerged(merged));
    Ok(())
}

/// The customer as the event tells them.
pub(super) fn contact(account: &Account, identity: &Identity) -> Contact {
    let scoped = matches!(account.channel, Channel::Messenger | Channel::Instagram);
    let surest = identity.customer.as_ref().or(identity.user_id.as_ref());
    let surest = surest.or(identity.phone.as_ref());
    Contact {
        id: Contact::id_of(account.id, surest.map(String::as_str).unwrap_or_default()),
        workspace: account.workspace,
        account: account.id,
        name: identity.name.clone(),
        username: identity.username.clone(),
        scoped_id: identity.customer.clone().filter(|_| scoped),
        user_id: identity.user_id.clone(),
        phone: identity.phone.clone(),
    }
}

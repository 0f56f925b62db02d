//! Which conversation an event belongs to.
//!
//! A customer may be known by several ids, of which an event carries some. Whichever leads to a
//! conversation, that one it is, and from then on all of them do; only when none does, one begins.
//! It lives in the shard where it began, so an event that was sharded by another id is forwarded.

use switchboard_domain::{
    Channel,
    conversation::Conversation,
    ids::{ContactId, ConversationId},
};
use switchboard_lane::Moment;
use switchboard_meta::inbound::Identity;
use switchboard_store::{
    Db, StoreError,
    accounts::Account,
    contacts::{self, Contact},
    conversations::{self, Record},
};

use super::{
    Conversations,
    cache::{Loaded, policy},
};

impl Conversations {
    /// The conversation of a customer; begins one if there is none. `None` when the event does
    /// not say whose it is.
    pub(super) fn resolve(
        &mut self,
        db: &mut Db,
        account: &Account,
        identity: &Identity,
        moment: Moment,
    ) -> Result<Option<&mut Loaded>, StoreError> {
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
        learn(db, loaded, &seen, moment)?;
        Ok(Some(loaded))
    }

    fn begin(
        &mut self,
        db: &mut Db,
        account: &Account,
        contact: &Contact,
        moment: Moment,
    ) -> Result<ConversationId, StoreError> {
        let id = ConversationId::derive(&contact.id.to_string());
        let record = Record {
            workspace: account.workspace,
            account: account.id,
            contact: contact.id,
            shard: self.shard,
            state: Conversation::new(id),
            preview: String::new(),
            last_message_at: moment.now,
        };
        contacts::save(db, contact, moment.now)?;
        conversations::save(db, &record, moment.now)?;
        contacts::identify(db, account.id, &contact.identities(), id)?;
        let policy = policy(account, &self.rules);
        let (contact, account) = (contact.clone(), account.clone());
        self.cache.insert(Loaded {
            record,
            contact,
            account,
            policy,
            changed: true,
            asked_who: false,
        });
        Ok(id)
    }
}

/// Notes what an event tells anew about the customer.
fn learn(
    db: &mut Db,
    loaded: &mut Loaded,
    seen: &Contact,
    moment: Moment,
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
    if merged == *known {
        return Ok(());
    }
    contacts::save(db, &merged, moment.now)?;
    let ids = merged.identities();
    contacts::identify(db, loaded.account.id, &ids, loaded.record.state.id)?;
    loaded.contact = merged;
    loaded.changed = true;
    Ok(())
}

/// The customer as the event tells them.
pub(super) fn contact(account: &Account, identity: &Identity) -> Contact {
    let scoped = matches!(account.channel, Channel::Messenger | Channel::Instagram);
    let surest = identity.customer.as_ref().or(identity.user_id.as_ref());
    let surest = surest.or(identity.phone.as_ref());
    let name = format!("{}/{}", account.id, surest.map(String::as_str).unwrap_or_default());
    Contact {
        id: ContactId::derive(&name),
        workspace: account.workspace,
        account: account.id,
        name: identity.name.clone(),
        username: identity.username.clone(),
        scoped_id: identity.customer.clone().filter(|_| scoped),
        user_id: identity.user_id.clone(),
        phone: identity.phone.clone(),
    }
}

//! Account linking: whom a customer turned out to be.
//!
//! Meta tells of a log-in with the code that ingress made. It binds only if it is one of ours for
//! this account, was made for this very customer, has not ended, and binds for the first time; else
//! agents read why not. What was bound is unbound when the customer, or an agent, says so.

use switchboard_contract::{Envelope, Invalid, convert::parse, wire::AgentAction};
use switchboard_domain::{
    Timestamp,
    conversation::{EventKind, LinkingChange},
    ids::ConversationId,
};
use switchboard_lane::{Fault, Moment, Out};
use switchboard_meta::inbound::{Identity, LinkingStatus};
use switchboard_store::{
    Db, StoreError,
    linking::{
        self, Texts,
        bonds::{self, Bond},
        code::Login,
    },
};

use super::{
    Conversations, Rules,
    cache::Loaded,
    event,
    platform::{Arrived, Went},
    unrouted::keep_here,
};

/// Why a code proves nothing; what agents read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Unproved {
    #[error("The customer came back from a log-in that says nothing; they have to try again.")]
    Nothing,
    #[error(
        "The customer came back with a log-in that was not made here for this account. If they \
         logged in on a page of another system, it has to confirm them itself."
    )]
    Foreign,
    #[error(
        "The customer came back with the log-in of somebody else. It was not accepted; someone \
         may have tried to pass for another."
    )]
    Stolen,
    #[error("The customer's log-in took longer than five minutes; they have to log in again.")]
    Late,
    #[error("The customer came back with a log-in that was used before. It was not accepted.")]
    Used,
    #[error(
        "Log-ins cannot be checked here: keys.linking is missing in the router's configuration."
    )]
    NoKeys,
}

impl Conversations {
    /// The customer logged in or out.
    pub(super) fn linking(
        &mut self,
        db: &mut Db,
        arrived: &Arrived<'_>,
        (identity, status): (&Identity, &LinkingStatus),
        moment: Moment,
        out: &mut Out,
    ) -> Result<Went, StoreError> {
        let Some(id) = self.resolve(db, arrived.account, identity, (moment, out))? else {
            return keep_here(db, arrived, "does not say which customer", moment);
        };
        // A code is used up where its conversation lives, and nowhere before.
        let here = self.shard;
        let loaded = self.cache.conversation(db, &self.rules, id)?;
        let change = match loaded.filter(|loaded| loaded.record.shard == here) {
            Some(loaded) => change(db, &self.rules, loaded, (arrived.envelope, status), moment)?,
            // Forwarded before anything is applied.
            None => LinkingChange::Refused { reason: String::new() },
        };
        self.give_to(db, arrived, (id, EventKind::Linking(change)), moment, out)
    }

    /// An agent had Meta unlink the customer.
    pub(super) fn unlink(
        &mut self,
        db: &mut Db,
        (envelope, action): (&Envelope, &AgentAction),
        moment: Moment,
        out: &mut Out,
    ) -> Result<(), Fault> {
        let id: ConversationId = parse("agent_action.conversation_id", &action.conversation_id)?;
        let here = self.shard;
        let loaded = self.cache.conversation(db, &self.rules, id)?;
        let loaded = loaded
            .filter(|loaded| loaded.record.workspace.to_string() == action.workspace_id)
            .ok_or_else(|| Invalid::new("conversation_id", "no such conversation"))?;
        if loaded.record.shard != here {
            Self::forward(loaded.record.shard, envelope, out);
            return Ok(());
        }
        let change = unbind(db, loaded, true)?;
        let event = event(envelope, 0, moment, EventKind::Linking(change));
        Ok(Self::apply_event(db, loaded, &event, None, out, envelope)?)
    }
}

fn change(
    db: &mut Db,
    rules: &Rules,
    loaded: &Loaded,
    (envelope, status): (&Envelope, &LinkingStatus),
    moment: Moment,
) -> Result<LinkingChange, StoreError> {
    let code = match status {
        LinkingStatus::Unlinked => return unbind(db, loaded, false),
        LinkingStatus::Linked { authorization_code } => authorization_code.as_deref(),
    };
    let accepted = Timestamp::from_micros(envelope.created_at_us);
    let login = match prove(rules, loaded, code, accepted) {
        Ok(login) if bonds::use_up(db, login.nonce, moment.now)? => login,
        Ok(_) => return Ok(LinkingChange::Refused { reason: Unproved::Used.to_string() }),
        Err(why) => return Ok(LinkingChange::Refused { reason: why.to_string() }),
    };
    let Login { customer_number, customer_name, .. } = login;
    let bond = Bond { customer_number, customer_name, since: moment.now };
    bonds::set(db, loaded.record.workspace, loaded.contact.id, Some(&bond))?;
    let texts = texts(db, loaded)?;
    let name = bond.customer_name.as_deref();
    let confirmation = texts.linked_as(&bond.customer_number, name);
    let Bond { customer_number, customer_name, .. } = bond;
    Ok(LinkingChange::Linked { customer_number, customer_name, confirmation })
}

/// What a code says, if it is for this customer and still counts.
fn prove(
    rules: &Rules,
    loaded: &Loaded,
    code: Option<&str>,
    accepted: Timestamp,
) -> Result<Login, Unproved> {
    let keys = rules.linking.as_ref().ok_or(Unproved::NoKeys)?;
    let code = code.filter(|code| !code.is_empty()).ok_or(Unproved::Nothing)?;
    let whose = (loaded.record.workspace, loaded.record.account);
    let login = Login::open(keys, whose, code).map_err(|_| Unproved::Foreign)?;
    if loaded.contact.scoped_id.as_deref() != Some(login.psid.as_str()) {
        return Err(Unproved::Stolen);
    }
    if !login.counts_at(accepted) {
        return Err(Unproved::Late);
    }
    Ok(login)
}

/// Nothing is confirmed to a customer who was nobody known: they hear of it once.
fn unbind(db: &mut Db, loaded: &Loaded, by_agent: bool) -> Result<LinkingChange, StoreError> {
    let (workspace, contact) = (loaded.record.workspace, loaded.contact.id);
    let before = bonds::of(db, workspace, contact)?;
    let confirmation = match &before {
        Some(_) => texts(db, loaded)?.unlinked,
        None => String::new(),
    };
    bonds::set(db, workspace, contact, None)?;
    let customer_number = before.map(|bond| bond.customer_number);
    Ok(LinkingChange::Unlinked { customer_number, by_agent, confirmation })
}

fn texts(db: &mut Db, loaded: &Loaded) -> Result<Texts, StoreError> {
    let linking = linking::of(db, loaded.record.workspace, loaded.record.account)?;
    Ok(linking.map(|linking| linking.texts).unwrap_or_default())
}

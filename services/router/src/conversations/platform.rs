//! What came from Meta: normalised here, so that a kind learnt later can be read again from the
//! raw event that is kept.

use switchboard_contract::{Envelope, wire::PlatformEvent};
use switchboard_domain::{
    Channel, Content,
    content::Notice,
    conversation::{EventKind, Happening, MessageStatus, Receipt, Revision},
    ids::ConversationId,
};
use switchboard_lane::{Moment, Out};
use switchboard_meta::{
    error::GraphError,
    inbound::{AccountNotice, Identity, Normalised, Target, normalise},
};
use switchboard_store::{
    Db, StoreError,
    accounts::{self, Account},
    messages,
};

use super::{
    Conversations, account_notices, event, leavers, profiles,
    proof::Echo,
    surveys, threads,
    unrouted::{keep, keep_here},
};

/// A webhook's event with what it needs on its way to a conversation.
pub(super) struct Arrived<'a> {
    pub(super) envelope: &'a Envelope,
    pub(super) event: &'a PlatformEvent,
    pub(super) account: &'a Account,
    /// Counts what the event means, from 0.
    pub(super) index: usize,
}

/// Where an event went.
#[derive(PartialEq, Eq)]
pub(super) enum Went {
    Here,
    Elsewhere,
}

impl Conversations {
    pub(super) fn platform_event(
        &mut self,
        db: &mut Db,
        (envelope, event): (&Envelope, &PlatformEvent),
        moment: Moment,
        out: &mut Out,
    ) -> Result<(), StoreError> {
        if matches!(event.kind.as_str(), leavers::DEAUTHORIZE | leavers::DATA_DELETION) {
            return leavers::left(db, (envelope, event), moment, out);
        }
        let Ok(channel) = event.channel.parse::<Channel>() else {
            return keep(db, (envelope, event), None, "of no channel known here", moment);
        };
        let Some(account) = self.cache.account(db, channel, &event.account)? else {
            return self.business_event(db, (envelope, event), channel, moment, out);
        };
        let Ok(meanings) = normalise(&event.raw) else {
            return keep(db, (envelope, event), Some(&account), "not understood", moment);
        };
        for (index, meaning) in meanings.into_iter().enumerate() {
            let arrived = Arrived { envelope, event, account: &account, index };
            if self.take_up(db, &arrived, meaning, moment, out)? == Went::Elsewhere {
                break;
            }
        }
        Ok(())
    }

    fn take_up(
        &mut self,
        db: &mut Db,
        arrived: &Arrived<'_>,
        meaning: Normalised,
        moment: Moment,
        out: &mut Out,
    ) -> Result<Went, StoreError> {
        match meaning {
            Normalised::Message { identity, message } => {
                let kind = surveys::read(db, (arrived.account, &identity), message)?;
                self.give(db, arrived, (&identity, kind), moment, out)
            }
            Normalised::Happened { identity, happening } => {
                let kind = EventKind::Happened(happening);
                self.give(db, arrived, (&identity, kind), moment, out)
            }
            Normalised::Revised { identity, target, revision, at } => {
                let revised = Revised { target: &target, revision, at };
                self.revise(db, arrived, (&identity, revised), moment, out)
            }
            Normalised::Echo { identity, message, app_id, marker } => {
                let echo = Echo { identity: &identity, message, app_id, marker };
                let kind = self.echo(db, arrived.account, echo)?;
                self.give(db, arrived, (&identity, kind), moment, out)
            }
            Normalised::Receipt { identity, target, status, error, marker, .. } => {
                if let Some(status) = error.as_ref().and_then(GraphError::template_status) {
                    let about = self.find(db, arrived.account, &target, marker.as_deref())?;
                    let about = about.as_ref().map(|(message, _)| &message.content);
                    let cause = format!("{}#{}", arrived.envelope.id, arrived.index);
                    account_notices::out_of_use(arrived.account, (about, status), &cause, out);
                }
                let reason = error.map(|error| error.advice(arrived.account.channel));
                let heard = Heard { target, status, reason, marker };
                self.receipt(db, arrived, (&identity, heard), moment, out)
            }
            Normalised::Thread { identity, moved } => {
                let change = threads::change(db, arrived.account, moved)?;
                self.give(db, arrived, (&identity, EventKind::Thread(change)), moment, out)
            }
            Normalised::Linking { identity, status, .. } => {
                self.linking(db, arrived, (&identity, &status), moment, out)
            }
            Normalised::Renamed { identity, before, text, at } => {
                self.rename(db, arrived, (&identity, &before), (text, at), (moment, out))
            }
            Normalised::Account(notice) => {
                let accounts = std::slice::from_ref(arrived.account);
                account_notices::keep(db, accounts, (arrived, &notice), moment, out)?;
                self.tell_of_account(db, accounts, arrived, out)?;
                Ok(Went::Here)
            }
            Normalised::Other { .. } => keep_here(db, arrived, "of a kind not shown yet", moment),
        }
    }

    /// An event that names no account that is connected: what concerns a WhatsApp business account
    /// concerns each of its numbers.
    fn business_event(
        &mut self,
        db: &mut Db,
        (envelope, event): (&Envelope, &PlatformEvent),
        channel: Channel,
        moment: Moment,
        out: &mut Out,
    ) -> Result<(), StoreError> {
        let numbers = match channel {
            Channel::WhatsApp => accounts::of_business(db, &event.account)?,
            Channel::Messenger | Channel::Instagram => Vec::new(),
        };
        let Some(first) = numbers.first() else {
            return keep(db, (envelope, event), None, "the account is not connected", moment);
        };
        let meanings = normalise(&event.raw).unwrap_or_default();
        let notices: Vec<AccountNotice> = meanings
            .into_iter()
            .filter_map(|meaning| match meaning {
                Normalised::Account(notice) => Some(notice),
                _ => None,
            })
            .collect();
        if notices.is_empty() {
            return keep(db, (envelope, event), Some(first), "of a kind not shown yet", moment);
        }
        for (index, notice) in notices.iter().enumerate() {
            let arrived = Arrived { envelope, event, account: first, index };
            account_notices::keep(db, &numbers, (&arrived, notice), moment, out)?;
            self.tell_of_account(db, &numbers, &arrived, out)?;
        }
        Ok(())
    }

    /// A receipt for a message goes to that message's conversation, whatever the customer is called
    /// in it; it begins none.
    fn receipt(
        &mut self,
        db: &mut Db,
        arrived: &Arrived<'_>,
        (identity, heard): (&Identity, Heard),
        moment: Moment,
        out: &mut Out,
    ) -> Result<Went, StoreError> {
        let Heard { target, status, reason, marker } = heard;
        let found = self.find(db, arrived.account, &target, marker.as_deref())?;
        match (target, found) {
            (Target::UpTo(watermark), _) => {
                let kind = EventKind::Receipt(Receipt::UpTo { watermark, status });
                self.give_if_known(db, arrived, (identity, kind), moment, out)
            }
            (Target::Message(external_id), Some((ours, send))) => {
                let (message, written_at) = (ours.id, ours.at);
                let receipt =
                    Receipt::Message { message, send, external_id, status, reason, written_at };
                let to = (ours.conversation, EventKind::Receipt(receipt));
                self.give_to(db, arrived, to, moment, out)
            }
            (Target::Message(_), None) => {
                keep_here(db, arrived, "a receipt for a message not ours", moment)
            }
        }
    }

    /// Gives it to the customer's conversation, here or where that lives.
    pub(super) fn give(
        &mut self,
        db: &mut Db,
        arrived: &Arrived<'_>,
        (identity, kind): (&Identity, EventKind),
        moment: Moment,
        out: &mut Out,
    ) -> Result<Went, StoreError> {
        match self.resolve(db, arrived.account, identity, (moment, out))? {
            Some(id) => self.give_to(db, arrived, (id, kind), moment, out),
            None => keep_here(db, arrived, "does not say which customer", moment),
        }
    }

    /// The same, but begins no conversation.
    fn give_if_known(
        &mut self,
        db: &mut Db,
        arrived: &Arrived<'_>,
        (identity, kind): (&Identity, EventKind),
        moment: Moment,
        out: &mut Out,
    ) -> Result<Went, StoreError> {
        match Self::known(db, arrived.account, identity)? {
            Some(id) => self.give_to(db, arrived, (id, kind), moment, out),
            None => keep_here(db, arrived, "about a customer not known here", moment),
        }
    }

    /// Gives it to this conversation, here or where that lives.
    pub(super) fn give_to(
        &mut self,
        db: &mut Db,
        arrived: &Arrived<'_>,
        (id, kind): (ConversationId, EventKind),
        moment: Moment,
        out: &mut Out,
    ) -> Result<Went, StoreError> {
        let shard = self.shard;
        let Some(loaded) = self.cache.conversation(db, &self.rules, id)? else {
            return Err(StoreError::NotFound("conversation"));
        };
        if loaded.record.shard != shard {
            Self::forward(loaded.record.shard, arrived.envelope, out);
            return Ok(Went::Elsewhere);
        }
        profiles::ask(loaded, moment, out);
        let event = event(arrived.envelope, arrived.index, moment, kind);
        let raw = Some(arrived.event.raw.as_str());
        Self::apply_event(db, loaded, &event, raw, out, arrived.envelope)?;
        Ok(Went::Here)
    }

    /// A message that came in parts is taken back in parts; only words can be edited, and they
    /// come first.
    fn revise(
        &mut self,
        db: &mut Db,
        arrived: &Arrived<'_>,
        (identity, revised): (&Identity, Revised<'_>),
        moment: Moment,
        out: &mut Out,
    ) -> Result<Went, StoreError> {
        let mut parts = messages::parts_of(db, arrived.account.id, revised.target)?;
        if let Revision::Edited(_) = revised.revision {
            parts.truncate(1);
        }
        if parts.is_empty() {
            let kind = EventKind::Happened(revised.of_nothing_known());
            return self.give(db, arrived, (identity, kind), moment, out);
        }
        for (index, part) in parts.into_iter().enumerate() {
            let part_arrived = Arrived { index: arrived.index + index, ..*arrived };
            let (message, revision) = (part.id, revised.revision.clone());
            let kind = EventKind::Revised { message, revision };
            let to = (part.conversation, kind);
            if self.give_to(db, &part_arrived, to, moment, out)? == Went::Elsewhere {
                return Ok(Went::Elsewhere);
            }
        }
        Ok(Went::Here)
    }
}

/// What Meta says became of messages.
struct Heard {
    target: Target,
    status: MessageStatus,
    reason: Option<String>,
    marker: Option<String>,
}

/// A change of a message.
struct Revised<'a> {
    target: &'a str,
    revision: Revision,
    at: switchboard_domain::Timestamp,
}

impl Revised<'_> {
    /// The line for a change of a message that is not here.
    fn of_nothing_known(&self) -> Happening {
        let notice = match &self.revision {
            Revision::Edited(content) => {
                let text = content.as_words().unwrap_or_default();
                Notice::new("message_edit", format!("Edited an earlier message: {text}"))
            }
            Revision::Unsent => Notice::new("message_unsent", "Took an earlier message back."),
        };
        let content = Content::Notice(notice.with("message", Some(self.target.to_owned())));
        Happening { content, at: self.at, opens_window: false }
    }
}

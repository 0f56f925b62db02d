//! What came from Meta: normalised here, so that a kind learnt later can be read again from the
//! raw event that is kept.

use switchboard_contract::{Envelope, wire::PlatformEvent};
use switchboard_domain::{
    Channel,
    conversation::{EventKind, ForeignMessage, MessageStatus, Receipt},
    ids::SendId,
};
use switchboard_lane::{Moment, Out};
use switchboard_meta::{
    inbound::{Identity, Normalised, Target, normalise},
    marker,
};
use switchboard_store::{
    Db, StoreError,
    accounts::Account,
    apps, contacts,
    messages::{self, Message},
    unrouted::{self, Unrouted},
};

use super::{Conversations, event, profiles, resolve::contact};

/// A webhook's event with what it needs on its way to a conversation.
struct Arrived<'a> {
    envelope: &'a Envelope,
    event: &'a PlatformEvent,
    account: &'a Account,
    /// Counts what the event means, from 0.
    index: usize,
}

impl Conversations {
    pub(super) fn platform_event(
        &mut self,
        db: &mut Db,
        (envelope, event): (&Envelope, &PlatformEvent),
        moment: Moment,
        out: &mut Out,
    ) -> Result<(), StoreError> {
        let Ok(channel) = event.channel.parse::<Channel>() else {
            return keep(db, (envelope, event), None, "of no channel known here", moment);
        };
        let Some(account) = self.cache.account(db, channel, &event.account)? else {
            return keep(db, (envelope, event), None, "the account is not connected", moment);
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
                let kind = EventKind::Customer(message);
                self.give(db, arrived, (&identity, kind), moment, out)
            }
            Normalised::Echo { identity, message, app_id, marker } => {
                let echo = Echo { identity: &identity, message, app_id, marker };
                let kind = self.echo(db, arrived.account, echo)?;
                self.give(db, arrived, (&identity, kind), moment, out)
            }
            Normalised::Receipt { identity, target, status, error, marker, .. } => {
                let reason = error.map(|error| error.advice(arrived.account.channel));
                let found = self.find(db, arrived.account, &target, marker.as_deref())?;
                let receipt = match (target, found) {
                    (Target::UpTo(watermark), _) => Receipt::UpTo { watermark, status },
                    (Target::Message(external_id), Some((message, send))) => {
                        let (message, written_at) = (message.id, message.at);
                        Receipt::Message { message, send, external_id, status, reason, written_at }
                    }
                    (Target::Message(_), None) => {
                        return keep_here(db, arrived, "a receipt for a message not ours", moment);
                    }
                };
                self.give(db, arrived, (&identity, EventKind::Receipt(receipt)), moment, out)
            }
            Normalised::AccountNotice { .. } => {
                keep_here(db, arrived, "concerns the account", moment)
            }
            Normalised::Other { .. } => keep_here(db, arrived, "of a kind not shown yet", moment),
        }
    }

    /// Gives it to the customer's conversation, here or where that lives.
    fn give(
        &mut self,
        db: &mut Db,
        arrived: &Arrived<'_>,
        (identity, kind): (&Identity, EventKind),
        moment: Moment,
        out: &mut Out,
    ) -> Result<Went, StoreError> {
        let shard = self.shard;
        let Some(loaded) = self.resolve(db, arrived.account, identity, moment)? else {
            return keep_here(db, arrived, "does not say which customer", moment);
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

    /// An echo of a send of ours proves that it arrived; any other is news.
    fn echo(
        &self,
        db: &mut Db,
        account: &Account,
        echo: Echo<'_>,
    ) -> Result<EventKind, StoreError> {
        let Some(external_id) = echo.message.external_id.clone() else {
            return Ok(EventKind::Foreign(echo.message));
        };
        let target = Target::Message(external_id.clone());
        let proved = match self.find(db, account, &target, echo.marker.as_deref())? {
            None => unmarked(db, account, &echo)?,
            found => found,
        };
        Ok(match proved {
            None => EventKind::Foreign(echo.message),
            Some((ours, send)) => EventKind::Receipt(Receipt::Message {
                message: ours.id,
                send,
                external_id,
                status: MessageStatus::Sent,
                reason: None,
                written_at: ours.at,
            }),
        })
    }

    /// The message of ours that a receipt is about: by our marker, else by the platform's id. A
    /// marker counts only if it is authentic: any app on the account can set one.
    fn find(
        &self,
        db: &mut Db,
        account: &Account,
        target: &Target,
        marker: Option<&str>,
    ) -> Result<Option<Ours>, StoreError> {
        let marked = marker.and_then(|text| marker::parse(&self.rules.marker_key, text));
        if let Some((send, _)) = marked
            && let Some(message) = messages::by_send(db, account.id, send)?
        {
            return Ok(Some((message, Some(send))));
        }
        match target {
            Target::Message(external_id) => {
                let found = messages::by_external_id(db, account.id, external_id)?;
                Ok(found.map(|message| (message, None)))
            }
            Target::UpTo(_) => Ok(None),
        }
    }
}

/// An echo, as Meta tells it.
struct Echo<'a> {
    identity: &'a Identity,
    message: ForeignMessage,
    app_id: Option<String>,
    marker: Option<String>,
}

/// A message of ours, and the send of it that is proved.
type Ours = (Message, Option<SendId>);

/// Instagram's echoes may come without the marker. One of our own app that says what we have on
/// its way to that customer is that message's: a conversation has one send in flight.
fn unmarked(db: &mut Db, account: &Account, echo: &Echo<'_>) -> Result<Option<Ours>, StoreError> {
    let (None, Some(app_id)) = (&echo.marker, &echo.app_id) else { return Ok(None) };
    let ours = apps::by_id(db, account.workspace, account.app)?;
    if ours.is_none_or(|app| app.meta_app_id != *app_id) {
        return Ok(None);
    }
    let ids = contact(account, echo.identity).identities();
    let Some(conversation) = contacts::find_conversation(db, account.id, &ids)? else {
        return Ok(None);
    };
    let words = echo.message.content.as_words();
    let unproved = messages::unproved(db, conversation)?;
    let same = unproved.into_iter().find(|message| message.content.as_words() == words);
    Ok(same.map(|message| (message.clone(), message.send)))
}

/// Where an event went.
#[derive(PartialEq, Eq)]
enum Went {
    Here,
    Elsewhere,
}

fn keep_here(
    db: &mut Db,
    arrived: &Arrived<'_>,
    reason: &str,
    moment: Moment,
) -> Result<Went, StoreError> {
    keep(db, (arrived.envelope, arrived.event), Some(arrived.account), reason, moment)?;
    Ok(Went::Here)
}

/// Keeps an event that no conversation takes, visible to administrators.
fn keep(
    db: &mut Db,
    (envelope, event): (&Envelope, &PlatformEvent),
    account: Option<&Account>,
    reason: &str,
    moment: Moment,
) -> Result<(), StoreError> {
    let kept = Unrouted {
        id: envelope.id.clone(),
        workspace_id: account.map(|account| account.workspace.to_string()),
        app_key: event.app_key.clone(),
        channel: event.channel.clone(),
        account: event.account.clone(),
        kind: event.kind.clone(),
        reason: reason.to_owned(),
        raw: event.raw.clone(),
        received_at: moment.now.as_micros(),
    };
    unrouted::keep(db, &kept)
}

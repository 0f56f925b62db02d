//! Which message of ours an echo or a receipt is about.

use switchboard_domain::{
    conversation::{EventKind, ForeignMessage, MessageStatus, Receipt},
    ids::SendId,
};
use switchboard_meta::{
    inbound::{Identity, Target},
    marker,
};
use switchboard_store::{
    Db, StoreError,
    accounts::Account,
    apps, contacts,
    messages::{self, Message},
};

use super::{Conversations, resolve::contact};

impl Conversations {
    /// An echo of a send of ours proves that it arrived; any other is news.
    pub(super) fn echo(
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
    pub(super) fn find(
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
pub(super) struct Echo<'a> {
    pub(super) identity: &'a Identity,
    pub(super) message: ForeignMessage,
    pub(super) app_id: Option<String>,
    pub(super) marker: Option<String>,
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

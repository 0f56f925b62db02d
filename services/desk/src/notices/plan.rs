//! What is still worth telling somebody now.

use std::time::Duration;

use switchboard_domain::{
    Timestamp,
    dispatch::Presence,
    ids::{ConversationId, MailId, UserId, WorkspaceId},
    notices::{Choice, NoticeKind},
};
use switchboard_store::{
    Db, StoreError, conversations, dispatch,
    inbox::{self, Sight, Summary},
    mentions,
    notices::{
        defaults,
        items::{self, Item},
        mailboxes::{self, Mailbox},
        mails::{self, MailState},
    },
    teams,
    users::{self, User},
};

use super::Teams;
use crate::auth::permissions::sight_of;

/// What happened before is no news any more, told or not; quiet times do not count.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);

/// Things that are looked at for one mail.
const MOST: i64 = 200;

/// What is next for somebody.
pub(super) struct Plan {
    /// Mails of a desk that died: nobody knows whether they arrived.
    pub(super) lost: usize,
    /// What to tell them now, if anything.
    pub(super) batch: Option<Batch>,
}

/// What one mail tells.
pub(super) struct Batch {
    /// Follows from what it tells, so that the same told again is the same mail.
    pub(super) id: MailId,
    pub(super) user: User,
    pub(super) choice: Choice,
    /// Tries in a row that failed.
    pub(super) attempts: u32,
    pub(super) items: Vec<Item>,
    /// A line for each conversation, what happened first first.
    pub(super) entries: Vec<Entry>,
}

/// What there is to tell of a conversation.
pub(super) struct Entry {
    pub(super) of: Summary,
    pub(super) reasons: Vec<(NoticeKind, Timestamp)>,
    /// What the customer wrote last, if mails may say so.
    pub(super) words: Option<String>,
}

/// Lets go of what is settled, and plans the mail for the rest, if it is time for one. For the desk
/// that has the lease: what another one began is over.
///
/// # Errors
/// As any write.
pub(super) fn next(
    db: &mut Db,
    whose: (WorkspaceId, UserId),
    now: Timestamp,
) -> Result<Plan, StoreError> {
    let lost = bury(db, whose.1)?;
    let due = items::due(db, whose, now, MOST)?;
    let Some(reader) = Reader::read(db, whose)? else {
        for item in &due {
            items::drop(db, item)?;
        }
        return Ok(Plan { lost, batch: None });
    };
    let mut told = Vec::new();
    for item in due {
        match reader.worth(db, &item, now)? {
            Some(summary) => told.push((item, summary)),
            None => items::drop(db, &item)?,
        }
    }
    if told.is_empty() {
        return Ok(Plan { lost, batch: None });
    }
    let when = reader.choice.next(reader.mailbox.told_at, now);
    if when > now {
        mailboxes::postpone(db, whose.1, (when, reader.mailbox.attempts))?;
        return Ok(Plan { lost, batch: None });
    }
    let words = defaults::get(db, whose.0)?.words;
    Ok(Plan { lost, batch: Some(reader.batch(told, words)) })
}

/// Mails whose desk died while their text left are never sent again; tells how many.
fn bury(db: &mut Db, user: UserId) -> Result<usize, StoreError> {
    let unended = mails::unended(db, user)?;
    for (id, at) in &unended {
        let why = "The desk ended before the mail server answered.";
        mails::end(db, *id, (MailState::Uncertain, why))?;
        mailboxes::told(db, user, (*at, *at))?;
    }
    Ok(unended.len())
}

struct Reader {
    user: User,
    mailbox: Mailbox,
    choice: Choice,
    presence: Presence,
    sight: Sight,
    /// Who answers for each account.
    teams: Teams,
}

impl Reader {
    /// `None`: nobody who is mailed.
    fn read(
        db: &mut Db,
        (workspace, user): (WorkspaceId, UserId),
    ) -> Result<Option<Self>, StoreError> {
        let Some(user) = users::by_id(db, workspace, user)?.filter(|user| user.active) else {
            return Ok(None);
        };
        let mailbox = mailboxes::get(db, workspace, user.id)?;
        if mailbox.refused.as_ref().is_some_and(|(address, _)| *address == user.email) {
            return Ok(None);
        }
        let choice = match &mailbox.choice {
            Some(choice) => choice.clone(),
            None => defaults::get(db, workspace)?.choice,
        };
        let presence = dispatch::presences(db, workspace)?.get(&user.id).copied();
        let sight = sight_of(&user, teams::of_user(db, workspace, user.id)?);
        let presence = presence.unwrap_or(Presence::Offline);
        let teams = super::teams_of_accounts(db, workspace)?;
        Ok(Some(Self { user, mailbox, choice, presence, sight, teams }))
    }

    /// The conversation, if they are to be told of it still.
    fn worth(
        &self,
        db: &mut Db,
        item: &Item,
        now: Timestamp,
    ) -> Result<Option<Summary>, StoreError> {
        let wanted = self.choice.wants(item.kind) && self.choice.when.reaches(self.presence);
        if !wanted || self.choice.is_past(STALE, item.at, now) || self.has_seen(db, item)? {
            return Ok(None);
        }
        let Some(record) = conversations::load(db, item.conversation)? else { return Ok(None) };
        if !item.kind.holds(&record.state.status, self.user.id, item.ticket) {
            return Ok(None);
        }
        // Who may see what, who answers for it and what they want may have changed since.
        let seen = inbox::by_id(db, item.workspace, &self.sight, item.conversation)?;
        Ok(seen.filter(|of| super::covers(&self.choice, item.kind, of, &self.teams)))
    }

    fn has_seen(&self, db: &mut Db, item: &Item) -> Result<bool, StoreError> {
        if item.kind != NoticeKind::Mentioned {
            return Ok(false);
        }
        Ok(mentions::seen_at(db, item.workspace, self.user.id)? >= item.at)
    }

    fn batch(self, told: Vec<(Item, Summary)>, words: bool) -> Batch {
        let mut entries: Vec<Entry> = Vec::new();
        let mut name = self.user.id.to_string();
        let mut items = Vec::new();
        for (item, of) in told {
            let (kind, at) = (item.kind, item.at);
            name.push_str(&format!("/{}/{kind:?}/{}", item.conversation, at.as_micros()));
            match entry_of(&mut entries, item.conversation) {
                Some(entry) => entry.reasons.push((kind, at)),
                None => {
                    let words = Some(of.preview.clone()).filter(|text| words && !text.is_empty());
                    entries.push(Entry { of, reasons: vec![(kind, at)], words });
                }
            }
            items.push(item);
        }
        let (id, attempts) = (MailId::derive(&name), self.mailbox.attempts);
        Batch { id, user: self.user, choice: self.choice, attempts, items, entries }
    }
}

fn entry_of(entries: &mut [Entry], conversation: ConversationId) -> Option<&mut Entry> {
    entries.iter_mut().find(|entry| entry.of.id == conversation)
}

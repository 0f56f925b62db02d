//! From what happened to what each person is to be told: who wants to know of it, may see it, and is
//! not there.

use std::{
    collections::{HashMap, hash_map::Entry},
    time::Duration,
};

use switchboard_domain::{
    dispatch::Presence,
    ids::{UserId, WorkspaceId},
    notices::{Choice, NoticeKind},
};
use switchboard_store::{
    Db, StoreError, dispatch,
    inbox::{self, Sight},
    notices::{
        defaults,
        happened::{self, Notice},
        items::{self, Item},
        mailboxes,
    },
    teams,
    users::{self, User},
};

use super::Teams;
use crate::auth::permissions::sight_of;

/// Takes up to `limit` of what happened, and has each told to those who want it; tells how many
/// there were.
///
/// # Errors
/// As any write.
pub(super) fn out(db: &mut Db, limit: i64, gather: Duration) -> Result<usize, StoreError> {
    let taken = happened::take(db, limit)?;
    let mut shops: HashMap<WorkspaceId, Shop> = HashMap::new();
    for notice in &taken {
        let shop = match shops.entry(notice.workspace) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(Shop::read(db, notice.workspace)?),
        };
        for reader in &shop.readers {
            shop.tell(db, reader, notice, gather)?;
        }
    }
    Ok(taken.len())
}

/// Those who may be told.
struct Shop {
    readers: Vec<Reader>,
    /// Who answers for each account.
    teams: Teams,
}

struct Reader {
    user: UserId,
    sight: Sight,
    presence: Presence,
    choice: Choice,
}

impl Shop {
    fn read(db: &mut Db, workspace: WorkspaceId) -> Result<Self, StoreError> {
        let usual = defaults::get(db, workspace)?.choice;
        let boxes = mailboxes::list(db, workspace)?.into_iter();
        let mut boxes: HashMap<UserId, _> = boxes.map(|one| (one.user, one)).collect();
        let presences = dispatch::presences(db, workspace)?;
        let members = teams::members(db, workspace)?;
        let teams_of = |user: &User| {
            let theirs = members.iter().filter(|(_, member)| *member == user.id);
            theirs.map(|(team, _)| *team).collect()
        };
        let mut readers = Vec::new();
        for user in users::list(db, workspace)?.into_iter().filter(|user| user.active) {
            let mailbox = boxes.remove(&user.id);
            let refused = mailbox.as_ref().and_then(|mailbox| mailbox.refused.as_ref());
            if refused.is_some_and(|(address, _)| *address == user.email) {
                continue;
            }
            readers.push(Reader {
                user: user.id,
                sight: sight_of(&user, teams_of(&user)),
                presence: presences.get(&user.id).copied().unwrap_or(Presence::Offline),
                choice: mailbox.and_then(|one| one.choice).unwrap_or_else(|| usual.clone()),
            });
        }
        Ok(Self { readers, teams: super::teams_of_accounts(db, workspace)? })
    }

    fn tell(
        &self,
        db: &mut Db,
        reader: &Reader,
        notice: &Notice,
        gather: Duration,
    ) -> Result<(), StoreError> {
        let about = notice.user.is_none_or(|user| user == reader.user);
        let kinds: Vec<NoticeKind> = if about { reader.wanted(notice.kind) } else { Vec::new() };
        if kinds.is_empty() {
            return Ok(());
        }
        let (workspace, conversation) = (notice.workspace, notice.conversation);
        let seen = inbox::by_id(db, workspace, &reader.sight, conversation)?;
        let Some(summary) = seen else { return Ok(()) };
        let covered =
            |kind: &NoticeKind| super::covers(&reader.choice, *kind, &summary, &self.teams);
        for kind in kinds.into_iter().filter(covered) {
            mailboxes::open(db, workspace, reader.user)?;
            let item = Item {
                user: reader.user,
                workspace,
                conversation,
                kind,
                ticket: notice.ticket,
                at: notice.at,
            };
            items::put(db, &item, notice.at.plus(gather.max(reader.choice.patience(kind))))?;
        }
        Ok(())
    }
}

impl Reader {
    /// What they are told when that happened. Who is there reads it there; but whether they will be
    /// when it has waited long, nobody knows yet.
    fn wanted(&self, kind: NoticeKind) -> Vec<NoticeKind> {
        let now = Some(kind).filter(|_| self.choice.when.reaches(self.presence));
        let later = Some(NoticeKind::WaitsLong).filter(|_| kind == NoticeKind::Waiting);
        let kinds = now.into_iter().chain(later);
        kinds.filter(|kind| self.choice.wants(*kind)).collect()
    }
}

//! The open sockets of this process, and how far in the changes of each workspace they were told.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use switchboard_domain::{
    Timestamp,
    ids::{ApiKeyId, UserId, WorkspaceId},
};
use switchboard_store::{
    changes::{Change, Heads, News, SeenBy},
    pages::Page,
};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

/// How many words may wait for one socket; one that falls further behind is closed, and goes on where
/// it was when it connects again.
const BACKLOG: usize = 64;

/// By what a socket is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pass {
    /// A page's session: the hash of its token.
    Session(String),
    /// A program's key.
    Key(ApiKeyId),
}

/// Whose socket it is.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) workspace: WorkspaceId,
    pub(crate) user: UserId,
    pub(crate) pass: Pass,
}

impl Owner {
    /// Whether it is a page, before which somebody may sit: a program is nobody's presence.
    pub(crate) fn is_page(&self) -> bool {
        matches!(self.pass, Pass::Session(_))
    }
}

/// What a socket is given.
#[derive(Debug, Clone)]
pub(crate) enum Word {
    /// A hint, for everybody, or for those who see a conversation.
    Hint(Arc<str>, Option<Arc<SeenBy>>),
    /// Conversations that changed.
    Changed(Arc<Batch>),
}

/// Conversations that changed, for all sockets of a workspace.
#[derive(Debug)]
pub(crate) struct Batch {
    /// Up to where the sockets were told before.
    pub(crate) from: Heads,
    /// What changed, in order; `None`: too much to tell one by one.
    pub(crate) changes: Option<Vec<Change>>,
    /// Up to where they are told with it.
    pub(crate) heads: Heads,
}

/// A socket's end of the hub.
pub(crate) struct Seat {
    pub(crate) number: u64,
    pub(crate) words: mpsc::Receiver<Word>,
    /// All after this will be told.
    pub(crate) from: Heads,
    /// Cancelled when the socket is to close.
    pub(crate) close: CancellationToken,
}

struct Socket {
    owner: Owner,
    words: mpsc::Sender<Word>,
    close: CancellationToken,
    /// When its owner last did something in the page.
    active_at: Timestamp,
}

#[derive(Default)]
struct Sockets {
    last: u64,
    open: HashMap<u64, Socket>,
    /// Up to where all sockets of a workspace were told; of each that has any.
    told: HashMap<WorkspaceId, Heads>,
    /// Workspaces in which something may have changed since.
    stirred: HashSet<WorkspaceId>,
}

/// The open sockets of this process.
#[derive(Default)]
pub(crate) struct Hub {
    sockets: Mutex<Sockets>,
    /// Something was stirred.
    pub(crate) news: Notify,
}

impl Hub {
    /// Takes up a socket, of a page in which its owner last did something then. The changes of its
    /// workspace had come as far as `heads` when it asked.
    pub(crate) fn join(&self, owner: Owner, active_at: Timestamp, heads: Heads) -> Seat {
        let (sender, words) = mpsc::channel(BACKLOG);
        let close = CancellationToken::new();
        let mut sockets = self.lock();
        sockets.last += 1;
        let number = sockets.last;
        let workspace = owner.workspace;
        let from = sockets.told.entry(workspace).or_insert(heads).clone();
        let socket = Socket { owner, words: sender, close: close.clone(), active_at };
        sockets.open.insert(number, socket);
        drop(sockets);
        // Something may have changed between the asking and now.
        self.stir(Some(workspace));
        Seat { number, words, from, close }
    }

    /// Forgets a socket.
    pub(crate) fn leave(&self, number: u64) {
        let mut sockets = self.lock();
        let Some(Socket { owner, .. }) = sockets.open.remove(&number) else { return };
        if !sockets.open.values().any(|other| other.owner.workspace == owner.workspace) {
            sockets.told.remove(&owner.workspace);
        }
    }

    /// How many sockets are open by this.
    pub(crate) fn count(&self, pass: &Pass) -> usize {
        self.lock().open.values().filter(|socket| socket.owner.pass == *pass).count()
    }

    /// Something may have changed in a workspace, or in all.
    pub(crate) fn stir(&self, workspace: Option<WorkspaceId>) {
        let mut sockets = self.lock();
        match workspace {
            Some(workspace) => {
                sockets.stirred.insert(workspace);
            }
            None => sockets.stirred = sockets.told.keys().copied().collect(),
        }
        drop(sockets);
        self.news.notify_one();
    }

    /// The workspaces that were stirred and have sockets, and up to where these were told.
    pub(crate) fn stirred(&self) -> Vec<(WorkspaceId, Heads)> {
        let mut sockets = self.lock();
        let stirred = std::mem::take(&mut sockets.stirred);
        let told = |workspace| Some((workspace, sockets.told.get(&workspace)?.clone()));
        stirred.into_iter().filter_map(told).collect()
    }

    /// Tells the sockets of a workspace what changed after `from`. Nothing, if they were not told up
    /// to there: all sockets had left, and those that came asked earlier; they are read for anew.
    pub(crate) fn told(&self, workspace: WorkspaceId, from: &Heads, news: News) {
        let mut sockets = self.lock();
        let Some(told) = sockets.told.get(&workspace).cloned() else { return };
        if !told.covers(from) {
            drop(sockets);
            return self.stir(Some(workspace));
        }
        let News { changes, mut heads } = news;
        // The store was set back, to a backup: from there on everything is new.
        let set_back = !heads.covers(from);
        if !set_back {
            if told.covers(&heads) {
                return;
            }
            heads.join(&told);
        }
        let batch = Word::Changed(Arc::new(Batch { from: told, changes, heads: heads.clone() }));
        sockets.told.insert(workspace, heads);
        sockets.give(Some(workspace), &batch);
    }

    /// Passes a hint to every socket of a workspace, or of all, whose owner sees this.
    pub(crate) fn tell(
        &self,
        workspace: Option<WorkspaceId>,
        hint: &Arc<str>,
        seen_by: Option<SeenBy>,
    ) {
        let hint = Word::Hint(Arc::clone(hint), seen_by.map(Arc::new));
        self.lock().give(workspace, &hint);
    }

    /// Whether a user has a page open.
    pub(crate) fn has(&self, user: UserId) -> bool {
        self.active_at(user).is_some()
    }

    /// When a user last did something in a page, if one is open.
    pub(crate) fn active_at(&self, user: UserId) -> Option<Timestamp> {
        let sockets = self.lock();
        sockets.pages().filter(|page| page.owner.user == user).map(|page| page.active_at).max()
    }

    /// The owner of a page does something in it. Tells when they did before, in any page here.
    pub(crate) fn touch(&self, seat: &Seat, user: UserId, now: Timestamp) -> Option<Timestamp> {
        let before = self.active_at(user);
        if let Some(socket) = self.lock().open.get_mut(&seat.number) {
            socket.active_at = socket.active_at.max(now);
        }
        before
    }

    /// One page of each user who has any open: the one in which they last did something.
    pub(crate) fn pages(&self) -> Vec<Page> {
        let sockets = self.lock();
        let mut latest: HashMap<UserId, Page> = HashMap::new();
        for Socket { owner, active_at, .. } in sockets.pages() {
            let page = Page { workspace: owner.workspace, user: owner.user, active_at: *active_at };
            let known = latest.entry(owner.user).or_insert(page);
            known.active_at = known.active_at.max(*active_at);
        }
        latest.into_values().collect()
    }

    /// The users of a workspace who have a page open.
    pub(crate) fn users(&self, workspace: WorkspaceId) -> Vec<UserId> {
        let sockets = self.lock();
        let owners = sockets.pages().map(|page| &page.owner);
        let mut users: Vec<UserId> =
            owners.filter(|owner| owner.workspace == workspace).map(|owner| owner.user).collect();
        users.sort_unstable();
        users.dedup();
        users
    }

    /// Closes the sockets of a session or a key that has ended.
    pub(crate) fn end(&self, pass: &Pass) {
        for socket in self.lock().open.values().filter(|one| one.owner.pass == *pass) {
            socket.close.cancel();
        }
    }

    /// Closes the sockets of a user's sessions, which have ended, but for the one `kept`; keys go on.
    pub(crate) fn end_sessions(&self, user: UserId, kept: Option<&str>) {
        let ended = |owner: &Owner| match &owner.pass {
            Pass::Session(hash) => owner.user == user && kept != Some(hash),
            Pass::Key(_) => false,
        };
        for socket in self.lock().open.values().filter(|one| ended(&one.owner)) {
            socket.close.cancel();
        }
    }

    /// Closes every socket.
    pub(crate) fn close_all(&self) {
        for socket in self.lock().open.values() {
            socket.close.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Sockets> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sockets {
    fn pages(&self) -> impl Iterator<Item = &Socket> {
        self.open.values().filter(|socket| socket.owner.is_page())
    }

    /// Gives a word to every socket of a workspace, or of all; closes those that are too slow.
    fn give(&self, workspace: Option<WorkspaceId>, word: &Word) {
        for socket in self.open.values() {
            let meant = workspace.is_none_or(|workspace| workspace == socket.owner.workspace);
            if meant && socket.words.try_send(word.clone()).is_err() {
                socket.close.cancel();
            }
        }
    }
}

#[cfg(test)]
mod tests;

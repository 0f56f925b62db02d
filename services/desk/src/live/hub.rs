//! The open sockets of this process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use switchboard_domain::{
    Timestamp,
    ids::{UserId, WorkspaceId},
};
use switchboard_store::pages::Page;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How many hints may wait for one socket; one that falls further behind is closed, and its page
/// reads everything anew when it connects again.
const BACKLOG: usize = 64;

/// Whose socket it is.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) workspace: WorkspaceId,
    pub(crate) user: UserId,
    /// The hash of the session's token.
    pub(crate) session: String,
}

/// A socket's end of the hub.
pub(crate) struct Seat {
    pub(crate) number: u64,
    pub(crate) hints: mpsc::Receiver<Arc<str>>,
    /// Cancelled when the socket is to close.
    pub(crate) close: CancellationToken,
}

struct Socket {
    owner: Owner,
    hints: mpsc::Sender<Arc<str>>,
    close: CancellationToken,
    /// When its owner last did something in the page.
    active_at: Timestamp,
}

#[derive(Default)]
struct Sockets {
    last: u64,
    open: HashMap<u64, Socket>,
}

/// The open sockets of this process.
#[derive(Default)]
pub(crate) struct Hub(Mutex<Sockets>);

impl Hub {
    /// Takes up a socket, of a page in which its owner last did something then.
    pub(crate) fn join(&self, owner: Owner, active_at: Timestamp) -> Seat {
        let (sender, hints) = mpsc::channel(BACKLOG);
        let close = CancellationToken::new();
        let mut sockets = self.lock();
        sockets.last += 1;
        let number = sockets.last;
        let socket = Socket { owner, hints: sender, close: close.clone(), active_at };
        sockets.open.insert(number, socket);
        Seat { number, hints, close }
    }

    /// Forgets a socket.
    pub(crate) fn leave(&self, number: u64) {
        self.lock().open.remove(&number);
    }

    /// Whether a user has a page open.
    pub(crate) fn has(&self, user: UserId) -> bool {
        self.active_at(user).is_some()
    }

    /// When a user last did something in a page, if one is open.
    pub(crate) fn active_at(&self, user: UserId) -> Option<Timestamp> {
        let sockets = self.lock();
        let theirs = sockets.open.values().filter(|socket| socket.owner.user == user);
        theirs.map(|socket| socket.active_at).max()
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
        for Socket { owner, active_at, .. } in sockets.open.values() {
            let page = Page { workspace: owner.workspace, user: owner.user, active_at: *active_at };
            let known = latest.entry(owner.user).or_insert(page);
            known.active_at = known.active_at.max(*active_at);
        }
        latest.into_values().collect()
    }

    /// The users of a workspace who have a page open.
    pub(crate) fn users(&self, workspace: WorkspaceId) -> Vec<UserId> {
        let sockets = self.lock();
        let owners = sockets.open.values().map(|socket| &socket.owner);
        let mut users: Vec<UserId> =
            owners.filter(|owner| owner.workspace == workspace).map(|owner| owner.user).collect();
        users.sort_unstable();
        users.dedup();
        users
    }

    /// Passes a hint to every socket of a workspace, or of all; closes those that are too slow.
    pub(crate) fn tell(&self, workspace: Option<WorkspaceId>, hint: &Arc<str>) {
        for socket in self.lock().open.values() {
            let meant = workspace.is_none_or(|workspace| workspace == socket.owner.workspace);
            if meant && socket.hints.try_send(Arc::clone(hint)).is_err() {
                socket.close.cancel();
            }
        }
    }

    /// Closes the sockets of a session that has ended.
    pub(crate) fn end_session(&self, session: &str) {
        for socket in self.lock().open.values().filter(|one| one.owner.session == session) {
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

    fn owner(workspace: &str, user: &str) -> Owner {
        Owner {
            workspace: WorkspaceId::derive(workspace),
            user: UserId::derive(user),
            session: user.to_owned(),
        }
    }

    #[test]
    fn hints_stay_in_their_workspace() {
        let hub = Hub::default();
        let (mut one, mut other) =
            (hub.join(owner("a", "ann"), NOW), hub.join(owner("b", "bob"), NOW));
        hub.tell(Some(WorkspaceId::derive("a")), &"hint".into());
        assert_eq!(one.hints.try_recv().unwrap().as_ref(), "hint");
        assert!(other.hints.try_recv().is_err());
        hub.tell(None, &"all".into());
        assert_eq!(other.hints.try_recv().unwrap().as_ref(), "all");
    }

    #[test]
    fn a_slow_socket_is_closed_and_others_are_not() {
        let hub = Hub::default();
        let slow = hub.join(owner("a", "ann"), NOW);
        for _ in 0..BACKLOG {
            hub.tell(None, &"hint".into());
        }
        let quick = hub.join(owner("a", "bob"), NOW);
        assert!(!slow.close.is_cancelled());
        hub.tell(None, &"one too many".into());
        assert!(slow.close.is_cancelled() && !quick.close.is_cancelled());
    }

    #[test]
    fn a_user_is_there_until_the_last_page_closes() {
        let hub = Hub::default();
        let (one, two) = (hub.join(owner("a", "ann"), NOW), hub.join(owner("a", "ann"), NOW));
        assert_eq!(hub.users(WorkspaceId::derive("a")), [UserId::derive("ann")]);
        let later = Timestamp::from_secs(1_790_000_060);
        assert_eq!(hub.touch(&two, UserId::derive("ann"), later), Some(NOW));
        assert_eq!(hub.pages().first().map(|page| page.active_at), Some(later));
        hub.leave(one.number);
        assert!(hub.has(UserId::derive("ann")));
        hub.leave(two.number);
        assert!(!hub.has(UserId::derive("ann")));
    }

    #[test]
    fn a_session_that_ends_takes_its_sockets_along() {
        let hub = Hub::default();
        let (one, other) = (hub.join(owner("a", "ann"), NOW), hub.join(owner("a", "bob"), NOW));
        hub.end_session("ann");
        assert!(one.close.is_cancelled() && !other.close.is_cancelled());
    }
}

//! When to look at what again. Whoever waits is here and nowhere else: it holds no worker.

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

use switchboard_domain::ids::{AccountId, ConversationId};

/// What to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    /// An account whose bucket fills, or whose pause may be over.
    Account(AccountId),
    /// A conversation whose first send becomes ready, expires, or is to be given up.
    Conversation(AccountId, ConversationId),
}

/// A heap of times. A time that was replaced stays in until it is due; whoever set it knows which
/// one counts.
#[derive(Debug, Default)]
pub(crate) struct Timers(BinaryHeap<Reverse<(Duration, Key)>>);

impl Timers {
    pub(crate) fn set(&mut self, at: Duration, key: Key) {
        self.0.push(Reverse((at, key)));
    }

    /// Takes the next one that is due.
    pub(crate) fn due(&mut self, now: Duration) -> Option<(Duration, Key)> {
        let Reverse((at, _)) = self.0.peek()?;
        if *at > now {
            return None;
        }
        self.0.pop().map(|Reverse(due)| due)
    }

    /// When the next one is due.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.0.peek().map(|Reverse((at, _))| *at)
    }
}

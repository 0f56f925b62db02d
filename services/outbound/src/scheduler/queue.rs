//! The sends of one conversation: in order, one at a time, a bounded number in memory.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use switchboard_contract::wire::SendRequest;
use switchboard_domain::ids::SendId;

use crate::limits::Class;

/// One open send.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// Its place in the order of acceptance.
    pub(crate) position: i64,
    pub(crate) send: SendId,
    /// Tries so far.
    pub(crate) attempt: u32,
    /// It may have arrived; until `ready` proof is waited for.
    pub(crate) doubtful: bool,
    /// Not to be tried, or not to be given up, before.
    pub(crate) ready: Duration,
    /// Not to be tried after; when the customer's window closes.
    pub(crate) expires: Duration,
    /// When it came to this process.
    pub(crate) since: Duration,
    pub(crate) class: Class,
    /// How often Meta failed in passing.
    pub(crate) failures: u32,
    /// How often Meta said "too fast" for this customer, in a row.
    pub(crate) throttles: u32,
    pub(crate) request: Arc<SendRequest>,
}

/// What the first send of a conversation is due for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// No proof came in time.
    GiveUp,
    /// The customer's window closed.
    Expire,
    /// Nothing before then.
    At(Duration),
    /// It can go.
    Ready,
}

impl Item {
    /// `pair` is how long the customer's own limit holds.
    pub(super) fn next(&self, pair: Duration, now: Duration) -> Next {
        if self.doubtful {
            return if self.ready <= now { Next::GiveUp } else { Next::At(self.ready) };
        }
        if self.expires <= now {
            return Next::Expire;
        }
        let ready = self.ready.max(now + pair);
        if ready <= now { Next::Ready } else { Next::At(ready.min(self.expires)) }
    }
}

/// What is happening to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Its first send waits for a time.
    Waiting,
    /// Its first send could go now.
    Ready,
    /// Its first send is being dealt with.
    Busy,
    /// More is being read from the store.
    Loading,
}

/// A conversation with open sends.
#[derive(Debug)]
pub(crate) struct Conversation {
    sends: VecDeque<Item>,
    /// The store holds more, after `last`.
    more: bool,
    /// Something was left out while reading.
    missed: bool,
    last: i64,
    pub(crate) stage: Stage,
    /// The timer that counts.
    pub(crate) wake: Option<Duration>,
    /// It stands in its account's ring.
    pub(crate) enlisted: bool,
}

impl Conversation {
    pub(crate) fn new() -> Self {
        Self {
            sends: VecDeque::new(),
            more: false,
            missed: false,
            last: i64::MIN,
            stage: Stage::Waiting,
            wake: None,
            enlisted: false,
        }
    }

    /// Adds a send behind the others, up to `depth`; returns whether it is in memory now.
    pub(crate) fn push(&mut self, item: Item, depth: usize) -> bool {
        if item.position <= self.last {
            return false;
        }
        if self.more || self.stage == Stage::Loading || self.sends.len() >= depth {
            self.more = true;
            self.missed = true;
            return false;
        }
        self.last = item.position;
        self.sends.push_back(item);
        true
    }

    /// Takes what the store gave after [`Conversation::last`]; returns how many are in memory now.
    /// `complete` says that it held no more.
    pub(crate) fn refill(&mut self, items: Vec<Item>, complete: bool) -> usize {
        self.stage = Stage::Waiting;
        self.more = !complete || self.missed;
        let before = self.sends.len();
        for item in items {
            if item.position > self.last {
                self.last = item.position;
                self.sends.push_back(item);
            }
        }
        self.sends.len() - before
    }

    /// After which position the store is to be read; `None` when all is known.
    pub(crate) fn begin_refill(&mut self) -> Option<i64> {
        if !self.more {
            return None;
        }
        self.stage = Stage::Loading;
        self.missed = false;
        Some(self.last)
    }

    pub(crate) fn head(&self) -> Option<&Item> {
        self.sends.front()
    }

    pub(crate) fn head_mut(&mut self) -> Option<&mut Item> {
        self.sends.front_mut()
    }

    /// Removes a send; returns whether it was there.
    pub(crate) fn remove(&mut self, send: SendId) -> bool {
        let before = self.sends.len();
        self.sends.retain(|item| item.send != send);
        self.sends.len() < before
    }
}

//! Which send goes next. Pure: it is told what happened and when, and says what to do.
//!
//! Accounts take turns, and within an account its conversations do. A conversation has one send in
//! flight, in order; while its first one waits, the others of the account go on. What is in memory
//! is bounded for each conversation and each account; the store has the rest, and is read again
//! when there is room.
//!
//! - [`step`]: the decisions. [`line`]: one account. [`queue`]: one conversation. [`ready`]: who
//!   waits until when.

mod line;
mod queue;
mod ready;
mod step;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use switchboard_domain::ids::{AccountId, ConversationId, SendId, WorkspaceId};

pub(crate) use line::Facts;
pub(crate) use queue::Item;

use crate::limits::{AccountLimits, Apps};
use line::Line;
use queue::{Conversation, Stage};
use ready::Timers;

/// What does not change while a shard is owned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setup {
    /// Since when surely nothing was sent by the owner before.
    pub(crate) idle_since: Duration,
    /// Requests of one account at the same time.
    pub(crate) per_account: usize,
    /// So many sends of an account are in memory; the rest is in the store.
    pub(crate) held: usize,
    /// So many sends of a conversation are in memory; the rest is in the store.
    pub(crate) depth: usize,
}

/// A send to deal with.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) workspace: WorkspaceId,
    pub(crate) account: AccountId,
    pub(crate) conversation: ConversationId,
    pub(crate) item: Item,
    /// The account is paused; this send tries whether it still has to be.
    pub(crate) probe: bool,
}

/// What is to be done now.
#[derive(Debug)]
pub(crate) enum Action {
    /// Try it.
    Start(Job),
    /// The customer's window closed while it waited.
    Expire(Job),
    /// No proof came in time.
    GiveUp(Job),
    /// Read which accounts have open sends.
    Survey,
    /// Read the account.
    LoadAccount(WorkspaceId, AccountId),
    /// Read the account's open sends after this position.
    LoadPage(AccountId, i64),
    /// Read the conversation's open sends after this position.
    LoadTail(AccountId, ConversationId, i64),
}

/// What became of a send that was dealt with.
#[derive(Debug, Clone)]
pub(crate) enum Ending {
    /// It is not open any more.
    Done,
    /// It waits; the item says until when, and why.
    Later(Item),
}

/// The open sends of one shard.
pub(crate) struct Scheduler {
    setup: Setup,
    apps: Arc<Apps>,
    lines: HashMap<AccountId, Line>,
    rotation: VecDeque<AccountId>,
    timers: Timers,
    actions: VecDeque<Action>,
    /// Every account with sends that were open at the beginning is known. Before that an account
    /// that is heard of may have older sends, which come first.
    surveyed: bool,
}

impl Scheduler {
    /// Knows nothing, and begins with [`Action::Survey`].
    pub(crate) fn new(setup: Setup, apps: Arc<Apps>) -> Self {
        Self {
            setup,
            apps,
            lines: HashMap::new(),
            rotation: VecDeque::new(),
            timers: Timers::default(),
            actions: VecDeque::from([Action::Survey]),
            surveyed: false,
        }
    }

    /// The store's answer to [`Action::Survey`].
    pub(crate) fn survey(&mut self, accounts: Vec<(WorkspaceId, AccountId)>) {
        self.surveyed = true;
        for (workspace, account) in accounts {
            // One that is known already was read, or is about to be.
            if !self.lines.contains_key(&account) {
                self.line(workspace, account).complete = false;
                self.read_on(account);
            }
        }
    }

    /// A send was just taken up.
    pub(crate) fn accept(
        &mut self,
        (workspace, account, conversation): (WorkspaceId, AccountId, ConversationId),
        item: Item,
        now: Duration,
    ) {
        let held = self.setup.held;
        let line = self.line(workspace, account);
        if !line.complete || line.loading || line.held >= held {
            line.complete = false;
            line.missed = true;
            self.read_on(account);
        } else if item.position > line.frontier {
            line.frontier = item.position;
            self.insert(account, conversation, item, now);
        }
    }

    /// The store's answer to [`Action::LoadPage`]; `complete` when it held no more.
    pub(crate) fn page(
        &mut self,
        account: AccountId,
        items: Vec<(ConversationId, Item)>,
        complete: bool,
        now: Duration,
    ) {
        let Some(line) = self.lines.get_mut(&account) else { return };
        line.loading = false;
        line.complete = complete && !line.missed;
        for (conversation, item) in items {
            if let Some(line) = self.lines.get_mut(&account) {
                line.frontier = line.frontier.max(item.position);
            }
            self.insert(account, conversation, item, now);
        }
        self.read_on(account);
    }

    /// The store's answer to [`Action::LoadTail`]; `complete` when it held no more.
    pub(crate) fn tail(
        &mut self,
        (account, conversation): (AccountId, ConversationId),
        items: Vec<Item>,
        complete: bool,
        now: Duration,
    ) {
        let Some(line) = self.lines.get_mut(&account) else { return };
        let Some(known) = line.conversations.get_mut(&conversation) else { return };
        line.held += known.refill(items, complete);
        self.look_at(account, conversation, now);
    }

    /// The store's answer to [`Action::LoadAccount`].
    pub(crate) fn account(&mut self, account: AccountId, facts: Facts, now: Duration) {
        let setup = self.setup;
        let Some(line) = self.lines.get_mut(&account) else { return };
        line.set_up(facts, &setup, now);
        // What its pair limit holds up is known only now.
        let waiting = line.conversations.keys().copied().collect();
        self.look_at_all(account, waiting, now);
        self.enlist(account);
    }

    /// The account changed: it is read again and then goes on, if it may.
    pub(crate) fn reload(&mut self, account: AccountId) {
        if let Some(line) = self.lines.get_mut(&account) {
            line.resume();
            let workspace = line.workspace;
            self.actions.push_back(Action::LoadAccount(workspace, account));
        }
    }

    /// News was left out: the store is asked for all of it. To be called before any news after it.
    pub(crate) fn reload_all(&mut self) {
        self.surveyed = false;
        self.actions.push_back(Action::Survey);
        let accounts: Vec<AccountId> = self.lines.keys().copied().collect();
        for account in accounts {
            self.reload(account);
            if let Some(line) = self.lines.get_mut(&account) {
                (line.complete, line.missed) = (false, true);
            }
            self.read_on(account);
        }
    }

    /// Proof came that a send arrived. One in flight is left to its request.
    pub(crate) fn settled(
        &mut self,
        (account, conversation): (AccountId, ConversationId),
        send: SendId,
        now: Duration,
    ) {
        let Some(line) = self.lines.get_mut(&account) else { return };
        let Some(known) = line.conversations.get_mut(&conversation) else { return };
        let is_head = known.head().is_some_and(|head| head.send == send);
        if !(is_head && known.stage == Stage::Busy) && known.remove(send) {
            line.held = line.held.saturating_sub(1);
            self.look_at(account, conversation, now);
            // That may have been what filled the memory.
            self.read_on(account);
        }
    }

    /// A job of [`Action::Start`], [`Action::Expire`] or [`Action::GiveUp`] is done.
    pub(crate) fn ended(&mut self, job: &Job, started: bool, ending: Ending, now: Duration) {
        let Some(line) = self.lines.get_mut(&job.account) else { return };
        if started {
            line.landed(job.probe, now);
        }
        let Some(known) = line.conversations.get_mut(&job.conversation) else { return };
        if known.stage == Stage::Busy {
            known.stage = Stage::Waiting;
        }
        match ending {
            Ending::Done => {
                if known.remove(job.item.send) {
                    line.held = line.held.saturating_sub(1);
                }
            }
            Ending::Later(item) => {
                if let Some(head) = known.head_mut().filter(|head| head.send == item.send) {
                    *head = item;
                }
            }
        }
        self.look_at(job.account, job.conversation, now);
        self.enlist(job.account);
        self.read_on(job.account);
    }

    /// Changes an account's limits.
    pub(crate) fn limit(&mut self, account: AccountId, change: impl FnOnce(&mut AccountLimits)) {
        if let Some(limits) = self.lines.get_mut(&account).and_then(Line::limits) {
            change(limits);
        }
    }

    /// Lets all accounts of an account's app wait.
    pub(crate) fn close_app(&mut self, account: AccountId, until: Duration) {
        if let Some(app) = self.lines.get(&account).and_then(Line::app) {
            self.apps.close(app, until);
        }
    }

    /// A call of the account got no answer; `certain` if it is known that nothing was sent.
    pub(crate) fn trouble(&mut self, account: AccountId, certain: bool, now: Duration) {
        if let Some(line) = self.lines.get_mut(&account) {
            line.breaker.trouble(certain, now);
        }
    }

    /// Meta answered a call of the account.
    pub(crate) fn answered(&mut self, account: AccountId) {
        if let Some(line) = self.lines.get_mut(&account) {
            line.breaker.answered();
        }
    }

    /// Stops an account, or moves its next probe further away.
    pub(crate) fn pause(&mut self, account: AccountId, probe: bool, now: Duration) {
        if let Some(line) = self.lines.get_mut(&account) {
            line.pause(probe, now);
        }
    }

    /// The account sends again.
    pub(crate) fn resume(&mut self, account: AccountId) {
        if let Some(line) = self.lines.get_mut(&account) {
            line.resume();
            self.enlist(account);
        }
    }

    /// How many accounts are stopped, and how many sends wait for proof.
    pub(crate) fn standing(&self) -> (u32, u32) {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let paused = self.lines.values().filter(|line| line.is_paused()).count();
        let heads = self.lines.values().flat_map(|line| line.conversations.values());
        let doubtful = heads.filter_map(Conversation::head).filter(|head| head.doubtful).count();
        (count(paused), count(doubtful))
    }

    /// Whether there is nothing to do, now or later.
    pub(crate) fn is_idle(&self) -> bool {
        self.lines.values().all(|line| line.complete && line.conversations.is_empty())
    }

    /// When to call [`Scheduler::next`] again, if nothing happens before.
    pub(crate) fn wake_at(&self) -> Option<Duration> {
        self.timers.next()
    }

    /// What to do next, if there is anything. New requests only if `may_start`.
    pub(crate) fn next(&mut self, may_start: bool, now: Duration) -> Option<Action> {
        while let Some((at, key)) = self.timers.due(now) {
            self.ring(at, key, now);
        }
        if let Some(action) = self.actions.pop_front() {
            return Some(action);
        }
        if may_start { self.turn(now) } else { None }
    }
}

//! The decisions: whose turn it is, what a conversation's first send waits for, what to read.

use std::time::Duration;

use switchboard_domain::ids::{AccountId, ConversationId, WorkspaceId};

use super::{
    Action, Item, Job, Scheduler,
    line::{Line, Pick},
    queue::{Conversation, Next, Stage},
    ready::Key,
};

impl Scheduler {
    /// A timer rings; one that was replaced meanwhile is none.
    pub(super) fn ring(&mut self, at: Duration, key: Key, now: Duration) {
        match key {
            Key::Account(account) => {
                let Some(line) = self.lines.get_mut(&account) else { return };
                if line.wake == Some(at) {
                    line.wake = None;
                    self.enlist(account);
                }
            }
            Key::Conversation(account, conversation) => {
                let line = self.lines.get_mut(&account);
                let known = line.and_then(|line| line.conversations.get_mut(&conversation));
                let Some(known) = known.filter(|known| known.wake == Some(at)) else { return };
                known.wake = None;
                self.look_at(account, conversation, now);
            }
        }
    }

    /// Goes round the accounts once at most.
    pub(super) fn turn(&mut self, now: Duration) -> Option<Action> {
        for _ in 0..self.rotation.len() {
            let account = self.rotation.pop_front()?;
            let Some(line) = self.lines.get_mut(&account) else { continue };
            let pick = line.pick(&self.apps, &self.setup, now);
            let postponed = std::mem::take(&mut line.postponed);
            match pick {
                Pick::Start { conversation, item, probe } => {
                    self.rotation.push_back(account);
                    let workspace = line.workspace;
                    let job = Job { workspace, account, conversation, item, probe };
                    self.look_at_all(account, postponed, now);
                    return Some(Action::Start(job));
                }
                Pick::Until(at) => {
                    line.enlisted = false;
                    if line.wake.is_none_or(|wake| wake > at) {
                        line.wake = Some(at);
                        self.timers.set(at, Key::Account(account));
                    }
                }
                Pick::Nothing => line.enlisted = false,
            }
            self.look_at_all(account, postponed, now);
        }
        None
    }

    pub(super) fn look_at_all(
        &mut self,
        account: AccountId,
        all: Vec<ConversationId>,
        now: Duration,
    ) {
        for conversation in all {
            self.look_at(account, conversation, now);
        }
    }

    pub(super) fn insert(
        &mut self,
        account: AccountId,
        conversation: ConversationId,
        item: Item,
        now: Duration,
    ) {
        let Some(line) = self.lines.get_mut(&account) else { return };
        let depth = self.setup.depth;
        let known = line.conversations.entry(conversation).or_insert_with(Conversation::new);
        let was_first = known.head().is_none();
        if known.push(item, depth) {
            line.held += 1;
        }
        if was_first {
            self.look_at(account, conversation, now);
        }
    }

    /// Decides what the first send of a conversation waits for.
    pub(super) fn look_at(
        &mut self,
        account: AccountId,
        conversation: ConversationId,
        now: Duration,
    ) {
        let setup = self.setup;
        let Some(line) = self.lines.get_mut(&account) else { return };
        let pair = line.pair_wait(conversation, &setup, now);
        let workspace = line.workspace;
        let Some(known) = line.conversations.get_mut(&conversation) else { return };
        if matches!(known.stage, Stage::Busy | Stage::Loading) {
            return;
        }
        let Some(head) = known.head() else {
            if let Some(after) = known.begin_refill() {
                self.actions.push_back(Action::LoadTail(account, conversation, after));
            } else {
                line.conversations.remove(&conversation);
            }
            return;
        };
        let (next, item) = (head.next(pair, now), head.clone());
        let job = |item| Job { workspace, account, conversation, item, probe: false };
        match next {
            Next::GiveUp => {
                known.stage = Stage::Busy;
                self.actions.push_back(Action::GiveUp(job(item)));
            }
            Next::Expire => {
                known.stage = Stage::Busy;
                self.actions.push_back(Action::Expire(job(item)));
            }
            Next::At(at) => {
                known.stage = Stage::Waiting;
                self.wake_conversation(account, conversation, at);
            }
            Next::Ready => {
                known.stage = Stage::Ready;
                if !known.enlisted {
                    known.enlisted = true;
                    line.enlist(conversation, item.class);
                }
                self.wake_conversation(account, conversation, item.expires);
                self.enlist(account);
            }
        }
    }

    pub(super) fn wake_conversation(
        &mut self,
        account: AccountId,
        conversation: ConversationId,
        at: Duration,
    ) {
        let line = self.lines.get_mut(&account);
        let known = line.and_then(|line| line.conversations.get_mut(&conversation));
        if let Some(known) = known.filter(|known| known.wake != Some(at)) {
            known.wake = Some(at);
            self.timers.set(at, Key::Conversation(account, conversation));
        }
    }

    pub(super) fn enlist(&mut self, account: AccountId) {
        if let Some(line) = self.lines.get_mut(&account).filter(|line| !line.enlisted) {
            line.enlisted = true;
            self.rotation.push_back(account);
        }
    }

    /// Reads on when the store has more and there is room.
    pub(super) fn read_on(&mut self, account: AccountId) {
        let Some(line) = self.lines.get_mut(&account) else { return };
        if !line.complete && !line.loading && line.held <= self.setup.held / 2 {
            (line.loading, line.missed) = (true, false);
            self.actions.push_back(Action::LoadPage(account, line.frontier));
        }
    }

    pub(super) fn line(&mut self, workspace: WorkspaceId, account: AccountId) -> &mut Line {
        let (actions, surveyed) = (&mut self.actions, self.surveyed);
        self.lines.entry(account).or_insert_with(|| {
            actions.push_back(Action::LoadAccount(workspace, account));
            Line::new(workspace, surveyed)
        })
    }
}

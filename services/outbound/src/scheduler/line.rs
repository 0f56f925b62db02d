//! One account: its conversations, whose turn it is, and how fast it may go.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use switchboard_domain::{
    ids::{AppId, ConversationId, WorkspaceId},
    limits::Gcra,
};

use super::{
    Setup,
    queue::{Conversation, Item, Stage},
};
use crate::{
    breaker::Breaker,
    limits::{AccountLimits, Apps, Class, Rates, RetryBudget},
};

/// How long a paused account waits before one send tries again, each time longer.
const PROBES: [Duration; 3] =
    [Duration::from_secs(60), Duration::from_secs(300), Duration::from_secs(900)];

/// How long a retry waits when the account's budget is spent.
const NO_BUDGET: Duration = Duration::from_secs(10);

/// What is known of an account once it is loaded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    pub(crate) app: AppId,
    pub(crate) rates: Rates,
    pub(crate) paused: bool,
}

struct Running {
    app: AppId,
    rates: Rates,
    limits: AccountLimits,
}

struct Pause {
    probe_at: Duration,
    probes: usize,
    probing: bool,
}

/// What an account can do now.
pub(super) enum Pick {
    /// This conversation's first send goes; `probe` if it tries whether the pause is over.
    Start { conversation: ConversationId, item: Item, probe: bool },
    /// Nothing before then.
    Until(Duration),
    /// Nothing until something happens.
    Nothing,
}

pub(super) struct Line {
    pub(super) workspace: WorkspaceId,
    pub(super) conversations: HashMap<ConversationId, Conversation>,
    running: Option<Running>,
    /// Whose turn it is, texts and media apart, so that neither waits for the other's bucket.
    rings: [VecDeque<ConversationId>; 2],
    pairs: HashMap<ConversationId, (Gcra, Duration)>,
    pause: Option<Pause>,
    pub(super) breaker: Breaker,
    budget: RetryBudget,
    in_flight: usize,
    pub(super) held: usize,
    /// All up to here was read from the store or heard of.
    pub(super) frontier: i64,
    /// The store holds nothing behind the frontier.
    pub(super) complete: bool,
    pub(super) loading: bool,
    /// Something was left out while reading.
    pub(super) missed: bool,
    /// It stands in the rotation of accounts.
    pub(super) enlisted: bool,
    pub(super) wake: Option<Duration>,
    /// Conversations whose turn came but whose first send must wait after all.
    pub(super) postponed: Vec<ConversationId>,
}

impl Line {
    pub(super) fn new(workspace: WorkspaceId, complete: bool) -> Self {
        Self {
            workspace,
            conversations: HashMap::new(),
            running: None,
            rings: Default::default(),
            pairs: HashMap::new(),
            pause: None,
            breaker: Breaker::default(),
            budget: RetryBudget::new(),
            in_flight: 0,
            held: 0,
            frontier: i64::MIN,
            complete,
            loading: false,
            missed: false,
            enlisted: false,
            wake: None,
            postponed: Vec::new(),
        }
    }

    /// The account was loaded, again perhaps: then its buckets stay as they are.
    pub(super) fn set_up(&mut self, facts: Facts, setup: &Setup, now: Duration) {
        let Facts { app, rates, paused } = facts;
        match &mut self.running {
            Some(running) if running.rates == rates => running.app = app,
            _ => {
                let limits = AccountLimits::new(rates, setup.idle_since);
                self.running = Some(Running { app, rates, limits });
            }
        }
        match (paused, &self.pause) {
            (true, None) => self.pause(false, now),
            (false, Some(_)) => self.pause = None,
            _ => {}
        }
    }

    /// Stops the account; a probe that failed makes the next one later.
    pub(super) fn pause(&mut self, probe: bool, now: Duration) {
        let probes = match &self.pause {
            Some(pause) if probe => pause.probes + 1,
            Some(_) => return,
            None => 0,
        };
        let probe_at = now + until_probe(probes);
        self.pause = Some(Pause { probe_at, probes, probing: false });
    }

    pub(super) fn resume(&mut self) {
        self.pause = None;
    }

    pub(super) fn is_paused(&self) -> bool {
        self.pause.is_some()
    }

    pub(super) fn limits(&mut self) -> Option<&mut AccountLimits> {
        self.running.as_mut().map(|running| &mut running.limits)
    }

    pub(super) fn app(&self) -> Option<AppId> {
        self.running.as_ref().map(|running| running.app)
    }

    pub(super) fn enlist(&mut self, conversation: ConversationId, class: Class) {
        self.ring(class).push_back(conversation);
    }

    /// A request came to its end.
    pub(super) fn landed(&mut self, probe: bool, now: Duration) {
        self.in_flight = self.in_flight.saturating_sub(1);
        // A probe that did not resume the account was none, whatever came of it.
        if let Some(pause) = self.pause.as_mut().filter(|_| probe) {
            pause.probing = false;
            pause.probe_at = now + until_probe(pause.probes);
        }
    }

    /// How long the customer's own limit holds.
    pub(super) fn pair_wait(
        &self,
        conversation: ConversationId,
        setup: &Setup,
        now: Duration,
    ) -> Duration {
        match self.pairs.get(&conversation) {
            Some((bucket, _)) => bucket.wait(now),
            None => self.new_pair(setup).map_or(Duration::ZERO, |(bucket, _)| bucket.wait(now)),
        }
    }

    fn new_pair(&self, setup: &Setup) -> Option<(Gcra, Duration)> {
        let (interval, burst) = self.running.as_ref()?.rates.pair?;
        Some((Gcra::empty(1, interval, burst, setup.idle_since), interval * burst))
    }

    fn take_pair(&mut self, conversation: ConversationId, setup: &Setup, now: Duration) {
        let Some((bucket, full_after)) = self.new_pair(setup) else { return };
        // Those that are full again are as good as new.
        if self.pairs.len() > 2 * setup.held {
            self.pairs.retain(|_, (_, full_at)| *full_at > now);
        }
        let (bucket, full_at) = self.pairs.entry(conversation).or_insert((bucket, now));
        let _ = bucket.take(now);
        *full_at = now + full_after;
    }

    /// Whose turn it is.
    pub(super) fn pick(&mut self, apps: &Apps, setup: &Setup, now: Duration) -> Pick {
        let probe = match self.gate(apps, setup, now) {
            Ok(probe) => probe,
            Err(pick) => return pick,
        };
        let mut soonest: Option<Duration> = None;
        // A conversation found in the ring of media may have a text next: it changes rings, so texts
        // come once more.
        for class in [Class::Text, Class::Media, Class::Text] {
            while let Some(conversation) = self.first(class) {
                let wait = self.limits().map_or(Duration::ZERO, |limits| limits.wait(class, now));
                if !wait.is_zero() {
                    soonest = Some(soonest.map_or(now + wait, |known| known.min(now + wait)));
                    break;
                }
                self.ring(class).pop_front();
                if let Some(item) = self.take_off(conversation, class, setup, now) {
                    return self.start((conversation, item), probe, setup, now);
                }
            }
        }
        soonest.map_or(Pick::Nothing, Pick::Until)
    }

    /// Whether the account may send at all, and if so, whether to see if its pause is over.
    fn gate(&self, apps: &Apps, setup: &Setup, now: Duration) -> Result<bool, Pick> {
        let Some(running) = &self.running else { return Err(Pick::Nothing) };
        if self.in_flight >= setup.per_account {
            return Err(Pick::Nothing);
        }
        let closed = apps.closed_until(running.app);
        match self.breaker.closed(self.in_flight) {
            Some(Duration::MAX) => return Err(Pick::Nothing),
            Some(until) if until > now => return Err(Pick::Until(until.max(closed))),
            _ if closed > now => return Err(Pick::Until(closed)),
            _ => {}
        }
        match &self.pause {
            None => Ok(false),
            Some(pause) if pause.probing => Err(Pick::Nothing),
            Some(pause) if pause.probe_at > now => Err(Pick::Until(pause.probe_at)),
            Some(_) => Ok(true),
        }
    }

    fn start(
        &mut self,
        (conversation, item): (ConversationId, Item),
        probe: bool,
        setup: &Setup,
        now: Duration,
    ) -> Pick {
        if let Some(limits) = self.limits() {
            let _ = limits.take(item.class, now);
        }
        self.take_pair(conversation, setup, now);
        if item.attempt == 0 {
            self.budget.earn();
        }
        self.in_flight += 1;
        if let Some(pause) = &mut self.pause {
            pause.probing = true;
        }
        Pick::Start { conversation, item, probe }
    }

    /// The first conversation of the ring that is still ready; the others are taken out.
    fn first(&mut self, class: Class) -> Option<ConversationId> {
        loop {
            let conversation = *self.ring(class).front()?;
            match self.conversations.get_mut(&conversation) {
                Some(known) if known.stage == Stage::Ready => return Some(conversation),
                Some(known) => known.enlisted = false,
                None => {}
            }
            self.ring(class).pop_front();
        }
    }

    /// Makes a conversation busy with its first send; `None` when that must wait after all.
    fn take_off(
        &mut self,
        conversation: ConversationId,
        class: Class,
        setup: &Setup,
        now: Duration,
    ) -> Option<Item> {
        let pair = self.pair_wait(conversation, setup, now);
        let known = self.conversations.get_mut(&conversation)?;
        known.enlisted = false;
        let head = known.head_mut()?;
        if head.class != class {
            let class = head.class;
            known.enlisted = true;
            self.ring(class).push_back(conversation);
            return None;
        }
        if !pair.is_zero() {
            head.ready = now + pair;
        } else if head.failures > 0 && !self.budget.spend() {
            head.ready = now + NO_BUDGET;
        } else {
            let item = head.clone();
            known.stage = Stage::Busy;
            return Some(item);
        }
        known.stage = Stage::Waiting;
        self.postponed.push(conversation);
        None
    }

    fn ring(&mut self, class: Class) -> &mut VecDeque<ConversationId> {
        let [text, media] = &mut self.rings;
        match class {
            Class::Text => text,
            Class::Media => media,
        }
    }
}

fn until_probe(probes: usize) -> Duration {
    PROBES.get(probes).or(PROBES.last()).copied().unwrap_or_default()
}

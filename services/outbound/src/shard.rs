//! The task of one shard: while this process owns the lane, it does what the scheduler says.

use std::{sync::Arc, time::Duration};

use switchboard_domain::{ids::AccountId, shard::AccountShard};
use switchboard_graph::Usage;
use switchboard_lane::{Tenure, TenureSlot};
use switchboard_meta::error::Scope;
use switchboard_store::StoreError;
use tokio::{
    sync::OwnedSemaphorePermit,
    task::JoinSet,
    time::{Interval, MissedTickBehavior, interval, sleep_until},
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    attempt::{Desk, Landed},
    committer::Committer,
    conclude::Effect,
    context::Context,
    intake::{Inlet, Kind, News},
    limits::{SLOW_FROM, STOP_AT, STOP_FOR},
    load::{self, Read},
    scheduler::{Action, Scheduler, Setup},
};

/// Requests of one account at the same time.
const PER_ACCOUNT: usize = 64;

/// Sends of one account in memory.
const HELD: usize = 4_096;

/// An owner with open sends shows this often that it lives.
const HEARTBEAT: Duration = Duration::from_millis(500);

/// How much later than its write-ahead a request of the owner before may have left.
const MARGIN: Duration = Duration::from_secs(2);

/// What a task of a reign brings back.
enum Event {
    Read(Read),
    Landed(Box<Landed>),
    Beaten(Result<(), StoreError>),
}

/// One shard of this process.
pub(crate) struct Shard {
    pub(crate) shard: AccountShard,
    pub(crate) context: Arc<Context>,
    pub(crate) slot: TenureSlot,
    pub(crate) inlet: Inlet,
    /// No new request leaves; those on their way are waited for.
    pub(crate) draining: CancellationToken,
}

impl Shard {
    /// Runs until the draining is over.
    pub(crate) async fn run(mut self) {
        let mut over = None;
        while !self.draining.is_cancelled() {
            let tenure = self.slot.borrow_and_update().clone();
            if let Some(tenure) = tenure.filter(|tenure| Some(tenure.epoch()) != over) {
                over = Some(tenure.epoch());
                Reign::begin(&mut self, tenure).await.run().await;
                continue;
            }
            let draining = self.draining.clone();
            tokio::select! {
                changed = self.slot.changed() => if changed.is_err() { return },
                // What was committed for a reign that is over is in the store.
                Some(_) = self.inlet.news.recv() => {}
                () = draining.cancelled() => {}
            }
        }
    }
}

/// The time in which this process owns the shard.
struct Reign<'a> {
    home: &'a mut Shard,
    desk: Desk,
    scheduler: Scheduler,
    tasks: JoinSet<Event>,
    in_flight: usize,
    beating: bool,
    heartbeat: Interval,
    lost: bool,
}

impl<'a> Reign<'a> {
    async fn begin(home: &'a mut Shard, tenure: Arc<Tenure>) -> Self {
        let context = Arc::clone(&home.context);
        let touched = load::last_touched(&context, home.shard).await;
        let idle_since = touched.map_or(Duration::ZERO, |at| context.clock.now().instant_of(at));
        let setup = Setup {
            idle_since: idle_since + MARGIN,
            per_account: PER_ACCOUNT,
            held: HELD,
            depth: load::DEPTH,
        };
        let scheduler = Scheduler::new(setup, Arc::clone(&context.apps));
        let mut heartbeat = interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let committer = Committer::start(Arc::clone(&tenure));
        let slot = home.slot.clone();
        let desk = Desk { context, tenure, slot, committer };
        Self {
            home,
            desk,
            scheduler,
            tasks: JoinSet::new(),
            in_flight: 0,
            beating: false,
            heartbeat,
            lost: false,
        }
    }

    async fn run(mut self) {
        while !self.lost && !self.desk.committer.is_over() {
            self.act();
            if self.home.draining.is_cancelled() && self.in_flight == 0 {
                break;
            }
            self.wait().await;
        }
        self.desk.context.accesses.forget_all_of(self.home.shard);
        info!(shard = self.home.shard.number(), lost = self.lost, "stopped sending for a shard");
    }

    /// Does all that can be done now.
    fn act(&mut self) {
        loop {
            let permit = match self.home.draining.is_cancelled() {
                true => None,
                false => Arc::clone(&self.desk.context.workers).try_acquire_owned().ok(),
            };
            let now = self.desk.context.clock.mono();
            let Some(action) = self.scheduler.next(permit.is_some(), now) else { return };
            self.take_up(action, permit);
        }
    }

    fn take_up(&mut self, action: Action, permit: Option<OwnedSemaphorePermit>) {
        let (desk, shard) = (self.desk.clone(), self.home.shard);
        let context = Arc::clone(&desk.context);
        match action {
            Action::Start(job) => {
                self.in_flight += 1;
                self.tasks.spawn(async move {
                    let landed = desk.send(job).await;
                    drop(permit);
                    Event::Landed(Box::new(landed))
                });
            }
            Action::Expire(job) => {
                self.in_flight += 1;
                self.tasks.spawn(async move { Event::Landed(Box::new(desk.expire(job).await)) });
            }
            Action::GiveUp(job) => {
                self.in_flight += 1;
                self.tasks.spawn(async move { Event::Landed(Box::new(desk.give_up(job).await)) });
            }
            Action::Survey => {
                self.tasks.spawn(async move { Event::Read(load::survey(context, shard).await) });
            }
            Action::LoadAccount(workspace, account) => {
                let read = load::account(context, workspace, account);
                self.tasks.spawn(async move { Event::Read(read.await) });
            }
            Action::LoadPage(account, after) => {
                let read = load::page(context, shard, account, after);
                self.tasks.spawn(async move { Event::Read(read.await) });
            }
            Action::LoadTail(account, conversation, after) => {
                let read = load::tail(context, shard, (account, conversation), after);
                self.tasks.spawn(async move { Event::Read(read.await) });
            }
        }
    }

    async fn wait(&mut self) {
        let clock = self.desk.context.clock;
        let wake = self.scheduler.wake_at().unwrap_or(clock.mono() + Duration::from_secs(60));
        let crowded = self.desk.context.workers.available_permits() == 0;
        let workers = Arc::clone(&self.desk.context.workers);
        let draining = self.home.draining.clone();
        let was_draining = draining.is_cancelled();
        tokio::select! {
            changed = self.home.slot.changed() => self.check_slot(changed.is_ok()),
            Some(done) = self.tasks.join_next() => match done {
                Ok(event) => self.hear(event),
                Err(error) => warn!(%error, "a task of a shard ended by itself"),
            },
            Some(news) = self.home.inlet.news.recv() => self.learn(news),
            _ = self.heartbeat.tick() => self.beat(),
            () = sleep_until(clock.instant(wake)) => {}
            _ = workers.acquire(), if crowded => {}
            () = draining.cancelled(), if !was_draining => {}
        }
    }

    fn check_slot(&mut self, alive: bool) {
        let tenure = self.home.slot.borrow_and_update();
        let epoch = tenure.as_ref().map(|tenure| tenure.epoch());
        self.lost = !alive || epoch != Some(self.desk.tenure.epoch());
    }

    fn learn(&mut self, news: News) {
        let now = self.desk.context.clock.now();
        if news.epoch != self.desk.tenure.epoch() {
            return;
        }
        // What was left out came before this.
        if self.home.inlet.overflowed() {
            self.scheduler.reload_all();
        }
        match news.kind {
            Kind::Accepted(open) => {
                let whose = (open.send.workspace, open.send.account, open.send.conversation);
                if let Some(item) = load::item(*open, now) {
                    self.scheduler.accept(whose, item, now.mono);
                }
            }
            Kind::Settled(account, conversation, send) => {
                self.scheduler.settled((account, conversation), send, now.mono);
            }
            Kind::Changed(account) => {
                self.desk.context.accesses.forget(account);
                self.scheduler.reload(account);
            }
        }
    }

    fn hear(&mut self, event: Event) {
        let now = self.desk.context.clock.mono();
        match event {
            Event::Landed(landed) => self.land(*landed, now),
            Event::Read(Read::Survey(accounts)) => self.scheduler.survey(accounts),
            Event::Read(Read::Page(account, items, complete)) => {
                self.scheduler.page(account, items, complete, now);
            }
            Event::Read(Read::Tail(account, conversation, items, complete)) => {
                self.scheduler.tail((account, conversation), items, complete, now);
            }
            Event::Read(Read::Account(account, facts)) => match facts {
                Some(facts) => self.scheduler.account(account, facts, now),
                None => self.scheduler.pause(account, false, now),
            },
            Event::Beaten(result) => {
                self.beating = false;
                if let Err(StoreError::Stale { .. }) = result {
                    self.lost = true;
                }
            }
        }
    }

    fn land(&mut self, landed: Landed, now: Duration) {
        let Landed { job, started, ending, effect, usage } = landed;
        let (account, probe) = (job.account, job.probe);
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(usage) = usage {
            self.scheduler.answered(account);
            self.slow_down(account, usage, now);
        }
        match effect {
            Effect::None => {}
            Effect::Trouble(certain) => self.scheduler.trouble(account, certain, now),
            Effect::Works => {
                self.scheduler.limit(account, |limits| limits.accepted());
                if probe {
                    self.scheduler.resume(account);
                }
            }
            Effect::Pause(_) => self.scheduler.pause(account, probe, now),
            Effect::Throttle(scope, wait) => {
                self.desk.context.accesses.hush(account, now + wait);
                match scope {
                    Scope::App => self.scheduler.close_app(account, now + wait),
                    _ => self.scheduler.limit(account, |limits| limits.throttled(wait, now)),
                }
            }
        }
        self.scheduler.ended(&job, started, ending, now);
    }

    /// What the headers of an answer said counts for the account, and for the app when it is over.
    fn slow_down(&mut self, account: AccountId, usage: Usage, now: Duration) {
        let percent = usage.account_percent.max(usage.app_percent);
        self.scheduler.limit(account, |limits| limits.usage(percent, usage.regain, now));
        if percent >= SLOW_FROM {
            self.desk.context.accesses.hush(account, now + usage.regain.unwrap_or(STOP_FOR));
        }
        if usage.app_percent >= STOP_AT {
            self.scheduler.close_app(account, now + usage.regain.unwrap_or(STOP_FOR));
        }
    }

    /// Shows that the owner lives, while there is something that another would have to take over.
    fn beat(&mut self) {
        let (paused, doubtful) = self.scheduler.standing();
        self.desk.context.metrics.standing(self.home.shard.number(), paused, doubtful);
        if self.beating || self.scheduler.is_idle() {
            return;
        }
        self.beating = true;
        let tenure = Arc::clone(&self.desk.tenure);
        self.tasks.spawn(async move { Event::Beaten(tenure.beat().await) });
    }
}

//! The loop of a lane: receive, apply in one transaction, publish, ack.

use std::{
    cmp::Ordering,
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use switchboard_chassis::telemetry;
use switchboard_contract::{Envelope, decode};
use switchboard_queue::{
    Delivery, Interrupted, QueueError, SharedQueue, SubscribeOptions, Subscription, Tag, Topic,
};
use switchboard_store::{Db, Store, StoreError, dedupe, poison as tries};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{info, info_span, warn};

use crate::{
    Fault, Machine, Moment, Out, Tenure,
    measures::Measures,
    poison::{self, Parcel, TRIES},
    rendezvous,
    tenure::Clock,
};

/// How long to leave a database alone that has just failed: nothing tells when it is back.
const BREATH: Duration = Duration::from_millis(500);

/// How long a lane must be quiet before it tidies its outbox.
const QUIET: Duration = Duration::from_secs(1);

/// Everything about a lane but its rules.
#[derive(Clone)]
pub struct Lane {
    /// Where its state is.
    pub store: Store,
    /// Where its messages come from and go.
    pub queue: SharedQueue,
    /// Which lane.
    pub topic: Topic,
    /// Names this process among its likes.
    pub owner: String,
    /// How many messages one transaction takes at most.
    pub batch: u16,
    /// Reads the wall clock.
    pub clock: Clock,
}

/// Runs a lane until `stop`. Whenever this process owns the lane, its [`Tenure`] is in `slot`.
///
/// # Errors
/// [`QueueError`] when the lane cannot be subscribed to at all.
pub async fn run<M: Machine>(
    lane: Lane,
    machine: M,
    slot: watch::Sender<Option<Arc<Tenure>>>,
    stop: CancellationToken,
) -> Result<(), QueueError> {
    let options = SubscribeOptions {
        prefetch: lane.batch.saturating_mul(2),
        priority: rendezvous::priority(&lane.owner, lane.topic),
        consumer: lane.owner.clone(),
    };
    let subscription = lane.queue.subscribe(lane.topic, options).await?;
    let machine = Arc::new(Mutex::new(machine));
    let measures = Measures::of(lane.topic);
    let mut runner = Runner { lane, machine, slot, subscription, measures };
    stop.run_until_cancelled(runner.run()).await;
    runner.lose("shutting down");
    Ok(())
}

struct Runner<M> {
    lane: Lane,
    machine: Arc<Mutex<M>>,
    slot: watch::Sender<Option<Arc<Tenure>>>,
    subscription: Box<dyn Subscription>,
    measures: Measures,
}

impl<M: Machine> Runner<M> {
    async fn run(&mut self) {
        loop {
            let quiet = tokio::time::sleep(QUIET);
            let received = tokio::select! {
                received = self.subscription.next(usize::from(self.lane.batch)) => received,
                () = quiet, if self.slot.borrow().is_some() => Ok(Vec::new()),
            };
            let done = match received {
                Ok(deliveries) => self.take_up(deliveries).await,
                Err(Interrupted::Closed) => return,
                Err(Interrupted::Session(why)) => {
                    self.lose(&why);
                    continue;
                }
            };
            if let Err(error) = done {
                self.stumble(&error).await;
            }
        }
    }

    /// Gives everything unacked back and starts over; a store that is away is waited for.
    async fn stumble(&mut self, error: &StoreError) {
        self.measures.gave_back();
        self.lose(&error.to_string());
        self.subscription.reset().await;
        if !matches!(error, StoreError::Stale { .. }) {
            tokio::time::sleep(BREATH).await;
        }
    }

    fn lose(&mut self, why: &str) {
        if self.slot.send_replace(None).is_some() {
            info!(lane = %self.lane.topic, why, "lost the lane");
        }
        self.forget();
    }

    async fn take_up(&mut self, deliveries: Vec<Delivery>) -> Result<(), StoreError> {
        if deliveries.is_empty() {
            let tenure = self.slot.borrow().clone();
            return match tenure {
                Some(tenure) => tenure.tidy().await,
                None => Ok(()),
            };
        }
        let tenure = self.tenure().await?;
        for batch in poison::split(&deliveries) {
            let began = Instant::now();
            self.process(&tenure, batch).await?;
            self.measures.applied(batch.len(), began.elapsed());
            let tags: Vec<Tag> = batch.iter().map(|delivery| delivery.tag).collect();
            // A session that is gone gives the batch back: it is known by then and left out.
            if self.subscription.ack(&tags).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The first delivery is what tells that this process is the active consumer.
    async fn tenure(&mut self) -> Result<Arc<Tenure>, StoreError> {
        if let Some(tenure) = self.slot.borrow().clone() {
            return Ok(tenure);
        }
        let (machine, lane) = (Arc::clone(&self.machine), &self.lane);
        let tenure = Tenure::begin(
            (&lane.store, &lane.queue),
            (lane.topic, &lane.owner),
            lane.clock,
            move |db, moment| {
                machine.lock().unwrap_or_else(PoisonError::into_inner).begin(db, moment)
            },
        )
        .await?;
        let tenure = Arc::new(tenure);
        self.measures.took();
        self.slot.send_replace(Some(Arc::clone(&tenure)));
        Ok(tenure)
    }

    async fn process(&mut self, tenure: &Tenure, batch: &[Delivery]) -> Result<(), StoreError> {
        let suspect = batch.first().filter(|delivery| delivery.redelivered);
        let tries = match suspect {
            Some(delivery) => self.count_try(delivery).await?,
            None => 0,
        };
        let parcels: Vec<Parcel> = batch.iter().map(Parcel::whole).collect();
        let done = match tries.cmp(&TRIES) {
            Ordering::Less => self.apply_or_isolate(tenure, parcels).await,
            // The last try is made of small steps: those before the deadly one are kept.
            Ordering::Equal => self.one_by_one(tenure, parcels).await,
            Ordering::Greater => {
                return self.put_aside(tenure, parcels, "it brought its consumer down").await;
            }
        };
        match done {
            // It was not the message that failed.
            Err(error) => self.absolve(suspect).await.and(Err(error)),
            Ok(()) => self.absolve(suspect).await,
        }
    }

    /// Everything in one transaction; if that fails for good, whatever can be applied.
    async fn apply_or_isolate(
        &mut self,
        tenure: &Tenure,
        parcels: Vec<Parcel>,
    ) -> Result<(), StoreError> {
        match self.apply(tenure, parcels.clone()).await {
            Ok(()) => Ok(()),
            Err(error) if is_passing(&error) => Err(error),
            Err(error) => {
                warn!(lane = %self.lane.topic, %error, "a batch fails; taking it one by one");
                self.forget();
                self.one_by_one(tenure, parcels).await
            }
        }
    }

    /// Each envelope in a transaction of its own; those that fail go to the dead letters.
    async fn one_by_one(
        &mut self,
        tenure: &Tenure,
        parcels: Vec<Parcel>,
    ) -> Result<(), StoreError> {
        for parcel in parcels.into_iter().flat_map(Parcel::open) {
            match self.apply(tenure, vec![parcel.clone()]).await {
                Ok(()) => {}
                Err(error) if is_passing(&error) => return Err(error),
                Err(error) => {
                    self.forget();
                    self.put_aside(tenure, vec![parcel], &error.to_string()).await?;
                }
            }
        }
        Ok(())
    }

    async fn apply(&mut self, tenure: &Tenure, parcels: Vec<Parcel>) -> Result<(), StoreError> {
        let (machine, topic) = (Arc::clone(&self.machine), self.lane.topic);
        let work = move |db: &mut Db, moment: Moment, out: &mut Out| {
            let mut machine = machine.lock().unwrap_or_else(PoisonError::into_inner);
            apply_all(&mut *machine, db, (topic, parcels), moment, out)
        };
        tenure.write(work).await?;
        self.machine.lock().unwrap_or_else(PoisonError::into_inner).committed();
        Ok(())
    }

    async fn put_aside(
        &mut self,
        tenure: &Tenure,
        parcels: Vec<Parcel>,
        why: &str,
    ) -> Result<(), StoreError> {
        let (topic, why) = (self.lane.topic, why.to_owned());
        let put = move |_: &mut Db, _: Moment, out: &mut Out| {
            for parcel in parcels {
                poison::put_aside(out, topic, parcel, &why);
            }
            Ok(())
        };
        tenure.write(put).await
    }

    fn forget(&mut self) {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner).forget();
    }

    async fn count_try(&mut self, delivery: &Delivery) -> Result<i32, StoreError> {
        let (lane, id, now) =
            (self.lane.topic.to_string(), delivery.id.clone(), (self.lane.clock)());
        self.lane.store.write(move |db| tries::count(db, &lane, &id, now)).await
    }

    async fn absolve(&mut self, suspect: Option<&Delivery>) -> Result<(), StoreError> {
        match suspect.map(|delivery| vec![delivery.id.clone()]) {
            Some(ids) => self.lane.store.write(move |db| tries::clear(db, &ids)).await,
            None => Ok(()),
        }
    }
}

/// Whether the same messages may well be applied later, or by another.
fn is_passing(error: &StoreError) -> bool {
    error.is_transient() || matches!(error, StoreError::Stale { .. })
}

/// Applies what was not applied before; runs inside the transaction.
fn apply_all<M: Machine>(
    machine: &mut M,
    db: &mut Db,
    (topic, parcels): (Topic, Vec<Parcel>),
    moment: Moment,
    out: &mut Out,
) -> Result<(), StoreError> {
    let mut envelopes = Vec::new();
    for parcel in parcels {
        match decode(parcel.payload.clone()) {
            Ok(decoded) => envelopes.extend(decoded),
            Err(error) => poison::put_aside(out, topic, parcel, &error.to_string()),
        }
    }
    let fresh = leave_out_known(db, topic, envelopes)?;
    let mut keys = Vec::with_capacity(fresh.len());
    for envelope in fresh {
        // What is put aside is not remembered: it may be sent here again once it is understood.
        if apply_one(machine, db, (topic, &envelope), moment, out)? {
            keys.push(envelope.id);
        }
    }
    machine.flush(db, moment, out)?;
    dedupe::remember(db, &topic.to_string(), &keys, moment.now)
}

/// Applies one envelope within a span of its trace; what it causes belongs to that span. False when
/// it makes no sense and was put aside.
fn apply_one<M: Machine>(
    machine: &mut M,
    db: &mut Db,
    (topic, envelope): (Topic, &Envelope),
    moment: Moment,
    out: &mut Out,
) -> Result<bool, StoreError> {
    let span = info_span!("apply", lane = %topic, message = envelope.id);
    telemetry::set_parent(&span, &envelope.traceparent, &envelope.tracestate);
    out.belongs_to(match telemetry::inject_span(&span) {
        (parent, _) if parent.is_empty() => {
            (envelope.traceparent.clone(), envelope.tracestate.clone())
        }
        context => context,
    });
    let _entered = span.enter();
    match machine.apply(db, envelope, moment, out) {
        Ok(()) => Ok(true),
        Err(Fault::Store(error)) => Err(error),
        Err(Fault::Invalid(error)) => {
            poison::put_aside(out, topic, Parcel::single(envelope), &error.to_string());
            Ok(false)
        }
    }
}

/// Envelopes seen for the first time, in order; one that is there twice counts once.
fn leave_out_known(
    db: &mut Db,
    topic: Topic,
    envelopes: Vec<Envelope>,
) -> Result<Vec<Envelope>, StoreError> {
    let keys: Vec<String> = envelopes.iter().map(|envelope| envelope.id.clone()).collect();
    let mut known: HashSet<String> = dedupe::known(db, &topic.to_string(), &keys)?;
    Ok(envelopes.into_iter().filter(|envelope| known.insert(envelope.id.clone())).collect())
}

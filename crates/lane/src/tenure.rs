//! The time in which this process owns a lane: from taking it to finding that another has.

use std::{sync::Arc, time::Duration};

use switchboard_domain::Timestamp;
use switchboard_queue::{Message, PublishError, SharedQueue, Topic};
use switchboard_store::{
    Db, Store, StoreError, lanes,
    outbox::{self, Pending},
};
use tokio::sync::{Mutex, watch};
use tracing::{info, warn};

use crate::{Moment, Out};

/// Reads the wall clock; injected, so that tests can stop it.
pub type Clock = fn() -> Timestamp;

/// Ownership of a lane, proved in each transaction.
pub struct Tenure {
    store: Store,
    queue: SharedQueue,
    lane: String,
    epoch: i64,
    clock: Clock,
    /// Rows of the outbox that are published and can go. Held while writing and publishing, so
    /// that what is committed first is published first.
    published: Mutex<Vec<i64>>,
}

/// Where the current tenure of a lane can be found, if this process owns it.
pub type TenureSlot = watch::Receiver<Option<Arc<Tenure>>>;

impl Tenure {
    /// Takes the lane, runs `begin` in the same transaction, and publishes what the owner before
    /// had committed to.
    pub(crate) async fn begin(
        (store, queue): (&Store, &SharedQueue),
        (topic, owner): (Topic, &str),
        clock: Clock,
        begin: impl FnOnce(&mut Db, Moment) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<Self, StoreError> {
        let (lane, owner) = (topic.to_string(), owner.to_owned());
        let (taken, now) = (lane.clone(), clock());
        let (epoch, left) = store
            .write(move |db| {
                let epoch = lanes::take(db, &taken, &owner, now)?;
                begin(db, Moment { now, epoch })?;
                Ok((epoch, outbox::load(db, &taken)?))
            })
            .await?;
        info!(lane, epoch, left = left.len(), "took the lane");
        let (store, queue) = (store.clone(), Arc::clone(queue));
        let tenure = Self { store, queue, lane, epoch, clock, published: Mutex::default() };
        let mut published = tenure.published.lock().await;
        let (numbers, pending): (Vec<i64>, Vec<Pending>) = left.into_iter().unzip();
        tenure.publish(pending).await?;
        published.extend(numbers);
        drop(published);
        Ok(tenure)
    }

    /// The epoch, which only grows.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Writes in one transaction that holds only while this process owns the lane, and publishes
    /// what `work` put out. Returns when both are durable.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when another owns the lane; else as the store's, or whatever `work`
    /// gives: then nothing was kept.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db, Moment, &mut Out) -> Result<T, StoreError> + Send + 'static,
    {
        let mut published = self.published.lock().await;
        let (lane, done) = (self.lane.clone(), published.clone());
        let moment = Moment { now: (self.clock)(), epoch: self.epoch };
        let (value, numbers, pending) = self
            .store
            .write(move |db| {
                lanes::prove(db, &lane, moment.epoch, moment.now)?;
                outbox::delete(db, &done)?;
                let mut out = Out::new(moment.now);
                let value = work(db, moment, &mut out)?;
                let pending = out.into_pending();
                let numbers = outbox::add(db, &lane, &pending)?;
                Ok((value, numbers, pending))
            })
            .await?;
        published.clear();
        self.publish(pending).await?;
        published.extend(numbers);
        Ok(value)
    }

    /// Deletes what is published from the outbox, when there is nothing else to write.
    ///
    /// # Errors
    /// As [`Tenure::write`].
    pub async fn tidy(&self) -> Result<(), StoreError> {
        let idle = self.published.lock().await.is_empty();
        if idle { Ok(()) } else { self.write(|_, _, _| Ok(())).await }
    }

    /// Proves the ownership and so shows others that the owner lives, when there is nothing to write.
    ///
    /// # Errors
    /// As [`Tenure::write`].
    pub async fn beat(&self) -> Result<(), StoreError> {
        self.write(|_, _, _| Ok(())).await
    }

    /// Publishes in order, for as long as it takes: the rows are committed, so the only ways on
    /// are to publish them or to stop owning the lane.
    async fn publish(&self, pending: Vec<Pending>) -> Result<(), StoreError> {
        if pending.is_empty() {
            return Ok(());
        }
        let messages = self.messages(pending)?;
        let mut pause = Duration::from_millis(50);
        loop {
            match self.queue.publish(messages.clone()).await {
                Ok(()) => return Ok(()),
                Err(PublishError::Closed) => {
                    return Err(StoreError::Away("the queue is shut down".into()));
                }
                Err(error) => warn!(lane = self.lane, %error, "cannot publish, will try again"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
            self.still_mine().await?;
        }
    }

    /// An owner that was overtaken while the queue was away leaves its outbox to the new one.
    async fn still_mine(&self) -> Result<(), StoreError> {
        let (lane, epoch, now) = (self.lane.clone(), self.epoch, (self.clock)());
        let proved = self.store.write(move |db| lanes::prove(db, &lane, epoch, now)).await;
        match proved {
            Err(error) if error.is_transient() => Ok(()),
            other => other,
        }
    }

    fn messages(&self, pending: Vec<Pending>) -> Result<Vec<Message>, StoreError> {
        pending
            .into_iter()
            .map(|Pending { topic, message_id, payload }| {
                let unknown =
                    |_| StoreError::Corrupt { field: "outbox.topic", found: topic.clone() };
                let topic = topic.parse().map_err(unknown)?;
                Ok(Message { id: message_id, topic, payload })
            })
            .collect()
    }
}

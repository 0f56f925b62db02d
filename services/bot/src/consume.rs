//! Receives what there is for bots, takes several at once, and acks each when it needs nobody any more.

use std::{future::Future, sync::Arc, time::Duration};

use futures_util::future;
use switchboard_chassis::clock;
use switchboard_contract::{Envelope, decode};
use switchboard_queue::{
    Delivery, Interrupted, PublishError, SharedQueue, Subscription, Tag, Topic,
};
use tokio::{
    sync::Semaphore,
    task::{JoinError, JoinSet},
    time,
};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::publish;

/// How long turns in hand may take when the process ends; the others come again elsewhere.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// What takes envelopes of a topic.
pub(crate) trait Take: Send + Sync + 'static {
    /// Which topic.
    const TOPIC: Topic;

    /// Where what nobody can take goes.
    fn queue(&self) -> &SharedQueue;

    /// Takes one. `Ok` means that it needs nobody any more.
    ///
    /// # Errors
    /// [`PublishError`] when the queue will never take what follows from it.
    fn take(&self, envelope: Envelope) -> impl Future<Output = Result<(), PublishError>> + Send;
}

/// The loop of one replica.
pub(crate) struct Consumer<T> {
    pub(crate) subscription: Box<dyn Subscription>,
    pub(crate) worker: Arc<T>,
    /// Envelopes at once.
    pub(crate) concurrency: u16,
}

type Done = Result<Result<Tag, PublishError>, JoinError>;

impl<T: Take> Consumer<T> {
    /// Works until `stop`.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let places = Arc::new(Semaphore::new(usize::from(self.concurrency)));
        let most = usize::from(self.concurrency);
        let mut running = JoinSet::new();
        loop {
            let free = most.saturating_sub(running.len());
            tokio::select! {
                () = stop.cancelled() => break,
                Some(done) = running.join_next() => self.settle(done).await,
                received = self.subscription.next(free), if free > 0 => match received {
                    Ok(deliveries) => for delivery in deliveries {
                        let (worker, places) = (Arc::clone(&self.worker), Arc::clone(&places));
                        running.spawn(take_all(worker, places, delivery));
                    },
                    // What is in hand goes on: the router knows an answer that comes twice.
                    Err(Interrupted::Session(why)) => info!(why, topic = %T::TOPIC, "all in hand comes again"),
                    Err(Interrupted::Closed) => break,
                },
            }
        }
        let finish = async {
            while let Some(done) = running.join_next().await {
                self.settle(done).await;
            }
        };
        if time::timeout(LAST_WORDS, finish).await.is_err() {
            info!(left = running.len(), topic = %T::TOPIC, "left to other replicas");
        }
    }

    async fn settle(&mut self, done: Done) {
        match done {
            // A session that is gone gives the turn back; its answer is known by then.
            Ok(Ok(tag)) => drop(self.subscription.ack(&[tag]).await),
            Ok(Err(error)) => {
                warn!(%error, topic = %T::TOPIC, "it stays unanswered and comes again")
            }
            Err(error) => {
                error!(%error, topic = %T::TOPIC, "taking failed; all that is not acked comes again");
                self.subscription.reset().await;
            }
        }
    }
}

/// Takes all envelopes of a message.
async fn take_all<T: Take>(
    worker: Arc<T>,
    places: Arc<Semaphore>,
    delivery: Delivery,
) -> Result<Tag, PublishError> {
    match decode(delivery.payload.clone()) {
        Ok(envelopes) => {
            let taken = envelopes.into_iter().map(|envelope| async {
                let _place = places.acquire().await;
                worker.take(envelope).await
            });
            future::try_join_all(taken).await?;
        }
        Err(error) => {
            let (id, reason) = (&delivery.id, error.to_string());
            let letter = (T::TOPIC, id.as_str());
            publish::bury(worker.queue(), letter, delivery.payload, reason, clock::now()).await?;
        }
    }
    Ok(delivery.tag)
}

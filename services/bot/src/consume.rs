//! Receives turns, takes several at once, and acks each when its answer is durable.

use std::{sync::Arc, time::Duration};

use futures_util::future;
use switchboard_chassis::clock;
use switchboard_contract::decode;
use switchboard_queue::{Delivery, Interrupted, PublishError, Subscription, Tag};
use tokio::{
    sync::Semaphore,
    task::{JoinError, JoinSet},
    time,
};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::{publish, turn::Worker};

/// How long turns in hand may take when the process ends; the others come again elsewhere.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The loop of one replica.
pub(crate) struct Consumer {
    pub(crate) subscription: Box<dyn Subscription>,
    pub(crate) worker: Arc<Worker>,
    /// Turns at once.
    pub(crate) concurrency: u16,
}

type Done = Result<Result<Tag, PublishError>, JoinError>;

impl Consumer {
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
                    Err(Interrupted::Session(why)) => info!(why, "turns come again"),
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
            info!(turns = running.len(), "left turns to other replicas");
        }
    }

    async fn settle(&mut self, done: Done) {
        match done {
            // A session that is gone gives the turn back; its answer is known by then.
            Ok(Ok(tag)) => drop(self.subscription.ack(&[tag]).await),
            Ok(Err(error)) => warn!(%error, "a turn stays unanswered and comes again"),
            Err(error) => {
                error!(%error, "taking turns failed; all that is not acked comes again");
                self.subscription.reset().await;
            }
        }
    }
}

/// Takes all turns of a message.
async fn take_all(
    worker: Arc<Worker>,
    places: Arc<Semaphore>,
    delivery: Delivery,
) -> Result<Tag, PublishError> {
    match decode(delivery.payload.clone()) {
        Ok(envelopes) => {
            let turns = envelopes.into_iter().map(|envelope| async {
                let _place = places.acquire().await;
                worker.take(envelope).await
            });
            future::try_join_all(turns).await?;
        }
        Err(error) => {
            let (id, reason) = (&delivery.id, error.to_string());
            publish::bury(&worker.queue, id, delivery.payload, reason, clock::now()).await?;
        }
    }
    Ok(delivery.tag)
}

//! Timers: rows that become messages when they are due.
//!
//! Every replica looks; a claim keeps them out of each other's way, and consumers dedupe what is
//! published twice because a replica died in between.

use std::time::Duration;

use switchboard_domain::Timestamp;
use switchboard_lane::Clock;
use switchboard_queue::{Message, SharedQueue};
use switchboard_store::{
    Store, StoreError,
    timers::{self, Timer},
};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

/// Looks so often at least: another replica may have set a timer.
const LOOK: Duration = Duration::from_secs(1);

/// How long a claim keeps others away.
const LEASE: Duration = Duration::from_secs(30);

/// How many timers one look takes at most.
const MANY: i64 = 200;

/// Publishes due timers until `stop`.
pub(crate) async fn run(store: Store, queue: SharedQueue, clock: Clock, stop: CancellationToken) {
    let service = Timers { store, queue, clock };
    let forever = async {
        loop {
            match service.publish_due().await {
                Ok(Some(due)) => tokio::time::sleep(due.since((service.clock)()).min(LOOK)).await,
                Ok(None) => tokio::time::sleep(LOOK).await,
                Err(error) => {
                    warn!(%error, "cannot look after timers, will try again");
                    tokio::time::sleep(LOOK).await;
                }
            }
        }
    };
    stop.run_until_cancelled(forever).await;
}

struct Timers {
    store: Store,
    queue: SharedQueue,
    clock: Clock,
}

impl Timers {
    /// Publishes what is due; tells when the next will be.
    async fn publish_due(&self) -> Result<Option<Timestamp>, StoreError> {
        loop {
            let now = (self.clock)();
            match self.store.read(timers::next_due).await? {
                Some(due) if due <= now => {}
                later => return Ok(later),
            }
            let claimed = self.store.write(move |db| timers::claim(db, now, LEASE, MANY)).await?;
            if claimed.is_empty() {
                return Ok(None);
            }
            let messages = claimed.iter().filter_map(message).collect();
            if let Err(error) = self.queue.publish(messages).await {
                warn!(%error, "cannot publish timers, will try again");
                return Ok(None);
            }
            self.store.write(move |db| timers::done(db, &claimed)).await?;
        }
    }
}

fn message(timer: &Timer) -> Option<Message> {
    match timer.topic.parse() {
        Ok(topic) => {
            let id = format!("timer:{}:{}", timer.id, timer.due.as_micros());
            Some(Message { id, topic, payload: timer.payload.clone() })
        }
        Err(error) => {
            error!(timer = timer.id, %error, "a timer leads nowhere and is dropped");
            None
        }
    }
}

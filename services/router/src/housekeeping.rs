//! Forgets what nobody can repeat any more.

use std::time::Duration;

use switchboard_domain::Timestamp;
use switchboard_lane::Clock;
use switchboard_store::{Db, Store, StoreError, dedupe, linking::bonds};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// Meta repeats a webhook for at most seven days; the rest is for queues that stood still.
const REMEMBERED: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// How often to look.
const EVERY: Duration = Duration::from_secs(60 * 60);

/// Forgets dedupe keys older than [`REMEMBERED`], until `stop`.
pub(crate) async fn run(store: Store, clock: Clock, stop: CancellationToken) {
    let forever = async {
        loop {
            tokio::time::sleep(EVERY).await;
            let now = clock().as_micros();
            let age = i64::try_from(REMEMBERED.as_micros()).unwrap_or(i64::MAX);
            let before = Timestamp::from_micros(now.saturating_sub(age));
            match store.write(move |db| forget(db, before)).await {
                Ok(0) => {}
                Ok(count) => info!(count, "forgot old dedupe keys and log-ins"),
                Err(error) => warn!(%error, "cannot forget old dedupe keys, will try again"),
            }
        }
    };
    stop.run_until_cancelled(forever).await;
}

fn forget(db: &mut Db, before: Timestamp) -> Result<usize, StoreError> {
    Ok(dedupe::forget(db, before)? + bonds::forget_used(db, before)?)
}

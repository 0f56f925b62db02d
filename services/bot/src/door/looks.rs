//! Waiting for what another service is about to write: the name of who has just come, a file that is
//! being fetched. The door listens to no queue, so it looks into the store, and only as long as a bot
//! waits for its answer.

use std::time::Duration;

use tokio::time::{self, Instant};

use super::fault::Fault;

/// How long lies between two looks.
const AGAIN: Duration = Duration::from_millis(100);

/// Looks until something is found; `look` is told how long that has taken, and says when it is enough.
///
/// # Errors
/// That of `look`.
pub(super) async fn until<T>(
    look: impl AsyncFn(Duration) -> Result<Option<T>, Fault>,
) -> Result<T, Fault> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look(begun.elapsed()).await? {
            return Ok(found);
        }
        time::sleep(AGAIN).await;
    }
}

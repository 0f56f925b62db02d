//! Waiting for what must come: by asking again, with a deadline that only a failure reaches.

use std::time::{Duration, Instant};

use crate::Outcome;

/// How long anything may take on a machine that is busy with other work.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// How often a question is asked.
const AGAIN: Duration = Duration::from_millis(100);

/// Asks until the answer is `Ok`; an `Err` says what is missing yet, and is shown when time is up.
///
/// # Errors
/// The last `Err`, after [`PATIENCE`].
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Outcome<T>) -> Outcome<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match ask().await {
            Ok(answer) => return Ok(answer),
            Err(missing) if Instant::now() > deadline => {
                let seconds = PATIENCE.as_secs();
                return Err(format!("{what}: not within {seconds} s; {missing}").into());
            }
            Err(_) => tokio::time::sleep(AGAIN).await,
        }
    }
}

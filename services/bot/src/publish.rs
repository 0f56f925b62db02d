//! Publishing what must not be lost: again and again, with the same ids, until it is durable.

use std::time::Duration;

use switchboard_contract::{Body, Envelope, encode, wire::DeadLetter};
use switchboard_domain::Timestamp;
use switchboard_queue::{Message, PublishError, SharedQueue, Topic, topology::MAX_MESSAGE_BYTES};
use tokio::time;
use tracing::warn;
use uuid::Uuid;

/// How long lies between two tries.
const PAUSE: Duration = Duration::from_millis(500);

/// Publishes an envelope. Ends when it is durable or can never be.
pub(crate) async fn until_durable(
    queue: &SharedQueue,
    topic: Topic,
    envelope: Envelope,
) -> Result<(), PublishError> {
    let payload = encode(vec![envelope]);
    loop {
        let id = Uuid::now_v7().to_string();
        let message = Message { id, topic, payload: payload.clone() };
        match queue.publish(vec![message]).await {
            Ok(()) => return Ok(()),
            Err(error @ (PublishError::TooLarge { .. } | PublishError::Closed)) => {
                return Err(error);
            }
            Err(error) => {
                warn!(%topic, %error, "trying again to publish");
                time::sleep(PAUSE).await;
            }
        }
    }
}

/// Room for what a dead letter says beside its payload.
const LETTER_BYTES: usize = 4096;

/// Puts what nobody can process where a person will look at it. Of a message of the largest size
/// only the beginning fits.
pub(crate) async fn bury(
    queue: &SharedQueue,
    (topic, id): (Topic, &str),
    payload: bytes::Bytes,
    reason: String,
    now: Timestamp,
) -> Result<(), PublishError> {
    warn!(%id, %topic, "a message is of no use to bots and goes to the dead letters");
    let payload = payload.slice(..payload.len().min(MAX_MESSAGE_BYTES - LETTER_BYTES));
    let reason = reason.chars().take(LETTER_BYTES / 8).collect();
    let letter = DeadLetter { topic: topic.to_string(), reason, payload };
    let envelope = Envelope {
        id: format!("dead:{topic}:{id}"),
        created_at_us: now.as_micros(),
        body: Some(Body::DeadLetter(letter)),
        ..Envelope::default()
    };
    until_durable(queue, Topic::DeadLetters, envelope).await
}

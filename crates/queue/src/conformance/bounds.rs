//! What is too much is refused, and nothing accepted is lost.

use bytes::Bytes;

use super::{
    Failure, Rig,
    fixture::{confirmed, message, numbers_of, options, take},
};
use crate::{
    Message, PublishError, SharedQueue, Topic,
    topology::{MAX_ID_BYTES, MAX_MESSAGE_BYTES},
};

/// A topic takes as many messages as its bound says, and again when it was emptied.
///
/// # Errors
/// As [`Rig`] says.
pub async fn a_full_topic_refuses_by_number(rig: &mut impl Rig) -> Result<(), Failure> {
    let queue = rig.queue();
    let accepted = fill(&queue, |number| message(Topic::Dispatch, number)).await?;
    // A quorum queue may overshoot a little.
    assert!((20..40).contains(&accepted), "{accepted} were accepted for a bound of 20");

    let mut subscription = queue.subscribe(Topic::Dispatch, options(100)).await?;
    let count = usize::try_from(accepted)?;
    let deliveries = take(&mut subscription, count).await?;
    assert_eq!(numbers_of(&deliveries)?, (0..accepted).collect::<Vec<_>>());
    let tags: Vec<_> = deliveries.iter().map(|delivery| delivery.tag).collect();
    subscription.ack(&tags).await?;

    confirmed(&queue, vec![message(Topic::Dispatch, 777)]).await?;
    assert_eq!(numbers_of(&take(&mut subscription, 1).await?)?, [777]);
    Ok(())
}

/// A topic takes as many bytes as its bound says.
///
/// # Errors
/// As [`Rig`] says.
pub async fn a_full_topic_refuses_by_bytes(rig: &mut impl Rig) -> Result<(), Failure> {
    let queue = rig.queue();
    let payload = Bytes::from(vec![7; 10 * 1024]);
    let large = |number| Message { payload: payload.clone(), ..message(Topic::Dispatch, number) };
    let accepted = fill(&queue, large).await?;
    assert!((6..20).contains(&accepted), "{accepted} of 10 KiB were accepted for 64 KiB");

    let mut subscription = queue.subscribe(Topic::Dispatch, options(100)).await?;
    let deliveries = take(&mut subscription, usize::try_from(accepted)?).await?;
    assert!(deliveries.iter().all(|delivery| delivery.payload == payload));
    Ok(())
}

/// Publishes one by one until refused; how many were accepted.
async fn fill(queue: &SharedQueue, message: impl Fn(u32) -> Message) -> Result<u32, Failure> {
    for number in 0..100 {
        match queue.publish(vec![message(number)]).await {
            Ok(()) => {}
            Err(PublishError::Full { topic: Topic::Dispatch }) => return Ok(number),
            Err(other) => return Err(other.into()),
        }
    }
    Err("a bounded topic took a hundred messages".into())
}

/// The largest message with the longest id passes, a larger one is refused and stores nothing of its call.
///
/// # Errors
/// As [`Rig`] says.
pub async fn a_message_too_large_is_refused(rig: &mut impl Rig) -> Result<(), Failure> {
    let (queue, lane) = (rig.queue(), super::fixture::lane(14)?);
    let sized = |bytes| Message { payload: Bytes::from(vec![7; bytes]), ..message(lane, 0) };
    let refused = queue.publish(vec![message(lane, 0), sized(MAX_MESSAGE_BYTES + 1)]).await;
    assert!(matches!(refused, Err(PublishError::TooLarge { .. })), "{refused:?}");
    let long_id = Message { id: "x".repeat(MAX_ID_BYTES + 1), ..message(lane, 0) };
    let refused = queue.publish(vec![message(lane, 0), long_id]).await;
    assert!(matches!(refused, Err(PublishError::InvalidId { .. })), "{refused:?}");
    let id = "x".repeat(MAX_ID_BYTES);
    queue.publish(vec![Message { id, ..sized(MAX_MESSAGE_BYTES) }]).await?;
    let mut subscription = queue.subscribe(lane, options(10)).await?;
    let deliveries = take(&mut subscription, 1).await?;
    assert!(deliveries.iter().all(|delivery| delivery.payload.len() == MAX_MESSAGE_BYTES));
    Ok(())
}

//! What the tests share: numbered messages, waiting with a deadline.

use std::time::Duration;

use bytes::Bytes;
use switchboard_domain::shard::ConversationShard;
use uuid::Uuid;

use super::Failure;
use crate::{
    Delivery, Interrupted, Message, PublishError, SharedQueue, SubscribeOptions, Subscription,
    Topic,
};

/// Nothing here takes this long unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Options that fit most tests.
#[must_use]
pub fn options(prefetch: u16) -> SubscribeOptions {
    SubscribeOptions { prefetch, priority: 0, consumer: "conformance".into() }
}

/// A message that carries a number.
#[must_use]
pub fn message(topic: Topic, number: u32) -> Message {
    let payload = Bytes::from(number.to_string());
    Message { id: Uuid::now_v7().to_string(), topic, payload }
}

/// The number that a message of [`message`] carries.
///
/// # Errors
/// When it carries none: it was garbled.
pub fn number_of(delivery: &Delivery) -> Result<u32, Failure> {
    Ok(std::str::from_utf8(&delivery.payload)?.parse()?)
}

/// The numbers that the deliveries carry.
pub(super) fn numbers_of(deliveries: &[Delivery]) -> Result<Vec<u32>, Failure> {
    deliveries.iter().map(number_of).collect()
}

/// A lane.
pub(super) fn lane(shard: u16) -> Result<Topic, Failure> {
    Ok(Topic::Inbound(ConversationShard::new(shard).ok_or("no such shard")?))
}

/// Waits, but not for ever.
pub(super) async fn soon<T>(what: impl Future<Output = T>) -> Result<T, Failure> {
    Ok(tokio::time::timeout(PATIENCE, what).await.map_err(|_| "nothing came for a minute")?)
}

/// Takes exactly so many deliveries, in one session.
///
/// # Errors
/// When the session is lost or nothing comes for long.
pub async fn take(
    subscription: &mut Box<dyn Subscription>,
    count: usize,
) -> Result<Vec<Delivery>, Failure> {
    let mut taken = Vec::new();
    while taken.len() < count {
        let more = soon(subscription.next(count.saturating_sub(taken.len()))).await??;
        assert!(!more.is_empty(), "`next` answered without a delivery");
        taken.extend(more);
    }
    Ok(taken)
}

/// Takes and acks deliveries, over as many sessions as it needs, until one carries `last`; gives
/// their numbers, each where it came first.
pub(super) async fn drain(
    subscription: &mut Box<dyn Subscription>,
    last: u32,
) -> Result<Vec<u32>, Failure> {
    let mut numbers = Vec::new();
    while numbers.last() != Some(&last) {
        let deliveries = match soon(subscription.next(64)).await? {
            Ok(deliveries) => deliveries,
            Err(Interrupted::Session(_)) => continue,
            Err(closed) => return Err(closed.into()),
        };
        for delivery in &deliveries {
            let number = number_of(delivery)?;
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        let tags: Vec<_> = deliveries.iter().map(|delivery| delivery.tag).collect();
        match subscription.ack(&tags).await {
            Ok(()) | Err(Interrupted::Session(_)) => {}
            Err(closed) => return Err(closed.into()),
        }
    }
    Ok(numbers)
}

/// Publishes until it is confirmed, as every user of the seam must.
///
/// # Errors
/// Any refusal that another try does not help.
pub async fn confirmed(queue: &SharedQueue, messages: Vec<Message>) -> Result<(), Failure> {
    let attempts = async {
        loop {
            match queue.publish(messages.clone()).await {
                Err(PublishError::Away { .. } | PublishError::Full { .. }) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                other => return other,
            }
        }
    };
    Ok(soon(attempts).await??)
}

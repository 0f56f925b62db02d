//! Many at once: competing consumers, concurrent publishers, broadcasts, the end.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use tokio::{sync::mpsc, task::JoinSet};

use super::{
    Failure, Rig,
    fixture::{lane, message, number_of, numbers_of, options, soon, take},
};
use crate::{Interrupted, PublishError, QueueError, SharedQueue, Subscription, Topic};

/// Each message goes to one of the consumers.
///
/// # Errors
/// As [`Rig`] says.
pub async fn competing_consumers_share_the_work(rig: &mut impl Rig) -> Result<(), Failure> {
    const MESSAGES: u32 = 200;
    let queue = rig.queue();
    let (done, mut seen) = mpsc::unbounded_channel();
    let mut consumers = JoinSet::new();
    for consumer in 0..2 {
        let mut subscription = queue.subscribe(Topic::BotTurns, options(5)).await?;
        let done = done.clone();
        consumers.spawn(async move {
            loop {
                let deliveries = subscription.next(5).await?;
                let tags: Vec<_> = deliveries.iter().map(|delivery| delivery.tag).collect();
                subscription.ack(&tags).await?;
                for delivery in &deliveries {
                    done.send((consumer, number_of(delivery)?))?;
                }
            }
            #[expect(unreachable_code, reason = "tells the compiler the type of the errors above")]
            Ok::<(), Failure>(())
        });
    }
    queue.publish((0..MESSAGES).map(|number| message(Topic::BotTurns, number)).collect()).await?;
    let mut numbers = BTreeSet::new();
    let mut shares: BTreeMap<u32, u32> = BTreeMap::new();
    for _ in 0..MESSAGES {
        let (consumer, number) = soon(seen.recv()).await?.ok_or("both consumers ended")?;
        assert!(numbers.insert(number), "{number} came twice");
        *shares.entry(consumer).or_default() += 1;
    }
    assert_eq!(shares.len(), 2, "one consumer got everything");
    Ok(())
}

/// Of many tasks that publish at once, each learns the fate of its own messages, and what it
/// publishes one after the other keeps its order.
///
/// # Errors
/// As [`Rig`] says.
pub async fn only_what_is_stored_is_confirmed(rig: &mut impl Rig) -> Result<(), Failure> {
    const TASKS: u32 = 16;
    const EACH: u32 = 40;
    // Dispatch is small, so that most of what goes there is refused in between.
    let (queue, lane) = (rig.queue(), lane(12)?);
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let queue = queue.clone();
        tasks.spawn(async move {
            let mut confirmed = Vec::new();
            for number in (0..EACH).map(|index| task * EACH + index) {
                let topic = if task % 2 == 0 { lane } else { Topic::Dispatch };
                match queue.publish(vec![message(topic, number)]).await {
                    Ok(()) => confirmed.push((topic, number)),
                    Err(PublishError::Full { topic: Topic::Dispatch }) => {}
                    Err(other) => return Err(Failure::from(other)),
                }
            }
            Ok(confirmed)
        });
    }
    let mut confirmed: BTreeMap<Topic, Vec<u32>> = BTreeMap::new();
    while let Some(task) = soon(tasks.join_next()).await? {
        for (topic, number) in task?? {
            confirmed.entry(topic).or_default().push(number);
        }
    }
    assert_eq!(confirmed.get(&lane).map(Vec::len), Some(320), "the lane has room for all");
    for (topic, mut expected) in confirmed {
        let mut subscription = queue.subscribe(topic, options(1_000)).await?;
        let mut stored = numbers_of(&take(&mut subscription, expected.len()).await?)?;
        // Stable: within one task the order stays as it came.
        stored.sort_by_key(|number| number / EACH);
        expected.sort_unstable();
        assert_eq!(stored, expected, "in {topic}");
    }
    Ok(())
}

/// Whoever listens hears a broadcast; whoever comes later does not.
///
/// # Errors
/// As [`Rig`] says.
pub async fn a_broadcast_reaches_every_subscriber(rig: &mut impl Rig) -> Result<(), Failure> {
    const READY: u32 = 1_000;
    let queue = rig.queue();
    let mut listeners = Vec::new();
    for _ in 0..3 {
        let mut listener = queue.subscribe(Topic::DeskEvents, options(100)).await?;
        heard(&queue, &mut listener, READY).await?;
        listeners.push(listener);
    }
    queue.publish((0..5).map(|number| message(Topic::DeskEvents, number)).collect()).await?;
    let mut late = queue.subscribe(Topic::DeskEvents, options(100)).await?;
    listeners.push({
        heard(&queue, &mut late, READY).await?;
        late
    });
    queue.publish(vec![message(Topic::DeskEvents, 5)]).await?;
    for (place, listener) in listeners.iter_mut().enumerate() {
        let mut numbers = Vec::new();
        while numbers.last() != Some(&5) {
            let deliveries = soon(listener.next(10)).await??;
            let tags: Vec<_> = deliveries.iter().map(|delivery| delivery.tag).collect();
            listener.ack(&tags).await?;
            let heard = numbers_of(&deliveries)?;
            numbers.extend(heard.into_iter().filter(|number| *number != READY));
        }
        let expected: &[u32] = if place < 3 { &[0, 1, 2, 3, 4, 5] } else { &[5] };
        assert_eq!(numbers, expected, "listener {place}");
    }
    Ok(())
}

/// A subscription may need a moment until it listens: broadcasts until it hears.
async fn heard(
    queue: &SharedQueue,
    listener: &mut Box<dyn Subscription>,
    number: u32,
) -> Result<(), Failure> {
    let mut again = tokio::time::interval(Duration::from_millis(100));
    let hears = async {
        loop {
            tokio::select! {
                deliveries = listener.next(100) => return deliveries.map(drop),
                _ = again.tick() => {
                    // Refused or not: the next tick tries again.
                    let _ = queue.publish(vec![message(Topic::DeskEvents, number)]).await;
                }
            }
        }
    };
    Ok(soon(hears).await??)
}

/// After a close nothing goes in or out, and whoever waits is told.
///
/// # Errors
/// As [`Rig`] says.
pub async fn closing_ends_everything(rig: &mut impl Rig) -> Result<(), Failure> {
    let (queue, lane) = (rig.queue(), lane(13)?);
    let mut waiting = JoinSet::new();
    for topic in [lane, Topic::BotTurns, Topic::DeskEvents] {
        let mut subscription = queue.subscribe(topic, options(10)).await?;
        waiting.spawn(async move { subscription.next(10).await.map(drop) });
    }
    soon(queue.close()).await?;
    while let Some(ended) = soon(waiting.join_next()).await? {
        assert_eq!(ended?, Err(Interrupted::Closed));
    }
    let published = queue.publish(vec![message(lane, 0)]).await;
    assert!(matches!(published, Err(PublishError::Closed)), "{published:?}");
    let subscribed = queue.subscribe(lane, options(10)).await.map(drop);
    assert!(matches!(subscribed, Err(QueueError::Closed)), "{subscribed:?}");
    // Closing twice is no harm.
    soon(queue.close()).await
}

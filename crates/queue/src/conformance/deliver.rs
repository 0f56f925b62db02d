//! How messages come: in order, within the prefetch, again when not acked.

use super::{
    Failure, Rig,
    fixture::{lane, message, numbers_of, options, soon, take},
};

/// What is published in calls of any length comes in that order, whole, and goes when acked.
///
/// # Errors
/// As [`Rig`] says.
pub async fn messages_come_in_the_order_published(rig: &mut impl Rig) -> Result<(), Failure> {
    let (queue, lane) = (rig.queue(), lane(3)?);
    let messages: Vec<_> = (0..200).map(|number| message(lane, number)).collect();
    for call in messages.chunks(7) {
        queue.publish(call.to_vec()).await?;
    }
    let mut subscription = queue.subscribe(lane, options(50)).await?;
    let mut sent = messages.iter();
    for _ in 0..4 {
        let deliveries = take(&mut subscription, 50).await?;
        for (delivery, message) in deliveries.iter().zip(sent.by_ref()) {
            assert_eq!((&delivery.id, &delivery.payload), (&message.id, &message.payload));
            assert!(!delivery.redelivered, "nothing was delivered before");
        }
        let tags: Vec<_> = deliveries.iter().map(|delivery| delivery.tag).collect();
        subscription.ack(&tags).await?;
    }
    drop(subscription);
    // Had an ack been lost, an old one would come instead of the new one.
    queue.publish(vec![message(lane, 777)]).await?;
    let mut subscription = queue.subscribe(lane, options(50)).await?;
    assert_eq!(numbers_of(&take(&mut subscription, 1).await?)?, [777]);
    Ok(())
}

/// One call may publish to several topics.
///
/// # Errors
/// As [`Rig`] says.
pub async fn topics_do_not_mix(rig: &mut impl Rig) -> Result<(), Failure> {
    let (queue, even, odd) = (rig.queue(), lane(0)?, lane(1)?);
    let topic = |number: u32| if number.is_multiple_of(2) { even } else { odd };
    queue.publish((0..20).map(|number| message(topic(number), number)).collect()).await?;
    for (topic, first) in [(even, 0), (odd, 1)] {
        let mut subscription = queue.subscribe(topic, options(20)).await?;
        let expected: Vec<u32> = (first..20).step_by(2).collect();
        assert_eq!(numbers_of(&take(&mut subscription, 10).await?)?, expected);
    }
    Ok(())
}

/// `next(max)` gives no more than that, and what it left comes with the following call.
///
/// # Errors
/// As [`Rig`] says.
pub async fn at_most_so_many_as_asked_for_come_at_once(rig: &mut impl Rig) -> Result<(), Failure> {
    let (queue, lane) = (rig.queue(), lane(4)?);
    queue.publish((0..10).map(|number| message(lane, number)).collect()).await?;
    let mut subscription = queue.subscribe(lane, options(100)).await?;
    let mut numbers = Vec::new();
    while numbers.len() < 10 {
        let deliveries = soon(subscription.next(3)).await??;
        assert!((1..=3).contains(&deliveries.len()), "{} for 3", deliveries.len());
        numbers.extend(numbers_of(&deliveries)?);
    }
    assert_eq!(numbers, (0..10).collect::<Vec<_>>());
    Ok(())
}

/// A subscriber that acks nothing gets its prefetch; each ack makes room for one.
///
/// # Errors
/// As [`Rig`] says.
pub async fn prefetch_bounds_what_is_outstanding(rig: &mut impl Rig) -> Result<(), Failure> {
    let (queue, lane) = (rig.queue(), lane(5)?);
    queue.publish((0..10).map(|number| message(lane, number)).collect()).await?;
    let mut subscription = queue.subscribe(lane, options(3)).await?;
    let mut outstanding = take(&mut subscription, 3).await?;
    for number in 3..10 {
        let oldest = outstanding.remove(0);
        subscription.ack(&[oldest.tag]).await?;
        let more = soon(subscription.next(10)).await??;
        assert_eq!(numbers_of(&more)?, [number], "room for one, and one came");
        outstanding.extend(more);
    }
    Ok(())
}

/// After a reset, what was not acked comes again, in order and marked; old tags ack nothing.
///
/// # Errors
/// As [`Rig`] says.
pub async fn a_reset_gives_back_what_is_not_acked(rig: &mut impl Rig) -> Result<(), Failure> {
    let (queue, lane) = (rig.queue(), lane(6)?);
    queue.publish((0..10).map(|number| message(lane, number)).collect()).await?;
    let mut subscription = queue.subscribe(lane, options(10)).await?;
    let first = take(&mut subscription, 10).await?;
    let tags: Vec<_> = first.iter().map(|delivery| delivery.tag).collect();
    let (acked, stale) = tags.split_at(4);
    subscription.ack(acked).await?;

    subscription.reset().await;
    let again = take(&mut subscription, 6).await?;
    assert_eq!(numbers_of(&again)?, (4..10).collect::<Vec<_>>());
    assert!(again.iter().all(|delivery| delivery.redelivered));
    assert!(again.iter().all(|delivery| !tags.contains(&delivery.tag)), "a tag names one delivery");

    subscription.ack(stale).await?;
    subscription.reset().await;
    let third = take(&mut subscription, 6).await?;
    assert_eq!(numbers_of(&third)?, (4..10).collect::<Vec<_>>(), "a stale tag acked something");
    Ok(())
}

/// What waits counts, until it is acked.
///
/// # Errors
/// As [`Rig`] says.
pub async fn depth_counts_what_is_not_acked(rig: &mut impl Rig) -> Result<(), Failure> {
    let (queue, lane, other) = (rig.queue(), lane(7)?, lane(8)?);
    queue.publish((0..5).map(|number| message(lane, number)).collect()).await?;
    let counted = async {
        while queue.depth(lane).await? != 5 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        Ok::<(), crate::QueueError>(())
    };
    soon(counted).await??;
    assert_eq!(queue.depth(other).await?, 0);
    let mut subscription = queue.subscribe(lane, options(10)).await?;
    let deliveries = take(&mut subscription, 5).await?;
    let tags: Vec<_> = deliveries.iter().map(|delivery| delivery.tag).collect();
    subscription.ack(&tags).await?;
    let emptied = async {
        while queue.depth(lane).await? != 0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        Ok::<(), crate::QueueError>(())
    };
    soon(emptied).await??;
    Ok(())
}

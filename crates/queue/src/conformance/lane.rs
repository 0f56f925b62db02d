//! Lanes: one subscriber is served, the others wait for it to go.

use super::{
    Failure, Rig,
    fixture::{lane, message, number_of, numbers_of, options, soon, take},
};

/// While the first subscriber is there, the second gets nothing.
///
/// # Errors
/// As [`Rig`] says.
pub async fn a_lane_serves_one_subscriber_at_a_time(rig: &mut impl Rig) -> Result<(), Failure> {
    let (queue, lane) = (rig.queue(), lane(9)?);
    let mut first = queue.subscribe(lane, options(4)).await?;
    queue.publish(vec![message(lane, 0)]).await?;
    let served = take(&mut first, 1).await?;
    let mut second = queue.subscribe(lane, options(100)).await?;
    let work = async {
        let mut outstanding = served;
        for number in 1..100 {
            queue.publish(vec![message(lane, number)]).await?;
            let tags: Vec<_> = outstanding.iter().map(|delivery| delivery.tag).collect();
            first.ack(&tags).await?;
            outstanding = take(&mut first, 1).await?;
            assert_eq!(numbers_of(&outstanding)?, [number]);
        }
        Ok::<(), Failure>(())
    };
    tokio::select! {
        biased;
        stolen = second.next(1) => Err(format!("the second subscriber got {stolen:?}").into()),
        worked = soon(work) => worked?,
    }
}

/// A lane goes over to the waiting subscriber, which begins with the oldest that is not acked.
///
/// # Errors
/// As [`Rig`] says.
pub async fn the_next_subscriber_of_a_lane_takes_over_in_order(
    rig: &mut impl Rig,
) -> Result<(), Failure> {
    let (queue, lane) = (rig.queue(), lane(10)?);
    let mut first = queue.subscribe(lane, options(20)).await?;
    queue.publish(vec![message(lane, 0)]).await?;
    let mut taken = take(&mut first, 1).await?;
    let mut second = queue.subscribe(lane, options(20)).await?;
    queue.publish((1..30).map(|number| message(lane, number)).collect()).await?;
    taken.extend(take(&mut first, 9).await?);
    let acked: Vec<_> = taken.iter().take(5).map(|delivery| delivery.tag).collect();
    first.ack(&acked).await?;

    first.reset().await;
    let over = take(&mut second, 20).await?;
    assert_eq!(numbers_of(&over)?, (5..25).collect::<Vec<_>>());
    for delivery in &over {
        assert!(delivery.redelivered || number_of(delivery)? >= 10, "it was delivered before");
    }
    let tags: Vec<_> = over.iter().map(|delivery| delivery.tag).collect();
    second.ack(&tags).await?;
    drop(second);
    // The first one still waits in line, and is served again.
    assert_eq!(numbers_of(&take(&mut first, 5).await?)?, (25..30).collect::<Vec<_>>());
    Ok(())
}

/// A subscriber that goes without a word gives back what it held.
///
/// # Errors
/// As [`Rig`] says.
pub async fn a_dropped_subscriber_gives_back_what_it_held(
    rig: &mut impl Rig,
) -> Result<(), Failure> {
    let queue = rig.queue();
    for topic in [lane(11)?, crate::Topic::BotTurns] {
        queue.publish((0..10).map(|number| message(topic, number)).collect()).await?;
        let mut gone = queue.subscribe(topic, options(10)).await?;
        take(&mut gone, 10).await?;
        drop(gone);
        let mut subscription = queue.subscribe(topic, options(10)).await?;
        let deliveries = take(&mut subscription, 10).await?;
        assert_eq!(numbers_of(&deliveries)?, (0..10).collect::<Vec<_>>());
        assert!(deliveries.iter().all(|delivery| delivery.redelivered));
    }
    Ok(())
}

//! What is durable outlives whatever keeps it.

use super::{
    Failure, Rig,
    fixture::{confirmed, drain, lane, message, numbers_of, options, take},
};

/// After a restart all that was confirmed and not acked comes, in order, marked where it may have
/// come before.
///
/// # Errors
/// As [`Rig`] says.
pub async fn a_restart_loses_nothing(rig: &mut impl Rig) -> Result<(), Failure> {
    let (queue, lane) = (rig.queue(), lane(15)?);
    queue.publish((0..50).map(|number| message(lane, number)).collect()).await?;
    let mut before = queue.subscribe(lane, options(20)).await?;
    let taken = take(&mut before, 20).await?;
    assert_eq!(numbers_of(&taken)?, (0..20).collect::<Vec<_>>());
    let tags: Vec<_> = taken.iter().take(10).map(|delivery| delivery.tag).collect();
    before.ack(&tags).await?;
    drop((before, queue));

    rig.restart().await?;
    let queue = rig.queue();
    confirmed(&queue, (50..60).map(|number| message(lane, number)).collect()).await?;
    let mut after = queue.subscribe(lane, options(100)).await?;
    let numbers = drain(&mut after, 59).await?;
    // An ack just before the end may have been lost: what it named may come again.
    let unacked: Vec<u32> = numbers.into_iter().filter(|number| *number >= 10).collect();
    assert_eq!(unacked, (10..60).collect::<Vec<_>>());
    Ok(())
}

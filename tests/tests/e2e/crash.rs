//! Crashes of our own processes in the middle of traffic.

use switchboard_tests::{Outcome, World, both_modes, crowd::Crowd, shop};

both_modes!(crashes_lose_and_double_nothing);

/// Messages of each customer: so many answers go at once within WhatsApp's pair limit.
const EACH: usize = 9;

async fn crashes_lose_and_double_nothing(world: &mut World) -> Outcome {
    let crowd = Crowd::gather(world, 10)?;
    let points = world.crash_points();
    for point in 0..points {
        let numbers = point * EACH / points..(point + 1) * EACH / points;
        // Half of the traffic is on its way when the crash comes, half comes meanwhile.
        crowd.early_half_says(numbers.clone()).await?;
        let (crashed, said) = tokio::join!(world.crash(point), crowd.late_half_says(numbers));
        crashed?;
        said?;
    }
    crowd.check(world, EACH).await?;
    let lost = world.agent(shop::ALEX).await?.unrouted().await?;
    assert!(lost.is_empty(), "all belongs to a conversation: {lost:#?}");
    Ok(())
}

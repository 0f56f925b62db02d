//! Crashes of what a distributed installation runs on: the broker and the database.

use reqwest::StatusCode;
use switchboard_tests::{
    Outcome, World,
    crowd::Crowd,
    in_mode,
    meta::{self, Answer},
    shop::{self, Account, PAGE},
    wait,
};

in_mode!(
    on_own_servers: the_broker_and_the_database_die_in_the_middle,
    the_doctor_says_that_the_broker_is_down
);

async fn the_broker_and_the_database_die_in_the_middle(world: &mut World) -> Outcome {
    let crowd = Crowd::gather(world, 4)?;
    crowd.early_half_says(0..2).await?;
    world.servers()?.broker()?.kill9();
    crowd.late_half_says(0..2).await?;
    is_refused_for_now(world, &event("m_broker")).await?;
    world.servers()?.broker()?.start_again().await?;
    world.recovers().await?;
    world.meta()?.deliver(&event("m_broker")).await?;

    crowd.early_half_says(2..4).await?;
    world.servers()?.database()?.kill9();
    crowd.late_half_says(2..4).await?;
    let answer = world.meta()?.post(&event("m_database")).await?;
    assert_eq!(answer.status, StatusCode::OK, "the ingress does not need the database");
    world.servers()?.database()?.start_again().await?;
    world.recovers().await?;

    crowd.early_half_says(4..5).await?;
    crowd.late_half_says(4..5).await?;
    crowd.check(world, 5).await?;
    let kept = world.agent(shop::ALEX).await?.unrouted().await?;
    assert_eq!(kept.len(), 2, "each webhook by hand is kept once: {kept:#?}");
    Ok(())
}

/// A webhook that disturbs no conversation: its account is nobody's.
fn event(id: &str) -> Vec<u8> {
    let nobodys = Account { external_id: "999000000000009", ..PAGE };
    meta::escaped(&meta::text(nobodys, "9101", id, "is anybody there?"))
}

async fn is_refused_for_now(world: &World, event: &[u8]) -> Outcome {
    let meta = world.meta()?;
    wait::until("a webhook is refused for now", async || match meta.post(event).await? {
        Answer { status: StatusCode::SERVICE_UNAVAILABLE, retry_after: Some(_) } => Ok(()),
        other => Err(format!("{other:?}").into()),
    })
    .await
}

/// Beside the running services, as an operator would ask. Here the address is never public, so the
/// doctor always fails, and with that tells what it found.
async fn the_doctor_says_that_the_broker_is_down(world: &mut World) -> Outcome {
    let doctor = |world: &World| match world.command(&["doctor"], "") {
        Ok(said) => Err(format!("all is well: {said}").into()),
        Err(said) => Outcome::Ok(said.to_string()),
    };
    let said = doctor(world)?;
    assert!(said.contains("ok       queue: It is up."), "{said}");
    assert!(!said.contains("not connected"), "dead letters are counted: {said}");

    world.servers()?.broker()?.kill9();
    let said = doctor(world)?;
    let (_, queue) = said.split_once("FAILED   queue: ").ok_or(said.clone())?;
    assert!(queue.starts_with("It is down: "), "{said}");
    let (_, remedy) = queue.split_once("-> ").ok_or(said.clone())?;
    assert!(remedy.starts_with("Start the broker") && remedy.contains("broker-down.md"), "{said}");
    assert!(said.contains("ok       database: It answers"), "all else is looked at: {said}");

    world.servers()?.broker()?.start_again().await?;
    world.recovers().await?;
    let said = doctor(world)?;
    assert!(said.contains("ok       queue: It is up."), "{said}");
    Ok(())
}

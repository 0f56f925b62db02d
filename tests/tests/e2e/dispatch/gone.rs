//! Agents whose pages vanish, and those whose desk dies.

use switchboard_tests::{Outcome, World, desk::Agent, shop::PAGE};

use super::{alex, asks, hired, is, is_with, line_is};

pub(crate) async fn an_agent_who_vanishes_leaves_theirs_to_others(world: &mut World) -> Outcome {
    let alex = alex(world).await?;
    let (zoe, yan) = (hired(world, &alex, "zoe", 2).await?, hired(world, &alex, "yan", 1).await?);
    let page = zoe.open_page().await?;
    is(&alex, &zoe, "online").await?;
    let mut ids = Vec::new();
    for number in 1..=3 {
        let customer = world.customer(PAGE, number)?;
        let conversation = asks(&alex, &customer, &format!("{number} asks")).await?;
        match number {
            1 | 2 => is_with(&alex, &conversation.id, &zoe).await?,
            _ => alex.sees_status(&conversation.id, "waiting").await.map(drop)?,
        }
        ids.push(conversation.id);
    }
    let mut order: Vec<&str> = ids.iter().map(String::as_str).collect();

    drop(page);
    is(&alex, &zoe, "offline").await?;
    line_is(&alex, &order).await?;

    let _page = yan.open_page().await?;
    while let Some((next, rest)) = order.split_first() {
        is_with(&alex, next, &yan).await?;
        line_is(&alex, rest).await?;
        alex.does(next, "resolve").await?;
        order = rest.to_vec();
    }
    Ok(())
}

/// At a terminal, on a server where no desk runs: the desks learn it from the store.
pub(crate) async fn who_is_locked_out_leaves_theirs_to_others(world: &mut World) -> Outcome {
    let alex = alex(world).await?;
    let (zoe, yan) = (hired(world, &alex, "zoe", 1).await?, hired(world, &alex, "yan", 1).await?);
    let _page = zoe.open_page().await?;
    is(&alex, &zoe, "online").await?;
    let conversation = asks(&alex, &world.customer(PAGE, 1)?, "is anybody there?").await?;
    is_with(&alex, &conversation.id, &zoe).await?;
    let _other = yan.open_page().await?;
    is(&alex, &yan, "online").await?;

    let lock = ["user", "lock", "--email", "zoe@demo.example"];
    let told = world.at_terminal(&lock)?.ends()?;
    assert!(told.contains("locked out"), "{told}");
    is_with(&alex, &conversation.id, &yan).await?;
    is(&alex, &zoe, "offline").await?;
    assert!(zoe.conversations("").await.is_err(), "the session has ended");
    Ok(())
}

pub(crate) async fn those_of_a_desk_that_dies_are_gone(world: &mut World) -> Outcome {
    let alex = alex(world).await?;
    let (zoe, yan) = (hired(world, &alex, "zoe", 1).await?, hired(world, &alex, "yan", 1).await?);
    let [dying, living] = *world.points_of("desk") else { return Err("two desks".into()) };
    let [dying_url, living_url] = [world.desk_replica(dying)?, world.desk_replica(living)?];
    let at = async |url: &str, who: &str| Agent::log_in(url, &format!("{who}@demo.example")).await;
    let _page = at(&dying_url, "zoe").await?.open_page().await?;
    is(&alex, &zoe, "online").await?;
    let conversation = asks(&alex, &world.customer(PAGE, 1)?, "is anybody there?").await?;
    is_with(&alex, &conversation.id, &zoe).await?;
    let _pages = [
        at(&dying_url, "yan").await?.open_page().await?,
        at(&living_url, "yan").await?.open_page().await?,
    ];
    is(&alex, &yan, "online").await?;

    world.kills(dying)?;
    is(&alex, &zoe, "offline").await?;
    is(&alex, &yan, "online").await?;
    is_with(&alex, &conversation.id, &yan).await?;
    Ok(())
}

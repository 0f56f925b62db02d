//! More customers than the agents can take at once, and a router that dies in the middle.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;
use switchboard_tests::{Outcome, World, desk::Agent, shop, simulator::Customer, wait};

use super::{Colleague, alex, hired, is, line, line_is};

/// Customers on each channel.
const EACH: u32 = 3;

pub(crate) async fn a_burst_is_served_in_order_within_capacity_though_the_router_dies(
    world: &mut World,
) -> Outcome {
    let alex = alex(world).await?;
    let agents = [hired(world, &alex, "zoe", 2).await?, hired(world, &alex, "yan", 1).await?];
    let mut pages = open(&alex, &agents).await?;
    let everyone = (1..=EACH).flat_map(|number| shop::ACCOUNTS.map(|account| (account, number)));
    let customers = everyone.map(|(account, number)| world.customer(account, number));
    let customers: Vec<Customer> = customers.collect::<Outcome<_>>()?;
    let (early, late) = customers.split_at(customers.len() / 2);
    ask(early).await?;
    for point in world.points_of("router") {
        let (crashed, asked) = tokio::join!(world.crash(point), ask(late));
        crashed?;
        asked?;
    }
    // Where all is one process, the pages are gone with it.
    pages.extend(open(&alex, &agents).await?);
    wait::until("all are with agents or wait", async || {
        let (with, wait) = (alex.conversations("status=agent").await?, line(&alex).await?);
        let all = with.len() + wait.len();
        if (with.len(), all) == (3, customers.len()) { Ok(()) } else { Err(all.to_string().into()) }
    })
    .await?;
    nobody_has_too_much(&alex, &agents).await?;

    let waiting = line(&alex).await?;
    let since: Vec<_> = waiting.iter().map(|one| one.waiting.map(|wait| wait.since)).collect();
    assert!(since.is_sorted(), "first come first served: {waiting:?}");
    let mut order: Vec<&str> = waiting.iter().map(|one| one.id.as_str()).collect();
    let urgent = order.pop().ok_or("nobody waits")?;
    let path = format!("conversations/{urgent}/priority");
    alex.write(Method::PUT, &path, &json!({ "priority": "urgent" })).await?;
    order.insert(0, urgent);
    line_is(&alex, &order).await?;
    while let Some((next, rest)) = order.split_first() {
        let with = alex.conversations("status=agent").await?;
        let done = with.first().ok_or("nobody is answered")?;
        alex.does(&done.id, "resolve").await?;
        let served = alex.sees_status(next, "agent").await?;
        assert_eq!(served.agent_id, done.agent_id, "who has room again takes the first");
        line_is(&alex, rest).await?;
        nobody_has_too_much(&alex, &agents).await?;
        order = rest.to_vec();
    }
    drop(pages);
    Ok(())
}

async fn open(alex: &Agent, agents: &[Agent]) -> Outcome<Vec<switchboard_tests::socket::Page>> {
    let mut pages = Vec::new();
    for agent in agents {
        pages.push(agent.open_page().await?);
        is(alex, agent, "online").await?;
    }
    Ok(pages)
}

async fn ask(customers: &[Customer]) -> Outcome {
    for customer in customers {
        customer.says_surely("/live_agent").await?;
    }
    Ok(())
}

/// What the agents have fits into their capacity, and is what dispatch counts.
async fn nobody_has_too_much(alex: &Agent, agents: &[Agent]) -> Outcome {
    let mut has: BTreeMap<String, u32> = BTreeMap::new();
    for conversation in alex.conversations("status=agent").await? {
        *has.entry(conversation.agent_id.ok_or("it is with nobody")?).or_default() += 1;
    }
    let all: Vec<Colleague> = alex.read("agents").await?;
    for agent in all {
        let count = has.remove(&agent.id).unwrap_or_default();
        let ours = agents.iter().any(|one| one.id == agent.id);
        assert!(count <= if ours { agent.capacity } else { 0 }, "{agent:?} has {count}");
        assert!(agent.load <= agent.capacity, "{agent:?}");
    }
    Ok(())
}

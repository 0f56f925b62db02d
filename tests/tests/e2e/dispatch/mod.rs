//! Who answers next: a burst of customers, agents who vanish, and conversations that are sent on.
//! Agents who are gone keep theirs for the least time that can be set.

mod burst;
mod gone;
mod sent;
mod teams;
mod told;

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World, desk::Agent, desk::Conversation, in_mode, shop, simulator::Customer, wait,
};

use burst::a_burst_is_served_in_order_within_capacity_though_the_router_dies;
use gone::{
    an_agent_who_vanishes_leaves_theirs_to_others, those_of_a_desk_that_dies_are_gone,
    who_is_locked_out_leaves_theirs_to_others,
};
use sent::{a_bot_hands_off_with_what_it_found_out, conversations_are_sent_on_with_their_notes};
use teams::a_team_picks_up_what_was_sent_to_it_until_it_is_merged;
use told::those_who_wait_read_where_they_are_and_that_it_is_closed;

in_mode!(
    impatient_embedded: a_burst_is_served_in_order_within_capacity_though_the_router_dies,
    an_agent_who_vanishes_leaves_theirs_to_others,
    who_is_locked_out_leaves_theirs_to_others,
    a_bot_hands_off_with_what_it_found_out,
    conversations_are_sent_on_with_their_notes,
    a_team_picks_up_what_was_sent_to_it_until_it_is_merged,
    those_who_wait_read_where_they_are_and_that_it_is_closed,
);

in_mode!(
    impatient_distributed: a_burst_is_served_in_order_within_capacity_though_the_router_dies,
    an_agent_who_vanishes_leaves_theirs_to_others,
    who_is_locked_out_leaves_theirs_to_others,
    those_of_a_desk_that_dies_are_gone,
    a_bot_hands_off_with_what_it_found_out,
    conversations_are_sent_on_with_their_notes,
    a_team_picks_up_what_was_sent_to_it_until_it_is_merged,
    those_who_wait_read_where_they_are_and_that_it_is_closed,
);

/// An agent as the others see them.
#[derive(Debug, Deserialize)]
struct Colleague {
    id: String,
    presence: String,
    load: u32,
    capacity: u32,
}

#[derive(Debug, Deserialize)]
struct Made {
    id: String,
}

/// Hires somebody who takes so many, in the team that answers for all accounts; they are there once
/// they open a page.
async fn hired(world: &World, alex: &Agent, name: &str, capacity: u32) -> Outcome<Agent> {
    let email = format!("{name}@demo.example");
    alex.hires(&email, capacity).await?;
    world.agent_by_email(&email).await
}

/// Waits until somebody is so.
async fn is(seen_by: &Agent, who: &Agent, presence: &str) -> Outcome {
    wait::until(&format!("{} is {presence}", who.id), async || {
        let all: Vec<Colleague> = seen_by.read("agents").await?;
        let found = all.into_iter().find(|one| one.id == who.id).ok_or("nobody knows them")?;
        if found.presence == presence { Ok(()) } else { Err(format!("{found:?}").into()) }
    })
    .await
}

/// A customer asks for a person, and then something that no other does.
async fn asks(alex: &Agent, customer: &Customer, asked: &str) -> Outcome<Conversation> {
    customer.says("/live_agent").await?;
    customer.says(asked).await?;
    alex.conversation_with(asked).await
}

/// Waits until an agent has a conversation.
async fn is_with(seen_by: &Agent, id: &str, agent: &Agent) -> Outcome {
    wait::until(&format!("conversation {id} is with {}", agent.id), async || {
        let now = seen_by.conversation(id).await?;
        if now.agent_id.as_deref() == Some(&*agent.id) {
            return Ok(());
        }
        Err(format!("it is {now:?}").into())
    })
    .await
}

/// Who waits, in order; all for one team.
async fn line(alex: &Agent) -> Outcome<Vec<Conversation>> {
    let mut all = alex.conversations("status=waiting").await?;
    all.sort_by_key(|one| one.waiting.map(|waiting| waiting.place));
    Ok(all)
}

/// Waits until these wait, in this order.
async fn line_is(alex: &Agent, ids: &[&str]) -> Outcome {
    wait::until("the line is as expected", async || {
        let line = line(alex).await?;
        let found: Vec<&str> = line.iter().map(|one| one.id.as_str()).collect();
        let places = line.iter().map(|one| one.waiting.map(|waiting| waiting.place));
        let in_order = places.zip(1..).all(|(place, expected)| place == Some(expected));
        if found == ids && in_order {
            return Ok(());
        }
        Err(format!("it is {line:?}").into())
    })
    .await
}

/// A conversation with all that the desk tells of it.
async fn told_of(agent: &Agent, id: &str) -> Outcome<Value> {
    agent.read(&format!("conversations/{id}")).await
}

/// Makes a team; how it works is told by the rest of its settings.
async fn team(alex: &Agent, name: &str, settings: Value) -> Outcome<String> {
    let made = alex.sends(Method::POST, "teams", &json!({ "name": name })).await?;
    let Made { id } = serde_json::from_value(made)?;
    alex.sends(Method::PUT, &format!("teams/{id}/settings"), &settings).await?;
    Ok(id)
}

/// Sends a conversation on.
async fn transfers(agent: &Agent, id: &str, to: Value, note: &str) -> Outcome {
    let body = json!({ "to": to, "note": note });
    agent.write(Method::POST, &format!("conversations/{id}/transfer"), &body).await
}

/// Alex, who sees all.
async fn alex(world: &World) -> Outcome<Agent> {
    world.agent(shop::ALEX).await
}

//! Other software is told of everything, at least once and in the order of each conversation, by
//! desks that are killed meanwhile and beside receivers that are of no use.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World, both_modes,
    receiver::{Posted, Receiver},
    shop,
    simulator::Customer,
    wait,
};

both_modes!(
    crashes_lose_no_event,
    a_receiver_of_no_use_holds_up_no_other,
    what_was_told_is_listed_and_told_again_at_a_terminal,
);

/// Customers who write.
const CUSTOMERS: u32 = 4;

/// What each says between two crashes.
const EACH: usize = 3;

/// Adds an endpoint that is told what customers write.
async fn add(world: &World, url: &str) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let body = json!({"url": url, "events": ["message.received"]});
    alex.sends(Method::POST, "webhook-endpoints", &body).await.map(drop)
}

/// What the customers of an event wrote, and in which conversation.
fn words(posted: &Posted) -> (String, String) {
    let text = |pointer| posted.event.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    (text("/data/conversation_id").to_owned(), text("/data/content/text").to_owned())
}

/// The texts of each conversation in the order in which they first came.
fn told(posted: &[Posted]) -> BTreeMap<String, Vec<String>> {
    let (mut seen, mut told) = (BTreeSet::new(), BTreeMap::<String, Vec<String>>::new());
    for one in posted {
        if seen.insert(one.id.clone()) {
            let (conversation, text) = words(one);
            told.entry(conversation).or_default().push(text);
        }
    }
    told
}

async fn say(customers: &[Customer], round: usize) -> Outcome {
    for number in 0..EACH {
        for (who, customer) in customers.iter().enumerate() {
            customer.says_surely(&format!("{who}: hours {}", round * EACH + number)).await?;
        }
    }
    Ok(())
}

async fn crashes_lose_no_event(world: &mut World) -> Outcome {
    let receiver = Receiver::start()?;
    add(world, &receiver.url("takes")).await?;
    let customers = (0..CUSTOMERS)
        .map(|number| world.customer(shop::PAGE, number))
        .collect::<Outcome<Vec<_>>>()?;
    let points = world.crash_points();
    for point in 0..points {
        let (said, crashed) = tokio::join!(say(&customers, point), world.crash(point));
        said?;
        crashed?;
    }
    let all = points * EACH;
    wait::until("all that was written is told", async || {
        let told = told(&receiver.taken());
        let whole = told.len() == customers.len() && told.values().all(|texts| texts.len() == all);
        if whole { Ok(()) } else { Err(format!("told so far: {told:?}").into()) }
    })
    .await?;
    let posted = receiver.taken();
    for texts in told(&posted).into_values() {
        let who = texts.first().and_then(|text| text.split_once(':')).map_or("", |(who, _)| who);
        let expected: Vec<String> =
            (0..all).map(|number| format!("{who}: hours {number}")).collect();
        assert_eq!(texts, expected, "in order");
    }
    // What came again is the same.
    let mut known = BTreeMap::new();
    for one in &posted {
        let before = known.entry(&one.id).or_insert(&one.event);
        assert_eq!(*before, &one.event, "an id is one event");
    }
    Ok(())
}

async fn a_receiver_of_no_use_holds_up_no_other(world: &mut World) -> Outcome {
    let receiver = Receiver::start()?;
    let useless = ["hangs", "drips", "floods"];
    for manner in useless {
        add(world, &receiver.url(manner)).await?;
    }
    add(world, &receiver.url("takes")).await?;
    let customer = world.customer(shop::PAGE, 0)?;
    customer.says_surely("hours").await?;
    wait::until("everybody is told", async || {
        let suffered = useless.iter().all(|manner| receiver.suffered(manner) > 0);
        if suffered && receiver.taken().len() == 1 { Ok(()) } else { Err("not yet".into()) }
    })
    .await?;
    // The one that hangs has not answered yet, and will not; the others go on.
    customer.says_surely("order").await?;
    wait::until("the next is told, too", async || {
        if receiver.taken().len() == 2 { Ok(()) } else { Err("not yet".into()) }
    })
    .await?;
    let alex = world.agent(shop::ALEX).await?;
    wait::until("what failed is known", async || {
        let endpoints: Value = alex.read("webhook-endpoints").await?;
        let all = endpoints.as_array().ok_or("no list")?;
        let failing = all.iter().filter(|one| one.get("failing_since").is_some_and(Value::is_i64));
        // Dripping and flooding are told from their status; the one that hangs takes its deadline.
        if failing.count() >= 2 { Ok(()) } else { Err(format!("{endpoints}").into()) }
    })
    .await
}

async fn what_was_told_is_listed_and_told_again_at_a_terminal(world: &mut World) -> Outcome {
    let receiver = Receiver::start()?;
    let url = receiver.url("takes");
    add(world, &url).await?;
    let customer = world.customer(shop::PAGE, 0)?;
    customer.says_surely("hours").await?;
    let first = wait::until("it is told", async || {
        receiver.taken().first().cloned().ok_or("not yet".into())
    })
    .await?;
    let webhooks = |does: &[&str]| {
        let arguments = [&["webhooks"], does, &[&*url]].concat();
        world.at_terminal(&arguments)?.ends()
    };
    wait::until("it is listed as delivered", async || {
        let shown = webhooks(&["deliveries", "--state", "delivered"])?;
        let line = shown.lines().find(|line| line.contains(&first.id)).map(ToOwned::to_owned);
        line.filter(|line| line.contains("message.received")).ok_or(shown.into())
    })
    .await?;
    assert!(!webhooks(&["deliveries", "--state", "parked"])?.contains(&first.id));
    let told = webhooks(&["replay", "--event", &first.id])?;
    assert!(told.contains("1 events are told again"), "{told}");
    wait::until("it is told again", async || {
        if receiver.taken().len() == 2 { Ok(()) } else { Err("not yet".into()) }
    })
    .await?;
    assert_eq!(receiver.taken().last(), Some(&first), "the same event under the same id");
    Ok(())
}

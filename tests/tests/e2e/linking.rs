//! Account linking from the button to the bond, stolen codes, and people who want to be forgotten.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_testkit::business::{ADA, Business, SECRET};
use switchboard_tests::{
    Outcome, World, both_modes,
    desk::{Agent, Message},
    login::{LogIn, Step, goes_back},
    shop::{self, PAGE},
    wait,
};

both_modes!(
    a_customer_is_known_once_they_log_in,
    a_stolen_code_binds_nobody,
    a_person_is_forgotten_when_meta_asks,
);

const CONFIRMED: &str = "Thank you, Ada Lovelace. You are logged in as customer C-1001.";
const DISCONNECTED: &str =
    "You are logged out. We no longer connect this chat with your customer account.";

/// The Page asks its customers to log in, and the business checks who they are.
async fn asks(world: &World, business: &Business) -> Outcome {
    let url = business.endpoint();
    let which = ["--page", PAGE.external_id, "--url", &url, "--secret"];
    world.command(&[&["account", "linking", "http"], &which[..]].concat(), SECRET).map(drop)
}

/// The conversation of the customer who wrote that, once the desk shows it.
async fn conversation(agent: &Agent, text: &str) -> Outcome<String> {
    Ok(agent.conversation_with(text).await?.id)
}

/// Waits until the desk shows that number for the customer; `Null` for none.
async fn is_known_as(agent: &Agent, id: &str, number: Value) -> Outcome {
    wait::until(&format!("the customer is {number}"), async || {
        let shown: Value = agent.read(&format!("conversations/{id}")).await?;
        let found = shown.pointer("/contact/customer_number").cloned().unwrap_or_default();
        if found == number { Ok(()) } else { Err(format!("they are {found}").into()) }
    })
    .await
}

fn has_notice(kind: &'static str) -> impl Fn(&[Message]) -> bool {
    move |transcript| {
        let kinds = transcript.iter().filter_map(|message| message.content.get("kind")?.as_str());
        kinds.into_iter().any(|found| found == kind)
    }
}

/// Who knows the password goes back to Meta with this.
async fn logs_in(page: &LogIn) -> Outcome<String> {
    match page.enters(ADA.username, ADA.password).await? {
        Step::Back(url) => Ok(url),
        other => Err(format!("the log-in led to {other:?}").into()),
    }
}

async fn a_customer_is_known_once_they_log_in(world: &mut World) -> Outcome {
    let (business, alex) = (Business::start().await?, world.agent(shop::ALEX).await?);
    asks(world, &business).await?;
    let customer = world.customer(PAGE, 1)?;
    customer.says("hello, it is me").await?;
    customer.receives(2).await?;
    let id = conversation(&alex, "hello, it is me").await?;
    alex.does(&id, "login-button").await?;

    let page = LogIn::open(&customer.taps_log_in().await?).await?;
    let wrong = page.enters(ADA.username, "a guess").await?;
    assert!(matches!(&wrong, Step::Page(403, text) if text.contains("not right")), "{wrong:?}");
    let Step::Back(cancelled) =
        LogIn::open(&customer.taps_log_in().await?).await?.cancels().await?
    else {
        return Err("cancelling does not lead back".into());
    };
    assert!(goes_back(&cancelled).await?.contains("You did not log in"), "{cancelled}");

    let back = logs_in(&page).await?;
    assert!(goes_back(&back).await?.contains("Your account is linked"));
    is_known_as(&alex, &id, ADA.number.into()).await?;
    assert_eq!(customer.receives(4).await?.last().map(String::as_str), Some(CONFIRMED));
    alex.sees(&id, "the log-in is seen", has_notice("account_linked")).await?;

    alex.does(&id, "unlink").await?;
    is_known_as(&alex, &id, Value::Null).await?;
    assert_eq!(customer.receives(5).await?.last().map(String::as_str), Some(DISCONNECTED));
    world.simulator()?.idle().await?;
    assert_eq!(customer.phone().await?.len(), 5, "they hear of it once");
    business.stop().await;
    Ok(())
}

async fn a_stolen_code_binds_nobody(world: &mut World) -> Outcome {
    let (business, alex) = (Business::start().await?, world.agent(shop::ALEX).await?);
    asks(world, &business).await?;
    let (victim, thief) = (world.customer(PAGE, 1)?, world.customer(PAGE, 2)?);
    for (customer, text) in [(&victim, "I am the victim"), (&thief, "I am the thief")] {
        customer.says(text).await?;
        customer.receives(1).await?;
        alex.does(&conversation(&alex, text).await?, "login-button").await?;
    }
    let robbed = logs_in(&LogIn::open(&victim.taps_log_in().await?).await?).await?;
    let (_, code) = robbed.split_once("authorization_code=").ok_or("there is no code")?;
    let Step::Back(own) = LogIn::open(&thief.taps_log_in().await?).await?.cancels().await? else {
        return Err("cancelling does not lead back".into());
    };
    goes_back(&format!("{own}&authorization_code={code}")).await?;
    let id = conversation(&alex, "I am the thief").await?;
    let refused = has_notice("account_linking_refused");
    alex.sees(&id, "the theft is seen", refused).await?;
    is_known_as(&alex, &id, Value::Null).await?;

    // It still counts for whom it was made, once.
    goes_back(&robbed).await?;
    let id = conversation(&alex, "I am the victim").await?;
    is_known_as(&alex, &id, ADA.number.into()).await?;
    business.stop().await;
    Ok(())
}

async fn a_person_is_forgotten_when_meta_asks(world: &mut World) -> Outcome {
    let (alex, simulator) = (world.agent(shop::ALEX).await?, world.simulator()?);
    let customer = world.customer(PAGE, 1)?;
    customer.says("a secret of mine").await?;
    customer.receives(1).await?;
    let id = conversation(&alex, "a secret of mine").await?;

    let callback = format!("{}/meta/data-deletion/{}", world.ingress(), shop::APP_KEY);
    let app = format!("apps/{}", shop::META_APP_ID);
    simulator.change(Method::PUT, &app, &json!({ "data_deletion_url": callback })).await?;
    let asked = json!({ "user": customer.id() });
    let forged = json!({ "user": customer.id(), "signature": "bad" });
    let path = format!("{app}/delete-data");
    let refused = simulator.change(Method::POST, &path, &forged).await?;
    assert_eq!(refused.get("status"), Some(&json!(401)), "{refused}");
    let answer = simulator.change(Method::POST, &path, &asked).await?;
    assert_eq!(answer.get("status"), Some(&json!(200)), "{answer}");

    alex.sees(&id, "the customer is erased", has_notice("erased")).await?;
    let left = alex.transcript(&id).await?;
    assert_eq!(left.len(), 1, "nothing else is left: {left:?}");
    let all: Value = alex.read("data-deletions").await?;
    assert_eq!(all.pointer("/0/state"), Some(&json!("done")), "{all}");
    let code = all.pointer("/0/code").and_then(Value::as_str).ok_or("there is no code")?;
    assert!(goes_back(&format!("{callback}/{code}")).await?.contains("Your data is deleted"));

    // Somebody whom Meta's id does not lead to waits for a person.
    simulator.change(Method::POST, &path, &json!({ "user": "218471" })).await?;
    let open = wait::until("the request is open", async || {
        let all: Value = alex.read("data-deletions").await?;
        let open = all.as_array().into_iter().flatten();
        let mut open = open.filter(|one| one.get("state") == Some(&json!("open")));
        open.next().cloned().ok_or_else(|| format!("there is {all}").into())
    })
    .await?;
    let code = open.get("code").and_then(Value::as_str).ok_or("there is no code")?;
    let nothing = json!({ "conversation_id": null });
    alex.write(Method::POST, &format!("data-deletions/{code}/complete"), &nothing).await?;
    wait::until("the request is done", async || {
        let page = goes_back(&format!("{callback}/{code}")).await?;
        if page.contains("Your data is deleted") { Ok(()) } else { Err(page.into()) }
    })
    .await
}

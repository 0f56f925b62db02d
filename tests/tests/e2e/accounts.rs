//! Accounts that Meta refuses: they stop sending, people are told, and nothing is lost.

use reqwest::Method;
use serde_json::json;
use switchboard_tests::{
    Outcome, World, both_modes,
    desk::Agent,
    shop::{self, PAGE, WHATSAPP},
    wait,
};

both_modes!(
    a_revoked_token_stops_its_account_until_there_is_another,
    a_token_given_at_the_desk_lets_what_waited_go,
    a_template_goes_out_where_nothing_else_may,
    a_utility_template_goes_out_where_nothing_else_may,
    the_doctor_is_asked_at_the_desk,
);

/// Meta's subcode for a password that was changed.
const PASSWORD_CHANGED: i64 = 460;

async fn a_revoked_token_stops_its_account_until_there_is_another(world: &mut World) -> Outcome {
    let (alex, simulator) = (world.agent(shop::ALEX).await?, world.simulator()?);
    let customer = world.customer(PAGE, 1)?;
    customer.says("hello").await?;
    customer.receives(2).await?;
    simulator.add_token(PAGE.token, PAGE, Some(PASSWORD_CHANGED)).await?;

    customer.says("hours").await?;
    let stopped = sends(&alex, false).await?;
    assert!(stopped.health.reason.is_some_and(|reason| !reason.is_empty()), "it says why");
    customer.says("order").await?;
    let id = alex.conversation_with("order").await?.id;
    let held = alex
        .sees(&id, "both answers are held", |transcript| {
            transcript.iter().filter(|message| message.status == "pending").count() == 2
        })
        .await?;
    assert_eq!(held.len(), 7, "what comes in goes on: {held:#?}");
    let other = world.customer(WHATSAPP, 1)?;
    other.says("hello").await?;
    assert_eq!(other.receives(2).await?, shop::GREETING, "other accounts go on");
    assert!(alex.account(WHATSAPP.external_id).await?.health.sending);
    assert_eq!(customer.phone().await?.len(), 2);

    simulator.add_token("another-page-token", PAGE, None).await?;
    let which = ["--channel", PAGE.channel.as_str(), "--external-id", PAGE.external_id];
    world.command(&[&["account", "token"], &which[..]].concat(), "another-page-token")?;
    let heard = customer.receives(4).await?;
    let [first, second] = shop::GREETING;
    assert_eq!(heard, [first, second, shop::HOURS, shop::ORDER]);
    sends(&alex, true).await?;
    simulator.idle().await?;
    assert_eq!(customer.phone().await?.len(), 4, "nothing came twice");
    Ok(())
}

async fn a_token_given_at_the_desk_lets_what_waited_go(world: &mut World) -> Outcome {
    let (alex, simulator) = (world.agent(shop::ALEX).await?, world.simulator()?);
    let customer = world.customer(PAGE, 1)?;
    simulator.add_token(PAGE.token, PAGE, Some(PASSWORD_CHANGED)).await?;
    customer.says("hours").await?;
    let stopped = sends(&alex, false).await?;

    simulator.add_token("another-page-token", PAGE, None).await?;
    let path = format!("accounts/{}/token", stopped.id);
    alex.sends(Method::PUT, &path, &json!({ "token": "another-page-token" })).await?;
    assert_eq!(customer.receives(1).await?, [shop::HOURS]);
    sends(&alex, true).await?;
    Ok(())
}

async fn only_conversation(alex: &Agent) -> Outcome<String> {
    let found = wait::until("the conversation is at the desk", async || {
        let all = alex.conversations("").await?;
        all.into_iter().next().ok_or_else(|| "there is none".into())
    });
    Ok(found.await?.id)
}

/// The business wrote first, from the WhatsApp Business app on a phone: no window is open.
async fn a_template_goes_out_where_nothing_else_may(world: &mut World) -> Outcome {
    let (alex, simulator) = (world.agent(shop::ALEX).await?, world.simulator()?);
    let customer = world.customer(WHATSAPP, 1)?;
    customer.is_known().await?;
    let template = json!({
        "waba": shop::WABA, "name": "chair_is_back", "language": "en_US",
        "body": "Dear {{1}}, your chair is back.",
    });
    simulator.change(Method::POST, "templates", &template).await?;
    let account = alex.account(WHATSAPP.external_id).await?.id;
    let sync = format!("accounts/{account}/templates/sync");
    alex.sends(Method::POST, &sync, &json!({})).await?;

    world.meta()?.deliver(typed_on_a_phone(customer.id()).to_string().as_bytes()).await?;
    let id = only_conversation(&alex).await?;
    let path = format!("conversations/{id}/messages");
    let refused = alex.sends(Method::POST, &path, &json!({ "text": "Hello" })).await;
    let refused = refused.err().ok_or("a text was taken")?.to_string();
    assert!(refused.contains("window-closed") && refused.contains("template"), "{refused}");

    let filled = |body: serde_json::Value| json!({ "template": { "name": "chair_is_back", "language": "en_US", "body": body } });
    let refused = alex.sends(Method::POST, &path, &filled(json!([]))).await;
    let refused = refused.err().ok_or("an empty template was taken")?.to_string();
    assert!(refused.contains("{{1}}"), "it names the place: {refused}");
    let ann = filled(json!([{ "text": "Ann" }]));
    alex.sends(Method::POST, &path, &ann).await?;
    let read = "Dear Ann, your chair is back.";
    assert_eq!(customer.receives(1).await?, [read]);
    alex.sees(&id, "the transcript shows what the customer reads", |transcript| {
        transcript.iter().any(|message| message.text() == read && message.status != "pending")
    })
    .await?;
    Ok(())
}

/// The Page wrote first, from Meta's inbox: no window is open.
async fn a_utility_template_goes_out_where_nothing_else_may(world: &mut World) -> Outcome {
    let (alex, simulator) = (world.agent(shop::ALEX).await?, world.simulator()?);
    let customer = world.customer(PAGE, 1)?;
    customer.is_known().await?;
    let template = json!({
        "page": PAGE.external_id, "name": "order_ready", "language": "en",
        "components": [
            { "type": "BODY", "text": "Order {{1}} is ready." },
            { "type": "BUTTONS", "buttons": [{ "type": "POSTBACK", "text": "Opening hours" }] },
        ],
    });
    simulator.change(Method::POST, "templates", &template).await?;
    let account = alex.account(PAGE.external_id).await?.id;
    alex.sends(Method::POST, &format!("accounts/{account}/templates/sync"), &json!({})).await?;
    let typed = json!({ "customer": customer.id(), "text": "Hello from the Page", "app": "inbox" });
    let path = format!("accounts/{}/elsewhere", PAGE.external_id);
    simulator.change(Method::POST, &path, &typed).await?;

    let id = only_conversation(&alex).await?;
    let path = format!("conversations/{id}/messages");
    let refused = alex.sends(Method::POST, &path, &json!({ "text": "Hello" })).await;
    let refused = refused.err().ok_or("a text was taken")?.to_string();
    assert!(refused.contains("window-closed") && refused.contains("template"), "{refused}");
    let filled = json!({ "template": {
        "name": "order_ready", "language": "en", "body": [{ "text": "A-7" }],
        "buttons": [{ "index": 0, "fill": { "is": "payload", "payload": "hours" } }],
    }});
    alex.sends(Method::POST, &path, &filled).await?;
    let read = "Order A-7 is ready.";
    let said = customer.receives(2).await?;
    assert_eq!(said.last().map(String::as_str), Some(read));
    alex.sees(&id, "the transcript shows what the customer reads", |transcript| {
        transcript.iter().any(|message| message.text() == read && message.status != "pending")
    })
    .await?;
    Ok(())
}

/// What works is said to work; an address that the world cannot reach is not.
async fn the_doctor_is_asked_at_the_desk(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let account = alex.account(PAGE.external_id).await?.id;
    let asked = alex.sends(Method::POST, "doctor", &json!({ "account_id": account })).await?;
    let errand = asked.pointer("/errand_id").and_then(|id| id.as_str()).ok_or("no errand")?;
    let path = format!("errands/{errand}");
    let done = wait::until("the doctor is done", async || {
        let errand: serde_json::Value = alex.read(&path).await?;
        let is_done = errand.pointer("/state").is_some_and(|state| state == "done");
        if is_done { Ok(errand) } else { Err(errand.to_string().into()) }
    })
    .await?;
    let findings = done.pointer("/result/findings").and_then(|all| all.as_array());
    let findings = findings.ok_or("no findings")?;
    let says = |one: &serde_json::Value, key: &str, word: &str| {
        one.get(key).is_some_and(|value| value == word)
    };
    let is = |check: &str, verdict: &str| {
        let mut found = findings.iter().filter(|one| says(one, "check", check));
        assert!(found.any(|one| says(one, "verdict", verdict)), "{check}: {findings:#?}");
    };
    let well = ["store", "queue", "reach", "clock", "sending", "app_secret", "token"];
    let answers = ["callback_challenge", "callback_webhook", "subscription"];
    well.iter().chain(&answers).for_each(|check| is(check, "ok"));
    is("public_url", "failed");
    Ok(())
}

fn typed_on_a_phone(customer: &str) -> serde_json::Value {
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": shop::WABA, "changes": [{ "field": "smb_message_echoes", "value": {
            "messaging_product": "whatsapp",
            "metadata": {
                "display_phone_number": "15550100001",
                "phone_number_id": WHATSAPP.external_id,
            },
            "message_echoes": [{
                "from": "15550100001", "to": customer, "id": "wamid.phone",
                "timestamp": "1790000000", "type": "text", "text": { "body": "Are you there?" },
            }],
        } }] }],
    })
}

/// Waits until the desk shows that the Page sends, or that it does not.
async fn sends(alex: &Agent, sending: bool) -> Outcome<switchboard_tests::desk::Account> {
    wait::until(&format!("the desk shows the Page with sending {sending}"), async || {
        let page = alex.account(PAGE.external_id).await?;
        if page.health.sending == sending {
            Ok(page)
        } else {
            Err(format!("it is {page:?}").into())
        }
    })
    .await
}

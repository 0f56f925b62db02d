//! Accounts are connected, disconnected and connected again: by the command line and through the API,
//! until a customer's hello is answered.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World, both_modes,
    shop::{self, Account, PAGE},
    wait,
};

both_modes!(an_account_is_connected_by_command, an_account_is_connected_at_the_desk);

/// Disconnects through the command line what the sample has connected by hand.
async fn disconnects(world: &World, account: Account) -> Outcome<Value> {
    let which = ["--channel", account.channel.as_str(), "--external-id", account.external_id];
    let told = world.command(&[&["account", "disconnect", "--json"], &which[..]].concat(), "")?;
    Ok(serde_json::from_str(told.trim())?)
}

fn verdicts(told: &Value) -> Vec<(&str, &str)> {
    let findings = told.get("findings").and_then(Value::as_array).map(Vec::as_slice);
    findings
        .unwrap_or_default()
        .iter()
        .filter_map(|one| Some((one.get("check")?.as_str()?, one.get("verdict")?.as_str()?)))
        .collect()
}

async fn an_account_is_connected_by_command(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    for (account, before) in shop::ACCOUNTS.into_iter().zip(["order", "Order", "ORDER"]) {
        let customer = world.customer(account, 1)?;
        customer.says(before).await?;
        let id = alex.conversation_with(before).await?.id;
        customer.receives(1).await?;
        disconnects(world, account).await?;
        let known = alex.account(account.external_id).await?;
        assert!(!known.health.sending, "{known:?}");

        let channel = ["--channel", account.channel.as_str(), "--asset", account.external_id];
        let business = ["--business-id", shop::WABA, "--bot", shop::BOT, "--json"];
        let told = world.command(
            &[&["account", "connect"], &channel[..], &business[..]].concat(),
            account.token,
        )?;
        let told: Value = serde_json::from_str(told.trim())?;
        assert_eq!(told.get("account_id"), Some(&json!(known.id)), "it is the same: {told}");
        assert!(!verdicts(&told).iter().any(|(_, verdict)| *verdict == "failed"), "{told}");
        wait::until("it sends again", async || {
            match alex.account(account.external_id).await?.health.sending {
                true => Ok(()),
                false => Err("it does not".into()),
            }
        })
        .await?;
        customer.says("hours").await?;
        assert_eq!(customer.receives(2).await?, [shop::ORDER, shop::HOURS]);
        alex.sees(&id, "the history stays", |transcript| {
            transcript.iter().any(|message| message.text() == "hours")
        })
        .await?;
    }
    Ok(())
}

async fn an_account_is_connected_at_the_desk(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let customer = world.customer(PAGE, 1)?;
    customer.says("hello").await?;
    customer.receives(2).await?;
    let known = alex.account(PAGE.external_id).await?;
    let path = format!("accounts/{}", known.id);
    let told = alex.sends(Method::DELETE, &path, &json!({})).await?;
    assert!(verdicts(&told).iter().all(|(_, verdict)| *verdict != "failed"), "{told}");

    // What still comes belongs nowhere, and is not lost.
    let from_then = json!({
        "object": "page",
        "entry": [{ "id": PAGE.external_id, "time": 1_790_000_000_000_i64, "messaging": [{
            "sender": { "id": customer.id() }, "recipient": { "id": PAGE.external_id },
            "timestamp": 1_790_000_000_000_i64, "message": { "mid": "m_late", "text": "late" },
        }] }],
    });
    world.meta()?.deliver(from_then.to_string().as_bytes()).await?;
    wait::until("it is kept with what belongs nowhere", async || {
        let all = alex.unrouted().await?;
        match all.iter().any(|event| event.raw.contains("m_late")) {
            true => Ok(()),
            false => Err(format!("{all:?}").into()),
        }
    })
    .await?;

    let apps: Value = alex.read("meta-apps").await?;
    let app = apps.pointer("/0/id").cloned().unwrap_or_default();
    let wrong = json!({ "app_id": app, "channel": "messenger", "token": "nonsense" });
    let told = alex.sends(Method::POST, "accounts", &wrong).await?;
    assert_eq!(told.get("account_id"), Some(&Value::Null), "{told}");
    assert_eq!(verdicts(&told).last().map(|(_, verdict)| *verdict), Some("failed"), "{told}");

    let right = json!({
        "app_id": app, "channel": "messenger", "token": PAGE.token, "asset": PAGE.external_id,
        "messenger_profile": { "greeting": [{ "locale": "default", "text": "Welcome!" }] },
    });
    let told = alex.sends(Method::POST, "accounts", &right).await?;
    assert_eq!(told.get("account_id"), Some(&json!(known.id)), "{told}");
    assert!(!told.to_string().contains(PAGE.token), "no token is shown");
    customer.says("order").await?;
    assert_eq!(customer.receives(3).await?.last().map(String::as_str), Some(shop::ORDER));

    let test = json!({ "to": customer.id() });
    let told = alex.sends(Method::POST, &format!("{path}/test"), &test).await?;
    assert_eq!(verdicts(&told), [("test_message", "ok")], "{told}");
    customer.receives(4).await?;

    let simulator = world.simulator()?;
    let node = format!("nodes/{}", PAGE.external_id);
    let shown: Value = simulator.get(&node).await?;
    assert!(shown.pointer("/messenger_profile/greeting").is_some(), "customers see it: {shown}");
    let told = disconnects(world, PAGE).await?;
    assert!(verdicts(&told).contains(&("messenger_profile", "ok")), "{told}");
    let shown: Value = simulator.get(&node).await?;
    assert_eq!(shown.get("messenger_profile"), Some(&json!({})), "{shown}");
    Ok(())
}

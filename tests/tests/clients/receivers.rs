//! Our webhooks for integrators, taken by the public libraries for Standard Webhooks: they believe
//! what we sign and nothing else.

use std::process::Stdio;

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World, ports,
    shop::{self, PAGE},
    wait,
};
use tokio::process::Command;

use crate::tools::{self, Kind};

/// A delivery is signed so that the library takes it; another signature it refuses.
async fn takes(world: &World, kind: Kind, driver: &str) -> Outcome {
    let installed = tokio::task::spawn_blocking(move || tools::install(kind)).await??;
    let Some(installed) = installed else { return Ok(()) };
    let alex = world.agent(shop::ALEX).await?;
    let port = ports::free(1)?;
    let url = format!("http://127.0.0.1:{port}/hook");
    let body = json!({"url": url, "events": ["conversation.created", "message.received"]});
    let made = alex.sends(Method::POST, "webhook-endpoints", &body).await?;
    let secret = made.get("secret").and_then(Value::as_str).ok_or("no secret was told")?;
    let folder = tempfile::tempdir()?;
    let _receiver = Command::from(installed.command(driver, folder.path())?)
        .env("HOOK_PORT", port.to_string())
        .env("SECRET", secret)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let seen = format!("http://127.0.0.1:{port}/seen");
    let told = async || Ok(reqwest::get(&seen).await?.json::<Vec<String>>().await?);
    wait::until("the receiver is there", &told).await?;

    world.customer(PAGE, 1)?.says("Do you take this?").await?;
    wait::until("the library believes both events", async || {
        let mut types = told().await?;
        types.sort_unstable();
        if types == ["conversation.created", "message.received"] {
            return Ok(());
        }
        Err(format!("it has {types:?}").into())
    })
    .await?;

    let forged = Client::new()
        .post(&url)
        .header("webhook-id", "evt_forged")
        .header("webhook-timestamp", seconds().to_string())
        .header("webhook-signature", "v1,bm90IG91ciBzaWduYXR1cmUsIG5vdCBvdXJzIGF0IGFsbA==")
        .body(r#"{"type":"message.received"}"#);
    assert_eq!(forged.send().await?.status(), StatusCode::BAD_REQUEST);
    assert_eq!(told().await?.len(), 2);
    Ok(())
}

fn seconds() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map(|since| since.as_secs()).unwrap_or_default()
}

macro_rules! receivers {
    ($($name:ident: $kind:expr, $driver:literal;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() -> Outcome {
            let world = World::embedded(env!("CARGO_BIN_EXE_switchboard-under-test")).await?;
            let outcome = takes(&world, $kind, $driver).await;
            world.conclude(outcome)
        }
    )+};
}

receivers! {
    webhooks_are_taken_on_node: Kind::Node, "standardwebhooks_receiver.mjs";
    webhooks_are_taken_in_python: Kind::Python, "standardwebhooks_receiver.py";
}

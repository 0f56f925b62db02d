//! Connecting an account at a terminal: what is asked, what is not shown, what is asked again.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{Outcome, World, in_mode, shop};

in_mode!(embedded: an_account_is_connected_by_answering_questions);

/// A second Meta app with two Pages, of which the person's token reaches both.
async fn second_app(world: &World) -> Outcome {
    let simulator = world.simulator()?;
    let app = json!({ "id": "1002", "secret": APP_SECRET, "verify_token": "unused" });
    simulator.change(Method::POST, "apps", &app).await?;
    for (id, name) in [("2101", "Tea shop"), ("2102", "Book shop")] {
        let page = json!({ "id": id, "name": name, "app_id": "1002", "access_token": format!("page-{id}") });
        simulator.change(Method::POST, "pages", &page).await?;
    }
    let token = json!({ "token": TOKEN, "app_id": "1002", "kind": "USER", "subject": "9",
        "assets": ["2101", "2102"] });
    simulator.change(Method::POST, "tokens", &token).await?;
    Ok(())
}

const APP_SECRET: &str = "never-on-the-screen-1";
const TOKEN: &str = "never-on-the-screen-2";

async fn an_account_is_connected_by_answering_questions(world: &mut World) -> Outcome {
    second_app(world).await?;
    let bot = ["--bot", shop::BOT, "--app-id", "1002"];
    let mut terminal = world.at_terminal(&[&["account", "connect"], &bot[..]].concat())?;
    terminal.shows("Which channel: messenger, instagram or whatsapp? ")?;
    terminal.types("telegram")?;
    terminal.shows("\"telegram\" is no channel")?;
    terminal.shows("please answer again")?;
    terminal.shows("Which channel: messenger, instagram or whatsapp? ")?;
    terminal.types("Messenger")?;
    terminal.shows("App secret (App Dashboard, Settings, Basic): ")?;
    terminal.types_unseen("").await?;
    terminal.shows("nothing was entered: please answer again")?;
    terminal.shows("App secret (App Dashboard, Settings, Basic): ")?;
    terminal.types_unseen(APP_SECRET).await?;
    terminal.shows("Access token (user, system user or Page): ")?;
    terminal.types_unseen(TOKEN).await?;
    terminal.shows("1  Tea shop (2101)")?;
    terminal.shows("2  Book shop (2102)")?;
    terminal.shows("Which of these (number or id)? ")?;
    terminal.types("3")?;
    terminal.shows("\"3\" is none of these: please answer again")?;
    terminal.shows("Which of these (number or id)? ")?;
    terminal.types("2")?;
    let shown = terminal.ends()?;
    let last = shown.trim_end().lines().last().unwrap_or_default();
    assert!(last.starts_with("account "), "it is connected: {shown}");
    assert!(shown.contains("telegram\r\n"), "what is no secret is shown: {shown}");
    assert!(!shown.contains("never-on-the-screen"), "secrets are not: {shown}");

    let all: Value = world.agent(shop::ALEX).await?.read("accounts").await?;
    let ids: Vec<&str> = all
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|account| account.get("external_id")?.as_str())
        .collect();
    assert!(ids.contains(&"2102") && !ids.contains(&"2101"), "{all}");
    Ok(())
}

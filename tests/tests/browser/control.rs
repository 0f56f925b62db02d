//! Another app of the account takes a conversation, and Ann takes it back.

use reqwest::Method;
use serde_json::json;
use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::{self, PAGE},
};
use thirtyfour::Key;

use crate::ann_logs_in;

const PSID: &str = "9000000000000889";

const CANNOT_WRITE: &str = "return document.getElementById('text').disabled;";
const CAN_WRITE: &str = "return !document.getElementById('text').disabled;";

pub(crate) async fn another_apps_control_is_seen_and_taken_back(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let simulator = world.simulator()?;
    let routing = json!({ "default_app": shop::META_APP_ID, "may_take": [shop::META_APP_ID] });
    let account = format!("accounts/{}", PAGE.external_id);
    simulator.change(Method::PUT, &format!("{account}/routing"), &routing).await?;
    let customer = simulator.customer(PAGE, PSID);
    customer.says("/live_agent").await?;
    customer.receives(1).await?;
    let desk = browsers.open(world.desk_page()).await?;
    ann_logs_in(&desk).await?;
    desk.clicks(".row", "One moment").await?;
    desk.until("Ann may write", CAN_WRITE, &[]).await?;

    let inbox = json!({ "customer": PSID, "app": "inbox" });
    simulator.change(Method::POST, &format!("{account}/control"), &inbox).await?;
    desk.sees("#thread-bar", "Page inbox has control").await?;
    desk.until("Ann may not write", CANNOT_WRITE, &[]).await?;
    desk.sees(".row-who", "With Page inbox").await?;
    desk.sees("#composer-note", "Page inbox has control").await?;
    customer.says("Hello, inbox").await?;
    desk.sees(".message .mark", "another app has control").await?;
    for scheme in ["light", "dark"] {
        desk.becomes_a_phone(scheme).await?;
        desk.has_in_reach(&["#thread-bar .primary", "#scroll", "#back"]).await?;
        desk.poses(&format!("small-control-{scheme}")).await?;
    }

    desk.clicks("#thread-bar button", "Take control").await?;
    desk.sees(".message.line", "We took control").await?;
    desk.counts("#thread-bar", 0).await?;
    desk.until("Ann may write again", CAN_WRITE, &[]).await?;
    desk.writes("#text", "I am back.").await?;
    desk.clicks("#send", "").await?;
    let said = customer.receives(2).await?;
    assert_eq!(said.last().map(String::as_str), Some("I am back."));
    control_is_given_by_keyboard(&desk).await?;
    desk.closes().await
}

/// Nothing is given away while one looks at whom it could be given to.
async fn control_is_given_by_keyboard(desk: &Page) -> Outcome {
    desk.clicks("#contact-toggle", "").await?;
    desk.tabs_to("#contact button", "Pass to").await?;
    desk.presses(Key::Down).await?;
    desk.is_focused("#contact [role=menuitem]").await?;
    desk.presses(Key::Down).await?;
    desk.presses(Key::Escape).await?;
    desk.is_focused("#contact button[aria-haspopup=menu]").await?;
    desk.presses(Key::Enter).await?;
    desk.clicks("#contact [role=menuitem]", "Page inbox").await?;
    desk.presses(Key::Escape).await?;
    desk.sees("#thread-bar", "Page inbox has control").await.map(drop)
}

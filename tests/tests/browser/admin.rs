//! What administrators do: look at accounts, replace a token, read templates, and use one.

use reqwest::Method;
use serde_json::json;
use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::{self, WABA, WHATSAPP},
};

use crate::logs_in;

const WA_ID: &str = "15550108889";

pub(crate) async fn an_administrator_sets_up_and_uses_a_template(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let template = json!({
        "waba": WABA, "name": "order_ready", "language": "en_US",
        "body": "Hello {{1}}, your order {{2}} is ready.",
    });
    let simulator = world.simulator()?;
    simulator.change(Method::POST, "templates", &template).await?;
    let customer = simulator.customer(WHATSAPP, WA_ID);
    customer.says("/live_agent").await?;
    customer.receives(1).await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;
    desk.clicks("#admin-link", "").await?;
    desk.sees(".admin-table", "Sends").await?;
    desk.poses("admin-accounts").await?;
    a_token_is_replaced_and_templates_are_read(&desk).await?;
    for page in ["Data deletions", "Doctor"] {
        desk.clicks("#admin-nav a", page).await?;
        desk.sees(".admin-section h3", page).await?;
    }
    desk.clicks("#admin-nav a", "Accounts").await?;
    desk.clicks(".admin-table a", shop::PAGE.name).await?;
    desk.sees(".admin-section h3", "Account linking").await?;
    desk.poses("admin-page").await?;
    desk.becomes_a_phone("dark").await?;
    desk.has_in_reach(&["#logout", "#presence", "#admin-nav", "#admin .admin-head .bar-link"])
        .await?;
    desk.poses("small-admin-page").await?;
    desk.clicks("#admin .admin-head .bar-link", "").await?;

    desk.clicks("#tab-all", "").await?;
    desk.clicks(".row", "One moment").await?;
    desk.clicks("#more", "").await?;
    desk.clicks("#more-menu button", "Template").await?;
    desk.clicks("dialog .row", "order_ready").await?;
    desk.writes("dialog .field:nth-of-type(1) input", "Ada").await?;
    desk.writes("dialog .field:nth-of-type(2) input", "A-12345").await?;
    desk.sees("dialog .preview", "Hello Ada, your order A-12345 is ready.").await?;
    desk.has_in_reach(&["dialog .preview", "dialog button.primary"]).await?;
    desk.poses("small-template").await?;
    desk.clicks("dialog button.primary", "Send").await?;
    let said = customer.receives(2).await?;
    assert_eq!(said.last().map(String::as_str), Some("Hello Ada, your order A-12345 is ready."));
    desk.sees(".message.agent", "Hello Ada, your order A-12345 is ready.").await?;
    desk.closes().await
}

async fn a_token_is_replaced_and_templates_are_read(desk: &Page) -> Outcome {
    desk.clicks(".admin-table a", WHATSAPP.name).await?;
    desk.writes("input[type=password]", WHATSAPP.token).await?;
    desk.clicks(".admin-section button", "Replace the token").await?;
    desk.sees(".outcome", "Replaced").await?;
    desk.clicks(".admin-section button", "Read them from Meta now").await?;
    desk.sees(".admin-table", "order_ready").await?;
    desk.poses("admin-number").await
}

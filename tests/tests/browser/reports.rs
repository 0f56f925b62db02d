//! What is promised is seen while it runs, and a supervisor reads what came of the day.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World,
    browser::Browsers,
    shop::{self, PAGE},
};

use crate::{logs_in, says};

const PSID: &str = "9000000000000991";

pub(crate) async fn a_supervisor_sees_what_is_late_and_reads_reports(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let teams: Vec<Value> = alex.read("teams").await?;
    let team = teams.first().and_then(|team| team["id"].as_str()).ok_or("no team")?;
    let promise = json!({"around_the_clock": true, "targets": {"normal": {"first_response": 90}}});
    alex.write(Method::PUT, &format!("teams/{team}/sla"), &promise).await?;

    let browsers = Browsers::start().await?;
    let phone = browsers.open(&world.phone_page(PAGE, PSID)).await?;
    says(&phone, "/live_agent").await?;
    phone.sees(".message.business", shop::ONE_MOMENT).await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;
    desk.clicks("#tab-all", "").await?;
    desk.sees(".row .chip.due", "1 h").await?;
    desk.clicks(".row", "One moment").await?;
    desk.sees("#thread-due .chip.due", "left").await?;
    desk.poses("desk-due").await?;
    let look = "const views = document.querySelector('#views');
        views.value = 'sla-breached';
        views.dispatchEvent(new Event('change'));";
    desk.asks::<()>(look, &[]).await?;
    desk.sees("#list-empty", "No conversation fits").await?;
    desk.asks::<()>(&look.replace("sla-breached", "sla-due"), &[]).await?;
    desk.sees(".row .chip.due", "left").await?;

    desk.clicks("#admin-link", "").await?;
    desk.clicks("#admin-nav a", "Reports").await?;
    desk.sees(".admin-table", "Conversations begun for the first time").await?;
    desk.sees(".admin-table", "The customer asked for a person").await?;
    desk.counts(".chart", 2).await?;
    desk.clicks("summary", "The numbers as a table").await?;
    desk.sees("details[open] .admin-table", "Handed to people").await?;
    desk.poses("admin-reports").await?;
    let href =
        "return document.querySelector('a[href*=\"reports/overview\"]').getAttribute('href');";
    let csv: String = desk.asks(href, &[]).await?;
    let (kind, bytes) = alex.reads_bytes(csv.trim_start_matches("/api/v1/")).await?;
    assert!(kind.starts_with("text/csv"), "{kind}");
    assert!(String::from_utf8(bytes)?.starts_with("key,name,"));
    desk.becomes_a_phone("dark").await?;
    desk.asks::<()>("document.querySelector('#admin').scrollTop = 0;", &[]).await?;
    desk.has_in_reach(&["#logout", "#admin-nav"]).await?;
    desk.poses("small-admin-reports").await?;
    phone.closes().await?;
    desk.closes().await
}

//! A crash while the desk's page is open.

use switchboard_tests::{
    Outcome, World,
    browser::Browsers,
    shop::{self, PAGE},
    wait,
};

use crate::{MAYA, ann_logs_in, says};

/// Writes down what the banner says from now on: however short it says it.
const WATCH_THE_BANNER: &str = "
    const banner = document.getElementById('banner');
    const said = (window.bannerSaid = []);
    new MutationObserver(() => said.push(banner.textContent))
        .observe(banner, { childList: true, characterData: true, subtree: true });";

const BANNER_SAID: &str = "
    return window.bannerSaid.some((words) => words.includes(arguments[0]));";

const NO_BANNER: &str = "
    return !document.getElementById('banner').checkVisibility();";

/// What a browser says of a server that is away.
const AWAY: [&str; 5] = [
    "ERR_CONNECTION_REFUSED",
    "ERR_CONNECTION_RESET",
    "ERR_EMPTY_RESPONSE",
    "ERR_SOCKET_NOT_CONNECTED",
    "WebSocket connection",
];

pub(crate) async fn the_desk_recovers_from_a_crash_by_itself(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let phone = browsers.open(&world.phone_page(PAGE, MAYA)).await?;
    says(&phone, "/live_agent").await?;
    phone.sees(".message.business", shop::ONE_MOMENT).await?;
    let desk = browsers.open(world.desk_page()).await?;
    ann_logs_in(&desk).await?;
    desk.clicks(".row", "Maya Torres").await?;
    desk.sees(".message.customer", "/live_agent").await?;
    desk.until("the page is connected", NO_BANNER, &[]).await?;
    for page in [&phone, &desk] {
        page.is_content().await?;
    }

    desk.asks::<()>(WATCH_THE_BANNER, &[]).await?;
    world.crash(0).await?;
    desk.until("the banner tells of the loss", BANNER_SAID, &["Not connected"]).await?;
    desk.poses("desk-lost").await?;
    // The phone's page may not have noticed yet that the simulator is back.
    wait::until("the customer writes after the crash", async || {
        phone.writes("#text", "Are you still there?").await?;
        phone.clicks("#send", "").await?;
        phone.sees(".message.customer", "Are you still there?").await.map(drop)
    })
    .await?;
    desk.sees(".message.customer", "Are you still there?").await?;
    desk.until("the banner is gone", NO_BANNER, &[]).await?;
    desk.writes("#text", "I am.").await?;
    desk.clicks("#send", "").await?;
    phone.sees(".message.business", "I am.").await?;
    for page in [phone, desk] {
        let complaints = page.complaints().await?;
        let other: Vec<_> = complaints
            .iter()
            .filter(|words| !AWAY.iter().any(|away| words.contains(away)))
            .collect();
        assert!(other.is_empty(), "{other:#?}");
    }
    Ok(())
}

//! Both pages on a phone of 375 pixels, in light and dark.

use switchboard_tests::{
    Outcome, World,
    browser::Browsers,
    shop::{self, PAGE},
};
use thirtyfour::Key;

use crate::{MAYA, ann_logs_in, says};

/// The schemes and what the background is then, by its red: bright or not.
const IS_DARK: &str = "
    const [red] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g);
    return Number(red) < 128;";

pub(crate) async fn phones_show_all_in_light_and_dark(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let phone = browsers.open(&world.phone_page(PAGE, MAYA)).await?;
    let desk = browsers.open(world.desk_page()).await?;
    desk.becomes_a_phone("light").await?;
    desk.has_in_reach(&["#email", "#password", "#login-submit"]).await?;
    desk.poses("small-login").await?;
    ann_logs_in(&desk).await?;
    says(&phone, "hello").await?;
    says(&phone, "/live_agent").await?;
    says(&phone, "Many words that need many lines, ".repeat(5).trim()).await?;
    says(&phone, &"Donaudampfschiff".repeat(20)).await?;
    phone.sees(".message.business", shop::ONE_MOMENT).await?;
    for scheme in ["light", "dark"] {
        for page in [&phone, &desk] {
            page.becomes_a_phone(scheme).await?;
            assert_eq!(page.asks::<bool>(IS_DARK, &[]).await?, scheme == "dark");
        }
        phone.has_in_reach(&["#account", "#customer", "#thread", "#text", "#send"]).await?;
        phone.poses(&format!("small-phone-{scheme}")).await?;
        let tabs = ["#tab-mine", "#tab-waiting", "#tab-bot", "#tab-all"];
        desk.sees(".row", "Maya Torres").await?;
        desk.has_in_reach(&tabs).await?;
        desk.has_in_reach(&[".row", "#presence", "#logout"]).await?;
        desk.poses(&format!("small-list-{scheme}")).await?;
        desk.clicks(".row", "Maya Torres").await?;
        desk.sees(".message", "Donaudampfschiff").await?;
        desk.has_in_reach(&["#back", "#scroll", "#actions .primary", "#text", "#send"]).await?;
        desk.poses(&format!("small-thread-{scheme}")).await?;
        desk.clicks("#more", "").await?;
        desk.has_in_reach(&["#more-menu button:first-child", "#more-menu button:last-child"])
            .await?;
        desk.presses(Key::Escape).await?;
        desk.clicks("#back", "").await?;
        desk.counts("#thread", 0).await?;
    }
    phone.closes().await?;
    desk.closes().await
}

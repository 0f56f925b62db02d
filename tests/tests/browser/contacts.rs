//! Contacts: found by keyboard, and named.

use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::{self, PAGE},
};
use thirtyfour::Key;

use crate::{logs_in, says};

const PSID: &str = "9000000000000882";

pub(crate) async fn an_agent_names_a_contact_and_finds_it(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let page = browsers.open(&world.phone_page(PAGE, PSID)).await?;
    says(&page, "/live_agent").await?;
    page.sees(".message.business", shop::ONE_MOMENT).await?;
    says(&page, "It is me, on the Page").await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;
    a_contact_gets_a_name(&desk).await?;
    it_is_found_by_keyboard(&desk).await?;
    page.closes().await?;
    desk.closes().await
}

async fn a_contact_gets_a_name(desk: &Page) -> Outcome {
    desk.clicks("#tab-all", "").await?;
    desk.clicks(".row", "on the Page").await?;
    desk.clicks("#contact-toggle", "").await?;
    desk.clicks("#contact a", "The contact's page").await?;
    desk.clicks("#contacts button", "Change the name").await?;
    desk.types("Mrs. Berry").await?;
    desk.presses(Key::Enter).await?;
    desk.sees("#contacts h3", "Mrs. Berry").await.map(drop)
}

async fn it_is_found_by_keyboard(desk: &Page) -> Outcome {
    desk.clicks("#contacts .admin-head .bar-link", "").await?;
    desk.tabs_to("#contacts-link", "").await?;
    desk.presses(Key::Enter).await?;
    desk.is_focused("#contacts-search").await?;
    desk.sees(".admin-table", "Mrs. Berry").await.map(drop)
}

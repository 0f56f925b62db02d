//! An administrator connects a Page at the desk: what is wrong is said, then it works.

use switchboard_tests::{
    Outcome, World,
    browser::Browsers,
    shop::{self, PAGE},
};

use crate::logs_in;

pub(crate) async fn an_administrator_connects_a_page(world: &mut World) -> Outcome {
    let page = ["--channel", "messenger", "--external-id", PAGE.external_id];
    world.command(&[&["account", "disconnect"], &page[..]].concat(), "")?;
    let customer = world.simulator()?.customer(PAGE, "9000000000000884");

    let browsers = Browsers::start().await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;
    desk.clicks("#admin-link", "").await?;
    desk.sees(".admin-table", "Disconnected").await?;
    desk.clicks(".admin-section a", "Connect an account").await?;
    desk.sees(".admin-section h3", "Connect an account").await?;
    desk.writes("input[type=password][spellcheck]", "nonsense").await?;
    desk.clicks(".admin-section button.primary", "Connect").await?;
    desk.sees(".findings .failed", "What to do").await?;
    desk.poses("admin-connect-failed").await?;

    desk.go(&format!("{}#admin/accounts", world.desk_page())).await?;
    desk.go(&format!("{}#admin/connect", world.desk_page())).await?;
    desk.sees(".admin-section h3", "Connect an account").await?;
    desk.writes("input[type=password][spellcheck]", PAGE.token).await?;
    desk.clicks(".admin-section button.primary", "Connect").await?;
    desk.sees(".outcome", "Connected.").await?;
    desk.sees(".findings .ok", "webhooks").await?;
    desk.poses("admin-connected").await?;
    customer.says("hours").await?;
    customer.receives(1).await?;
    desk.closes().await
}

//! A colleague comes, changes their password, and leaves.

use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::{self, Person},
};

use crate::logs_in;

const CLEO: Person = Person { email: "cleo@shop.example", name: "Cleo", role: "agent" };

const NEW: &str = "staple of the stables";

pub(crate) async fn an_administrator_lets_somebody_in_and_locks_them_out(
    world: &mut World,
) -> Outcome {
    let browsers = Browsers::start().await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;
    desk.clicks("#admin-link", "").await?;
    desk.clicks("#admin-nav a", "People").await?;
    desk.sees(".admin-table", "Alex (you)").await?;
    desk.clicks(".admin-section button", "Add a person").await?;
    desk.writes("[data-field=name]", CLEO.name).await?;
    desk.writes("[data-field=email]", shop::ANN.email).await?;
    desk.writes("[data-field=password]", shop::PASSWORD).await?;
    desk.poses("admin-new-person").await?;
    desk.clicks("dialog button.primary", "Save").await?;
    desk.sees("dialog .outcome", "exists already").await?;
    desk.forgives("409").await?;
    crate::rewrites(&desk, "[data-field=email]", CLEO.email).await?;
    desk.clicks("dialog button.primary", "Save").await?;
    desk.sees(".admin-table", CLEO.email).await?;
    desk.poses("admin-people").await?;

    let theirs = browsers.open(world.desk_page()).await?;
    logs_in(&theirs, CLEO).await?;
    changes_the_password(&theirs).await?;
    desk.asks::<()>("window.confirm = () => true;", &[]).await?;
    desk.clicks("[aria-label='Lock Cleo out']", "").await?;
    desk.sees(".admin-table", "Locked out").await?;
    theirs.sees("#login-error", "ended").await?;
    theirs.forgives("401").await?;
    // The address is still in its field.
    theirs.writes("#password", NEW).await?;
    theirs.clicks("#login-submit", "").await?;
    theirs.sees("#login-error", "not right").await?;
    theirs.forgives("401").await?;
    desk.clicks("[aria-label='Let Cleo in']", "").await?;
    desk.counts("[aria-label='Let Cleo in']", 0).await?;
    theirs.clicks("#login-submit", "").await?;
    theirs.sees("#me", CLEO.name).await?;
    theirs.closes().await?;
    desk.closes().await
}

async fn changes_the_password(page: &Page) -> Outcome {
    page.clicks("#me", "").await?;
    page.writes("[data-field=current]", "something else").await?;
    page.writes("[data-field=password]", NEW).await?;
    page.clicks("dialog button.primary", "Change").await?;
    page.sees("#field-error", "until now").await?;
    page.forgives("422").await?;
    page.poses("own-password").await?;
    crate::rewrites(page, "[data-field=current]", shop::PASSWORD).await?;
    page.clicks("dialog button.primary", "Change").await?;
    // The dialog stays open: whoever is logged out then can still log in.
    page.sees("dialog .outcome", "Your password is changed").await.map(drop)
}

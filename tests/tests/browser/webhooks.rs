//! The life of a webhook endpoint: added, tried, told, paused, told what it missed, and removed.

use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    receiver::Receiver,
    shop::{self, PAGE},
    simulator::Customer,
    wait,
};
use thirtyfour::Key;

use crate::logs_in;

/// So many deliveries are shown at once.
const A_PAGE: usize = 100;

const PSID: &str = "9000000000000887";

pub(crate) async fn an_administrator_manages_a_webhook_endpoint(world: &mut World) -> Outcome {
    let receiver = Receiver::start()?;
    let browsers = Browsers::start().await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;
    desk.clicks("#admin-link", "").await?;
    desk.clicks("#admin-nav a", "Webhooks").await?;
    desk.sees("#admin-place", "There are none.").await?;
    is_added(&desk, &receiver).await?;

    desk.clicks("#admin-place button", "Send a test event").await?;
    desk.sees(".outcome", "It arrived. It answered 204 after").await?;
    is_told(&receiver, 1).await?;
    let customer = world.simulator()?.customer(PAGE, PSID);
    customer.says_surely("hours").await?;
    is_told(&receiver, 2).await?;
    desk.clicks("#admin-nav a", "Webhooks").await?;
    desk.clicks(".admin-table a", "/takes").await?;
    desk.sees(".facts .chip", "Takes what it is told").await?;
    desk.sees(".admin-table .chip", "Taken").await?;
    desk.poses("admin-webhook").await?;
    desk.clicks(".admin-table button", "Tell again").await?;
    is_told(&receiver, 3).await?;

    desk.clicks("#admin-place button", "Pause").await?;
    desk.sees(".facts .chip", "Off").await?;
    customer.says_surely("order").await?;
    desk.clicks("#admin-place button", "Resume").await?;
    desk.sees("#admin-place button", "Pause").await?;
    misses_nothing(&desk, &receiver).await?;
    all_that_was_told_can_be_found(&desk, &receiver, &customer).await?;

    desk.asks::<()>("window.confirm = () => true;", &[]).await?;
    desk.clicks("#admin-place button", "Make a new secret").await?;
    desk.sees(".secret", "whsec_").await?;
    desk.sees("#admin-place", "The secret before signs, too").await?;
    desk.becomes_a_phone("dark").await?;
    desk.has_in_reach(&["#logout", "#admin-nav", ".once button"]).await?;
    desk.poses("small-webhook").await?;
    desk.clicks("#admin-place button.danger", "Remove").await?;
    desk.sees("#admin-place", "There are none.").await?;
    desk.closes().await
}

/// By keyboard alone, with an address on the way that cannot be one.
async fn is_added(desk: &Page, receiver: &Receiver) -> Outcome {
    desk.tabs_to("#admin-place a", "Add an endpoint").await?;
    desk.presses(Key::Enter).await?;
    desk.sees(".admin-section h3", "Add an endpoint").await?;
    desk.tabs_to("[data-field=url]", "").await?;
    assert!(desk.focused_label().await?.starts_with("Address"));
    desk.types("http://shop.internal/").await?;
    desk.presses(Key::Enter).await?;
    desk.sees("#field-error", "desk.webhook_trusted_hosts").await?;
    desk.is_focused("[data-field=url][aria-invalid='true']").await?;
    desk.forgives("status of 422").await?;
    desk.asks::<()>("document.activeElement.select();", &[]).await?;
    desk.types(&receiver.url("takes")).await?;
    desk.presses(Key::Enter).await?;
    desk.sees(".secret", "whsec_").await?;
    desk.is_focused(".once button").await?;
    desk.poses("admin-webhook-secret").await?;
    desk.asks::<()>("location.reload();", &[]).await?;
    desk.sees(".facts .chip", "Nothing was told yet").await?;
    desk.counts(".secret", 0).await
}

/// What happened while it was paused is told when it is asked for.
async fn misses_nothing(desk: &Page, receiver: &Receiver) -> Outcome {
    desk.clicks("#admin-place button", "Tell again what it missed").await?;
    desk.sees(".outcome", "told again").await?;
    wait::until("what was written while it was paused is told", async || {
        let told = receiver.taken().into_iter().any(|one| one.event.to_string().contains("order"));
        if told { Ok(()) } else { Err("not yet".into()) }
    })
    .await
}

/// What it was told, by what became of it, and back to the first.
async fn all_that_was_told_can_be_found(
    desk: &Page,
    receiver: &Receiver,
    customer: &Customer,
) -> Outcome {
    let told = receiver.taken().len();
    for number in 0..=A_PAGE {
        customer.says(&format!("Number {number}")).await?;
    }
    is_told(receiver, told + A_PAGE).await?;
    desk.clicks("#admin-nav a", "Webhooks").await?;
    desk.clicks(".admin-table a", "/takes").await?;
    desk.counts(".admin-table tbody tr", A_PAGE).await?;
    desk.clicks("#admin-place button", "Show older ones").await?;
    let more = "return document.querySelectorAll('.admin-table tbody tr').length > +arguments[0];";
    desk.until("older ones follow", more, &[&A_PAGE.to_string()]).await?;
    let shows = "const one = document.querySelector('#admin-place .report-form select');
        one.value = arguments[0];
        one.dispatchEvent(new Event('change'));";
    desk.asks::<()>(shows, &["parked"]).await?;
    desk.sees(".sideways-place", "There are none.").await?;
    desk.asks::<()>(shows, &["delivered"]).await?;
    desk.sees(".admin-table .chip", "Taken").await.map(drop)
}

async fn is_told(receiver: &Receiver, count: usize) -> Outcome {
    wait::until("the receiver is told", async || {
        let told = receiver.taken().len();
        if told >= count { Ok(()) } else { Err(format!("{told} of {count}").into()) }
    })
    .await
}

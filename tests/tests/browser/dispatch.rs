//! Who answers: sending on with a note, how urgent it is, being away by oneself, and how a team works.

use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::{self, PAGE},
};
use thirtyfour::Key;

use crate::{MAYA, ann_logs_in, logs_in, rewrites, says};

const NO_BANNER: &str = "return document.querySelector('#banner').textContent === '';";
const CHOSEN: &str = "return document.querySelector('#presence').value === arguments[0];";

/// Chooses in a menu, as somebody would who sees it open.
const CHOOSE: &str = "
    const [selector, text] = arguments;
    const menu = document.querySelector(selector);
    menu.value = [...menu.options].find((one) => one.textContent.startsWith(text)).value;
    menu.dispatchEvent(new Event('change'));";

const OFFERED: &str =
    "return document.querySelector('dialog select').textContent.includes(arguments[0]);";

pub(crate) async fn an_agent_sends_on_with_a_note_and_the_other_reads_it(
    world: &mut World,
) -> Outcome {
    let browsers = Browsers::start().await?;
    let phone = browsers.open(&world.phone_page(PAGE, MAYA)).await?;
    let ann = browsers.open(world.desk_page()).await?;
    ann_logs_in(&ann).await?;
    says(&phone, "/live_agent").await?;
    phone.sees(".message.business", shop::ONE_MOMENT).await?;
    ann.clicks(".row", "Maya Torres").await?;
    ann.sees("#hand-off", "The customer asked for a person.").await?;
    let bob = browsers.open(world.desk_page()).await?;
    logs_in(&bob, shop::BOB).await?;

    ann.tabs_to("#actions button", "Priority: Normal").await?;
    ann.presses(Key::Enter).await?;
    ann.is_focused("#actions [aria-checked=true]").await?;
    ann.presses(Key::End).await?;
    ann.presses(Key::Enter).await?;
    ann.sees("#thread-about", "Urgent priority").await?;
    ann.sees("#actions button", "Priority: Urgent").await?;
    ann.sees(".row .priority", "Urgent").await?;

    ann.tabs_to("#actions button", "Transfer").await?;
    ann.presses(Key::Enter).await?;
    ann.is_focused("dialog select").await?;
    assert!(ann.focused_label().await?.starts_with("To"));
    ann.presses(Key::Escape).await?;
    ann.counts("dialog", 0).await?;
    ann.tabs_to("#actions button", "Transfer").await?;
    ann.presses(Key::Enter).await?;
    let bob_is_there = "Bob \u{2013} online, has 0 of";
    ann.until("Bob can be chosen, with what he has", OFFERED, &[bob_is_there]).await?;
    ann.poses("desk-transfer").await?;
    ann.asks::<()>(CHOOSE, &["dialog select", "Bob"]).await?;
    ann.writes("dialog textarea", "She wants tulips for Friday.").await?;
    ann.clicks("dialog button.primary", "Transfer").await?;
    ann.sees("#list-empty", "You have no conversations").await?;

    bob.clicks(".row", "Maya Torres").await?;
    bob.sees("#hand-off", "Ann sent it on.").await?;
    bob.sees("#hand-off", "She wants tulips for Friday.").await?;
    bob.sees("#thread-about", "With you").await?;
    bob.poses("desk-hand-off").await?;
    bob.clicks("#actions button", "Back to waiting").await?;
    bob.closes().await?;
    phone.closes().await?;
    // Her page asked once more for what is not hers any more, and was told so.
    ann.forgives("status of 404").await?;
    ann.closes().await
}

pub(crate) async fn who_does_nothing_is_away_and_reads_why(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let ann = browsers.open(world.desk_page()).await?;
    ann_logs_in(&ann).await?;
    for chosen in ["online", "busy"] {
        let name = if chosen == "busy" { "Busy" } else { "Online" };
        ann.asks::<()>(CHOOSE, &["#presence", name]).await?;
        let words = "You are away. Nothing was done in any of your pages for 5 seconds.";
        ann.sees("#banner", words).await?;
        ann.sees("#banner", &format!("You are {chosen} again")).await?;
        ann.until("what she chose stays chosen", CHOSEN, &[chosen]).await?;
        ann.poses("desk-away").await?;
        ann.presses(Key::Shift).await?;
        ann.until("she is back", NO_BANNER, &[]).await?;
    }
    ann.closes().await
}

pub(crate) async fn an_administrator_says_how_a_team_works(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;
    desk.clicks("#admin-link", "").await?;
    desk.clicks("#admin-nav a", "Teams and agents").await?;
    an_agent_takes_more(&desk).await?;
    desk.clicks(".admin-table a", "Service").await?;
    desk.clicks("#admin-place button", "Add an opening").await?;
    desk.clicks("#admin-place button", "Add texts in a language").await?;
    let text = "We are back at {opens}.";
    desk.writes(".repeated input[maxlength='35']", "en").await?;
    desk.writes(".repeated textarea", text).await?;
    rewrites(&desk, "[data-field='hours.zone']", "Berlin").await?;
    desk.clicks("#admin-place button.primary", "Save").await?;
    desk.sees("#field-error", "no time zone").await?;
    desk.is_focused("[data-field='hours.zone'][aria-invalid='true']").await?;
    desk.poses("admin-team").await?;
    rewrites(&desk, "[data-field='hours.zone']", "Europe/Berlin").await?;
    desk.clicks("#admin-place button.primary", "Save").await?;
    desk.sees(".outcome", "Saved").await?;
    desk.counts("#field-error", 0).await?;
    desk.asks::<()>("location.reload();", &[]).await?;
    desk.sees("legend", "Opening").await?;
    desk.sees(".repeated textarea", text).await?;
    a_team_promises(&desk).await?;
    a_team_is_renamed_and_merged(&desk).await?;
    an_account_takes_a_language(&desk).await?;
    desk.forgives("status of 422").await?;
    desk.closes().await
}

async fn an_agent_takes_more(desk: &Page) -> Outcome {
    desk.clicks("button[aria-label='Change what Ann takes']", "").await?;
    rewrites(desk, "[data-field=languages]", "en, not one").await?;
    desk.clicks("dialog button.primary", "Save").await?;
    desk.sees("#field-error", "is no language").await?;
    rewrites(desk, "[data-field=languages]", "en, de").await?;
    rewrites(desk, "[data-field=capacity]", "12").await?;
    desk.clicks("dialog button.primary", "Save").await?;
    desk.sees(".admin-table", "0 of 12").await?;
    desk.poses("admin-agents").await
}

/// A second team takes over from the first.
async fn a_team_is_renamed_and_merged(desk: &Page) -> Outcome {
    desk.clicks("#admin-nav a", "Teams and agents").await?;
    desk.clicks(".admin-section button", "Add a team").await?;
    desk.writes("dialog input", "Returns").await?;
    desk.clicks("dialog button.primary", "Save").await?;
    desk.clicks(".admin-table a", "Returns").await?;
    desk.clicks(".admin-section button", "Rename").await?;
    rewrites(desk, "dialog input", "Care").await?;
    desk.clicks("dialog button.primary", "Save").await?;
    desk.sees(".admin-section h3", "Care").await?;
    desk.clicks("#admin-nav a", "Teams and agents").await?;
    desk.clicks(".admin-table a", "Service").await?;
    desk.clicks(".admin-section button", "Merge into another").await?;
    desk.poses("admin-merge-team").await?;
    desk.clicks("dialog button.primary", "Save").await?;
    desk.sees(".admin-table a", "Care").await?;
    desk.counts(".admin-table a", 1).await
}

async fn a_team_promises(desk: &Page) -> Outcome {
    let first = "[data-field='targets.normal.first_response']";
    rewrites(desk, first, "600000").await?;
    desk.clicks("#admin-place button", "Save what is promised").await?;
    desk.sees("#field-error", "1 to 525600 minutes").await?;
    desk.is_focused(&format!("{first}[aria-invalid='true']")).await?;
    rewrites(desk, first, "15").await?;
    desk.clicks("#admin-place button", "Save what is promised").await?;
    desk.sees(".outcome", "It holds for a conversation").await?;
    desk.poses("admin-team-sla").await?;
    desk.clicks("#admin-nav a", "Teams and agents").await?;
    desk.clicks(".admin-table a", "Service").await?;
    desk.counts("#admin-place input[data-field^='targets.']", 12).await?;
    let kept = "return document.querySelector(arguments[0]).value";
    assert_eq!(desk.asks::<String>(kept, &[first]).await?, "15");
    Ok(())
}

async fn an_account_takes_a_language(desk: &Page) -> Outcome {
    desk.clicks("#admin-nav a", "Accounts").await?;
    desk.clicks(".admin-table a", PAGE.name).await?;
    desk.writes("[data-field=language]", "de").await?;
    desk.clicks(".admin-section form button", "Save").await?;
    desk.sees(".outcome", "Saved. It holds for who begins to wait").await.map(drop)
}

//! What administrators do about bots: add one, see where its settings are wrong, give it to an account,
//! and remove it.

use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::{self, PAGE},
};
use thirtyfour::Key;

use crate::{logs_in, says};

const PSID: &str = "9000000000000884";

/// What a refusal of the desk leaves in the browser's log.
const REFUSED: [&str; 2] = ["status of 422", "status of 409"];

pub(crate) async fn an_administrator_adds_corrects_and_removes_a_bot(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;
    desk.clicks("#admin-link", "").await?;
    desk.clicks("#admin-nav a", "Bots").await?;
    desk.sees(".admin-table", shop::BOT).await?;
    desk.sees(".admin-table a", PAGE.name).await?;
    desk.poses("admin-bots").await?;
    a_bot_is_added(&desk).await?;

    desk.clicks("#admin-nav a", "Accounts").await?;
    desk.clicks(".admin-table a", PAGE.name).await?;
    chooses(&desk, "Parrot").await?;
    let phone = browsers.open(&world.phone_page(PAGE, PSID)).await?;
    says(&phone, "hello").await?;
    phone.sees(".message.business", "Hello yourself!").await?;
    phone.closes().await?;

    desk.clicks("#admin-nav a", "Bots").await?;
    desk.clicks(".admin-table a", "Parrot").await?;
    desk.asks::<()>("window.confirm = () => true;", &[]).await?;
    desk.clicks(".admin-section button.danger", "Remove").await?;
    desk.sees(".outcome.error", PAGE.name).await?;
    desk.forgives(REFUSED[1]).await?;
    desk.clicks(".facts a", PAGE.name).await?;
    chooses(&desk, "People").await?;
    desk.clicks(".admin-section a", "All bots").await?;
    desk.clicks(".admin-table a", "Parrot").await?;
    desk.clicks(".admin-section button.danger", "Remove").await?;
    desk.sees(".admin-table", shop::BOT).await?;
    desk.becomes_a_phone("dark").await?;
    desk.has_in_reach(&["#logout", "#admin-nav", ".admin-table a"]).await?;
    desk.closes().await
}

/// By keyboard alone, from the list to the saved bot, with a mistake on the way.
async fn a_bot_is_added(desk: &Page) -> Outcome {
    desk.tabs_to("#admin-place a", "Add a bot").await?;
    desk.presses(Key::Enter).await?;
    desk.sees(".admin-section h3", "Add a bot").await?;
    desk.until("the kind's example is the start", EXAMPLE, &["A bot that answers by rules"])
        .await?;
    let other = "const kind = document.querySelector('#admin-place select');
        kind.value = arguments[0];
        kind.dispatchEvent(new Event('change'));";
    for (kind, begins) in [("llm", "A bot that is a language model"), ("rules", "by rules")] {
        desk.asks::<()>(other, &[kind]).await?;
        desk.until("the example follows the kind", EXAMPLE, &[begins]).await?;
    }
    desk.tabs_to("#admin-place input[type=text]", "").await?;
    assert_eq!(desk.focused_label().await?, "Name");
    desk.types("Parrot").await?;
    desk.tabs_to("textarea.settings", "").await?;
    assert_eq!(desk.focused_label().await?, "Settings (YAML)");
    let bad = "rules:\n  - when: { keywords: [hello] }\n    replay: [{ text: Hello yourself! }]\n";
    desk.asks::<()>(WRITE, &[bad]).await?;
    desk.tabs_to("#admin-place button", "Check the settings").await?;
    desk.presses(Key::Enter).await?;
    desk.sees(".outcome.error", "line 3, column 5").await?;
    desk.sees(".wrong-place", "3 |     replay:").await?;
    desk.is_focused("textarea.settings[aria-invalid]").await?;
    let chosen = "const field = document.querySelector('textarea.settings');
        return field.value.slice(field.selectionStart, field.selectionEnd).includes('replay');";
    assert!(desk.asks::<bool>(chosen, &[]).await?, "the wrong line is chosen");
    desk.forgives(REFUSED[0]).await?;
    desk.poses("admin-bot-wrong").await?;

    // The wrong line is chosen, so that what is typed takes its place.
    desk.types("    reply: [{ text: Hello yourself! }]").await?;
    desk.tabs_to("#admin-place button", "Check the settings").await?;
    desk.presses(Key::Enter).await?;
    desk.sees(".outcome", "These settings can be used.").await?;
    desk.clicks("#admin-place button.primary", "Add").await?;
    desk.sees(".admin-section h3", "Parrot").await?;
    desk.sees(".facts", "no account").await?;
    desk.poses("admin-bot").await?;

    // It is tried before it is given to an account.
    desk.tabs_to("#admin-place input", "").await?;
    while desk.focused_label().await? != "What a customer says" {
        desk.presses(Key::Tab).await?;
    }
    desk.types("hello").await?;
    desk.presses(Key::Enter).await?;
    desk.sees(".trial-line.bot", "Hello yourself!").await?;
    desk.sees(".trial-line.customer", "hello").await?;
    desk.poses("admin-bot-tried").await
}

/// The account's customers are answered by that from now on.
async fn chooses(desk: &Page, whom: &str) -> Outcome {
    desk.sees(".admin-section h3", "Who answers first").await?;
    let choose = "const bot = [...document.querySelectorAll('.admin-section select')]
            .find((one) => one.options[0].textContent === 'People');
        bot.value = [...bot.options].find((one) => one.textContent === arguments[0]).value;";
    desk.asks::<()>(choose, &[whom]).await?;
    desk.clicks(".admin-section button.primary", "Save").await?;
    desk.sees(".outcome", "Saved. It holds").await.map(drop)
}

/// Whether the settings hold a text.
const EXAMPLE: &str =
    "return document.querySelector('textarea.settings').value.includes(arguments[0]);";

/// Pastes settings.
const WRITE: &str = "document.querySelector('textarea.settings').value = arguments[0];";

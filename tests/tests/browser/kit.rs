//! What agents work with: labels, canned replies, the search and saved views; and what administrators
//! make for programs.

use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::{self, PAGE},
};
use thirtyfour::Key;

use crate::{logs_in, says};

const PSID: &str = "9000000000000881";

pub(crate) async fn an_agent_sorts_finds_and_answers_quickly(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let phone = browsers.open(&world.phone_page(PAGE, PSID)).await?;
    says(&phone, "/live_agent").await?;
    phone.sees(".message.business", shop::ONE_MOMENT).await?;
    says(&phone, "Where is my refund?").await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;
    desk.clicks("#admin-link", "").await?;
    a_label_and_a_reply_are_made(&desk).await?;
    desk.clicks("#admin .admin-head .bar-link", "").await?;

    desk.clicks("#tab-all", "").await?;
    desk.clicks(".row", "Where is my refund?").await?;
    desk.clicks("#contact-toggle", "").await?;
    desk.clicks(".label-choices label", "Refund").await?;
    desk.sees(".row .label", "Refund").await?;
    desk.clicks("#contact button", "Add or change").await?;
    desk.writes("dialog .field:nth-of-type(1) input", "shoe size").await?;
    desk.writes("dialog .field:nth-of-type(2) input", "42").await?;
    desk.clicks("dialog button.primary", "Keep").await?;
    desk.sees("#contact", "shoe size").await?;
    desk.poses("desk-labels").await?;
    desk.clicks("#contact-toggle", "").await?;

    desk.clicks("#note", "").await?;
    desk.writes("dialog textarea", "He called before lunch").await?;
    desk.clicks("dialog label", "Ann").await?;
    desk.clicks("dialog button.primary", "Keep").await?;
    desk.sees(".message.is-note", "He called before lunch").await?;
    desk.poses("desk-note").await?;
    desk.writes("#text", "/ref").await?;
    desk.sees(".canned li", "/refund").await?;
    desk.poses("desk-canned").await?;
    desk.presses(Key::Enter).await?;
    desk.until("the reply is filled in", FILLED, &[]).await?;
    desk.presses(Key::Enter).await?;
    phone.sees(".message.business", "this is Alex. Your refund is on its way.").await?;
    let said = phone.asks::<bool>("return document.body.textContent.includes('lunch');", &[]);
    assert!(!said.await?, "the customer never sees a note");

    desk.tabs_to("#actions button", "Macro").await?;
    desk.presses(Key::Down).await?;
    desk.is_focused("#actions [role=menuitem]").await?;
    desk.presses(Key::Enter).await?;
    phone.sees(".message.business", "Goodbye, and thank you!").await?;
    desk.sees("#thread-about", "Resolved").await?;

    desk.writes("#search", "REFUND is on").await?;
    desk.sees(".row-preview", "Goodbye").await?;
    desk.writes("#search", " nothing like this").await?;
    desk.sees("#list-empty", "No conversation fits").await?;
    desk.clicks("#tab-all", "").await?;
    a_view_is_saved(&desk).await?;
    phone.closes().await?;
    desk.closes().await
}

/// Whether the keyboard is on the button by which a label is added.
const ADDS: &str = "return document.activeElement.textContent.startsWith('Add a label');";

/// Whether the field has what Alex would have typed.
const FILLED: &str =
    "return document.querySelector('#text').value.includes('this is Alex. Your refund');";

async fn a_label_and_a_reply_are_made(desk: &Page) -> Outcome {
    desk.clicks("#admin-nav a", "Labels and replies").await?;
    desk.clicks(".admin-section button", "Add a label").await?;
    desk.writes("dialog input", "Refund").await?;
    desk.clicks("dialog button.primary", "Save").await?;
    desk.sees(".admin-table .label", "Refund").await?;
    // The page was drawn anew, and the keyboard is where it was.
    desk.until("the button has the focus", ADDS, &[]).await?;
    desk.clicks(".admin-section button", "Add a canned reply").await?;
    desk.writes("dialog input", "refund").await?;
    let text = "Hello, this is {{agent.first_name}}. Your refund is on its way.";
    desk.writes("dialog textarea", text).await?;
    desk.clicks("dialog button.primary", "Save").await?;
    desk.sees(".admin-table", "/refund").await?;
    desk.clicks(".admin-section button", "Add a macro").await?;
    desk.writes("dialog input", "Say goodbye").await?;
    desk.writes("dialog textarea", "Goodbye, and thank you!").await?;
    desk.asks::<()>("document.querySelector('dialog select').value = 'resolve';", &[]).await?;
    desk.clicks("dialog button.primary", "Save").await?;
    desk.sees(".admin-table", "replies, then resolves").await?;
    desk.poses("admin-kit").await?;
    // The page reads them when it opens.
    desk.asks::<()>("location.reload();", &[]).await?;
    desk.sees(".admin-table", "/refund").await.map(drop)
}

async fn a_view_is_saved(desk: &Page) -> Outcome {
    desk.tabs_to(".finder button", "").await?;
    desk.presses(Key::Enter).await?;
    desk.is_focused(".finder [role=menuitem]").await?;
    desk.presses(Key::Enter).await?;
    desk.writes("dialog input", "Everything").await?;
    desk.clicks("dialog button.primary", "Save").await?;
    let chosen = "const [one] = document.querySelector('#views').selectedOptions;
        return one.textContent.startsWith('Everything');";
    desk.until("the view is listed", chosen, &[]).await?;
    desk.sees(".row-preview", "Goodbye").await.map(drop)
}

pub(crate) async fn an_administrator_makes_a_key_and_reads_the_log(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;
    desk.clicks("#admin-link", "").await?;
    desk.clicks("#admin-nav a", "API keys").await?;
    desk.writes("#admin-place form input", "The shop").await?;
    let read = "const level = document.querySelector('#admin-place form select');
        level.value = 'conversations:read';";
    desk.asks::<()>(read, &[]).await?;
    desk.clicks("#admin-place form button", "Make a key").await?;
    desk.sees(".secret", "sbk_").await?;
    desk.sees(".admin-table", "conversations:read").await?;
    desk.poses("admin-keys").await?;
    desk.clicks("#admin-nav a", "Audit log").await?;
    desk.sees(".admin-table", "POST /api-keys").await?;
    desk.poses("admin-audit").await?;
    desk.closes().await
}

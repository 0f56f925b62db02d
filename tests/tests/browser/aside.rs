//! What is put aside comes back: when the customer writes, and by hand. And when it is done, the
//! customer is asked how it went, and administrators read the answer.

use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::{self, PAGE},
};
use thirtyfour::Key;

use crate::{logs_in, says};

const PSID: &str = "9000000000000883";
const QUESTION: &str = "How was it, 1 to 5?";
const WHY: &str = "What should we do better?";
const THANKS: &str = "We read every answer. Thank you!";

pub(crate) async fn an_agent_puts_aside_and_the_customer_says_how_it_was(
    world: &mut World,
) -> Outcome {
    let browsers = Browsers::start().await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;
    an_account_asks_how_it_was(&desk).await?;
    let phone = browsers.open(&world.phone_page(PAGE, PSID)).await?;
    says(&phone, "/live_agent").await?;
    phone.sees(".message.business", shop::ONE_MOMENT).await?;
    says(&phone, "When do my roses come?").await?;

    desk.clicks("#tab-all", "").await?;
    desk.clicks(".row", "my roses").await?;
    desk.is_focused("#text").await?;
    desk.types("I will ask the gardener.").await?;
    desk.presses(Key::Enter).await?;
    phone.sees(".message.business", "ask the gardener").await?;
    desk.sees("#thread-about", "With you").await?;
    it_comes_back_when_the_customer_writes(&desk, &phone).await?;
    it_comes_back_by_hand(&desk).await?;
    the_customer_says_how_it_was(&desk, &phone).await?;
    administrators_read_it(&desk).await?;
    phone.closes().await?;
    desk.closes().await
}

async fn an_account_asks_how_it_was(desk: &Page) -> Outcome {
    desk.clicks("#admin-link", "").await?;
    desk.clicks("#admin-nav a", "Accounts").await?;
    desk.clicks(".admin-table a", PAGE.name).await?;
    desk.sees("#survey .chip", "Off").await?;
    for (label, text) in [("Question", QUESTION), ("Asks for the comment", WHY), ("Thanks", THANKS)]
    {
        desk.asks::<()>(SELECT, &[label]).await?;
        desk.types(text).await?;
    }
    desk.clicks("#survey .check", "Ask for a comment").await?;
    desk.tabs_to("#survey button.primary", "Switch on").await?;
    desk.presses(Key::Enter).await?;
    desk.sees("#survey .chip", "On").await?;
    desk.sees("#survey .outcome", "Saved.").await?;
    desk.is_focused("#survey button.primary").await?;
    desk.poses("admin-survey").await?;
    desk.clicks("#admin .admin-head .bar-link", "").await
}

/// Puts the keyboard into a field of the survey, all of it selected.
const SELECT: &str = "
    const all = [...document.querySelectorAll('#survey fieldset label')];
    const field = all.find((one) => one.textContent.startsWith(arguments[0])).querySelector('input');
    field.focus();
    field.select();";

async fn it_comes_back_when_the_customer_writes(desk: &Page, phone: &Page) -> Outcome {
    desk.tabs_to("#actions button", "Put aside").await?;
    desk.presses(Key::Enter).await?;
    desk.is_focused("#actions [role=menuitem]").await?;
    desk.poses("desk-put-aside").await?;
    // Nothing is put aside while one looks at what there is.
    desk.presses(Key::Down).await?;
    desk.presses(Key::Escape).await?;
    desk.is_focused("#actions button[aria-haspopup=menu]").await?;
    desk.presses(Key::Down).await?;
    desk.presses(Key::End).await?;
    desk.presses(Key::Enter).await?;
    desk.is_focused("dialog input[type=datetime-local]").await?;
    desk.presses(Key::Enter).await?;
    desk.sees("#thread-about", "Back ").await?;
    desk.sees("#actions button.primary", "Take up again").await?;
    desk.is_focused("#actions, #actions *").await?;
    desk.clicks("#tab-snoozed", "").await?;
    desk.sees(".row .row-who", "Back ").await?;
    desk.poses("desk-aside").await?;
    says(phone, "Are they there?").await?;
    desk.sees("#list-empty", "You have put nothing aside").await?;
    desk.sees("#thread-about", "With you").await?;
    desk.sees(".message.customer", "Are they there?").await.map(drop)
}

async fn it_comes_back_by_hand(desk: &Page) -> Outcome {
    desk.tabs_to("#actions button", "Put aside").await?;
    desk.presses(Key::Enter).await?;
    desk.clicks("#actions [role=menuitem]", "Next week").await?;
    desk.sees(".row .row-who", "Back Mon").await?;
    desk.tabs_to("#actions button", "Take up again").await?;
    desk.presses(Key::Enter).await?;
    desk.sees("#list-empty", "You have put nothing aside").await?;
    desk.sees("#thread-about", "With you").await.map(drop)
}

async fn the_customer_says_how_it_was(desk: &Page, phone: &Page) -> Outcome {
    desk.clicks("#actions button", "Resolve").await?;
    phone.sees(".message.business", QUESTION).await?;
    phone.poses("phone-survey").await?;
    phone.clicks("button.tap", "4").await?;
    phone.sees(".message.business", WHY).await?;
    says(phone, "Say when you will write again").await?;
    phone.sees(".message.business", THANKS).await?;
    desk.sees("#thread-about", "Resolved").await?;
    desk.sees(".message.system", QUESTION).await?;
    desk.poses("desk-survey").await
}

async fn administrators_read_it(desk: &Page) -> Outcome {
    desk.clicks("#admin-link", "").await?;
    desk.clicks("#admin-nav a", "Satisfaction").await?;
    desk.sees(".admin-table td", "4 of 5").await?;
    desk.sees(".admin-table td", "Say when you will write again").await?;
    desk.sees(".facts", "1 (100 %)").await?;
    desk.poses("admin-satisfaction").await?;
    desk.becomes_a_phone("dark").await?;
    desk.has_in_reach(&["#logout", "#admin-nav"]).await?;
    let fits = "const admin = document.querySelector('#admin');
        return admin.scrollWidth <= admin.clientWidth;";
    desk.until("the page does not scroll sideways", fits, &[]).await?;
    desk.poses("small-admin-satisfaction").await?;
    desk.clicks(".admin-table a", "Open").await?;
    desk.sees(".message.customer", "When do my roses come?").await.map(drop)
}

//! Contacts: found by keyboard, named, one person with another and apart again, blocked and heard
//! again; and several conversations at once.

use reqwest::Method;
use serde_json::json;
use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::{self, PAGE, WHATSAPP},
};
use thirtyfour::Key;

use crate::{logs_in, says};

const PSID: &str = "9000000000000882";
const NUMBER: &str = "15550000882";

/// What stands in the list of contacts: a line for each name that is to be found.
const FOUND: &str = "
    const names = [...document.querySelectorAll('#contacts .admin-table tbody a')];
    return names.map((one) => one.textContent).join('\\n') === arguments[0];";

/// How the numbers of contacts end that are found.
const NUMBERED: &str = "
    const numbers = [...document.querySelectorAll('#contacts .admin-table tbody td:nth-child(3)')];
    return numbers.length === 1 && numbers[0].textContent === `+${arguments[0]}`;";

pub(crate) async fn an_agent_knows_who_is_who_and_blocks(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let page = browsers.open(&world.phone_page(PAGE, PSID)).await?;
    page.sees("#about", &format!("You are Customer {PSID}")).await?;
    asks_for_a_person(&page, "It is me, on the Page").await?;
    let phone = browsers.open(&world.phone_page(WHATSAPP, NUMBER)).await?;
    asks_for_a_person(&phone, "It is me, on WhatsApp").await?;
    let label = json!({ "name": "VIP", "colour": "teal" });
    world.agent(shop::ALEX).await?.write(Method::POST, "labels", &label).await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;

    a_contact_gets_a_name(&desk).await?;
    it_is_found_by_name_and_number(&desk).await?;
    two_contacts_become_one(&desk).await?;
    they_are_two_after_all(&desk).await?;
    the_customer_is_blocked(&desk, &page).await?;
    several_at_once(&desk).await?;
    they_are_heard_again(&desk, &page).await?;
    all_at_once(&desk).await?;
    page.closes().await?;
    phone.closes().await?;
    desk.closes().await
}

async fn asks_for_a_person(phone: &Page, text: &str) -> Outcome {
    says(phone, "/live_agent").await?;
    phone.sees(".message.business", shop::ONE_MOMENT).await?;
    says(phone, text).await
}

async fn a_contact_gets_a_name(desk: &Page) -> Outcome {
    desk.clicks("#tab-all", "").await?;
    desk.clicks(".row", "on the Page").await?;
    desk.clicks("#contact-toggle", "").await?;
    desk.clicks("#contact a", "The contact's page").await?;
    desk.clicks("#contacts button", "Change the name").await?;
    desk.types("Mrs. Berry").await?;
    desk.presses(Key::Enter).await?;
    desk.sees("#contacts h3", "Mrs. Berry").await?;
    desk.is_focused("#contacts button").await
}

async fn it_is_found_by_name_and_number(desk: &Page) -> Outcome {
    desk.clicks("#contacts .admin-head .bar-link", "").await?;
    desk.tabs_to("#contacts-link", "").await?;
    desk.presses(Key::Enter).await?;
    desk.is_focused("#contacts-search").await?;
    desk.counts("#contacts .admin-table tbody tr", 2).await?;
    desk.types("BERRY").await?;
    desk.until("only the name is found", FOUND, &["Mrs. Berry"]).await?;
    for number in [NUMBER, "0000882 and no more", "5550000882"] {
        desk.asks::<()>("document.activeElement.select();", &[]).await?;
        desk.types(number).await?;
        if number.ends_with("more") {
            desk.sees("#contacts", "No contact fits.").await?;
        } else {
            desk.until("only the number is found", NUMBERED, &[NUMBER]).await?;
        }
    }
    desk.is_focused("#contacts-search").await?;
    desk.poses("desk-contacts").await
}

async fn two_contacts_become_one(desk: &Page) -> Outcome {
    desk.tabs_to("#contacts .admin-table a", "").await?;
    desk.presses(Key::Enter).await?;
    desk.tabs_to("#contacts button", "Is somebody else here, too").await?;
    desk.presses(Key::Enter).await?;
    desk.is_focused("dialog input[type=search]").await?;
    desk.types("berry").await?;
    desk.tabs_to("dialog .kin button", "Mrs. Berry").await?;
    desk.presses(Key::Enter).await?;
    desk.counts("#contacts .conversations li", 2).await?;
    desk.is_focused("#contacts button").await?;
    desk.poses("desk-contact").await?;
    desk.clicks("#contacts .conversations a", "Messenger").await?;
    desk.sees("#thread-name", "Mrs. Berry").await?;
    desk.sees("#contact", "The same person, elsewhere").await?;
    desk.clicks("#contact .kin a", "WhatsApp").await?;
    desk.sees(".message.customer", "It is me, on WhatsApp").await?;
    desk.clicks("#contact .kin a", "Messenger").await?;
    desk.sees(".message.customer", "It is me, on the Page").await.map(drop)
}

async fn they_are_two_after_all(desk: &Page) -> Outcome {
    desk.clicks("#contact a", "The contact's page").await?;
    desk.tabs_to("#contacts .conversations button", "Somebody else after all").await?;
    desk.presses(Key::Enter).await?;
    desk.counts("#contacts .conversations li", 1).await?;
    desk.is_focused("#contacts a").await?;
    desk.clicks("#contacts .conversations a", "Messenger").await?;
    desk.sees("#contact", "Mrs. Berry").await.map(drop)
}

async fn the_customer_is_blocked(desk: &Page, page: &Page) -> Outcome {
    desk.tabs_to("#contact button", "Block").await?;
    desk.presses(Key::Enter).await?;
    // Nobody is blocked without a reason.
    desk.presses(Key::Enter).await?;
    desk.is_focused("dialog input:invalid").await?;
    desk.types("Insults us").await?;
    desk.presses(Key::Enter).await?;
    desk.sees("#composer-note", "blocked this customer: Insults us").await?;
    desk.sees(".row .label", "Blocked").await?;
    desk.sees(".message .notice", "The customer was blocked: Insults us").await?;
    desk.sees(".message .facts", "You").await?;
    desk.is_focused("#contact, #contact *").await?;
    says(page, "Are you there?").await?;
    desk.sees(".message.is-blocked", "Are you there?").await?;
    desk.poses("desk-blocked").await
}

/// What can be done to all is done, and what cannot be done to one is said of that one.
async fn several_at_once(desk: &Page) -> Outcome {
    desk.tabs_to("#tabs [aria-selected=true]", "All").await?;
    desk.presses(Key::Tab).await?;
    desk.presses(Key::Home).await?;
    desk.is_focused("li:first-child > .row").await?;
    desk.types("x").await?;
    desk.sees("#bulk", "1 selected.").await?;
    desk.presses(Key::Escape).await?;
    desk.counts("#bulk", 0).await?;
    desk.presses_with(Key::Shift, Key::Down).await?;
    desk.sees("#bulk", "2 selected.").await?;
    desk.counts(".pick:checked", 2).await?;
    does(desk, "VIP").await?;
    desk.sees("#bulk", "2 done.").await?;
    desk.is_focused("#bulk button").await?;
    desk.presses(Key::Enter).await?;
    desk.counts("#bulk", 0).await?;
    desk.counts(".row .label.teal", 2).await?;

    desk.is_focused(".row").await?;
    desk.clicks("li:nth-child(1) > .pick", "").await?;
    desk.asks::<()>(SHIFT_CLICK, &[]).await?;
    desk.sees("#bulk", "2 selected.").await?;
    does(desk, "Ann").await?;
    desk.sees("#bulk", "1 selected. 1 done. 1 not:").await?;
    desk.sees("#bulk li", "Mrs. Berry: The customer is blocked: Insults us.").await?;
    desk.sees(".row", "Ann").await?;
    desk.counts(".pick:checked", 1).await?;
    desk.poses("desk-bulk").await?;
    desk.clicks("#bulk button", "Select none").await
}

async fn they_are_heard_again(desk: &Page, page: &Page) -> Outcome {
    desk.tabs_to("#actions button", "Unblock").await?;
    desk.presses(Key::Enter).await?;
    desk.sees("#actions button", "Resolve").await?;
    desk.is_focused("#actions").await?;
    says(page, "I am sorry").await?;
    desk.sees(".message.customer:not(.is-blocked)", "I am sorry").await?;
    // The latest comes first, so the list does not change under the hand below.
    desk.sees("li:first-child > .row", "I am sorry").await.map(drop)
}

async fn all_at_once(desk: &Page) -> Outcome {
    desk.clicks("li:nth-child(1) > .pick", "").await?;
    desk.asks::<()>(SHIFT_CLICK, &[]).await?;
    does(desk, "Resolve").await?;
    desk.sees("#bulk", "2 done.").await?;
    desk.clicks("#tab-resolved", "").await?;
    desk.counts(".row", 2).await
}

/// Chooses what is done to what is selected, by its first letters, and does it.
async fn does(desk: &Page, what: &str) -> Outcome {
    desk.asks::<()>("document.querySelector('#bulk select').focus();", &[]).await?;
    desk.types(what).await?;
    desk.presses(Key::Tab).await?;
    desk.is_focused("#bulk button.primary").await?;
    desk.presses(Key::Enter).await
}

/// A click with Shift on the second box selects all from the first.
const SHIFT_CLICK: &str = "document.querySelector('li:nth-child(2) > .pick')
    .dispatchEvent(new MouseEvent('click', { shiftKey: true, bubbles: true }));";

//! Contacts: found by keyboard, named, one person with another, blocked and heard again; and several
//! conversations at once.

use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::{self, PAGE, WHATSAPP},
};
use thirtyfour::Key;

use crate::{logs_in, says};

const PSID: &str = "9000000000000882";
const NUMBER: &str = "15550000882";

pub(crate) async fn an_agent_knows_who_is_who_and_blocks(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let page = browsers.open(&world.phone_page(PAGE, PSID)).await?;
    says(&page, "/live_agent").await?;
    page.sees(".message.business", shop::ONE_MOMENT).await?;
    says(&page, "It is me, on the Page").await?;
    let phone = browsers.open(&world.phone_page(WHATSAPP, NUMBER)).await?;
    says(&phone, "/live_agent").await?;
    phone.sees(".message.business", shop::ONE_MOMENT).await?;
    says(&phone, "It is me, on WhatsApp").await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;

    a_contact_gets_a_name(&desk).await?;
    two_contacts_become_one(&desk).await?;
    the_customer_is_blocked_and_heard_again(&desk, &page).await?;
    several_at_once(&desk).await?;
    page.closes().await?;
    phone.closes().await?;
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

async fn two_contacts_become_one(desk: &Page) -> Outcome {
    desk.clicks("#contacts .admin-head .bar-link", "").await?;
    desk.tabs_to("#contacts-link", "").await?;
    desk.presses(Key::Enter).await?;
    desk.is_focused("#contacts-search").await?;
    desk.sees(".admin-table", "Mrs. Berry").await?;
    // The other's name ends in the same digits, as Meta tells it.
    desk.writes("#contacts-search", NUMBER).await?;
    desk.until("only the number is found", ONE_FOUND, &[]).await?;
    desk.poses("desk-contacts").await?;
    desk.clicks("#contacts .admin-table a", "").await?;
    desk.clicks("#contacts button", "Is somebody else here, too").await?;
    desk.types("berry").await?;
    desk.clicks("dialog .kin button", "Mrs. Berry").await?;
    desk.counts("#contacts .conversations li", 2).await?;
    desk.poses("desk-contact").await?;
    desk.clicks("#contacts .conversations a", "Messenger").await?;
    desk.sees("#thread-name", "Mrs. Berry").await?;
    desk.sees("#contact", "The same person, elsewhere").await?;
    desk.clicks("#contact .kin a", "WhatsApp").await?;
    desk.sees(".message.customer", "It is me, on WhatsApp").await?;
    desk.clicks("#contact .kin a", "Messenger").await?;
    desk.sees(".message.customer", "It is me, on the Page").await.map(drop)
}

/// Whether the search has found one contact.
const ONE_FOUND: &str =
    "return document.querySelectorAll('#contacts .admin-table tbody tr').length === 1;";

async fn the_customer_is_blocked_and_heard_again(desk: &Page, page: &Page) -> Outcome {
    desk.clicks("#contact button", "Block").await?;
    desk.types("Insults us").await?;
    desk.presses(Key::Enter).await?;
    desk.sees("#composer-note", "blocked this customer: Insults us").await?;
    desk.sees(".row .label", "Blocked").await?;
    says(page, "Are you there?").await?;
    desk.sees(".message.is-blocked", "Are you there?").await?;
    desk.poses("desk-blocked").await?;
    desk.clicks("#actions button", "Unblock").await?;
    desk.sees("#actions button", "Take").await?;
    says(page, "I am sorry").await?;
    desk.sees(".message.customer:not(.is-blocked)", "I am sorry").await.map(drop)
}

async fn several_at_once(desk: &Page) -> Outcome {
    let first = "document.querySelector('.row').focus();";
    desk.asks::<()>(first, &[]).await?;
    desk.types("x").await?;
    desk.sees("#bulk", "1 selected.").await?;
    desk.clicks("#bulk button", "Select none").await?;
    desk.clicks("li:nth-child(1) > .pick", "").await?;
    desk.asks::<()>(SHIFT_CLICK, &[]).await?;
    desk.sees("#bulk", "2 selected.").await?;
    desk.poses("desk-bulk").await?;
    let resolve = "const what = document.querySelector('#bulk select');
        what.value = JSON.stringify({ do: 'resolve' });";
    desk.asks::<()>(resolve, &[]).await?;
    desk.clicks("#bulk button", "Apply").await?;
    desk.sees("#bulk", "2 done.").await?;
    desk.clicks("#tab-resolved", "").await?;
    desk.counts(".row", 2).await
}

/// A click with Shift on the second box selects all from the first.
const SHIFT_CLICK: &str = "document.querySelector('li:nth-child(2) > .pick')
    .dispatchEvent(new MouseEvent('click', { shiftKey: true, bubbles: true }));";

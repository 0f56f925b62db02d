//! What people are told of by e-mail: they choose it, and administrators see that mails arrive.

use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop,
};
use thirtyfour::Key;

use crate::{logs_in, rewrites};

pub(crate) async fn people_choose_what_mails_tell_them(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ANN).await?;
    desk.tabs_to("#notifications", "").await?;
    desk.presses(Key::Enter).await?;
    desk.sees("dialog .note", "Below is what your workspace chose").await?;
    desk.clicks("dialog .check", "A customer starts a conversation").await?;
    desk.clicks("dialog .check", "A customer has waited for long").await?;
    desk.clicks("dialog input[data-field=waits_minutes]", "").await?;
    desk.asks::<()>("document.activeElement.select();", &[]).await?;
    desk.types("15").await?;
    only_one_account_counts(&desk).await?;
    a_night_and_a_weekend_are_quiet(&desk).await?;
    desk.poses("desk-notifications").await?;
    desk.clicks("dialog button.primary", "Save").await?;
    desk.counts("dialog", 0).await?;
    desk.clicks("#notifications", "").await?;
    desk.sees("dialog .note", "You chose what is below").await?;
    is_chosen(&desk, "true 15; @corner.shop; 5 22:00 07:00, 2 00:00 24:00").await?;
    desk.becomes_a_phone("dark").await?;
    desk.poses("small-notifications").await?;
    desk.clicks("dialog button", "As the workspace has it").await?;
    desk.counts("dialog", 0).await?;
    desk.has_in_reach(&["#notifications", "#logout", "#presence"]).await?;
    desk.clicks("#notifications", "").await?;
    is_chosen(&desk, "false ; ; ").await?;
    desk.forgives("status of 422").await?;
    desk.closes().await?;

    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ALEX).await?;
    desk.clicks("#admin-link", "").await?;
    desk.clicks("#admin-nav a", "Notifications").await?;
    desk.clicks(".admin-section button", "Send me a test mail").await?;
    desk.sees(".outcome", "The mail server has it").await?;
    let mail = world.mail()?.receives(1).await?.remove(0);
    assert_eq!(mail.to, [shop::ALEX.email]);
    desk.clicks(".admin-section .check", "Mails may repeat what customers wrote").await?;
    desk.clicks(".admin-section button", "Save").await?;
    desk.sees(".outcome", "Saved").await?;
    desk.poses("admin-notifications").await?;
    desk.becomes_a_phone("light").await?;
    desk.has_in_reach(&["#notifications", "#logout", "#presence"]).await?;
    desk.closes().await
}

/// Of conversations that start, only those on the first account; none at all is refused where it is
/// said.
async fn only_one_account_counts(desk: &Page) -> Outcome {
    let some = "const which = document.querySelector('[aria-label=\"A customer starts a \
            conversation\"] select[aria-label^=\"On all accounts\"]');
        which?.focus();
        return which !== null;";
    desk.until("it can be narrowed", some, &[]).await?;
    desk.types("Only").await?;
    desk.clicks("dialog button.primary", "Save").await?;
    desk.sees("#field-error", "List 1 to 200, or null for all").await?;
    desk.is_focused("[data-field='only.started.accounts']").await?;
    desk.presses(Key::Tab).await?;
    desk.presses(Key::Space).await
}

async fn a_night_and_a_weekend_are_quiet(desk: &Page) -> Outcome {
    for _ in 0..2 {
        desk.tabs_to("dialog button", "Add a quiet time").await?;
        desk.presses(Key::Enter).await?;
    }
    // Both begin with every day of the week, and the keyboard is on the first of the second.
    desk.is_focused("fieldset:nth-of-type(2) input[value=monday]").await?;
    for _ in 0..5 {
        desk.presses(Key::Space).await?;
        desk.presses(Key::Tab).await?;
    }
    for (number, from, to) in [(1, "22:00", "22:00"), (2, "00:00", "24:00")] {
        for (place, time) in [(1, from), (2, to)] {
            let field = format!("fieldset:nth-of-type({number}) .field:nth-of-type({place}) input");
            rewrites(desk, &field, time).await?;
        }
    }
    for day in ["saturday", "sunday"] {
        desk.clicks(&format!("fieldset:nth-of-type(1) input[value={day}]"), "").await?;
    }
    desk.clicks("dialog button.primary", "Save").await?;
    desk.sees("#field-error", "from 22:00 to 22:00 is none").await?;
    desk.is_focused("[data-field='quiet.0.to']").await?;
    desk.asks::<()>("document.activeElement.select();", &[]).await?;
    desk.types("07:00").await
}

/// What is chosen: whether conversations that start are told, and after how many minutes a wait is;
/// of which accounts those that start; and the quiet times, with how many days each is on.
async fn is_chosen(desk: &Page, wanted: &str) -> Outcome {
    let script = "
        const [, long, started] = document.querySelectorAll('dialog .kind');
        if (!started) return false;
        const box = (of) => of.querySelector('input').checked;
        const minutes = box(long) ? long.querySelector('input[type=number]').value : '';
        const accounts = started.querySelector('[data-field=\"only.started.accounts\"]');
        const ticked = (of) => [...of.querySelectorAll('input:checked')];
        const names = accounts.hidden ? [] : ticked(accounts).map((one) => one.labels[0].textContent.trim());
        const quiet = [...document.querySelectorAll('dialog fieldset')].map((one) => {
            const [from, to] = one.querySelectorAll('.field input');
            return [ticked(one).length, from.value, to.value].join(' ');
        });
        return `${box(started)} ${minutes}; ${names}; ${quiet.join(', ')}` === arguments[0];";
    desk.until("the choice is shown", script, &[wanted]).await
}

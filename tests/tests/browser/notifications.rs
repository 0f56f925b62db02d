//! What people are told of by e-mail: they choose it, and administrators see that mails arrive.

use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop,
};

use crate::logs_in;

pub(crate) async fn people_choose_what_mails_tell_them(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let desk = browsers.open(world.desk_page()).await?;
    logs_in(&desk, shop::ANN).await?;
    desk.tabs_to("#notifications", "").await?;
    desk.presses(thirtyfour::Key::Enter).await?;
    desk.sees("dialog .note", "Below is what your workspace chose").await?;
    desk.clicks("dialog .check", "A customer starts a conversation").await?;
    desk.writes("dialog input[type=number]", "15").await?;
    let night = "const [from, to] = document.querySelectorAll('dialog input[type=time]');
        [from.value, to.value] = ['20:00', '07:30'];";
    desk.asks::<()>(night, &[]).await?;
    desk.poses("desk-notifications").await?;
    desk.clicks("dialog button.primary", "Save").await?;
    desk.counts("dialog", 0).await?;
    desk.clicks("#notifications", "").await?;
    desk.sees("dialog .note", "You chose what is below").await?;
    is_chosen(&desk, "true 15 20:00 07:30").await?;
    desk.becomes_a_phone("dark").await?;
    desk.poses("small-notifications").await?;
    desk.clicks("dialog button", "As the workspace has it").await?;
    desk.counts("dialog", 0).await?;
    desk.has_in_reach(&["#notifications", "#logout", "#presence"]).await?;
    desk.clicks("#notifications", "").await?;
    is_chosen(&desk, "false   ").await?;
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

/// Whether conversations that start are told, after how many minutes a wait is, and the quiet hours.
async fn is_chosen(desk: &Page, wanted: &str) -> Outcome {
    let script = "const [, started] = document.querySelectorAll('dialog input[type=checkbox]');
        const minutes = document.querySelector('dialog input[type=number]');
        const [from, to] = document.querySelectorAll('dialog input[type=time]');
        if (!to) return false;
        const now = [started.checked, minutes.value, from.value, to.value].join(' ');
        return now === arguments[0];";
    desk.until("the choice is shown", script, &[wanted]).await
}

//! The first visit: the bot answers on the phone, then Ann at the desk, who has only a keyboard.

use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::{self, PAGE},
};
use thirtyfour::Key;

use crate::{MAYA, says};

pub(crate) async fn a_visitor_is_answered_by_the_bot_and_by_ann(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let phone = browsers.open(&world.phone_page(PAGE, MAYA)).await?;
    the_bot_answers(&phone).await?;

    let desk = browsers.open(world.desk_page()).await?;
    ann_logs_in_by_keyboard(&desk).await?;
    desk.sees(".row", "Maya Torres").await?;
    desk.poses("desk-list").await?;
    desk.tabs_to(".row", "Maya Torres").await?;
    desk.presses(Key::Enter).await?;
    ann_reads_the_transcript(&desk).await?;

    desk.is_focused("#text").await?;
    desk.types("Good morning, this is Ann.").await?;
    desk.presses(Key::Enter).await?;
    desk.sees(".message.agent", "Good morning, this is Ann.").await?;
    phone.sees(".message.business", "Good morning, this is Ann.").await?;

    says(&phone, "Do you have tulips?").await?;
    desk.sees(".message.customer", "Do you have tulips?").await?;
    desk.sees(".message.agent .fate", "Read").await?;
    desk.poses("desk-thread").await?;
    phone.has_in_reach(&["#text", "#send"]).await?;
    phone.poses("phone-thread").await?;

    desk.tabs_to("#actions button", "Resolve").await?;
    desk.presses(Key::Enter).await?;
    desk.sees("#list-empty", "You have no conversations").await?;
    desk.sees("#thread-about", "Resolved").await?;
    desk.is_focused("#actions").await?;
    desk.poses("desk-resolved").await?;
    phone.closes().await?;
    desk.closes().await
}

async fn the_bot_answers(phone: &Page) -> Outcome {
    let [welcome, question] = shop::GREETING;
    phone.sees("#about", "You are Maya Torres").await?;
    phone.poses("phone-first").await?;
    says(phone, "hello").await?;
    phone.sees(".message.business", welcome).await?;
    phone.sees(".message.business", question).await?;
    phone.sees("a.tap[href='https://shop.example/']", "Our shop").await?;
    phone.clicks("button.tap", "Opening hours").await?;
    phone.sees(".message.customer", "Opening hours").await?;
    phone.sees(".message.business", shop::HOURS).await?;
    says(phone, "/live_agent").await?;
    phone.sees(".message.business", shop::ONE_MOMENT).await.map(drop)
}

async fn ann_logs_in_by_keyboard(desk: &Page) -> Outcome {
    desk.is_focused("#email").await?;
    assert_eq!(desk.focused_label().await?, "E-mail address");
    desk.poses("desk-login").await?;
    desk.types(shop::ANN.email).await?;
    desk.presses(Key::Tab).await?;
    assert_eq!(desk.focused_label().await?, "Password");
    desk.types(shop::PASSWORD).await?;
    desk.presses(Key::Enter).await?;
    desk.sees("#me", shop::ANN.name).await.map(drop)
}

async fn ann_reads_the_transcript(desk: &Page) -> Outcome {
    let [welcome, question] = shop::GREETING;
    desk.sees("#thread-about", "With you").await?;
    for (author, text) in [
        ("customer", "hello"),
        ("bot", welcome),
        ("bot", question),
        ("bot .buttons", "Opening hours"),
        ("customer .choice", "Opening hours"),
        ("bot", shop::HOURS),
        ("customer", "/live_agent"),
        ("system", shop::ONE_MOMENT),
    ] {
        desk.sees(&format!(".message.{author}"), text).await?;
    }
    desk.counts(".message", 7).await
}

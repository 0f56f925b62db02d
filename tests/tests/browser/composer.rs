//! What agents send beside words.

use switchboard_tests::{
    Outcome, World,
    browser::Browsers,
    shop::{self, PAGE},
};
use thirtyfour::Key;

use crate::{ann_logs_in, says};

const PSID: &str = "9000000000000887";

pub(crate) async fn an_agent_answers_reacts_and_offers_buttons(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let phone = browsers.open(&world.phone_page(PAGE, PSID)).await?;
    says(&phone, "/live_agent").await?;
    phone.sees(".message.business", shop::ONE_MOMENT).await?;
    says(&phone, "Roses or tulips?").await?;
    let desk = browsers.open(world.desk_page()).await?;
    ann_logs_in(&desk).await?;
    desk.clicks(".row", "Roses or tulips?").await?;
    desk.sees("#composer-note", "as a person for another 6 d").await?;

    // The newest message is the last one whose deeds can be seen.
    desk.sees(".message.customer .text", "Roses or tulips?").await?;
    desk.clicks(".message.customer:last-child .deed", "Reply").await?;
    desk.sees("#answering", "Roses or tulips?").await?;
    desk.types("Tulips, they are fresh.").await?;
    desk.poses("desk-answering").await?;
    desk.presses(Key::Enter).await?;
    phone.sees(".message.business", "Tulips, they are fresh.").await?;
    desk.sees(".message.agent .quote", "Roses or tulips?").await?;

    desk.clicks("#more", "").await?;
    desk.poses("desk-more").await?;
    desk.clicks("#more-menu button", "Buttons").await?;
    desk.writes("dialog textarea", "How many?").await?;
    desk.writes("dialog .field:last-child input", "Ten").await?;
    desk.clicks("dialog button", "Add an answer").await?;
    desk.types("Twenty").await?;
    desk.poses("desk-buttons").await?;
    desk.clicks("dialog button.primary", "Send").await?;
    phone.sees("button.tap", "Ten").await?;
    phone.clicks("button.tap", "Twenty").await?;
    desk.sees(".message.customer .choice", "Twenty").await?;

    desk.clicks(".message.customer:last-child .deed", "React").await?;
    desk.clicks(".message.customer:last-child .faces .deed", "\u{2764}").await?;
    desk.sees(".message.customer:last-child .reactions", "\u{2764}").await?;

    let long = "Many words. ".repeat(180);
    desk.writes("#text", long.trim()).await?;
    desk.sees("#count", "too long").await?;
    desk.becomes_a_phone("light").await?;
    desk.has_in_reach(&["#more", "#text", "#count", "#send"]).await?;
    desk.poses("small-too-long").await?;
    phone.closes().await?;
    desk.closes().await
}

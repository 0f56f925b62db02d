//! Logging in and out.

use switchboard_tests::{Outcome, World, browser::Browsers, shop};
use thirtyfour::Key;

use crate::ann_logs_in;

pub(crate) async fn a_wrong_password_is_said_plainly_and_logging_out_works(
    world: &mut World,
) -> Outcome {
    let browsers = Browsers::start().await?;
    let desk = browsers.open(world.desk_page()).await?;
    desk.writes("#email", shop::ANN.email).await?;
    desk.writes("#password", "guessed").await?;
    desk.presses(Key::Enter).await?;
    let said = desk.sees("#login-error", ".").await?.text().await?;
    assert!(said.contains("password"), "{said:?}");
    assert!(!said.contains(char::is_numeric), "a sentence for people, with no codes: {said:?}");
    desk.poses("login-wrong").await?;

    // What was typed wrong is selected: typing replaces it.
    desk.is_focused("#password").await?;
    desk.types(shop::PASSWORD).await?;
    desk.presses(Key::Enter).await?;
    desk.sees("#me", shop::ANN.name).await?;
    desk.clicks("#logout", "").await?;
    desk.sees("#login-form", "Log in").await?;
    // Nobody is told that the session has ended who ended it.
    desk.counts("#login-error", 0).await?;
    desk.go(world.desk_page()).await?;
    desk.sees("#login-form", "Log in").await?;
    ann_logs_in(&desk).await?;
    desk.closes().await
}

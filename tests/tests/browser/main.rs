//! The pages of customers and agents in a real browser: what a visitor does first, what keyboards,
//! phones and restarts do to the pages, and what hostile customers cannot do.
//!
//! Every scenario ends with the browser's own complaints: script errors and what the security
//! policy stopped are failures. With SWITCHBOARD_TEST_PICTURES=FOLDER the scenarios take pictures.

mod admin;
mod alerts;
mod aside;
mod bots;
mod composer;
mod connect;
mod contacts;
mod control;
mod dispatch;
mod files;
mod hostile;
mod hostile_kinds;
mod kit;
mod layout;
mod linking;
mod login;
mod notifications;
mod people;
mod phone;
mod reports;
mod restart;
mod transcript;
mod visit;
mod webhooks;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use switchboard_tests::{Outcome, World, browser::Page, shop};

use admin::an_administrator_sets_up_and_uses_a_template;
use alerts::an_agent_who_looks_elsewhere_is_told_of_messages;
use aside::an_agent_puts_aside_and_the_customer_says_how_it_was;
use bots::an_administrator_adds_corrects_and_removes_a_bot;
use composer::an_agent_answers_reacts_and_offers_buttons;
use connect::an_administrator_connects_a_page;
use contacts::an_agent_knows_who_is_who_and_blocks;
use control::another_apps_control_is_seen_and_taken_back;
use dispatch::{
    an_administrator_says_how_a_team_works, an_agent_sends_on_with_a_note_and_the_other_reads_it,
    who_does_nothing_is_away_and_reads_why,
};
use files::pictures_are_seen_and_sent;
use hostile::what_customers_write_is_text_and_nothing_else;
use hostile_kinds::what_customers_tell_is_text_too;
use kit::{
    an_administrator_makes_a_key_and_reads_the_log, an_agent_sorts_finds_and_answers_quickly,
};
use layout::phones_show_all_in_light_and_dark;
use linking::{a_customer_logs_in_at_the_shops_provider, a_customer_logs_in_on_a_phone};
use login::a_wrong_password_is_said_plainly_and_logging_out_works;
use notifications::people_choose_what_mails_tell_them;
use people::an_administrator_lets_somebody_in_and_locks_them_out;
use phone::a_phone_plays_what_phones_can_do;
use reports::a_supervisor_sees_what_is_late_and_reads_reports;
use restart::the_desk_recovers_from_a_crash_by_itself;
use transcript::an_agent_sees_what_customers_send;
use visit::a_visitor_is_answered_by_the_bot_and_by_ann;
use webhooks::an_administrator_manages_a_webhook_endpoint;

switchboard_tests::in_mode!(
    embedded: a_visitor_is_answered_by_the_bot_and_by_ann,
    a_wrong_password_is_said_plainly_and_logging_out_works,
    the_desk_recovers_from_a_crash_by_itself,
    what_customers_write_is_text_and_nothing_else,
    what_customers_tell_is_text_too,
    phones_show_all_in_light_and_dark,
    a_phone_plays_what_phones_can_do,
    an_agent_sees_what_customers_send,
    another_apps_control_is_seen_and_taken_back,
    an_agent_answers_reacts_and_offers_buttons,
    pictures_are_seen_and_sent,
    an_agent_who_looks_elsewhere_is_told_of_messages,
    an_administrator_connects_a_page,
    an_administrator_sets_up_and_uses_a_template,
    an_administrator_adds_corrects_and_removes_a_bot,
    an_agent_sorts_finds_and_answers_quickly,
    an_agent_knows_who_is_who_and_blocks,
    an_agent_puts_aside_and_the_customer_says_how_it_was,
    an_administrator_makes_a_key_and_reads_the_log,
    a_supervisor_sees_what_is_late_and_reads_reports,
    a_customer_logs_in_on_a_phone,
    a_customer_logs_in_at_the_shops_provider,
    an_agent_sends_on_with_a_note_and_the_other_reads_it,
    an_administrator_says_how_a_team_works,
    an_administrator_lets_somebody_in_and_locks_them_out,
    an_administrator_manages_a_webhook_endpoint,
);
// The pages are the same files; what they are told comes another way.
switchboard_tests::in_mode!(
    distributed: an_administrator_connects_a_page,
    an_administrator_adds_corrects_and_removes_a_bot,
    an_administrator_manages_a_webhook_endpoint,
);
switchboard_tests::in_mode!(mailing_embedded: people_choose_what_mails_tell_them);

switchboard_tests::in_mode!(watchful_embedded: who_does_nothing_is_away_and_reads_why);

/// The customer that the sample shop begins with.
const MAYA: &str = "9000000000000101";

/// Logs Ann in.
async fn ann_logs_in(desk: &Page) -> Outcome {
    logs_in(desk, shop::ANN).await
}

/// Logs someone in.
async fn logs_in(desk: &Page, person: shop::Person) -> Outcome {
    desk.writes("#email", person.email).await?;
    desk.writes("#password", shop::PASSWORD).await?;
    desk.clicks("#login-submit", "").await?;
    desk.sees("#logout", "").await.map(drop)
}

/// Writes into a field in place of what it says.
async fn rewrites(page: &Page, selector: &str, text: &str) -> Outcome {
    page.clicks(selector, "").await?;
    page.asks::<()>("document.querySelector(arguments[0]).select();", &[selector]).await?;
    page.types(text).await
}

/// Sends a message from the phone.
async fn says(phone: &Page, text: &str) -> Outcome {
    phone.writes("#text", text).await?;
    phone.clicks("#send", "").await?;
    phone.sees(".message.customer", text).await.map(drop)
}

/// Sends a message with the token of an account, past Switchboard.
async fn sends_past_switchboard(world: &World, account: shop::Account, body: &Value) -> Outcome {
    let app = json!({ "require_proof": false });
    let path = format!("apps/{}", shop::META_APP_ID);
    world.simulator()?.change(Method::PUT, &path, &app).await?;
    let phone = world.phone_page(account, "");
    let (simulator, _) = phone.split_once("/phone").ok_or("the phone has no address")?;
    let url = format!("{simulator}/v25.0/{}/messages", account.sender_id);
    let request = Client::builder().no_proxy().build()?.post(url);
    request.bearer_auth(account.token).json(body).send().await?.error_for_status()?;
    Ok(())
}

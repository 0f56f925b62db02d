//! Account linking as the customer's phone does it: a Log In button opens the
//! business' page, and the browser comes back to a page that stands for
//! facebook.com's.
//!
//! Meta: Messenger Platform, "Account Linking".

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ids;
use crate::simulator::Simulator;
use crate::state::thread::{Message, Progress, Side, View};
use crate::state::{Channel, ThreadKey, World};
use crate::webhooks::deliver;
use crate::webhooks::events::account_linking;

/// Where the browser comes back to.
const RETURN: &str = "/messenger_platform/account_linking";

/// Why a log-in cannot begin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// Not a customer of a Page.
    #[error("the account has no such Messenger customer")]
    NoCustomer,
    /// Only a button starts the flow.
    #[error("no Log In button with this url was sent to the customer")]
    NoButton,
    /// The button's URL cannot be opened.
    #[error("the button's url cannot be opened: {0}")]
    Url(#[from] url::ParseError),
}

/// The customer taps a Log In button: the URL that the browser opens.
pub(crate) fn begin(
    world: &mut World,
    base_url: &str,
    thread: &ThreadKey,
    button_url: &str,
    now_ms: i64,
) -> Result<String, Refusal> {
    let account = world.directory.accounts.get(&thread.account);
    let known = world.directory.customers.contains_key(thread);
    if !known || account.is_none_or(|account| account.channel != Channel::Messenger) {
        return Err(Refusal::NoCustomer);
    }
    let buttons = world
        .threads
        .get(thread)
        .into_iter()
        .flat_map(|thread| &thread.messages)
        .flat_map(|message| message.view.all_buttons());
    if !buttons.into_iter().any(|button| button.login.as_deref() == Some(button_url)) {
        return Err(Refusal::NoButton);
    }
    let mut url = url::Url::parse(button_url)?;
    let token = world.linking.begin(thread, now_ms);
    let redirect_uri = format!("{base_url}{RETURN}?account_linking_token={token}");
    url.query_pairs_mut()
        .append_pair("account_linking_token", &token)
        .append_pair("redirect_uri", &redirect_uri);
    Ok(url.into())
}

/// Routes of the page that the browser comes back to.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.route(RETURN, web::get().to(come_back));
}

#[derive(Deserialize)]
struct Query {
    account_linking_token: Option<String>,
    authorization_code: Option<String>,
}

/// How a log-in ended, as the page and the phone say it.
#[derive(Debug, Clone, Copy)]
enum End {
    Linked,
    /// Aborted; why.
    Aborted(&'static str),
}

async fn come_back(sim: web::Data<Arc<Simulator>>, query: web::Query<Query>) -> HttpResponse {
    let now_ms = sim.clock.now_ms();
    let token = query.account_linking_token.as_deref().unwrap_or_default();
    let thread = sim.lock().linking.end(token, now_ms);
    let Some(thread) = thread else {
        return page(End::Aborted("The link expired, was used before, or is unknown."), None);
    };
    let end = match query.authorization_code.as_deref().filter(|code| !code.is_empty()) {
        None => End::Aborted("You did not log in."),
        Some(code) => {
            let item = json!({"status": "linked", "authorization_code": code});
            match deliver::once(&sim, &account_linking(&thread, item, now_ms)).await {
                Some(true) => End::Linked,
                Some(false) => End::Aborted("The business did not answer."),
                None => End::Aborted("The business' app does not listen for log-ins."),
            }
        }
    };
    note(&mut sim.lock(), &thread, end, now_ms);
    sim.changed();
    page(end, Some(&thread))
}

/// Shows the end on the phone.
fn note(world: &mut World, thread: &ThreadKey, end: End, now_ms: i64) {
    let text = match end {
        End::Linked => "Logged in",
        End::Aborted(_) => "Logging in was aborted",
    };
    let view = View { kind: "account_linking".into(), text: Some(text.into()), ..View::default() };
    let message = Message {
        id: ids::message(Channel::Messenger, &thread.customer),
        from: Side::Customer,
        at: now_ms,
        status: Progress::Delivered,
        view,
        marker: None,
        reply_to: None,
        reaction: None,
        deleted: false,
        content: Value::Null,
    };
    world.threads.push(thread, message);
}

fn page(end: End, thread: Option<&ThreadKey>) -> HttpResponse {
    let (outcome, title, reason) = match end {
        End::Linked => ("linked", "Your account is linked", "You may close this page."),
        End::Aborted(reason) => ("aborted", "Logging in was aborted", reason),
    };
    let back = thread.map(|thread| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("account", &thread.account)
            .append_pair("customer", &thread.customer)
            .finish()
            .replace('&', "&amp;");
        format!("<p><a href=\"/phone?{query}\">Back to the phone</a></p>")
    });
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(("Content-Security-Policy", "default-src 'self'; img-src data:"))
        .insert_header(("Referrer-Policy", "no-referrer"))
        .body(format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{title}</title><link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"/phone/phone.css\">\
             <main class=\"phone page\" data-outcome=\"{outcome}\"><h1>{title}</h1>\
             <p>{reason}</p>{}</main></html>",
            back.unwrap_or_default()
        ))
}

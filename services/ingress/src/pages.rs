//! Pages for people: mobile first, without scripts, escaped by their templates.
//!
//! No page is kept by a browser, framed by another page, or named to another site. There is no
//! `form-action`: browsers apply it to where a form's answer redirects to as well, and Meta goes on
//! from there to addresses of its own.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, ContentType, LOCATION, REFERRER_POLICY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
};
use askama::Template;

const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

/// The look of all pages.
pub(crate) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .content_type("text/css; charset=utf-8")
        .body(include_str!("../templates/page.css"))
}

/// Asks for name and password.
#[derive(Template)]
#[template(path = "log_in.html")]
pub(crate) struct LogIn<'a> {
    pub(crate) shop: &'a str,
    pub(crate) account: &'a str,
    pub(crate) session: &'a str,
    pub(crate) username: &'a str,
    pub(crate) problem: Option<&'a str>,
}

/// Asks whether to go on to where the customer logs in: a browser may be logged in there already, and
/// then nothing else would stand between opening a link and being linked.
#[derive(Template)]
#[template(path = "go_on.html")]
pub(crate) struct GoOn<'a> {
    pub(crate) shop: &'a str,
    pub(crate) account: &'a str,
    pub(crate) session: &'a str,
}

/// Says one thing, and leads back to the chat if it is known where that is.
#[derive(Template)]
#[template(path = "told.html")]
pub(crate) struct Told<'a> {
    pub(crate) title: &'a str,
    pub(crate) text: &'a str,
    pub(crate) back: Option<&'a str>,
}

/// How far a request to delete data is.
#[derive(Template)]
#[template(path = "deletion.html")]
pub(crate) struct Deletion<'a> {
    pub(crate) text: &'a str,
    pub(crate) code: &'a str,
    pub(crate) state: &'a str,
}

/// Answers with a page.
pub(crate) fn show(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(html) => guarded(status).content_type(ContentType::html()).body(html),
        Err(error) => {
            tracing::error!(%error, "a page cannot be written");
            guarded(StatusCode::INTERNAL_SERVER_ERROR).finish()
        }
    }
}

/// Sends the browser elsewhere, by a plain GET.
pub(crate) fn go(to: &str) -> HttpResponse {
    guarded(StatusCode::SEE_OTHER).insert_header((LOCATION, to)).finish()
}

fn guarded(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    answer
}

//! The REST API under `/api/v1`. Handlers take a [`crate::auth::caller::Caller`], read through its
//! sight, and give actions to the router; times are milliseconds since the Unix epoch, UTC.

mod access;
mod accounts;
mod bots;
mod contacts;
mod conversations;
mod cursor;
mod integrators;
mod kit;
mod notifications;
mod openapi;
mod reports;
mod surveys;
mod team;
mod unknown;
mod words;

use actix_web::{
    HttpRequest, HttpResponse,
    error::{JsonPayloadError, PathError, QueryPayloadError},
    middleware::from_fn,
    web::{self, ServiceConfig, get},
};

use switchboard_chassis::problem::Problem;

use crate::{
    auth::audit::record,
    fault::{self, Fault},
    live::socket,
};

/// The largest body that a client may send: text for a message, with room.
const LARGEST_BODY: usize = 64 * 1024;

/// The longest name of anything, in characters.
const LONGEST_NAME: usize = 200;

/// Mounts the API.
pub(crate) fn mount(app: &mut ServiceConfig) {
    app.app_data(web::JsonConfig::default().limit(LARGEST_BODY).error_handler(bad_json))
        .app_data(web::PathConfig::default().error_handler(bad_path))
        .app_data(web::QueryConfig::default().error_handler(bad_query));
    let api = web::scope("/api/v1").wrap(from_fn(record)).configure(routes);
    app.service(api.default_service(web::to(unknown::answer)));
}

fn routes(app: &mut ServiceConfig) {
    app.route("/openapi.json", get().to(openapi::serve)).route("/ws", get().to(socket::open));
    conversations::routes(app);
    contacts::routes(app);
    kit::routes(app);
    access::routes(app);
    team::routes(app);
    accounts::routes(app);
    bots::routes(app);
    integrators::routes(app);
    reports::routes(app);
    notifications::routes(app);
    surveys::routes(app);
}

fn bad_json(error: JsonPayloadError, _: &HttpRequest) -> actix_web::Error {
    told(fault::invalid(format!("The body is not the JSON that is expected: {error}.")))
}

fn bad_query(error: QueryPayloadError, _: &HttpRequest) -> actix_web::Error {
    told(fault::invalid(format!("The query is not what is expected: {error}.")))
}

/// An id that is none names nothing.
fn bad_path(_: PathError, _: &HttpRequest) -> actix_web::Error {
    told(fault::not_found("thing"))
}

fn told(problem: Problem) -> actix_web::Error {
    Fault::Told(problem).into()
}

/// A name as people gave it.
///
/// # Errors
/// 422 when it is empty or too long.
fn named(name: String) -> Result<String, Problem> {
    let length = name.trim().chars().count();
    if (1..=LONGEST_NAME).contains(&length) {
        return Ok(name.trim().to_owned());
    }
    Err(fault::invalid(format!("A name has 1 to {LONGEST_NAME} characters.")))
}

/// 202: durable, to be applied by the router in a moment.
fn accepted() -> HttpResponse {
    HttpResponse::Accepted().finish()
}

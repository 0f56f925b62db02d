//! Reports: what happened in a range of time, by what differs. What each number means:
//! docs/REPORTS.md.

mod ask;
mod csv;
mod lines;
mod lists;
mod view;

use actix_web::web::{ServiceConfig, get};
use utoipa::OpenApi;

/// Its part of the description.
#[derive(OpenApi)]
#[openapi(paths(
    lists::overview,
    lists::days,
    lists::hours,
    lists::agents,
    lists::teams,
    lists::accounts,
    lists::channels,
    lists::labels,
    lists::handoffs,
))]
pub(crate) struct Docs;

/// Its routes.
pub(crate) fn routes(app: &mut ServiceConfig) {
    app.route("/reports/overview", get().to(lists::overview))
        .route("/reports/days", get().to(lists::days))
        .route("/reports/hours", get().to(lists::hours))
        .route("/reports/agents", get().to(lists::agents))
        .route("/reports/teams", get().to(lists::teams))
        .route("/reports/accounts", get().to(lists::accounts))
        .route("/reports/channels", get().to(lists::channels))
        .route("/reports/labels", get().to(lists::labels))
        .route("/reports/handoffs", get().to(lists::handoffs));
}

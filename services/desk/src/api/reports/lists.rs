//! A report for each thing that its lines can differ by.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use switchboard_chassis::problem::Problem;

use super::{
    ask::{Ask, ReportQuery},
    csv,
    lines::{self, By, Line, Part},
    view::{HandOffs, Report},
};
use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::Fault,
};

/// What comes with a request for a report.
type Asked = (Data<Desk>, Caller, Query<ReportQuery>, HttpRequest);

/// All numbers of a range of time, in one line. With format=csv, or Accept: text/csv, for a
/// spreadsheet, as all reports.
#[utoipa::path(
    get, path = "/reports/overview", tag = "reports",
    params(ReportQuery),
    responses(
        (status = 200, content((Report = "application/json"), (String = "text/csv"))),
        (status = 401), (status = 403), (status = 422)
    ),
)]
pub(crate) async fn overview(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<ReportQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    report("overview", By::Whole, (desk, caller, query, request)).await
}

/// By the day, in the asker's time zone.
#[utoipa::path(
    get, path = "/reports/days", tag = "reports",
    params(ReportQuery),
    responses(
        (status = 200, content((Report = "application/json"), (String = "text/csv"))),
        (status = 401), (status = 403), (status = 422)
    ),
)]
pub(crate) async fn days(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<ReportQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    report("days", By::Day, (desk, caller, query, request)).await
}

/// By the hour of the day, in the asker's time zone.
#[utoipa::path(
    get, path = "/reports/hours", tag = "reports",
    params(ReportQuery),
    responses(
        (status = 200, content((Report = "application/json"), (String = "text/csv"))),
        (status = 401), (status = 403), (status = 422)
    ),
)]
pub(crate) async fn hours(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<ReportQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    report("hours", By::Hour, (desk, caller, query, request)).await
}

/// By the agent: whose answers they were, and who was in charge at the end.
#[utoipa::path(
    get, path = "/reports/agents", tag = "reports",
    params(ReportQuery),
    responses(
        (status = 200, content((Report = "application/json"), (String = "text/csv"))),
        (status = 401), (status = 403), (status = 422)
    ),
)]
pub(crate) async fn agents(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<ReportQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    report("agents", By::Agent, (desk, caller, query, request)).await
}

/// By the team.
#[utoipa::path(
    get, path = "/reports/teams", tag = "reports",
    params(ReportQuery),
    responses(
        (status = 200, content((Report = "application/json"), (String = "text/csv"))),
        (status = 401), (status = 403), (status = 422)
    ),
)]
pub(crate) async fn teams(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<ReportQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    report("teams", By::Team, (desk, caller, query, request)).await
}

/// By the account.
#[utoipa::path(
    get, path = "/reports/accounts", tag = "reports",
    params(ReportQuery),
    responses(
        (status = 200, content((Report = "application/json"), (String = "text/csv"))),
        (status = 401), (status = 403), (status = 422)
    ),
)]
pub(crate) async fn accounts(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<ReportQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    report("accounts", By::Account, (desk, caller, query, request)).await
}

/// By the channel.
#[utoipa::path(
    get, path = "/reports/channels", tag = "reports",
    params(ReportQuery),
    responses(
        (status = 200, content((Report = "application/json"), (String = "text/csv"))),
        (status = 401), (status = 403), (status = 422)
    ),
)]
pub(crate) async fn channels(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<ReportQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    report("channels", By::Channel, (desk, caller, query, request)).await
}

/// By the label: each conversation counts for every label that it has now.
#[utoipa::path(
    get, path = "/reports/labels", tag = "reports",
    params(ReportQuery),
    responses(
        (status = 200, content((Report = "application/json"), (String = "text/csv"))),
        (status = 401), (status = 403), (status = 422)
    ),
)]
pub(crate) async fn labels(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<ReportQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    report("labels", By::Label, (desk, caller, query, request)).await
}

/// Why conversations were handed to people, the most frequent reason first.
#[utoipa::path(
    get, path = "/reports/handoffs", tag = "reports",
    params(ReportQuery),
    responses(
        (status = 200, content((HandOffs = "application/json"), (String = "text/csv"))),
        (status = 401), (status = 403), (status = 422)
    ),
)]
pub(crate) async fn handoffs(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<ReportQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let (ask, lines) = read(By::Whole, (desk, caller, query, request)).await?;
    let reasons = HandOffs::new(&ask, lines);
    if ask.csv {
        return Ok(csv::hand_offs("handoffs", &reasons));
    }
    Ok(HttpResponse::Ok().json(reasons))
}

async fn report(name: &'static str, by: By, asked: Asked) -> Result<HttpResponse, Fault> {
    let (ask, lines) = read(by, asked).await?;
    let report = Report::new(&ask, lines);
    if ask.csv {
        return Ok(csv::report(name, &report));
    }
    Ok(HttpResponse::Ok().json(report))
}

async fn read(
    by: By,
    (desk, caller, query, request): Asked,
) -> Result<(Arc<Ask>, Vec<Line>), Fault> {
    caller.require(Permission::SeeReports)?;
    let ask: Result<Ask, Problem> = Ask::read(&request, query.into_inner());
    let (ask, workspace) = (Arc::new(ask?), caller.workspace());
    let part = |part: Part| {
        let ask = Arc::clone(&ask);
        desk.store.read(move |db| lines::part(db, workspace, &ask, (by, part)))
    };
    let (mut sums, times, messages, scores) = tokio::try_join!(
        part(Part::Counts),
        part(Part::Times),
        part(Part::Messages),
        part(Part::Scores),
    )?;
    for (key, figures) in times.into_iter().chain(messages).chain(scores) {
        sums.entry(key).or_default().merge(figures);
    }
    let named = Arc::clone(&ask);
    let lines = desk.store.read(move |db| lines::named(db, workspace, &named, (by, sums))).await?;
    Ok((ask, lines))
}

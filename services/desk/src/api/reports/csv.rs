//! Reports for spreadsheets.

use actix_web::{HttpResponse, http::header};

use super::view::{HandOffs, LineView, Report, TimesView};

/// Cells that begin so are read as formulas by spreadsheets.
const FORMULAS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

type Cells = Vec<(String, String)>;

/// A report, a line of it in each row.
pub(super) fn report(name: &str, report: &Report) -> HttpResponse {
    answer(name, &report.lines.iter().map(cells).collect::<Vec<_>>())
}

/// Reasons, one in each row.
pub(super) fn hand_offs(name: &str, of: &HandOffs) -> HttpResponse {
    let row = |reason: &super::view::Reason| {
        let number = |name: &str, value: String| (name.to_owned(), value);
        vec![
            number("reason", text(&reason.reason)),
            number("count", reason.count.to_string()),
            number("share", reason.share.to_string()),
        ]
    };
    answer(name, &of.reasons.iter().map(row).collect::<Vec<_>>())
}

fn answer(name: &str, rows: &[Cells]) -> HttpResponse {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = rows.first().map(|row| row.iter().map(|(name, _)| name).collect::<Vec<_>>());
    let head = head.map_or(Ok(()), |head| writer.write_record(head));
    let written = head.and_then(|()| {
        rows.iter().try_for_each(|row| writer.write_record(row.iter().map(|(_, cell)| cell)))
    });
    let (Ok(()), Ok(body)) = (written, writer.into_inner()) else {
        // Writing to memory cannot fail.
        return HttpResponse::InternalServerError().finish();
    };
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"switchboard-{name}.csv\""),
        ))
        .body(body)
}

/// A text that stays one: a formula in a name would run in the reader's spreadsheet.
fn text(text: &str) -> String {
    if text.starts_with(FORMULAS) { format!("'{text}") } else { text.to_owned() }
}

fn cells(line: &LineView) -> Cells {
    let mut cells = vec![
        ("key".to_owned(), text(&line.key)),
        ("name".to_owned(), text(&line.name)),
        ("containment".to_owned(), share(line.containment)),
    ];
    let counts = [
        ("begun", line.begun),
        ("begun_again", line.begun_again),
        ("handed_off", line.handed_off),
        ("resolved_by_people", line.resolved_by_people),
        ("resolved_by_bot", line.resolved_by_bot),
        ("resolved_otherwise", line.resolved_otherwise),
        ("messages_customers", line.messages.customers),
        ("messages_bots", line.messages.bots),
        ("messages_agents", line.messages.agents),
        ("messages_system", line.messages.system),
        ("messages_elsewhere", line.messages.elsewhere),
        ("breaches", line.breaches),
        ("surveys_asked", line.satisfaction.asked),
        ("surveys_not_asked", line.satisfaction.not_asked),
        ("surveys_answered", line.satisfaction.answered),
    ];
    cells.extend(counts.map(|(name, count)| (name.to_owned(), count.to_string())));
    cells.push(("surveys_mean".to_owned(), share(line.satisfaction.mean)));
    cells.push(("surveys_satisfied".to_owned(), share(line.satisfaction.satisfied)));
    let times = [
        ("first_response", &line.first_response),
        ("next_response", &line.next_response),
        ("resolution", &line.resolution),
        ("line", &line.line),
    ];
    cells.extend(times.into_iter().flat_map(|(name, times)| of_times(name, times)));
    cells
}

fn of_times(prefix: &str, times: &TimesView) -> Cells {
    let (wall, open) = (times.wall, times.open);
    let seconds = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    let all = [
        ("count", times.count.to_string()),
        ("median_seconds", seconds(wall.map(|it| it.median))),
        ("p90_seconds", seconds(wall.map(|it| it.p90))),
        ("mean_seconds", seconds(wall.map(|it| it.mean))),
        ("open_median_seconds", seconds(open.map(|it| it.median))),
        ("open_p90_seconds", seconds(open.map(|it| it.p90))),
        ("open_mean_seconds", seconds(open.map(|it| it.mean))),
        ("met", times.met.to_string()),
        ("missed", times.missed.to_string()),
        ("attainment", share(times.attainment)),
    ];
    all.into_iter().map(|(name, cell)| (format!("{prefix}_{name}"), cell)).collect()
}

fn share(value: Option<f64>) -> String {
    value.map(|value| format!("{value:.4}")).unwrap_or_default()
}

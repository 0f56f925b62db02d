//! What a report is asked about.

use std::time::Duration;

use actix_web::{HttpRequest, http::header};
use serde::Deserialize;
use switchboard_chassis::{clock, problem::Problem};
use switchboard_domain::{
    Channel, Timestamp,
    calendar::Calendar,
    ids::{AccountId, LabelId, TeamId, UserId},
};
use utoipa::IntoParams;

use crate::{api::words::ChannelWord, fault};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The range unless the client says otherwise, in days.
const USUAL: u32 = 30;

/// And at most: so the work for an answer is bounded.
const LONGEST: u32 = 400;

/// What to count; all conditions hold together.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportQuery {
    /// From then on; 30 days before the end unless given.
    from: Option<i64>,
    /// Until then, exclusive; now unless given. At most 400 days after the beginning.
    until: Option<i64>,
    /// In which days and hours are counted: an IANA time zone such as Europe/Berlin; UTC unless given.
    zone: Option<String>,
    /// Only of this account.
    #[param(value_type = Option<String>, format = "uuid")]
    pub(super) account: Option<AccountId>,
    /// Only of accounts of this channel: messenger, instagram, whatsapp.
    #[param(value_type = Option<ChannelWord>)]
    pub(super) channel: Option<Channel>,
    /// Only of this team.
    #[param(value_type = Option<String>, format = "uuid")]
    pub(super) team: Option<TeamId>,
    /// Only of this agent.
    #[param(value_type = Option<String>, format = "uuid")]
    pub(super) agent: Option<UserId>,
    /// Only of conversations that have this label now.
    #[param(value_type = Option<String>, format = "uuid")]
    pub(super) label: Option<LabelId>,
    /// csv: for spreadsheets. So does Accept: text/csv.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// What was asked, understood.
pub(super) struct Ask {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) zone: String,
    pub(super) calendar: Calendar,
    pub(super) csv: bool,
    pub(super) query: ReportQuery,
}

impl Ask {
    /// Reads a query.
    ///
    /// # Errors
    /// 422 when it makes no sense.
    pub(super) fn read(request: &HttpRequest, query: ReportQuery) -> Result<Self, Problem> {
        let until = query.until.map_or_else(clock::now, Timestamp::from_millis);
        let usual = until.as_millis().saturating_sub(millis(DAY * USUAL));
        let from = Timestamp::from_millis(query.from.unwrap_or(usual));
        if from >= until || until.since(from) > DAY * LONGEST {
            let text =
                format!("A report begins before it ends, and covers {LONGEST} days at most.");
            return Err(fault::invalid(text));
        }
        let zone = query.zone.clone().unwrap_or_else(|| "UTC".into());
        let calendar = Calendar::of(&zone).ok_or_else(|| {
            fault::invalid(format!(
                "{zone:?} is no time zone; use an IANA name such as Asia/Tokyo."
            ))
        })?;
        let csv = match query.format.as_deref() {
            None | Some("json") => query.format.is_none() && accepts_csv(request),
            Some("csv") => true,
            Some(_) => return Err(fault::invalid("A format is json or csv.")),
        };
        Ok(Self { from, until, zone, calendar, csv, query })
    }
}

fn accepts_csv(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/csv"))
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

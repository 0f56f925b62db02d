//! What teams promise of their answers. What each time means: docs/REPORTS.md.

use std::collections::BTreeMap;

use actix_web::web::{Data, Json, Path};
use serde::{Deserialize, Serialize};
use switchboard_domain::{
    dispatch::Priority,
    ids::TeamId,
    ledger::{Sla, Targets},
};
use switchboard_store::{Db, StoreError, sla, teams};
use utoipa::ToSchema;

use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
};

/// The longest time that can be promised: a year. Minutes.
const LONGEST: u32 = 365 * 24 * 60;

/// What a team promises.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "around_the_clock": false,
    "targets": {
        "normal": {"first_response": 15, "next_response": 30, "resolution": 480},
        "urgent": {"first_response": 5, "next_response": 10, "resolution": null}
    }
}))]
pub(crate) struct TeamSla {
    /// Whether the time runs while the team is closed, too.
    #[serde(default)]
    around_the_clock: bool,
    /// By priority (low, normal, high, urgent): the longest first_response, next_response and
    /// resolution, in minutes, 1 to 525600. Nothing is promised where there is none.
    #[schema(value_type = ByPriority)]
    #[serde(default)]
    targets: BTreeMap<Priority, Targets>,
}

/// The targets, for the description.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a map by priority")]
struct ByPriority {
    #[schema(nullable = false)]
    low: Option<PromisedTimes>,
    #[schema(nullable = false)]
    normal: Option<PromisedTimes>,
    #[schema(nullable = false)]
    high: Option<PromisedTimes>,
    #[schema(nullable = false)]
    urgent: Option<PromisedTimes>,
}

/// The longest times, in minutes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the domain's targets")]
struct PromisedTimes {
    #[schema(minimum = 1, maximum = 525_600)]
    first_response: Option<u32>,
    #[schema(minimum = 1, maximum = 525_600)]
    next_response: Option<u32>,
    #[schema(minimum = 1, maximum = 525_600)]
    resolution: Option<u32>,
}

/// What a team promises of its answers.
#[utoipa::path(
    get, path = "/teams/{id}/sla", tag = "people",
    params(("id" = String, Path)),
    responses((status = 200, body = TeamSla), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn team(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<TeamId>,
) -> Result<Json<TeamSla>, Fault> {
    caller.require(Permission::ManagePeople)?;
    let (workspace, id) = (caller.workspace(), *id);
    let read = move |db: &mut Db| {
        teams::by_id(db, workspace, id)?.ok_or(StoreError::NotFound("team"))?;
        sla::of_team(db, workspace, id)
    };
    let Sla { around_the_clock, targets } = desk.store.read(read).await?;
    Ok(Json(TeamSla { around_the_clock, targets }))
}

/// Says what a team promises. It holds for a conversation from the next that happens in it.
#[utoipa::path(
    put, path = "/teams/{id}/sla", tag = "people",
    params(("id" = String, Path)),
    request_body = TeamSla,
    responses(
        (status = 200, body = TeamSla), (status = 401), (status = 403), (status = 404),
        (status = 422)
    ),
)]
pub(crate) async fn set_team(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<TeamId>,
    body: Json<TeamSla>,
) -> Result<Json<TeamSla>, Fault> {
    caller.require(Permission::ManagePeople)?;
    let (workspace, id) = (caller.workspace(), *id);
    if let Some(field) = wrong(&body) {
        let why = format!("A time has 1 to {LONGEST} minutes.");
        return Err(fault::invalid(why).field(field).into());
    }
    let sla = Sla { around_the_clock: body.around_the_clock, targets: body.targets.clone() };
    desk.store.write(move |db| sla::set(db, workspace, id, &sla)).await?;
    Ok(body)
}

/// The field of a time that cannot be promised.
fn wrong(sla: &TeamSla) -> Option<String> {
    let times = sla.targets.iter().flat_map(|(priority, targets)| {
        let Targets { first_response, next_response, resolution } = *targets;
        let named = [
            ("first_response", first_response),
            ("next_response", next_response),
            ("resolution", resolution),
        ];
        named.map(|(name, time)| (priority, name, time))
    });
    let out = |time: Option<u32>| time.is_some_and(|time| !(1..=LONGEST).contains(&time));
    let mut wrong = times.into_iter().filter(|(_, _, time)| out(*time));
    wrong.next().map(|(priority, name, _)| format!("targets.{}.{name}", priority.as_str()))
}

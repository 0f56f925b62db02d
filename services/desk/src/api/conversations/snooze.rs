//! Putting conversations aside, and taking them up again. Each answers 202: durable, applied by the
//! router in a moment.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::Deserialize;
use switchboard_chassis::{clock, problem::Problem};
use switchboard_contract::wire::{
    Empty,
    agent_action::{self, Action},
};
use switchboard_domain::{Timestamp, ids::ConversationId};
use utoipa::ToSchema;

use super::actions::act;
use crate::{
    auth::caller::Caller,
    desk::Desk,
    fault::{self, Fault},
};

/// The longest time that something can be put aside for, in minutes: a year.
const LONGEST: i64 = 366 * 24 * 60;

/// Until when: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"for_minutes": 120}))]
pub(crate) struct SnoozeBody {
    /// A time, at most a year ahead.
    until: Option<i64>,
    /// Minutes from now on, at most a year.
    for_minutes: Option<i64>,
}

/// Puts it aside, until that time or until the customer writes: it is in nobody's list of open
/// conversations and nobody's load. Then it goes back to whoever had it, if they are online or busy;
/// else it waits, with the place of who has waited since it was put aside.
#[utoipa::path(
    post, path = "/conversations/{id}/snooze", tag = "conversations",
    params(("id" = String, Path)),
    request_body = SnoozeBody,
    responses((status = 202), (status = 401), (status = 404), (status = 422), (status = 503)),
)]
pub(crate) async fn snooze(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
    body: Json<SnoozeBody>,
) -> Result<HttpResponse, Fault> {
    let action = action(body.until, body.for_minutes)?;
    act(&desk, &caller, *id, action).await
}

/// Takes it up again before its time.
#[utoipa::path(
    post, path = "/conversations/{id}/unsnooze", tag = "conversations",
    params(("id" = String, Path)),
    responses((status = 202), (status = 401), (status = 404), (status = 503)),
)]
pub(crate) async fn unsnooze(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
) -> Result<HttpResponse, Fault> {
    act(&desk, &caller, *id, Action::Unsnooze(Empty {})).await
}

/// The action that puts something aside until then.
///
/// # Errors
/// 422 unless it is one time, ahead of now and within a year.
pub(super) fn action(until: Option<i64>, for_minutes: Option<i64>) -> Result<Action, Problem> {
    let now = clock::now();
    let until = match (until, for_minutes) {
        (Some(until), None) => Timestamp::from_millis(until),
        (None, Some(minutes)) => {
            let micros = minutes.clamp(-1, LONGEST + 1).saturating_mul(60_000_000);
            Timestamp::from_micros(now.as_micros().saturating_add(micros))
        }
        _ => return Err(fault::invalid("Say either until or for_minutes.")),
    };
    let ahead = until.as_micros().saturating_sub(now.as_micros());
    if ahead <= 0 || ahead > LONGEST.saturating_mul(60_000_000) {
        return Err(fault::invalid("The time lies ahead, and a year ahead at most."));
    }
    Ok(Action::Snooze(agent_action::Snooze { until_us: until.as_micros() }))
}

//! What endpoints of other software were told, and telling them once more: docs/INTEGRATE.md.

use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::{Timestamp, ids::EndpointId};
use switchboard_store::{
    Db,
    webhooks::deliveries::{self, Delivery, STATES, Which},
};
use utoipa::{IntoParams, ToSchema};

use super::endpoints::find;
use crate::{
    auth::caller::Caller,
    desk::Desk,
    fault::{self, Fault},
    integrators::{MOST_REPLAYED, trial::Trial},
};

/// Deliveries on a page.
const PAGE: i64 = 100;

/// What came of a test.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "taken": true, "status": 204, "milliseconds": 87, "answer": "answered 204", "said": ""
}))]
pub(crate) struct Tested {
    /// Whether it was taken.
    taken: bool,
    /// The HTTP status; null when no answer came.
    status: Option<u16>,
    /// How long it took.
    milliseconds: u64,
    /// How it went, for people.
    answer: String,
    /// The first 500 characters of what the receiver said.
    said: String,
}

/// One event for an endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "seq": 4, "event_id": "evt_d9b5d251b91a524bbfb26ef330cd327c", "event": "message.received",
    "state": "pending", "attempts": 2, "due_at": 1795788834120_i64,
    "answer": "503 Service Unavailable", "tried_at": 1795788829120_i64
}))]
pub(crate) struct DeliveryView {
    /// Its place, for `before`.
    seq: i64,
    event_id: String,
    event: String,
    /// `pending`, `delivered` or `parked`.
    state: String,
    attempts: u32,
    /// When it is tried next, while pending.
    due_at: Option<i64>,
    /// What came of the last try.
    answer: String,
    tried_at: Option<i64>,
}

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeliveriesQuery {
    /// `pending`, `delivered` or `parked`; all when absent.
    #[param(pattern = "^(pending|delivered|parked)$")]
    state: Option<String>,
    /// Only those before this `seq`.
    before: Option<i64>,
}

/// What is to be told once more: one event, all from a time until another, or all from a time on
/// that the endpoint did not take: what failed, and what happened while it was off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"from": 1790000000000_i64, "until": 1790003600000_i64}))]
pub(crate) struct ReplayBody {
    event_id: Option<String>,
    from: Option<i64>,
    until: Option<i64>,
    missed_since: Option<i64>,
}

/// What is told once more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"events": 17}))]
pub(crate) struct Replayed {
    /// How many events; 10000 at most, so ask again from the last when it is that many.
    events: usize,
}

/// Posts an event of the kind `test` at once, also to an endpoint that is off, and says what came
/// back.
#[utoipa::path(
    post, path = "/webhook-endpoints/{id}/test", tag = "administration",
    params(("id" = String, Path)),
    responses((status = 200, body = Tested), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn test(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<EndpointId>,
) -> Result<Json<Tested>, Fault> {
    let endpoint = find(&desk, &caller, *id).await?;
    let (event, now) = (format!("evt_{}", caller.fresh_id().simple()), clock::now());
    let Trial { taken, status, milliseconds, answer, said } =
        desk.integrators.try_out(&endpoint, &event, now).await;
    Ok(Json(Tested { taken, status, milliseconds, answer, said }))
}

/// The latest deliveries, with what came of the last try.
#[utoipa::path(
    get, path = "/webhook-endpoints/{id}/deliveries", tag = "administration",
    params(("id" = String, Path), DeliveriesQuery),
    responses(
        (status = 200, body = Vec<DeliveryView>), (status = 401), (status = 403), (status = 404),
        (status = 422),
    ),
)]
pub(crate) async fn list(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<EndpointId>,
    query: Query<DeliveriesQuery>,
) -> Result<Json<Vec<DeliveryView>>, Fault> {
    let endpoint = find(&desk, &caller, *id).await?.id;
    let DeliveriesQuery { state, before } = query.into_inner();
    if state.as_deref().is_some_and(|state| !STATES.contains(&state)) {
        return Err(fault::invalid(format!("A state is one of {}.", STATES.join(", "))).into());
    }
    let page = move |db: &mut Db| deliveries::page(db, endpoint, (state.as_deref(), before), PAGE);
    let page = desk.store.read(page).await?;
    Ok(Json(page.into_iter().map(delivery_view).collect()))
}

/// Tells once more, in order, with the ids of before: one event, all of a time, or what was missed.
#[utoipa::path(
    post, path = "/webhook-endpoints/{id}/replay", tag = "administration",
    params(("id" = String, Path)), request_body = ReplayBody,
    responses(
        (status = 200, body = Replayed), (status = 401), (status = 403), (status = 404),
        (status = 409), (status = 422),
    ),
)]
pub(crate) async fn replay(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<EndpointId>,
    body: Json<ReplayBody>,
) -> Result<Json<Replayed>, Fault> {
    let endpoint = find(&desk, &caller, *id).await?;
    let which = match body.into_inner() {
        ReplayBody { event_id: Some(id), from: None, until: None, missed_since: None } => {
            Which::One(id)
        }
        ReplayBody { event_id: None, from: Some(from), until: Some(until), missed_since: None } => {
            Which::Between(Timestamp::from_millis(from), Timestamp::from_millis(until))
        }
        ReplayBody { event_id: None, from: None, until: None, missed_since: Some(since) } => {
            Which::Missed(Timestamp::from_millis(since))
        }
        _ => {
            let text = "Give event_id, or from and until, or missed_since.";
            return Err(fault::invalid(text).into());
        }
    };
    if endpoint.off_because.is_some() {
        return Err(fault::conflict("The endpoint is off; turn it on first.").into());
    }
    let when = (MOST_REPLAYED, clock::now());
    let work = move |db: &mut Db| deliveries::replay(db, &endpoint, &which, when);
    let events = desk.store.write(work).await?;
    desk.integrators.news.notify_one();
    Ok(Json(Replayed { events }))
}

fn delivery_view(delivery: Delivery) -> DeliveryView {
    let pending = delivery.state == "pending";
    DeliveryView {
        seq: delivery.seq,
        event_id: delivery.event,
        event: delivery.kind,
        due_at: pending.then(|| delivery.due.as_millis()),
        state: delivery.state,
        attempts: delivery.attempts,
        answer: delivery.answer,
        tried_at: delivery.tried_at.map(Timestamp::as_millis),
    }
}

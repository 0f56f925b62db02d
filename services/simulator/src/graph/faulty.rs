//! Sends, with the fault switches around them.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::adopt::adopt;
use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::send::{Accepted, Target};
use super::{
    Answer, account_of, auth, count, fetch, messenger, private_reply, refused, respond,
    unknown_path, usage, whatsapp,
};
use crate::cut::cut;
use crate::faults::{Fault, FaultKind, Stage};
use crate::simulator::Simulator;
use crate::state::ledger::Received;
use crate::state::tokens::Token;
use crate::state::{Channel, World};

/// What a call came to, and what is still to go wrong with its answer.
struct Outcome {
    result: GraphResult<Value>,
    after: Vec<Fault>,
    /// Resolves when the first webhook was attempted.
    told: Option<tokio::sync::oneshot::Receiver<()>>,
}

/// Handles `POST /{account}/messages`.
pub(crate) async fn send(
    sim: &Arc<Simulator>,
    request: &HttpRequest,
    mut call: Call,
) -> HttpResponse {
    if let Some(answer) = stopped(sim, request, &call).await {
        return answer;
    }
    call.fetches = fetch::all(sim, &call).await;
    let outcome = attempt(sim, &call);
    answered(sim, request, &call, outcome).await
}

/// The answer of a call that a fault ends before it is looked at.
async fn stopped(sim: &Arc<Simulator>, request: &HttpRequest, call: &Call) -> Option<HttpResponse> {
    for fault in before(sim, call) {
        match fault.kind {
            FaultKind::Delay => tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await,
            FaultKind::TimeoutBefore => return Some(hang(sim).await),
            FaultKind::DropBefore => return Some(cut(request)),
            _ => {
                let error = forced(sim, call, &fault);
                note_refusal(sim, call, &error);
                return Some(answer(sim, call, &Err(error)));
            }
        }
    }
    None
}

/// The answer of a call that was looked at, unless a fault eats it.
async fn answered(
    sim: &Arc<Simulator>,
    request: &HttpRequest,
    call: &Call,
    outcome: Outcome,
) -> HttpResponse {
    for fault in &outcome.after {
        match fault.kind {
            FaultKind::AcceptThenTimeout => return hang(sim).await,
            FaultKind::AcceptThenDrop => return cut(request),
            FaultKind::AcceptThen500 => {
                let error = GraphError::new(1, None, "An unknown error occurred");
                return answer(sim, call, &Err(GraphError { status: 500, ..error }));
            }
            FaultKind::AcceptThenMalformed => {
                return HttpResponse::Ok()
                    .content_type("application/json")
                    .body("{\"recipient_id\":\"1\",\"mess");
            }
            _ => {}
        }
    }
    if let Some(told) = outcome.told {
        let _ = tokio::time::timeout(Duration::from_secs(5), told).await;
    }
    answer(sim, call, &outcome.result)
}

/// Actions and read marks are no messages: faults leave them alone.
fn is_message(call: &Call) -> bool {
    !call.params.contains_key("sender_action") && !call.params.contains_key("status")
}

fn target(world: &World, call: &Call, token: &Token) -> Option<Target> {
    let account = account_of(world, call, token)?;
    match account.channel {
        Channel::WhatsApp => whatsapp::target(world, &account, call),
        _ => messenger::target(world, &account, call)
            .or_else(|| private_reply::target(world, &account, call)),
    }
}

fn before(sim: &Simulator, call: &Call) -> Vec<Fault> {
    let mut world = sim.lock();
    let token = auth::authenticate(&world, call, sim.clock.now_ms());
    let Some(target) = token.ok().and_then(|token| target(&world, call, &token)) else {
        return Vec::new();
    };
    if !is_message(call) {
        return Vec::new();
    }
    let (account, customer) = (&target.key.account, &target.key.customer);
    world.faults.take(Stage::Before, account, customer, |_| true)
}

fn forced(sim: &Simulator, call: &Call, fault: &Fault) -> GraphError {
    let world = sim.lock();
    let token = auth::authenticate(&world, call, sim.clock.now_ms()).ok();
    let channel = token
        .and_then(|token| target(&world, call, &token))
        .map_or(Channel::Messenger, |target| target.account.channel);
    let throttle = match channel {
        Channel::WhatsApp => 130_429,
        _ => 613,
    };
    let code = match fault.kind {
        FaultKind::Throttle => fault.code.unwrap_or(throttle),
        _ => fault.code.unwrap_or(1),
    };
    let mut error = GraphError::forced(channel, code, fault.subcode);
    if let Some(status) = fault.status {
        error.status = status;
    }
    if let Some(message) = &fault.message {
        error.message = format!("(#{code}) {message}");
    }
    error
}

fn attempt(sim: &Arc<Simulator>, call: &Call) -> Outcome {
    let now_ms = sim.clock.now_ms();
    let mut world = sim.lock();
    let world = &mut *world;
    let result = accept(world, call, now_ms);
    if is_message(call) {
        let seen = result.as_ref().map(|(_, accepted)| accepted);
        record(world, call, seen, now_ms);
    }
    let outcome = match result {
        Err(error) => Outcome { result: Err(error), after: Vec::new(), told: None },
        Ok((target, accepted)) => emit(sim, world, call, target, accepted),
    };
    sim.changed();
    outcome
}

fn accept(world: &mut World, call: &Call, now_ms: i64) -> GraphResult<(Option<Target>, Accepted)> {
    let token = auth::authenticate(world, call, now_ms)?;
    let account = account_of(world, call, &token).ok_or_else(|| unknown_path(call))?;
    if !auth::reaches(world, &token, &account) {
        return Err(unknown_path(call));
    }
    count(world, call, &token, now_ms)?;
    let mut target = self::target(world, call, &token);
    // Who commented has not written.
    let stranger = target.as_ref().filter(|_| !private_reply::is_one(call));
    if stranger.is_some_and(|stranger| adopt(world, stranger, now_ms)) {
        target = self::target(world, call, &token);
    }
    let accepted = if account.channel == Channel::WhatsApp {
        whatsapp::send(world, call, &token, &account, now_ms)?
    } else {
        let Some(target) = &target else {
            return Err(GraphError::parameter("The parameter recipient is required."));
        };
        messenger::send(world, call, &token, target, now_ms)?
    };
    Ok((target, accepted))
}

fn emit(
    sim: &Arc<Simulator>,
    world: &mut World,
    call: &Call,
    target: Option<Target>,
    accepted: Accepted,
) -> Outcome {
    let mut after = Vec::new();
    if let Some(target) = target.filter(|_| is_message(call)) {
        let (account, customer) = (&target.key.account, &target.key.customer);
        after = world.faults.take(Stage::After, account, customer, |_| true);
    }
    let early = after.iter().any(|f| f.kind == FaultKind::EchoBeforeResponse);
    let delay =
        if early { Duration::ZERO } else { Duration::from_millis(world.settings.event_delay_ms) };
    let told = sim.emit(world, accepted.events, delay);
    Outcome {
        result: accepted.late_error.map_or(Ok(accepted.body), Err),
        after,
        told: told.filter(|_| early),
    }
}

fn note_refusal(sim: &Simulator, call: &Call, error: &GraphError) {
    let now_ms = sim.clock.now_ms();
    record(&mut sim.lock(), call, Err(error), now_ms);
    sim.changed();
}

/// Notes a send in the ledger.
fn record(world: &mut World, call: &Call, result: Result<&Accepted, &GraphError>, now_ms: i64) {
    let token = auth::authenticate(world, call, now_ms).ok();
    let target = token.and_then(|token| target(world, call, &token));
    let (account, customer) =
        target.map(|target| (target.key.account, target.key.customer)).unwrap_or_default();
    let accepted = result.ok();
    let error = result.err().or_else(|| accepted.and_then(|accepted| accepted.late_error.as_ref()));
    world.ledger.record(Received {
        at: now_ms,
        account,
        customer,
        marker: marker(call),
        message_id: accepted.and_then(|accepted| accepted.message_id.clone()),
        accepted: accepted.is_some(),
        failed: accepted.is_some_and(|accepted| !accepted.reached),
        code: error.map(|error| error.code),
        subcode: error.and_then(|error| error.subcode),
        body: Value::Object(call.params.clone()),
    });
}

/// The caller's own mark on a message: Messenger's metadata, WhatsApp's callback data.
fn marker(call: &Call) -> Option<String> {
    let metadata = call.params.get("message").and_then(|m| m.get("metadata"));
    metadata
        .or_else(|| call.params.get("biz_opaque_callback_data"))
        .and_then(Value::as_str)
        .map(str::to_owned)
}

async fn hang(sim: &Simulator) -> HttpResponse {
    let wait = Duration::from_millis(sim.lock().settings.hang_ms);
    tokio::select! {
        () = tokio::time::sleep(wait) => {}
        () = sim.stopping.cancelled() => {}
    }
    HttpResponse::GatewayTimeout().finish()
}

fn answer(sim: &Simulator, call: &Call, result: &GraphResult<Value>) -> HttpResponse {
    let usage = usage::of(sim, call);
    respond(&match result {
        Ok(body) => Answer { status: 200, body: body.clone(), usage },
        Err(error) => Answer { usage, ..refused(error) },
    })
}

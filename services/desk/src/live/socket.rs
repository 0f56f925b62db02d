//! One page's WebSocket: hints go out, nothing but signs of life comes in: of the page, which the
//! browser gives by itself, and of the person before it.

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload, Query},
};
use actix_ws::{CloseCode, Closed, Message, MessageStream, ProtocolError, Session};
use serde::Deserialize;
use switchboard_chassis::clock;
use switchboard_domain::Timestamp;
use switchboard_store::{sessions, users};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::{
    hub::{Owner, Seat},
    presence,
};
use crate::{
    auth::{caller::Caller, origin},
    desk::Desk,
    fault::{self, Fault},
};

/// The largest frame that a page may send.
const LARGEST_FRAME: usize = 4 * 1024;

/// What a page says when somebody uses it.
const ACTIVE: &str = r#"{"type":"active"}"#;

/// How long a write may take before the socket counts as stuck.
const STUCK: Duration = Duration::from_secs(10);

/// What a page says of itself when it connects.
#[derive(Debug, Deserialize)]
pub(crate) struct Opening {
    /// For how long nobody has done anything in it, in seconds.
    #[serde(default)]
    idle_seconds: u32,
}

/// `GET /api/v1/ws`: authenticated by the session's cookie, refused to other sites' pages.
pub(crate) async fn open(
    desk: Data<Desk>,
    caller: Caller,
    request: HttpRequest,
    opening: Query<Opening>,
    body: Payload,
) -> Result<HttpResponse, Fault> {
    origin::check(&request, &desk.settings)?;
    let upgrade = actix_ws::handle(&request, body);
    let not_one = |error| fault::invalid(format!("This address is for WebSockets: {error}."));
    let (response, session, messages) = upgrade.map_err(not_one)?;
    let desk = desk.into_inner();
    let owner = Owner {
        workspace: caller.user.workspace,
        user: caller.user.id,
        session: caller.session()?.token_hash.clone(),
    };
    let seat = desk.hub.join(owner.clone(), opening.active_at((desk.tuning.clock)()));
    desk.measures.sockets.add(1, &[]);
    presence::arrived(&desk, owner.workspace, owner.user);
    actix_web::rt::spawn(serve(desk, owner, seat, session, messages));
    Ok(response)
}

impl Opening {
    fn active_at(&self, now: Timestamp) -> Timestamp {
        let idle = i64::from(self.idle_seconds).saturating_mul(1_000_000);
        Timestamp::from_micros(now.as_micros().saturating_sub(idle))
    }
}

async fn serve(
    desk: Arc<Desk>,
    owner: Owner,
    mut seat: Seat,
    mut session: Session,
    messages: MessageStream,
) {
    let messages = messages.max_frame_size(LARGEST_FRAME);
    let reason = talk(&desk, &owner, &mut seat, &mut session, messages).await;
    desk.hub.leave(seat.number);
    desk.measures.sockets.add(-1, &[]);
    presence::left(&desk, owner.workspace, owner.user);
    // A stuck socket cannot even be told; it is dropped.
    let _ = timeout(STUCK, session.close(Some(reason.into()))).await;
}

/// Runs until the socket is to close; tells with what code.
async fn talk(
    desk: &Arc<Desk>,
    owner: &Owner,
    seat: &mut Seat,
    session: &mut Session,
    mut messages: MessageStream,
) -> CloseCode {
    let mut ticks = interval(desk.tuning.heartbeat);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    loop {
        let done = tokio::select! {
            () = seat.close.cancelled() => Err(CloseCode::Away),
            hint = seat.hints.recv() => match hint {
                Some(hint) => sent(timeout(STUCK, session.text(hint.to_string())).await),
                None => Err(CloseCode::Away),
            },
            message = messages.recv() => {
                heard = Instant::now();
                if matches!(&message, Some(Ok(Message::Text(text))) if *text == ACTIVE) {
                    presence::acted(desk, owner, seat);
                }
                answer(session, message).await
            }
            _ = ticks.tick() => beat(desk, owner, session, heard).await,
        };
        if let Err(code) = done {
            return code;
        }
    }
}

fn sent<E>(outcome: Result<Result<(), Closed>, E>) -> Result<(), CloseCode> {
    match outcome {
        Ok(Ok(())) => Ok(()),
        _ => Err(CloseCode::Away),
    }
}

async fn answer(
    session: &mut Session,
    message: Option<Result<Message, ProtocolError>>,
) -> Result<(), CloseCode> {
    match message {
        Some(Ok(Message::Ping(bytes))) => sent(timeout(STUCK, session.pong(&bytes)).await),
        Some(Ok(Message::Pong(_) | Message::Text(_) | Message::Nop)) => Ok(()),
        Some(Ok(Message::Close(_))) | None => Err(CloseCode::Normal),
        Some(Ok(_)) => Err(CloseCode::Unsupported),
        Some(Err(_)) => Err(CloseCode::Protocol),
    }
}

/// Asks for a sign of life, and whether the session still stands.
async fn beat(
    desk: &Desk,
    owner: &Owner,
    session: &mut Session,
    heard: Instant,
) -> Result<(), CloseCode> {
    if heard.elapsed() > desk.tuning.heartbeat * 2 {
        return Err(CloseCode::Away);
    }
    if !stands(desk, owner).await {
        return Err(CloseCode::Policy);
    }
    sent(timeout(STUCK, session.ping(b"")).await)
}

/// Whether the session has not ended. While the store is away it counts as standing.
async fn stands(desk: &Desk, owner: &Owner) -> bool {
    let (Owner { workspace, user, session }, now) = (owner.clone(), clock::now());
    let read = desk.store.read(move |db| {
        let active = users::by_id(db, workspace, user)?.is_some_and(|user| user.active);
        Ok(active && sessions::find(db, &session, now)?.is_some())
    });
    read.await.unwrap_or(true)
}

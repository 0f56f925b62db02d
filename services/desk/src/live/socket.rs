//! One WebSocket: hints go out, nothing but signs of life comes in: of the page, which the browser
//! gives by itself, and of the person before it. Programs listen likewise, by a key.

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload, Query},
};
use actix_ws::{CloseCode, Closed, Message, MessageStream, ProtocolError, Session};
use serde::Deserialize;
use switchboard_chassis::{clock, problem::Problem};
use switchboard_domain::Timestamp;
use switchboard_store::{
    Db, StoreError, api_keys,
    changes::{self, Eyes},
    sessions, teams, users,
};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::{
    follow::MOST,
    hub::{Owner, Pass, Seat, Word},
    listener::Listener,
    presence,
};
use crate::{
    auth::{
        caller::{Caller, Via},
        origin,
        permissions::sight_of,
    },
    desk::Desk,
    fault::{self, Fault},
};

/// The largest frame that a page may send.
const LARGEST_FRAME: usize = 4 * 1024;

/// What a page says when somebody uses it.
const ACTIVE: &str = r#"{"type":"active"}"#;

/// How long a write may take before the socket counts as stuck.
const STUCK: Duration = Duration::from_secs(10);

/// Sockets of one key at most: each hears all.
const SOCKETS_OF_A_KEY: usize = 8;

/// What a listener says when it connects.
#[derive(Debug, Deserialize)]
pub(crate) struct Opening {
    /// For how long nobody has done anything in the page, in seconds.
    #[serde(default)]
    idle_seconds: u32,
    /// The last cursor that was heard, to hear what changed since.
    after: Option<String>,
}

/// `GET /api/v1/ws`: for a session, refused to other sites' pages, or for a program's key.
pub(crate) async fn open(
    desk: Data<Desk>,
    caller: Caller,
    request: HttpRequest,
    opening: Query<Opening>,
    body: Payload,
) -> Result<HttpResponse, Fault> {
    origin::check(&request, &desk.settings)?;
    let (desk, owner, opening) = (desk.into_inner(), owner(&caller), opening.into_inner());
    require_room(&desk, &owner)?;
    let upgrade = actix_ws::handle(&request, body);
    let not_one = |error| fault::invalid(format!("This address is for WebSockets: {error}."));
    let (response, session, messages) = upgrade.map_err(not_one)?;
    let (workspace, sight) = (owner.workspace, caller.sight());
    let read = move |db: &mut Db| {
        Ok((changes::eyes(db, workspace, &sight)?, changes::heads(db, workspace)?))
    };
    let (eyes, heads) = desk.store.read(read).await?;
    let active_at = opening.active_at((desk.tuning.clock)());
    let seat = desk.hub.join(owner.clone(), active_at, heads);
    desk.measures.sockets.add(1, &[]);
    if owner.is_page() {
        presence::arrived(&desk, owner.workspace, owner.user);
    }
    let listener = Listener::new(workspace, eyes, seat.from.clone());
    let mut talk = Talk { desk, owner, seat, listener, session };
    actix_web::rt::spawn(async move { talk.serve(opening.after, messages).await });
    Ok(response)
}

impl Opening {
    fn active_at(&self, now: Timestamp) -> Timestamp {
        let idle = i64::from(self.idle_seconds).saturating_mul(1_000_000);
        Timestamp::from_micros(now.as_micros().saturating_sub(idle))
    }
}

fn owner(caller: &Caller) -> Owner {
    let pass = match &caller.via {
        Via::Session(session) => Pass::Session(session.token_hash.clone()),
        Via::Key(key) => Pass::Key(*key),
    };
    Owner { workspace: caller.workspace(), user: caller.user.id, pass }
}

fn require_room(desk: &Desk, owner: &Owner) -> Result<(), Problem> {
    if owner.is_page() || desk.hub.count(&owner.pass) < SOCKETS_OF_A_KEY {
        return Ok(());
    }
    Err(fault::too_many_sockets(SOCKETS_OF_A_KEY))
}

/// An open socket.
struct Talk {
    desk: Arc<Desk>,
    owner: Owner,
    seat: Seat,
    listener: Listener,
    session: Session,
}

impl Talk {
    async fn serve(&mut self, after: Option<String>, messages: MessageStream) {
        let messages = messages.max_frame_size(LARGEST_FRAME);
        let reason = match self.greet(after).await {
            Ok(()) => self.talk(messages).await,
            Err(code) => code,
        };
        self.desk.hub.leave(self.seat.number);
        self.desk.measures.sockets.add(-1, &[]);
        if self.owner.is_page() {
            presence::left(&self.desk, self.owner.workspace, self.owner.user);
        }
        // A stuck socket cannot even be told; it is dropped.
        let _ = timeout(STUCK, self.session.clone().close(Some(reason.into()))).await;
    }

    /// Tells what changed since the listener was here, then that it was all. What changes from now on
    /// waits at the seat, so that nothing is between the two.
    async fn greet(&mut self, after: Option<String>) -> Result<(), CloseCode> {
        if let Some(after) = after {
            let texts = self.since(&after).await?;
            self.say(texts).await?;
        }
        let ready = self.listener.ready();
        self.say(vec![ready]).await
    }

    async fn since(&mut self, after: &str) -> Result<Vec<String>, CloseCode> {
        let Some(from) = self.listener.place(after) else {
            return Ok(vec![self.listener.resync()]);
        };
        let (workspace, place) = (self.owner.workspace, from.clone());
        let read = move |db: &mut Db| changes::after(db, workspace, &place, MOST);
        let news = self.desk.store.read(read).await.map_err(|error| {
            tracing::warn!(%error, "a listener cannot be told what changed; it asks again");
            CloseCode::Again
        })?;
        Ok(self.listener.changed(&from, news.changes.as_deref(), &news.heads))
    }

    /// Runs until the socket is to close; tells with what code.
    async fn talk(&mut self, mut messages: MessageStream) -> CloseCode {
        let mut ticks = interval(self.desk.tuning.heartbeat);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            let done = tokio::select! {
                () = self.seat.close.cancelled() => Err(self.why_closed().await),
                word = self.seat.words.recv() => match word {
                    Some(word) => self.pass_on(word).await,
                    None => Err(CloseCode::Away),
                },
                message = messages.recv() => {
                    heard = Instant::now();
                    self.answer(message).await
                }
                _ = ticks.tick() => self.beat(heard).await,
            };
            if let Err(code) = done {
                return code;
            }
        }
    }

    async fn pass_on(&mut self, word: Word) -> Result<(), CloseCode> {
        match word {
            Word::Hint(text, seen_by) => {
                let meant = seen_by.is_none_or(|it| self.listener.eyes().see(&it));
                if meant { self.say(vec![text.to_string()]).await } else { Ok(()) }
            }
            Word::Changed(batch) => {
                let changes = batch.changes.as_deref();
                let texts = self.listener.changed(&batch.from, changes, &batch.heads);
                self.say(texts).await
            }
        }
    }

    async fn say(&mut self, texts: Vec<String>) -> Result<(), CloseCode> {
        for text in texts {
            sent(timeout(STUCK, self.session.text(text)).await)?;
        }
        Ok(())
    }

    async fn answer(
        &mut self,
        message: Option<Result<Message, ProtocolError>>,
    ) -> Result<(), CloseCode> {
        match message {
            Some(Ok(Message::Ping(bytes))) => sent(timeout(STUCK, self.session.pong(&bytes)).await),
            Some(Ok(Message::Text(text))) => {
                if self.owner.is_page() && text == ACTIVE {
                    presence::acted(&self.desk, &self.owner, &self.seat);
                }
                Ok(())
            }
            Some(Ok(Message::Pong(_) | Message::Nop)) => Ok(()),
            Some(Ok(Message::Close(_))) | None => Err(CloseCode::Normal),
            Some(Ok(_)) => Err(CloseCode::Unsupported),
            Some(Err(_)) => Err(CloseCode::Protocol),
        }
    }

    /// What it came by has ended, or it was too slow, or the desk stops.
    async fn why_closed(&self) -> CloseCode {
        let (owner, now) = (self.owner.clone(), clock::now());
        match self.desk.store.read(move |db| standing(db, &owner, now)).await {
            Ok(None) => CloseCode::Policy,
            _ => CloseCode::Away,
        }
    }

    /// Asks for a sign of life, and whether the session or the key still stands, and sees the same.
    async fn beat(&mut self, heard: Instant) -> Result<(), CloseCode> {
        if heard.elapsed() > self.desk.tuning.heartbeat * 2 {
            return Err(CloseCode::Away);
        }
        let (owner, now) = (self.owner.clone(), clock::now());
        // While the store is away all stands as it did.
        if let Ok(eyes) = self.desk.store.read(move |db| standing(db, &owner, now)).await {
            let eyes = eyes.ok_or(CloseCode::Policy)?;
            let changed = self.listener.look(eyes);
            self.say(changed.into_iter().collect()).await?;
        }
        sent(timeout(STUCK, self.session.ping(b"")).await)
    }
}

fn sent<E>(outcome: Result<Result<(), Closed>, E>) -> Result<(), CloseCode> {
    match outcome {
        Ok(Ok(())) => Ok(()),
        _ => Err(CloseCode::Away),
    }
}

/// What the owner sees now; `None` when what they came by has ended, or they have.
fn standing(db: &mut Db, owner: &Owner, now: Timestamp) -> Result<Option<Eyes>, StoreError> {
    let stands = match &owner.pass {
        Pass::Session(hash) => sessions::find(db, hash, now)?.is_some(),
        Pass::Key(key) => api_keys::lasts(db, *key, now)?,
    };
    let user = users::by_id(db, owner.workspace, owner.user)?;
    let Some(user) = user.filter(|user| stands && user.active) else { return Ok(None) };
    let sight = sight_of(&user, teams::of_user(db, owner.workspace, owner.user)?);
    changes::eyes(db, owner.workspace, &sight).map(Some)
}

//! Who calls. A handler that takes a [`Caller`] runs only for a person's session, and for a write only
//! with the session's CSRF token and from our own page; or for a program's key, within its scopes. No
//! handler can forget it, for only the caller knows the workspace.

use std::time::Duration;

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    cookie::{Cookie, SameSite},
    dev::Payload,
    http::header::{self, HeaderName},
    web::Data,
};
use futures_util::future::LocalBoxFuture;
use switchboard_chassis::{clock, problem::Problem, settings::DeskSettings};
use switchboard_domain::{
    Timestamp,
    ids::{ApiKeyId, TeamId, WorkspaceId},
};
use switchboard_store::{
    api_keys,
    sessions::{self, Session},
    teams,
    users::{self, User},
};

use uuid::Uuid;

use super::{audit::Actor, naming::Naming, origin, scopes, token};
use crate::{desk::Desk, fault, fault::Fault};

/// The header that carries the CSRF token.
const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");

/// That a key is in use is noted no more often.
const USED_EACH: Duration = Duration::from_secs(60);

/// Someone who may call, and by what.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) user: User,
    pub(crate) teams: Vec<TeamId>,
    pub(crate) via: Via,
    pub(crate) naming: Naming,
}

/// By what somebody calls.
#[derive(Debug, Clone)]
pub(crate) enum Via {
    /// A person, at a page.
    Session(Session),
    /// A program, as the person whose key it is.
    Key(ApiKeyId),
}

impl Caller {
    /// Where all that the caller sees belongs.
    pub(crate) fn workspace(&self) -> WorkspaceId {
        self.user.workspace
    }

    /// The session, of a person.
    ///
    /// # Errors
    /// 403 for a program.
    pub(crate) fn session(&self) -> Result<&Session, Problem> {
        match &self.via {
            Via::Session(session) => Ok(session),
            Via::Key(_) => Err(fault::people_only()),
        }
    }

    /// The id of what this request makes: drawn, or one that follows from its Idempotency-Key.
    pub(crate) fn fresh_id(&self) -> Uuid {
        self.naming.fresh_id(self.user.id)
    }
}

/// The cookie's name. `__Host-` makes browsers refuse it from subdomains and over plain http.
pub(crate) fn cookie_name(settings: &DeskSettings) -> &'static str {
    if settings.secure_cookies { "__Host-sb" } else { "sb" }
}

/// The session's cookie.
pub(crate) fn cookie(settings: &DeskSettings, token: String) -> Cookie<'static> {
    Cookie::build(cookie_name(settings), token)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(settings.secure_cookies)
        .finish()
}

/// When a session that is used now ends.
pub(crate) fn expiry(settings: &DeskSettings, now: Timestamp) -> Timestamp {
    now.plus(lifetime(settings))
}

fn lifetime(settings: &DeskSettings) -> Duration {
    Duration::from_secs(u64::from(settings.session_hours) * 3600)
}

/// What a request brings to prove who sends it.
struct Proof {
    /// Of a session.
    token: Option<String>,
    /// Of a program.
    key: Option<String>,
    csrf: Option<String>,
    writes: bool,
    /// What it asks for.
    path: String,
}

impl Proof {
    fn of(request: &HttpRequest, settings: &DeskSettings) -> Self {
        let header = |name: &HeaderName| {
            request.headers().get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned)
        };
        let token = request.cookie(cookie_name(settings)).map(|cookie| cookie.value().to_owned());
        let key = header(&header::AUTHORIZATION);
        Self {
            token,
            key: key.and_then(|value| Some(value.strip_prefix("Bearer ")?.trim().to_owned())),
            csrf: header(&CSRF_HEADER),
            writes: !request.method().is_safe(),
            path: request.path().to_owned(),
        }
    }
}

impl FromRequest for Caller {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (call, request) = (read_request(request), request.clone());
        Box::pin(async move {
            let (desk, proof, naming) = call?;
            let caller = match &proof.key {
                Some(key) => by_key(&desk, &proof, key, naming).await?,
                None => identify(&desk, proof, naming).await?,
            };
            request.extensions_mut().insert(Actor::of(&caller));
            Ok(caller)
        })
    }
}

fn read_request(request: &HttpRequest) -> Result<(Data<Desk>, Proof, Naming), Fault> {
    let desk = request.app_data::<Data<Desk>>().cloned().ok_or_else(fault::logged_out)?;
    let proof = Proof::of(request, &desk.settings);
    if proof.writes {
        origin::check(request, &desk.settings)?;
    }
    Ok((desk, proof, Naming::of(request)?))
}

/// Finds the key, and refuses what its scopes do not cover. A browser sends no such header by itself,
/// so nothing else is asked for.
async fn by_key(desk: &Desk, proof: &Proof, key: &str, naming: Naming) -> Result<Caller, Fault> {
    let (hash, now) = (token::hash(key), clock::now());
    let read = desk.store.read(move |db| {
        let Some(key) = api_keys::find(db, &hash, now)? else { return Ok(None) };
        let Some(user) = users::by_id(db, key.workspace, key.user)? else { return Ok(None) };
        let teams = teams::of_user(db, key.workspace, key.user)?;
        Ok(Some((key, user, teams)))
    });
    let found = read.await?.filter(|(_, user, _)| user.active);
    let (key, user, teams) = found.ok_or_else(fault::wrong_key)?;
    scopes::check(&key.scopes, &proof.path, proof.writes)?;
    if key.used_at.is_none_or(|used| now.since(used) > USED_EACH) {
        desk.store.write(move |db| api_keys::used(db, key.id, now)).await?;
    }
    Ok(Caller { user, teams, via: Via::Key(key.id), naming })
}

async fn identify(desk: &Desk, proof: Proof, naming: Naming) -> Result<Caller, Fault> {
    let hash = token::hash(&proof.token.ok_or_else(fault::logged_out)?);
    let now = clock::now();
    let found = desk
        .store
        .read(move |db| {
            let Some(session) = sessions::find(db, &hash, now)? else { return Ok(None) };
            let Some(user) = users::by_id(db, session.workspace, session.user)? else {
                return Ok(None);
            };
            let teams = teams::of_user(db, session.workspace, session.user)?;
            Ok(Some((user, teams, session)))
        })
        .await?;
    let found = found.filter(|(user, ..)| user.active);
    let (user, teams, session) = found.ok_or_else(fault::logged_out)?;
    let presented = proof.csrf.unwrap_or_default();
    if proof.writes && !token::same(&presented, &session.csrf) {
        return Err(fault::forged("The X-CSRF-Token is missing or not this session's.").into());
    }
    keep_alive(desk, &session, now).await?;
    Ok(Caller { user, teams, via: Via::Session(session), naming })
}

/// Prolongs a session in use; at most once in half its life, so that reading stays reading.
async fn keep_alive(desk: &Desk, session: &Session, now: Timestamp) -> Result<(), Fault> {
    if session.expires_at.since(now) < lifetime(&desk.settings) / 2 {
        let (hash, until) = (session.token_hash.clone(), expiry(&desk.settings, now));
        desk.store.write(move |db| sessions::extend(db, &hash, until)).await?;
    }
    Ok(())
}

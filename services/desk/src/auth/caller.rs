//! Who calls. A handler that takes a [`Caller`] runs only for a session, and for a write only with
//! the session's CSRF token and from our own page; no handler can forget it, for only the caller
//! knows the workspace.

use std::time::Duration;

use actix_web::{
    FromRequest, HttpRequest,
    cookie::{Cookie, SameSite},
    dev::Payload,
    http::header::HeaderName,
    web::Data,
};
use futures_util::future::LocalBoxFuture;
use switchboard_chassis::{clock, settings::DeskSettings};
use switchboard_domain::{Timestamp, ids::TeamId, ids::WorkspaceId};
use switchboard_store::{
    sessions::{self, Session},
    teams,
    users::{self, User},
};

use super::{origin, token};
use crate::{desk::Desk, fault, fault::Fault};

/// The header that carries the CSRF token.
const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");

/// Someone who is logged in.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) user: User,
    pub(crate) teams: Vec<TeamId>,
    pub(crate) session: Session,
}

impl Caller {
    /// Where all that the caller sees belongs.
    pub(crate) fn workspace(&self) -> WorkspaceId {
        self.user.workspace
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
    token: Option<String>,
    csrf: Option<String>,
    writes: bool,
}

impl Proof {
    fn of(request: &HttpRequest, settings: &DeskSettings) -> Self {
        let token = request.cookie(cookie_name(settings)).map(|cookie| cookie.value().to_owned());
        let csrf = request.headers().get(CSRF_HEADER).and_then(|value| value.to_str().ok());
        Self { token, csrf: csrf.map(ToOwned::to_owned), writes: !request.method().is_safe() }
    }
}

impl FromRequest for Caller {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = read_request(request);
        Box::pin(async move {
            let (desk, proof) = call?;
            identify(&desk, proof).await
        })
    }
}

fn read_request(request: &HttpRequest) -> Result<(Data<Desk>, Proof), Fault> {
    let desk = request.app_data::<Data<Desk>>().cloned().ok_or_else(fault::logged_out)?;
    let proof = Proof::of(request, &desk.settings);
    if proof.writes {
        origin::check(request, &desk.settings)?;
    }
    Ok((desk, proof))
}

async fn identify(desk: &Desk, proof: Proof) -> Result<Caller, Fault> {
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
            Ok(Some(Caller { user, teams, session }))
        })
        .await?;
    let caller = found.filter(|caller| caller.user.active).ok_or_else(fault::logged_out)?;
    let presented = proof.csrf.unwrap_or_default();
    if proof.writes && !token::same(&presented, &caller.session.csrf) {
        return Err(fault::forged("The X-CSRF-Token is missing or not this session's.").into());
    }
    keep_alive(desk, &caller.session, now).await?;
    Ok(caller)
}

/// Prolongs a session in use; at most once in half its life, so that reading stays reading.
async fn keep_alive(desk: &Desk, session: &Session, now: Timestamp) -> Result<(), Fault> {
    if session.expires_at.since(now) < lifetime(&desk.settings) / 2 {
        let (hash, until) = (session.token_hash.clone(), expiry(&desk.settings, now));
        desk.store.write(move |db| sessions::extend(db, &hash, until)).await?;
    }
    Ok(())
}

//! Logging in and out.

use actix_web::{HttpMessage, HttpRequest, HttpResponse, cookie::Cookie, web::Data, web::Json};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use switchboard_chassis::clock;
use switchboard_domain::Timestamp;
use switchboard_store::{
    audit,
    sessions::{self, Session},
    teams,
    users::{self, User},
};
use utoipa::ToSchema;

use super::me::Me;
use crate::{
    auth::{
        audit::Actor,
        caller::{self, Caller, Via},
        naming::Naming,
        origin, token,
    },
    desk::Desk,
    fault::{self, Fault},
};

const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// What proves who someone is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ann@shop.example", "password": "…"}))]
pub(crate) struct Login {
    email: String,
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// Begins a session: sets its cookie, and gives the CSRF token for writes.
#[utoipa::path(
    post, path = "/login", tag = "session",
    request_body = Login,
    responses((status = 200, body = Me), (status = 401), (status = 403), (status = 429)),
)]
pub(crate) async fn login(
    desk: Data<Desk>,
    request: HttpRequest,
    body: Json<Login>,
) -> Result<HttpResponse, Fault> {
    origin::check(&request, &desk.settings)?;
    let Login { email, password } = body.into_inner();
    let email = users::normal_email(&email);
    let from = request.peer_addr().map(|peer| peer.ip());
    desk.gate.try_again(&email, from).map_err(|wait| {
        desk.measures.login("slowed");
        Fault::TooMany(wait)
    })?;
    let wanted = email.clone();
    let found = desk.store.read(move |db| users::credentials(db, &wanted)).await?;
    let (user, hash) = found.unzip();
    let fits = desk.gate.verify(password.expose_secret().to_owned(), hash).await?;
    let Some(user) = user.filter(|user| fits && user.active) else {
        desk.measures.login("refused");
        return Err(fault::wrong_password().into());
    };
    desk.gate.passed(&email, from);
    desk.measures.login("passed");
    let (token, caller) = begin(&desk, user).await?;
    request.extensions_mut().insert(Actor::of(&caller));
    let cookie = caller::cookie(&desk.settings, token);
    Ok(HttpResponse::Ok().cookie(cookie).json(Me::new(&caller)))
}

async fn begin(desk: &Desk, user: User) -> Result<(String, Caller), Fault> {
    let (token, now) = (token::draw(), clock::now());
    let session = Session {
        token_hash: token::hash(&token),
        user: user.id,
        workspace: user.workspace,
        csrf: token::draw(),
        expires_at: caller::expiry(&desk.settings, now),
    };
    let kept = i64::from(desk.settings.audit_days) * DAY_MICROS;
    let kept_since = Timestamp::from_micros(now.as_micros().saturating_sub(kept));
    let caller = desk
        .store
        .write(move |db| {
            sessions::sweep(db, now)?;
            audit::forget(db, kept_since)?;
            sessions::add(db, &session, now)?;
            let teams = teams::of_user(db, user.workspace, user.id)?;
            Ok(Caller { user, teams, via: Via::Session(session), naming: Naming::default() })
        })
        .await?;
    Ok((token, caller))
}

/// Ends the session.
#[utoipa::path(
    post, path = "/logout", tag = "session",
    responses((status = 204), (status = 401), (status = 403)),
)]
pub(crate) async fn logout(desk: Data<Desk>, caller: Caller) -> Result<HttpResponse, Fault> {
    let hash = caller.session()?.token_hash.clone();
    let ended = hash.clone();
    desk.store.write(move |db| sessions::end(db, &ended)).await?;
    desk.hub.end_session(&hash);
    let mut cookie: Cookie<'_> = caller::cookie(&desk.settings, String::new());
    cookie.make_removal();
    Ok(HttpResponse::NoContent().cookie(cookie).finish())
}

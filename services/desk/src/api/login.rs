//! Logging in and out.

use actix_web::{HttpRequest, HttpResponse, cookie::Cookie, web::Data, web::Json};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use switchboard_chassis::clock;
use switchboard_store::{
    sessions::{self, Session},
    teams,
    users::{self, User},
};
use utoipa::ToSchema;

use super::me::Me;
use crate::{
    auth::{
        caller::{self, Caller},
        origin, token,
    },
    desk::Desk,
    fault::{self, Fault},
};

/// What proves who someone is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
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
    let caller = desk
        .store
        .write(move |db| {
            sessions::sweep(db, now)?;
            sessions::add(db, &session, now)?;
            let teams = teams::of_user(db, user.workspace, user.id)?;
            Ok(Caller { user, teams, session })
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
    let hash = caller.session.token_hash.clone();
    desk.store.write(move |db| sessions::end(db, &hash)).await?;
    desk.hub.end_session(&caller.session.token_hash);
    let mut cookie: Cookie<'_> = caller::cookie(&desk.settings, String::new());
    cookie.make_removal();
    Ok(HttpResponse::NoContent().cookie(cookie).finish())
}

//! One's own password.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use switchboard_store::users;
use utoipa::ToSchema;

use crate::{
    api::team::people::too_short,
    auth::caller::Caller,
    desk::Desk,
    fault::{self, Fault},
};

/// A new password, and proof that it is oneself who wants it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current": "correct horse battery", "password": "staple of the stables"}))]
pub(crate) struct PasswordChange {
    /// The one until now.
    #[schema(value_type = String, format = Password)]
    current: SecretString,
    /// 10 characters at least.
    #[schema(value_type = String, format = Password, min_length = 10)]
    password: SecretString,
}

/// Changes one's own password. All other sessions of the caller end.
#[utoipa::path(
    put, path = "/me/password", tag = "session",
    request_body = PasswordChange,
    responses((status = 204), (status = 401), (status = 403), (status = 422), (status = 429)),
)]
pub(crate) async fn change(
    desk: Data<Desk>,
    caller: Caller,
    request: HttpRequest,
    body: Json<PasswordChange>,
) -> Result<HttpResponse, Fault> {
    let session = caller.session()?.token_hash.clone();
    let PasswordChange { current, password } = body.into_inner();
    let (email, from) = (caller.user.email.clone(), request.peer_addr().map(|peer| peer.ip()));
    desk.gate.try_again(&email, from).map_err(Fault::TooMany)?;
    let known = desk.store.read({
        let email = email.clone();
        move |db| users::credentials(db, &email)
    });
    let hash = known.await?.map(|(_, hash)| hash);
    if !desk.gate.verify(current.expose_secret().to_owned(), hash).await? {
        let wrong = fault::invalid("The password until now is not right.").field("current");
        return Err(wrong.into());
    }
    desk.gate.passed(&email, from);
    let hash = desk.gate.hash(password.expose_secret().to_owned()).await.map_err(too_short)?;
    let (workspace, user, kept) = (caller.workspace(), caller.user.id, session.clone());
    let set = move |db: &mut _| users::set_password(db, workspace, user, &hash, Some(&kept));
    desk.store.write(set).await?;
    desk.hub.end_sessions(user, Some(&session));
    Ok(HttpResponse::NoContent().finish())
}

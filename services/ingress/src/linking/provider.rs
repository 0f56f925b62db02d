//! To an OpenID Connect provider, and back: `GET /meta/link/callback`.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use secrecy::SecretString;
use serde::Deserialize;
use switchboard_chassis::clock;
use switchboard_store::linking::{Linking, Method};
use switchboard_verifier::oidc::{self, Provider};
use tracing::info;

use super::{Linker, Stop, failed, open, session::Session};
use crate::{measures::Measures, pages, service::Ingress};

/// What the provider adds to the address. (RFC 6749, 4.1.2)
#[derive(Deserialize)]
pub(crate) struct CameBack {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    error: Option<String>,
}

/// Sends the customer to the account's provider.
pub(super) async fn go(
    linker: &Linker,
    linking: &Linking,
    mut session: Session,
) -> Result<HttpResponse, Stop> {
    let (secret, callback) = (linker.secret(linking)?, linker.callback());
    let provider = provider(linking, &secret, &callback).ok_or(Stop::Expired)?;
    let state = session.id.to_string();
    let begun = oidc::begin(&linker.client, provider, &state).await;
    let (url, pending) = begun.map_err(|fault| failed(linking.account, &fault))?;
    session.pending = Some(pending);
    let mut answer = pages::go(url.as_str());
    open::keep(linker, &session, &mut answer)?;
    Ok(answer)
}

/// Takes the provider's code for who the customer is, and sends them back to Meta.
pub(crate) async fn came_back(
    request: HttpRequest,
    query: Result<Query<CameBack>, actix_web::Error>,
    ingress: Data<Ingress>,
) -> HttpResponse {
    let Ingress { linker, measures, .. } = ingress.as_ref();
    let Ok(query) = query else { return Stop::Malformed.page(None, measures) };
    let session = match linker.session(&request, &query.state) {
        Ok(session) => session,
        Err(stop) => return stop.page(None, measures),
    };
    let done = finish(linker, &session, &query, measures).await;
    done.unwrap_or_else(|stop| stop.page(Some(&session.back), measures))
}

async fn finish(
    linker: &Linker,
    session: &Session,
    query: &CameBack,
    measures: &Measures,
) -> Result<HttpResponse, Stop> {
    // The customer's own no, or the provider's, is told to Meta at once.
    if query.error.as_deref() == Some("access_denied") {
        return linker.give_up(session, measures);
    }
    let Some(code) = query.code.as_deref() else {
        info!(account = %session.account, "a provider sent a customer back without a log-in");
        return Err(Stop::Refused);
    };
    let pending = session.pending.as_ref().ok_or(Stop::NoSession)?;
    let psid = linker.psid(session).await?;
    let (account, linking) = linker.page(session.account).await?;
    let (secret, callback) = (linker.secret(&linking)?, linker.callback());
    let provider = provider(&linking, &secret, &callback).ok_or(Stop::Expired)?;
    let now = clock::now().as_millis().div_euclid(1_000);
    let customer = oidc::complete(&linker.client, provider, code, pending, now).await;
    let customer = customer.map_err(|fault| failed(account.id, &fault))?;
    linker.link(session, psid, customer, measures)
}

/// The account's provider, if it asks one.
fn provider<'a>(
    linking: &'a Linking,
    client_secret: &'a SecretString,
    redirect_uri: &'a str,
) -> Option<Provider<'a>> {
    match &linking.method {
        Method::Http { .. } => None,
        Method::Oidc { issuer, client_id, scopes, customer_claim, name_claim } => Some(Provider {
            issuer,
            client_id,
            client_secret,
            scopes,
            customer_claim,
            name_claim,
            redirect_uri,
        }),
    }
}

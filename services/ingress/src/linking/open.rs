//! `GET /meta/link/{account}`: Meta opens the page in the customer's browser.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use switchboard_chassis::clock;
use switchboard_domain::ids::AccountId;
use switchboard_store::linking::Method;
use tracing::warn;

use super::{Linker, Stop, recipient, session::Session};
use crate::{pages, service::Ingress};

/// Tokens longer than this are none of Meta's.
const LONGEST_TOKEN: usize = 2_000;

/// What Meta adds to the address.
#[derive(Deserialize)]
pub(crate) struct Opened {
    account_linking_token: String,
    redirect_uri: String,
}

/// Shows the page that asks who the customer is.
pub(crate) async fn open(
    path: Path<String>,
    query: Result<Query<Opened>, actix_web::Error>,
    ingress: Data<Ingress>,
) -> HttpResponse {
    let Ok(query) = query else { return Stop::Malformed.page(None, &ingress.measures) };
    let back = ingress.linker.back(&query.redirect_uri).ok().map(|back| back.without_code());
    match begin(&path, &query, &ingress.linker).await {
        Ok(answer) => {
            ingress.measures.linking("opened");
            answer
        }
        Err(stop) => stop.page(back.as_deref(), &ingress.measures),
    }
}

async fn begin(path: &str, query: &Opened, linker: &Linker) -> Result<HttpResponse, Stop> {
    let back = linker.back(&query.redirect_uri)?.without_code();
    let token = query.account_linking_token.as_str();
    if token.is_empty() || token.len() > LONGEST_TOKEN {
        return Err(Stop::Malformed);
    }
    let account: AccountId = path.parse().map_err(|_| Stop::NoSuchPage)?;
    linker.keys()?;
    let (account, linking) = linker.page(account).await?;
    if !linker.openings.allows(path) {
        return Err(Stop::Crowded);
    }
    let errand = recipient::ask(&linker.queue, &linker.apps, &account, token).await;
    let errand = errand.map_err(|error| {
        warn!(%error, "cannot ask for whom a log-in is");
        Stop::Busy
    })?;
    let whose = (account.workspace, account.id);
    let session = Session::begin(whose, &account.name, back, errand, clock::now());
    let mut answer = match &linking.method {
        Method::Http { .. } => form(&session, StatusCode::OK, "", None),
        Method::Oidc { .. } => {
            let (account, id) = (session.account.to_string(), session.id.to_string());
            let page = pages::GoOn { shop: &session.shop, account: &account, session: &id };
            pages::show(StatusCode::OK, &page)
        }
    };
    keep(linker, &session, &mut answer)?;
    Ok(answer)
}

/// The form that asks for name and password.
pub(super) fn form(
    session: &Session,
    status: StatusCode,
    username: &str,
    problem: Option<&str>,
) -> HttpResponse {
    let (account, id) = (session.account.to_string(), session.id.to_string());
    let page =
        pages::LogIn { shop: &session.shop, account: &account, session: &id, username, problem };
    pages::show(status, &page)
}

/// Gives the session to the browser.
pub(super) fn keep(
    linker: &Linker,
    session: &Session,
    answer: &mut HttpResponse,
) -> Result<(), Stop> {
    let cookie = session.cookie(linker.keys()?, linker.secure()).ok_or(Stop::Malformed)?;
    answer.add_cookie(&cookie).map_err(|_| Stop::Malformed)
}

//! `POST /meta/link/{account}`: name and password, or on to the provider, or the wish not to log in.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use secrecy::SecretString;
use serde::Deserialize;
use switchboard_chassis::clock;
use switchboard_store::{
    accounts::Account,
    linking::{Linking, Method},
};
use switchboard_verifier::endpoint::{self, Credentials, Question, Verdict};
use uuid::Uuid;

use super::{Linker, Stop, failed, open, provider, session::Session};
use crate::{measures::Measures, service::Ingress};

/// The longest name and password, in characters.
const LONGEST_NAME: usize = 200;
const LONGEST_PASSWORD: usize = 500;

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct Entered {
    session: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    action: String,
}

/// Has the business check what was entered, and sends the customer back to Meta.
pub(crate) async fn submit(
    request: HttpRequest,
    path: Path<String>,
    form: Result<Form<Entered>, actix_web::Error>,
    ingress: Data<Ingress>,
) -> HttpResponse {
    let Ingress { linker, measures, .. } = ingress.as_ref();
    let Ok(form) = form else { return Stop::Malformed.page(None, measures) };
    let session = linker.session(&request, &form.session);
    // A session is for one account's page.
    let session = session.and_then(|session| {
        let here = session.account.to_string() == *path;
        if here { Ok(session) } else { Err(Stop::NoSession) }
    });
    let session = match session {
        Ok(session) => session,
        Err(stop) => return stop.page(None, measures),
    };
    let back = session.back.clone();
    let done = go_on(linker, session, form.into_inner(), measures).await;
    done.unwrap_or_else(|stop| stop.page(Some(&back), measures))
}

async fn go_on(
    linker: &Linker,
    session: Session,
    entered: Entered,
    measures: &Measures,
) -> Result<HttpResponse, Stop> {
    if entered.action == "cancel" {
        return linker.give_up(&session, measures);
    }
    let (account, linking) = linker.page(session.account).await?;
    let Method::Http { url } = &linking.method else {
        linker.psid(&session).await?;
        return provider::go(linker, &linking, session).await;
    };
    let psid = linker.psid(&session).await?;
    let username = entered.username.trim().to_owned();
    let again =
        |problem: &str| Ok(open::form(&session, StatusCode::FORBIDDEN, &username, Some(problem)));
    if !is_plausible(&username, &entered.password) {
        return again("Enter your customer number, e-mail or user name, and your password.");
    }
    if !may_try(linker, &session, &psid, &username) {
        return Err(Stop::TooManyTries);
    }
    let password = SecretString::from(entered.password);
    let credentials = Credentials { username: username.clone(), password };
    match ask(linker, (&account, &linking, url), &credentials).await? {
        Verdict::Known(customer) => linker.link(&session, psid, customer, measures),
        Verdict::Refused(said) => {
            measures.linking("wrong_password");
            again(said.as_deref().unwrap_or("That is not right. Check both and try again."))
        }
    }
}

fn is_plausible(username: &str, password: &str) -> bool {
    (1..=LONGEST_NAME).contains(&username.chars().count())
        && (1..=LONGEST_PASSWORD).contains(&password.chars().count())
}

/// Whether this customer, and anyone for this name, may try once more.
fn may_try(linker: &Linker, session: &Session, psid: &str, username: &str) -> bool {
    let name = username.to_lowercase();
    linker.tries.allows(&format!("{}/{psid}", session.account))
        && linker.guesses.allows(&format!("{}/{name}", session.account))
}

async fn ask(
    linker: &Linker,
    (account, linking, url): (&Account, &Linking, &str),
    credentials: &Credentials,
) -> Result<Verdict, Stop> {
    let secret = linker.secret(linking)?;
    let id = format!("login_{}", Uuid::now_v7().simple());
    let question = Question {
        url,
        secret: &secret,
        id: &id,
        account: &account.external_id,
        at: clock::now().as_millis().div_euclid(1_000),
    };
    let verdict = endpoint::ask(&linker.client, question, credentials).await;
    verdict.map_err(|fault| failed(account.id, &fault))
}

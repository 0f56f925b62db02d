//! Ends somebody's mails from within one, without a log-in: mail programs post to the address
//! (RFC 8058), people open it and press a button. Opening alone changes nothing, for scanners of
//! mails open every address.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header::ContentType},
    web::{self, Data, Query, ServiceConfig},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use switchboard_chassis::clock;
use switchboard_domain::ids::{UserId, WorkspaceId};
use switchboard_store::{
    Db,
    audit::{self, Entry},
    notices::{
        defaults,
        mailboxes::{self, Mailbox},
    },
    seal::Keyring,
};
use url::Url;
use uuid::Uuid;

use crate::{
    desk::Desk,
    fault::{self, Fault},
};

const PATH: &str = "/unsubscribe";

/// What is sealed; the place says whose it is.
const WORD: &str = "unsubscribe";

/// The longest proof that is looked at, in bytes.
const LONGEST: usize = 400;

/// Whose mails are to end, and that they were mailed by us.
#[derive(Debug, Deserialize)]
struct Proof {
    w: WorkspaceId,
    u: UserId,
    t: String,
}

/// Mounts the page.
pub(crate) fn mount(app: &mut ServiceConfig) {
    app.route(PATH, web::get().to(ask)).route(PATH, web::post().to(end));
}

/// The address that ends somebody's mails, as long as the keys last.
pub(super) fn address(desk: &Url, keys: &Keyring, whose: (WorkspaceId, UserId)) -> Option<Url> {
    let row = whose.1.to_string();
    let sealed =
        keys.seal(Mailbox::unsubscribe_place(whose.0, &row), &SecretString::from(WORD)).ok()?;
    let mut address = desk.join(PATH).ok()?;
    address
        .query_pairs_mut()
        .append_pair("w", &whose.0.to_string())
        .append_pair("u", &row)
        .append_pair("t", &sealed);
    Some(address)
}

/// Asks whether to end them.
async fn ask(desk: Data<Desk>, proof: Query<Proof>) -> Result<HttpResponse, Fault> {
    check(&desk, &proof)?;
    Ok(page(include_str!("../../templates/unsubscribe.html")))
}

/// Ends them, for good until their reader chooses otherwise at the desk.
async fn end(
    desk: Data<Desk>,
    proof: Query<Proof>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    check(&desk, &proof)?;
    let Proof { w: workspace, u: user, .. } = *proof;
    let entry = Entry {
        id: Uuid::now_v7(),
        at: clock::now(),
        user,
        key: None,
        operation: format!("{} {PATH}", Method::POST),
        path: request.path().to_owned(),
        status: 200,
        detail: None,
    };
    let silence = move |db: &mut Db| {
        let own = mailboxes::get(db, workspace, user)?.choice;
        let choice = match own {
            Some(choice) => choice,
            None => defaults::get(db, workspace)?.choice,
        };
        mailboxes::choose(db, (workspace, user), Some(&choice.silent()))?;
        audit::add(db, workspace, &entry)
    };
    desk.store.write(silence).await?;
    Ok(page(include_str!("../../templates/unsubscribed.html")))
}

fn check(desk: &Desk, proof: &Proof) -> Result<(), Fault> {
    let keys = desk.notices.keys.as_ref().filter(|_| proof.t.len() <= LONGEST);
    let row = proof.u.to_string();
    let opened =
        keys.and_then(|keys| keys.open(Mailbox::unsubscribe_place(proof.w, &row), &proof.t).ok());
    match opened {
        Some(word) if word.expose_secret() == WORD => Ok(()),
        _ => Err(fault::not_found("address to end mails by").into()),
    }
}

fn page(html: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::html()).body(html)
}

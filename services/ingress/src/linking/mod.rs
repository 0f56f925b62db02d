//! The log-in page of account linking. (Messenger Platform, "Account Linking")
//!
//! Meta opens [`open`] with a token of the customer and an address to send them back to. The customer
//! either enters name and password, which [`log_in`] has the business check, or goes on to the
//! business's OpenID Connect provider and comes back to [`provider`]. Who they are goes to Meta as a
//! sealed code ([`switchboard_store::linking::code`]), and from there to the router as an event.
//!
//! Nothing is kept here: [`session`] is in a cookie, [`recipient`] asks for whom it is.

mod log_in;
mod open;
mod provider;
mod recipient;
mod session;
mod throttle;

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, FormConfig, ServiceConfig},
};
use recipient::Recipient;
use session::Session;
use switchboard_chassis::{clock, settings::LinkingSettings};
use switchboard_domain::ids::AccountId;
use switchboard_queue::SharedQueue;
use switchboard_store::{
    Store, StoreError,
    accounts::Account,
    linking::{self, Linking, code::Login},
    seal::Keyring,
};
use switchboard_verifier::{Client, Customer, Fault};
use throttle::{Rate, Throttle};
use tracing::{info, warn};
use url::Url;

use crate::{measures::Measures, pages};

/// Log-in pages of one account that are opened: each asks Meta something.
const OPENINGS: Rate = Rate { burst: 60, interval: Duration::from_millis(200) };

/// Passwords that one customer of Meta's may try.
const TRIES: Rate = Rate { burst: 5, interval: Duration::from_secs(30) };

/// Passwords that may be tried for one name, whoever tries.
const GUESSES: Rate = Rate { burst: 10, interval: Duration::from_secs(30) };

/// A form is a name and a password.
const LARGEST_FORM: usize = 16 * 1024;

/// What the log-in page works with.
pub(crate) struct Linker {
    store: Store,
    queue: SharedQueue,
    /// Seals Meta's tokens on their way to outbound.
    apps: Arc<Keyring>,
    /// Seals sessions and codes; `None`: account linking is off.
    keys: Option<Arc<Keyring>>,
    settings: LinkingSettings,
    client: Client,
    public_url: Url,
    openings: Throttle,
    tries: Throttle,
    guesses: Throttle,
}

/// What a linker is made of.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) queue: SharedQueue,
    pub(crate) apps: Arc<Keyring>,
    pub(crate) keys: Option<Arc<Keyring>>,
    pub(crate) settings: LinkingSettings,
    pub(crate) public_url: Url,
}

/// How a log-in goes on or ends, as it is counted and told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// The page was opened in a way that Meta does not.
    Malformed,
    /// There is no such account, or it asks nobody to log in.
    NoSuchPage,
    /// Keys are missing.
    Off,
    /// Something of ours is away.
    Busy,
    /// Too many at once.
    Crowded,
    /// Too many passwords.
    TooManyTries,
    /// Meta's token, or the page, is over.
    Expired,
    /// The browser does not have the session.
    NoSession,
    /// The business's log-in service does not work.
    ServiceDown,
    /// The provider sent the customer back without a log-in.
    Refused,
}

impl Stop {
    fn word(self) -> &'static str {
        match self {
            Stop::Malformed => "malformed",
            Stop::NoSuchPage => "no_such_page",
            Stop::Off => "off",
            Stop::Busy => "busy",
            Stop::Crowded => "crowded",
            Stop::TooManyTries => "too_many_tries",
            Stop::Expired => "expired",
            Stop::NoSession => "no_session",
            Stop::ServiceDown => "service_down",
            Stop::Refused => "refused",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Stop::Malformed | Stop::NoSession => StatusCode::BAD_REQUEST,
            Stop::NoSuchPage => StatusCode::NOT_FOUND,
            Stop::Off | Stop::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Stop::Crowded | Stop::TooManyTries => StatusCode::TOO_MANY_REQUESTS,
            Stop::Expired => StatusCode::GONE,
            Stop::ServiceDown => StatusCode::BAD_GATEWAY,
            Stop::Refused => StatusCode::FORBIDDEN,
        }
    }

    /// What the customer reads: what happened, and what they can do.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Stop::Malformed => (
                "This page opens from the chat",
                "It was opened in another way. Go back to the chat and tap Log In.",
            ),
            Stop::NoSuchPage | Stop::Off => (
                "You cannot log in here",
                "This shop does not ask its customers to log in at the moment. You can go on \
                 chatting without it.",
            ),
            Stop::Busy | Stop::Crowded => (
                "Please try again in a moment",
                "Logging in does not work just now. Go back to the chat and tap Log In again.",
            ),
            Stop::TooManyTries => (
                "Too many tries",
                "There were several wrong passwords. Wait a minute, then go back to the chat and tap \
                 Log In again.",
            ),
            Stop::Expired => (
                "This took too long",
                "A log-in lasts five minutes, and this one is over. Go back to the chat and tap Log \
                 In again.",
            ),
            Stop::NoSession => (
                "Your browser did not keep the log-in",
                "Allow cookies for this page, then go back to the chat and tap Log In again.",
            ),
            Stop::ServiceDown => (
                "Logging in does not work just now",
                "The shop's customer accounts do not answer. Please try again later; you can go on \
                 chatting meanwhile.",
            ),
            Stop::Refused => (
                "You are not logged in",
                "The log-in was not finished. Go back to the chat and tap Log In to try again.",
            ),
        }
    }

    /// The page that says it; the way back has no code, so that Meta knows too.
    fn page(self, back: Option<&str>, measures: &Measures) -> HttpResponse {
        measures.linking(self.word());
        let (title, text) = self.words();
        pages::show(self.status(), &pages::Told { title, text, back })
    }
}

/// Mounts the pages. `/meta/link/callback` is where OpenID Connect providers come back to.
pub(crate) fn mount(app: &mut ServiceConfig) {
    app.service(web::resource(CALLBACK).route(web::get().to(provider::came_back))).service(
        web::resource("/meta/link/{account}")
            .app_data(FormConfig::default().limit(LARGEST_FORM))
            .route(web::get().to(open::open))
            .route(web::post().to(log_in::submit)),
    );
}

const CALLBACK: &str = "/meta/link/callback";

impl Linker {
    /// Opens no connection.
    ///
    /// # Errors
    /// [`Fault`] when the client of log-in services cannot be set up.
    pub(crate) fn new(parts: Parts) -> Result<Self, Fault> {
        let Parts { store, queue, apps, keys, settings, public_url } = parts;
        let client = switchboard_verifier::client(&switchboard_verifier::Settings {
            trusted_hosts: settings.trusted_hosts.clone(),
            timeout: settings.timeout,
        })?;
        if keys.is_none() {
            warn!("keys.linking is missing, so customers cannot log in (account linking)");
        }
        let (openings, tries) = (Throttle::new(OPENINGS), Throttle::new(TRIES));
        let guesses = Throttle::new(GUESSES);
        Ok(Self {
            store,
            queue,
            apps,
            keys,
            settings,
            client,
            public_url,
            openings,
            tries,
            guesses,
        })
    }

    fn keys(&self) -> Result<&Arc<Keyring>, Stop> {
        self.keys.as_ref().ok_or(Stop::Off)
    }

    /// Cookies are for https only, where we are reached by it.
    fn secure(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// Where providers send customers back to.
    fn callback(&self) -> String {
        format!("{}{CALLBACK}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// The account that a page is for, and how it asks.
    async fn page(&self, account: AccountId) -> Result<(Account, Linking), Stop> {
        match self.store.read(move |db| linking::page(db, account)).await {
            Ok(found) => found.ok_or(Stop::NoSuchPage),
            Err(error) => Err(busy(&error)),
        }
    }

    /// The session that the browser has, if it is one that can still end well.
    fn session(&self, request: &HttpRequest, id: &str) -> Result<Session, Stop> {
        let session = Session::of(request, self.keys()?, self.secure(), id);
        session.ok_or(Stop::NoSession)
    }

    /// For whom the log-in is.
    async fn psid(&self, session: &Session) -> Result<String, Stop> {
        if session.is_over(clock::now()) {
            return Err(Stop::Expired);
        }
        match recipient::answer(&self.store, session.workspace, session.errand).await {
            Recipient::Psid(psid) => Ok(psid),
            Recipient::Expired => Err(Stop::Expired),
            Recipient::Unknown => Err(Stop::Busy),
        }
    }

    /// The secret of the account's log-in service.
    fn secret(&self, linking: &Linking) -> Result<secrecy::SecretString, Stop> {
        let row = linking.account.to_string();
        let place = Linking::secret_place(linking.workspace, &row);
        self.keys()?.open(place, &linking.secret).map_err(|error| {
            warn!(account = %linking.account, %error, "the secret of a log-in service does not open");
            Stop::ServiceDown
        })
    }

    /// Sends the customer back to Meta with the code that says who they are.
    fn link(
        &self,
        session: &Session,
        psid: String,
        customer: Customer,
        measures: &Measures,
    ) -> Result<HttpResponse, Stop> {
        let who = (customer.number, customer.name);
        let login = Login::new(session.id, psid, who, clock::now());
        let code = login.seal(self.keys()?, (session.workspace, session.account));
        let code = code.map_err(|error| {
            warn!(%error, "a code cannot be sealed");
            Stop::Off
        })?;
        let back = self.back(&session.back)?;
        info!(account = %session.account, "a customer logged in");
        measures.linking("logged_in");
        Ok(self.leave(session, &back.with_code(&code)))
    }

    /// Sends the customer back to Meta without a code: they did not log in.
    fn give_up(&self, session: &Session, measures: &Measures) -> Result<HttpResponse, Stop> {
        measures.linking("cancelled");
        Ok(self.leave(session, &self.back(&session.back)?.without_code()))
    }

    fn back(&self, uri: &str) -> Result<switchboard_meta::linking::RedirectUri, Stop> {
        let hosts = &self.settings.redirect_hosts;
        switchboard_meta::linking::RedirectUri::parse(uri, hosts).map_err(|error| {
            warn!(%error, "a log-in page was opened that leads elsewhere than to Meta");
            Stop::Malformed
        })
    }

    fn leave(&self, session: &Session, to: &str) -> HttpResponse {
        let mut answer = pages::go(to);
        // Only a cookie with odd letters in it fails, and ours has none.
        let _ = answer.add_cookie(&session.no_cookie(self.secure()));
        answer
    }
}

fn busy(error: &StoreError) -> Stop {
    warn!(%error, "a log-in cannot go on");
    Stop::Busy
}

/// What the business's service came to, for the operator's log; the customer reads [`Stop`].
fn failed(account: AccountId, fault: &Fault) -> Stop {
    warn!(%account, error = %fault, "a log-in service does not work");
    Stop::ServiceDown
}

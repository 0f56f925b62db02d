//! An ingress whose account asks its customers to log in, a business that knows them, outbound's
//! answers, and a browser that keeps cookies.

use std::{collections::BTreeMap, sync::Mutex};

use reqwest::{Client, RequestBuilder, Response, header, redirect};
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_contract::{Body, convert::account_shard};
use switchboard_domain::{
    Channel,
    ids::{AccountId, AppId, TeamId},
};
use switchboard_queue::Topic;
use switchboard_store::{
    accounts::{self, Account, AccountSettings},
    errands::{self, Errand, Progress},
    linking::{self, Linking, Method, Texts, code::Login},
    teams::{self, Team},
};
use switchboard_testkit::business::{self, Business};
use url::Url;

use crate::rig::{KEY, Rig};

/// Where Meta wants customers back.
pub(super) const META: &str = "https://www.facebook.com/messenger_platform/account_linking/?account_linking_token=ARQ%2Ftoken";

/// For whom the log-ins are.
pub(super) const PSID: &str = "7251844001";

pub(super) struct Desk {
    pub(super) rig: Rig,
    pub(super) business: Business,
    pub(super) account: AccountId,
    browser: Client,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Desk {
    pub(super) async fn with_endpoint() -> Self {
        let business = Business::start().await.unwrap();
        let method = Method::Http { url: business.endpoint() };
        Self::start(business, method, business::SECRET).await
    }

    pub(super) async fn with_provider() -> Self {
        let business = Business::start().await.unwrap();
        let method = Method::Oidc {
            issuer: business.issuer(),
            client_id: business::CLIENT.0.into(),
            scopes: "profile".into(),
            customer_claim: "customer_number".into(),
            name_claim: "name".into(),
        };
        Self::start(business, method, business::CLIENT.1).await
    }

    async fn start(business: Business, method: Method, secret: &str) -> Self {
        let rig = Rig::start().await;
        let (workspace, account) = (rig.workspace, AccountId::derive("page"));
        let team = Team { id: TeamId::derive("team"), workspace, name: "Service".into() };
        let page = Account {
            id: account,
            workspace,
            app: AppId::derive(KEY),
            channel: Channel::Messenger,
            external_id: "PAGE1".into(),
            sender_id: "PAGE1".into(),
            business_id: None,
            name: "Tea & <Co>".into(),
            token: "sealed".into(),
            bot: None,
            team: team.id,
            settings: AccountSettings::default(),
            disconnected_at: None,
        };
        let row = account.to_string();
        let keys = rig.backend.keys.linking().unwrap();
        let sealed = keys.seal(Linking::secret_place(workspace, &row), &secret.into()).unwrap();
        let linking =
            Linking { account, workspace, method, secret: sealed, texts: Texts::default() };
        let seed = move |db: &mut _| {
            teams::add(db, &team, clock::now())?;
            accounts::add(db, &page, clock::now())?;
            linking::set(db, &linking, clock::now())
        };
        rig.backend.store.write(seed).await.unwrap();
        let browser = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { rig, business, account, browser, cookies: Mutex::default() }
    }

    pub(super) async fn stop(self) {
        self.rig.stop().await;
        self.business.stop().await;
    }

    /// The address as Meta opens it.
    pub(super) fn link(&self, back: &str) -> String {
        let mut url = Url::parse(&self.rig.url(&format!("/meta/link/{}", self.account))).unwrap();
        url.query_pairs_mut()
            .append_pair("account_linking_token", "ARQ/token")
            .append_pair("redirect_uri", back);
        url.into()
    }

    /// Opens the page as Meta does, and lets outbound say for whom it is.
    pub(super) async fn open(&self) -> (String, String) {
        self.open_for(json!({ "recipient": PSID })).await
    }

    /// The same with another answer of Meta's; gives the page and the session.
    pub(super) async fn open_for(&self, told: Value) -> (String, String) {
        let answer = self.browse(self.browser.get(self.link(META))).await;
        assert_eq!(answer.status(), 200);
        let page = answer.text().await.unwrap();
        self.answer_errands(told).await;
        let session = page.split_once("name=\"session\" value=\"").unwrap().1;
        let session = session.split_once('"').unwrap().0.to_owned();
        (page, session)
    }

    /// Plays outbound: takes the questions off the queue and answers them.
    async fn answer_errands(&self, told: Value) {
        let topic = Topic::Outbound(account_shard(self.account));
        for envelope in self.rig.drain(topic).await {
            let Some(Body::Errand(errand)) = envelope.body else { panic!("no errand") };
            assert_eq!(errand.kind, "linking_recipient");
            let id = errand.errand_id.parse().unwrap();
            let input: Value = serde_json::from_str(&errand.input).unwrap();
            let sealed = input["account_linking_token"].as_str().unwrap();
            let place = Errand::input_place(self.rig.workspace, &errand.errand_id);
            let token = self.rig.backend.keys.apps().unwrap().open(place, sealed).unwrap();
            assert_eq!(secrecy::ExposeSecret::expose_secret(&token), "ARQ/token");
            let account = Some(self.account);
            let errand = Errand { id, workspace: self.rig.workspace, account, kind: errand.kind };
            let outcome = Progress::Done(told.clone());
            let work = move |db: &mut _| {
                errands::begin(db, &errand, clock::now())?;
                errands::end(db, id, &outcome, clock::now())
            };
            self.rig.backend.store.write(work).await.unwrap();
        }
    }

    /// Sends the form.
    pub(super) async fn submit(&self, session: &str, fields: &[(&str, &str)]) -> Response {
        let url = self.rig.url(&format!("/meta/link/{}", self.account));
        let form: Vec<_> =
            [("session", session)].into_iter().chain(fields.iter().copied()).collect();
        self.browse(self.browser.post(url).form(&form)).await
    }

    pub(super) async fn log_in(&self, session: &str, username: &str, password: &str) -> Response {
        let fields = [("username", username), ("password", password), ("action", "log_in")];
        self.submit(session, &fields).await
    }

    pub(super) async fn get(&self, url: &str) -> Response {
        self.browse(self.browser.get(url)).await
    }

    pub(super) async fn post(&self, url: &str, form: &[(&str, &str)]) -> Response {
        self.browse(self.browser.post(url).form(form)).await
    }

    /// As a browser does it: with the cookies that were set.
    async fn browse(&self, request: RequestBuilder) -> Response {
        let cookies = self.cookies.lock().unwrap().clone();
        let line = cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let line = line.collect::<Vec<_>>().join("; ");
        let answer = request.header(header::COOKIE, line).send().await.unwrap();
        for set in answer.headers().get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
            let (name, rest) = set.split_once('=').unwrap();
            let value = rest.split_once(';').unwrap().0.to_owned();
            let mut cookies = self.cookies.lock().unwrap();
            if set.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value);
            }
        }
        answer
    }

    pub(super) fn forget_cookies(&self) {
        self.cookies.lock().unwrap().clear();
    }

    /// What the code in an address back to Meta says; none if it has no code.
    pub(super) fn code(&self, answer: &Response) -> Option<Login> {
        let url = location(answer);
        assert!(url.as_str().starts_with(META), "{url}");
        let code = url.query_pairs().find(|(name, _)| name == "authorization_code")?.1;
        let keys = self.rig.backend.keys.linking().unwrap();
        Some(Login::open(&keys, (self.rig.workspace, self.account), &code).unwrap())
    }
}

/// Where an answer sends the browser.
pub(super) fn location(answer: &Response) -> Url {
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
    Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap()
}

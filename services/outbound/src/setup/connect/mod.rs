//! Connecting an account: from an app and a token to an account whose webhooks come and whose
//! messages go out.
//!
//! - `asset`: which Page, Instagram account or number the token is for, and the token that it needs.
//! - `subscribe`: the two levels of subscription that webhooks need.
//! - `profile`: what customers see of the business, and registering a number.
//!
//! Everything can be repeated: connecting twice is connecting once. Nothing is stored here; whoever
//! asked stores the [`Connection`]. (ADR 0009)

mod asset;
mod profile;
mod subscribe;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use switchboard_domain::{
    Channel,
    ids::{AccountId, TeamId},
};
use switchboard_meta::signature::appsecret_proof;
use switchboard_store::{
    accounts::{Account, AccountSettings},
    apps::App,
};
use uuid::Uuid;

use super::{Finding, Opened, Site, Verdict, doctor, site::OpenedApp};

/// What is to be connected.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wish {
    /// Which product.
    pub channel: Channel,
    /// Page id, Instagram account id, phone number id or number; `None`: the only one there is.
    #[serde(default)]
    pub asset: Option<String>,
    /// The WhatsApp business account; `None`: the one that the token was given for.
    #[serde(default)]
    pub business_id: Option<String>,
    /// What of the messenger profile is to be set, in Meta's form: greeting, get_started,
    /// persistent_menu, ice_breakers...
    #[serde(default)]
    pub messenger_profile: Option<Value>,
    /// What of the WhatsApp business profile is to be set, in Meta's form: about, address,
    /// description, email, websites, vertical.
    #[serde(default)]
    pub business_profile: Option<Value>,
}

/// The secrets that are needed.
pub struct Secrets {
    /// An access token: of a user, a system user, a Page, or an Instagram login.
    pub token: SecretString,
    /// The two-step verification PIN of a number, to register it.
    pub pin: Option<SecretString>,
}

/// Something that the token could be used for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What Meta calls it.
    pub id: String,
    /// For people.
    pub name: String,
}

/// An account that Meta knows as ours now.
pub struct Connection {
    /// Which product.
    pub channel: Channel,
    /// What webhooks call it.
    pub external_id: String,
    /// The node that sends.
    pub sender_id: String,
    /// The WhatsApp business account.
    pub business_id: Option<String>,
    /// For people.
    pub name: String,
    /// The token to keep.
    pub token: SecretString,
    /// What was set of the messenger profile: what disconnecting takes away.
    pub messenger_profile: Map<String, Value>,
}

/// What came of it.
#[derive(Default)]
pub struct Outcome {
    /// What was done and seen, in order; one that failed ended it.
    pub findings: Vec<Finding>,
    /// When it has to be said which: what there is.
    pub choices: Vec<Choice>,
    /// What is to be stored; `None` when something failed.
    pub connection: Option<Connection>,
}

impl Outcome {
    fn note(&mut self, found: impl IntoIterator<Item = Finding>) -> bool {
        self.findings.extend(found);
        !self.findings.iter().any(|finding| finding.verdict == Verdict::Failed)
    }
}

/// Connects; `app` is stored already, so that the ingress proves itself when Meta asks.
pub async fn connect(site: &Site, app: App, secrets: &Secrets, wish: &Wish) -> Outcome {
    let mut outcome = Outcome::default();
    let subject = wish.channel.to_string();
    let app = match site.open_app(app).await {
        Ok(app) => app,
        Err(error) => {
            let remedy = "Bring back the keys that sealed them (docs/runbooks/rotate-keys.md).";
            let evidence = format!("The app's secrets cannot be opened: {error}.");
            outcome.note([Finding::failed("secrets", &subject, evidence, remedy)]);
            return outcome;
        }
    };
    let found = match asset::find(site, &app, &secrets.token, wish).await {
        Ok(found) => found,
        Err(asset::Lost { finding, choices }) => {
            outcome.note([finding]);
            outcome.choices = choices;
            return outcome;
        }
    };
    outcome.note(found.findings);
    let subject = format!("{} {}", wish.channel, found.connection.name);
    let opened = provisional(app, &found.connection);
    let ok = outcome.note(doctor::token::examine(site, &subject, &opened).await)
        && outcome.note([subscribe::app(site, &subject, &opened).await])
        && outcome.note([subscribe::node(site, &subject, &opened).await]);
    if !ok {
        return outcome;
    }
    let applied = profile::apply(site, &subject, &opened, (wish, secrets)).await;
    if outcome.note(applied.findings) {
        let messenger_profile = applied.messenger_profile;
        outcome.connection = Some(Connection { messenger_profile, ..found.connection });
    }
    outcome
}

/// The account as it will be stored, for what looks at accounts.
fn provisional(app: OpenedApp, connection: &Connection) -> Opened {
    let account = Account {
        id: AccountId::new(Uuid::nil()),
        workspace: app.app.workspace,
        app: app.app.id,
        channel: connection.channel,
        external_id: connection.external_id.clone(),
        sender_id: connection.sender_id.clone(),
        business_id: connection.business_id.clone(),
        name: connection.name.clone(),
        token: String::new(),
        bot: None,
        team: TeamId::new(Uuid::nil()),
        settings: AccountSettings::default(),
        disconnected_at: None,
    };
    let token = connection.token.clone();
    let proof = appsecret_proof(token.expose_secret(), app.secret.expose_secret()).into();
    let OpenedApp { app, secret, verify_token } = app;
    Opened { account, app, secret, verify_token, token, proof }
}

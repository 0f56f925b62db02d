//! Reading calls: who a token is, and whether it is alive.

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use switchboard_domain::Channel;
use switchboard_meta::error::GraphError;

use crate::{GraphClient, GraphFault, Host, Outcome, admin::Granular, client::finish};

/// What `GET /{node}` tells about an account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Me {
    /// The node's id.
    pub id: String,
    /// Its name, where it has one.
    #[serde(default, alias = "verified_name")]
    pub name: Option<String>,
}

/// What `GET /debug_token` tells about a token.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TokenFacts {
    /// Whether it works.
    #[serde(default)]
    pub is_valid: bool,
    /// The app it was made for.
    #[serde(default)]
    pub app_id: Option<String>,
    /// When it ends, in seconds since the Unix epoch; 0 for never.
    #[serde(default)]
    pub expires_at: i64,
    /// What it may do.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// What each permission was given for.
    #[serde(default)]
    pub granular_scopes: Vec<Granular>,
    /// `USER`, `PAGE`, `APP`, `SYSTEM_USER`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// The Page, for a Page's token.
    #[serde(default)]
    pub profile_id: Option<String>,
    /// When access to people's data ends, in seconds since the Unix epoch; 0 for never.
    #[serde(default)]
    pub data_access_expires_at: i64,
    /// When it was made, in seconds since the Unix epoch; short-lived tokens do not say.
    #[serde(default)]
    pub issued_at: Option<i64>,
    /// Why it does not work.
    #[serde(default)]
    pub error: Option<TokenError>,
}

/// Why a token does not work.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TokenError {
    /// Meta's code.
    #[serde(default)]
    pub code: i64,
    /// Meta's subcode.
    #[serde(default)]
    pub subcode: Option<i64>,
}

/// What `GET /{PSID or IGSID}` tells about a customer; each part may be withheld.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// As they call themselves.
    pub name: Option<String>,
    /// Their user name, on Instagram.
    pub username: Option<String>,
}

#[derive(Deserialize)]
struct RawProfile {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    last_name: Option<String>,
    #[serde(default)]
    username: Option<String>,
}

impl From<RawProfile> for Profile {
    fn from(raw: RawProfile) -> Self {
        let parts = [raw.first_name, raw.last_name];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let name = raw.name.unwrap_or_else(|| parts.join(" "));
        let said = |text: String| Some(text).filter(|text| !text.trim().is_empty());
        Self { name: said(name), username: raw.username.and_then(said) }
    }
}

#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

impl GraphClient {
    /// Asks for a node's id and name: `me` for the token's own.
    ///
    /// # Errors
    /// [`GraphFault`]; refusals are Meta's.
    pub async fn me(
        &self,
        host: Host,
        node: &str,
        token: &SecretString,
        proof: Option<&str>,
    ) -> Result<Me, GraphFault> {
        let request = self.request(Method::GET, host, &[node], token, proof)?;
        answer(finish(request).await)
    }

    /// Asks who a customer is. (Messenger Platform "User Profile API"; Instagram "User Profile")
    ///
    /// # Errors
    /// [`GraphFault`]; Meta refuses where the customer has not consented or the app lacks access.
    pub async fn profile(
        &self,
        (host, channel): (Host, Channel),
        customer: &str,
        token: &SecretString,
        proof: Option<&str>,
    ) -> Result<Profile, GraphFault> {
        let fields = match channel {
            Channel::Instagram => "name,username",
            _ => "first_name,last_name",
        };
        let request = self.request(Method::GET, host, &[customer], token, proof)?;
        let request = request.query(&[("fields", fields)]);
        answer::<RawProfile>(finish(request).await).map(Profile::from)
    }

    /// Asks what a token is good for. `app_token` is the app's `APPID|SECRET`.
    ///
    /// # Errors
    /// [`GraphFault`]; refusals are Meta's.
    pub async fn debug_token(
        &self,
        (app_token, proof): (&SecretString, Option<&str>),
        input: &SecretString,
    ) -> Result<TokenFacts, GraphFault> {
        let request = self
            .request(Method::GET, Host::Facebook, &["debug_token"], app_token, proof)?
            // Meta documents no other place for it.
            .query(&[("input_token", input.expose_secret())]);
        answer::<Data<TokenFacts>>(finish(request).await).map(|answer| answer.data)
    }
}

/// An answer that says no more than that it was done: `{"success":true}` and its like.
#[derive(Deserialize)]
pub(crate) struct Answered {}

/// The answer to a call that changes nothing, so that its fate does not matter.
pub(crate) fn answer<T: serde::de::DeserializeOwned>(outcome: Outcome) -> Result<T, GraphFault> {
    let (status, body) = match outcome {
        Outcome::Answered { status, body, .. } => (status, body),
        Outcome::NotSent(reason) | Outcome::Unknown(reason) => {
            return Err(GraphFault::Away(reason));
        }
    };
    if let Some(error) = GraphError::parse(&body) {
        return Err(GraphFault::Refused(Box::new(error)));
    }
    serde_json::from_slice(&body).map_err(|_| GraphFault::Unreadable { status })
}

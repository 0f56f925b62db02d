//! Tokens: what they are good for, and making better ones of them.
//!
//! Source: Facebook Login "Access tokens", "Debug token", "Long-lived tokens".

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::{GraphClient, GraphFault, Host};

/// A permission, and what it was given for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Granular {
    /// The permission.
    pub scope: String,
    /// Ids of Pages or business accounts; absent when it holds for all.
    #[serde(default)]
    pub target_ids: Option<Vec<String>>,
}

/// A token that another was exchanged for.
#[derive(Deserialize)]
struct Exchanged {
    access_token: SecretString,
}

impl GraphClient {
    /// Exchanges a user token of hours for one of about sixty days. Meta documents no place but
    /// the query for what it needs.
    ///
    /// # Errors
    /// [`GraphFault`]; Meta refuses tokens of other kinds and wrong app secrets.
    pub async fn exchange_token(
        &self,
        (app_id, secret): (&str, &SecretString),
        token: &SecretString,
    ) -> Result<SecretString, GraphFault> {
        let query = [
            ("grant_type", "fb_exchange_token"),
            ("client_id", app_id),
            ("client_secret", secret.expose_secret()),
            ("fb_exchange_token", token.expose_secret()),
        ];
        let path = ["oauth", "access_token"];
        let answer: Exchanged = self.read(Host::Facebook, &path, &query, (token, None)).await?;
        Ok(answer.access_token)
    }
}

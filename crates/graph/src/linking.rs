//! Account linking: for whom a log-in is, and ending it. (Messenger Platform, "Account Linking")

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::{
    GraphClient, GraphFault, Host,
    client::finish,
    lookup::{Answered, answer},
};

/// The token is over, or was never one. (Messenger Platform, "Error Codes")
const BAD_TOKEN: i64 = 10_303;

#[derive(Deserialize)]
struct Recipient {
    recipient: String,
}

impl GraphClient {
    /// The customer, by their PSID, for whom a Page's log-in with this token is; `None` when the token
    /// is over or none of Meta's.
    ///
    /// # Errors
    /// [`GraphFault`]; other refusals are Meta's.
    pub async fn linking_recipient(
        &self,
        linking_token: &SecretString,
        (token, proof): (&SecretString, Option<&str>),
    ) -> Result<Option<String>, GraphFault> {
        let request = self.request(Method::GET, Host::Facebook, &["me"], token, proof)?;
        // Meta documents no other place for it.
        let query =
            [("fields", "recipient"), ("account_linking_token", linking_token.expose_secret())];
        match answer::<Recipient>(finish(request.query(&query)).await) {
            Ok(found) => Ok(Some(found.recipient)),
            Err(GraphFault::Refused(error)) if error.code == BAD_TOKEN => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Ends the link of a Page's customer.
    ///
    /// # Errors
    /// [`GraphFault`]; refusals are Meta's.
    pub async fn unlink_account(
        &self,
        psid: &str,
        (token, proof): (&SecretString, Option<&str>),
    ) -> Result<(), GraphFault> {
        let path = ["me", "unlink_accounts"];
        let request = self.request(Method::POST, Host::Facebook, &path, token, proof)?;
        answer::<Answered>(finish(request.json(&json!({ "psid": psid }))).await).map(drop)
    }
}

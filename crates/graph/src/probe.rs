//! Asking our own callback, as Meta would; and whether Meta can be reached at all.

use std::time::{Duration, SystemTime};

use reqwest::header::DATE;
use url::Url;

use crate::{GraphClient, client::plain};

/// How long a callback may take: what Meta waits for.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a callback answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// The HTTP status.
    pub status: u16,
    /// The beginning of the body.
    pub body: String,
}

/// What asking Meta for nothing tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The HTTP status: Meta refuses a call without a token, which is an answer.
    pub status: u16,
    /// Meta's clock, if it told.
    pub date: Option<SystemTime>,
}

impl GraphClient {
    /// Verifies a callback URL as Meta does: the answer should be 200 with the challenge.
    ///
    /// # Errors
    /// A sentence on why there was no answer.
    pub async fn probe_challenge(
        &self,
        callback: &Url,
        verify_token: &str,
        challenge: &str,
    ) -> Result<Probed, String> {
        let request = self.http().get(callback.clone()).timeout(PATIENCE).query(&[
            ("hub.mode", "subscribe"),
            ("hub.challenge", challenge),
            ("hub.verify_token", verify_token),
        ]);
        probed(request).await
    }

    /// Posts a webhook body to a callback as Meta does.
    ///
    /// # Errors
    /// A sentence on why there was no answer.
    pub async fn probe_webhook(
        &self,
        callback: &Url,
        body: String,
        signature: &str,
    ) -> Result<Probed, String> {
        let request = self
            .http()
            .post(callback.clone())
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .header("x-hub-signature-256", signature)
            .body(body);
        probed(request).await
    }

    /// Asks the Graph API for nothing, with no token.
    ///
    /// # Errors
    /// A sentence on why there was no answer.
    pub async fn reach(&self) -> Result<Reached, String> {
        let answer = self.http().get(self.base().clone()).timeout(PATIENCE).send().await;
        let answer = answer.map_err(plain)?;
        let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
        Ok(Reached { status: answer.status().as_u16(), date })
    }
}

async fn probed(request: reqwest::RequestBuilder) -> Result<Probed, String> {
    let answer = request.send().await.map_err(plain)?;
    let status = answer.status().as_u16();
    let body = answer.text().await.map_err(plain)?;
    Ok(Probed { status, body: body.chars().take(300).collect() })
}

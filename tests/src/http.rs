//! Calls to the product, with what went wrong in words.

use std::{sync::Once, time::Duration};

use reqwest::{Client, RequestBuilder, Response};
use serde::de::DeserializeOwned;

use crate::Outcome;

/// Longer than the longest long poll.
const LONGEST_CALL: Duration = Duration::from_secs(60);

/// A client that opens a connection for each call: servers are killed, and a connection from before
/// tells nothing about the server of now.
pub(crate) fn client() -> Outcome<Client> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(switchboard_chassis::install_crypto);
    Ok(Client::builder().no_proxy().pool_max_idle_per_host(0).timeout(LONGEST_CALL).build()?)
}

/// Calls; an answer that is no success is an error with what it says.
pub(crate) async fn call(request: RequestBuilder) -> Outcome<Response> {
    let answer = request.send().await?;
    if answer.status().is_success() {
        return Ok(answer);
    }
    let (status, url) = (answer.status(), answer.url().clone());
    let body = answer.text().await.unwrap_or_default();
    Err(format!("{url} answered {status}: {body}").into())
}

/// Calls for JSON.
pub(crate) async fn json<T: DeserializeOwned>(request: RequestBuilder) -> Outcome<T> {
    let body = call(request).await?.bytes().await?;
    serde_json::from_slice(&body)
        .map_err(|error| format!("{error} in {}", String::from_utf8_lossy(&body)).into())
}

//! The client, and posting messages with it.

use std::{fmt, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{Method, RequestBuilder, Response, redirect};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{GraphFault, Usage};

/// No answer that we can use is larger.
const MAX_ANSWER: usize = 1024 * 1024;

/// Connecting takes at most so long; then the request surely did not leave.
const CONNECT: Duration = Duration::from_secs(5);

/// Where and how to reach Meta.
#[derive(Debug, Clone)]
pub struct GraphSettings {
    /// `https://graph.facebook.com`, without the version.
    pub base_url: Url,
    /// `https://graph.instagram.com`, without the version.
    pub instagram_base_url: Url,
    /// Such as `v26.0`.
    pub version: String,
    /// A proxy for all calls, if there is one; may hold a password.
    pub proxy: Option<SecretString>,
    /// How long a call may take as a whole.
    pub timeout: Duration,
}

/// Which of Meta's two hosts an account belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// `graph.facebook.com`: Pages, WhatsApp, and Instagram by Facebook login.
    Facebook,
    /// `graph.instagram.com`: Instagram by its own login.
    Instagram,
}

/// What is known when a call ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A complete HTTP answer came.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body, whatever it is.
        body: Bytes,
        /// What the usage headers told.
        usage: Usage,
    },
    /// The request never left: no connection was made. Nothing was sent.
    NotSent(String),
    /// Bytes may have left and no complete answer came: Meta may have taken it.
    Unknown(String),
}

/// A client of the Graph API; cheap to clone, keeps connections open.
#[derive(Clone)]
pub struct GraphClient {
    http: reqwest::Client,
    settings: GraphSettings,
}

impl fmt::Debug for GraphClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the HTTP client: it would show the proxy's password.
        f.debug_struct("GraphClient").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl GraphClient {
    /// Makes a client. Opens no connection.
    ///
    /// # Errors
    /// [`GraphFault::Settings`] when a URL or the proxy cannot be used.
    pub fn new(settings: GraphSettings) -> Result<Self, GraphFault> {
        // A second installation fails and changes nothing, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        for url in [&settings.base_url, &settings.instagram_base_url] {
            if url.cannot_be_a_base() {
                return Err(GraphFault::Settings { what: format!("{url} is no web address") });
            }
        }
        let mut builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            // A request is written at most once: whether to send again is decided elsewhere.
            .retry(reqwest::retry::never())
            .no_proxy()
            .connect_timeout(CONNECT.min(settings.timeout))
            .timeout(settings.timeout)
            .pool_idle_timeout(Duration::from_secs(50))
            .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")));
        if let Some(proxy) = &settings.proxy {
            let proxy = reqwest::Proxy::all(proxy.expose_secret());
            // The error could quote the proxy's password.
            let proxy = proxy.map_err(|_| GraphFault::Settings {
                what: "the proxy is not of the form http://HOST:PORT".into(),
            })?;
            builder = builder.proxy(proxy);
        }
        let http = builder.build().map_err(|error| GraphFault::Settings { what: plain(error) })?;
        Ok(Self { http, settings })
    }

    /// Posts a message to the node that sends. `proof` is the `appsecret_proof`, if the app has a
    /// secret to make it from.
    pub async fn post_message(
        &self,
        host: Host,
        node: &str,
        token: &SecretString,
        proof: Option<&str>,
        body: &serde_json::Value,
    ) -> Outcome {
        let request = match self.request(Method::POST, host, &[node, "messages"], token, proof) {
            Ok(request) => request.json(body),
            Err(fault) => return Outcome::NotSent(fault.to_string()),
        };
        finish(request).await
    }

    /// For calls to what is not Meta's.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The Graph API's address, without the version.
    pub(crate) fn base(&self) -> &Url {
        &self.settings.base_url
    }

    /// A request to a path below the version, with the token in its header.
    pub(crate) fn request(
        &self,
        method: Method,
        host: Host,
        path: &[&str],
        token: &SecretString,
        proof: Option<&str>,
    ) -> Result<RequestBuilder, GraphFault> {
        let mut url = match host {
            Host::Facebook => self.settings.base_url.clone(),
            Host::Instagram => self.settings.instagram_base_url.clone(),
        };
        url.path_segments_mut()
            .map_err(|()| GraphFault::Settings { what: "a Graph URL has no path".into() })?
            .pop_if_empty()
            .push(&self.settings.version)
            .extend(path);
        if let Some(proof) = proof {
            url.query_pairs_mut().append_pair("appsecret_proof", proof);
        }
        Ok(self.http.request(method, url).bearer_auth(token.expose_secret()))
    }
}

/// Sends and reads the whole answer.
pub(crate) async fn finish(request: RequestBuilder) -> Outcome {
    let response = match request.send().await {
        Ok(response) => response,
        // Only a failure to connect proves that nothing was written. hyper says so for name
        // lookup, TCP, proxy tunnels and TLS; a time-out while connecting is one of them.
        Err(error) if error.is_connect() => return Outcome::NotSent(plain(error)),
        // A request that could not even be built was not written either.
        Err(error) if error.is_builder() => return Outcome::NotSent(plain(error)),
        Err(error) => return Outcome::Unknown(plain(error)),
    };
    let status = response.status().as_u16();
    let usage = Usage::of(response.headers());
    trace(status, &response);
    match read(response).await {
        Ok(body) => Outcome::Answered { status, body, usage },
        Err(reason) => Outcome::Unknown(reason),
    }
}

async fn read(mut response: Response) -> Result<Bytes, String> {
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len().saturating_add(chunk.len()) > MAX_ANSWER => {
                return Err("the answer is larger than any of Meta's".into());
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body.freeze()),
            Err(error) => return Err(plain(error)),
        }
    }
}

/// What to quote to Meta's support.
fn trace(status: u16, response: &Response) {
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let trace_id = header("x-fb-trace-id").or_else(|| header("x-fb-request-id"));
    tracing::debug!(status, trace_id, "Meta answered");
}

/// An error with its causes and without the URL, which could hold what is not for logs.
pub(crate) fn plain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

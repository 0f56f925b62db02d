//! Which address may be asked, and asking it.

use std::{error::Error, fmt, net::SocketAddr, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{
    RequestBuilder, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::address::is_public;

/// Whom a client may reach.
#[derive(Debug, Clone)]
pub struct Reach {
    /// `HOST` or `HOST:PORT` of those that may be private or without https.
    pub trusted_hosts: Vec<String>,
    /// The setting that lists them, for people.
    pub setting: &'static str,
    /// How long a call may take as a whole.
    pub timeout: Duration,
    /// A proxy for all calls; it looks names up itself, so only addresses written as numbers are
    /// checked here then. May hold a password.
    pub proxy: Option<SecretString>,
}

/// Why an address was not asked, or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It may not be asked, or nothing can be asked with these settings.
    #[error("{0}")]
    Refused(String),
    /// No answer came.
    #[error("{0}")]
    Away(String),
    /// The answer is larger than any that is wanted.
    #[error("the answer is too large")]
    TooLarge,
}

/// A client of addresses that others name; cheap to clone. Follows no redirects.
#[derive(Clone)]
pub struct Client {
    /// Reaches the internet alone.
    public: reqwest::Client,
    /// Reaches whatever the operator trusts.
    trusting: reqwest::Client,
    trusted: Arc<[String]>,
    setting: &'static str,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("trusted", &self.trusted).finish_non_exhaustive()
    }
}

impl Client {
    /// Makes a client. Opens no connection.
    ///
    /// # Errors
    /// [`Fault::Refused`] when TLS or the proxy cannot be set up.
    pub fn new(reach: &Reach) -> Result<Self, Fault> {
        // A second installation fails and changes nothing, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            let builder = reqwest::Client::builder()
                .redirect(redirect::Policy::none())
                .no_proxy()
                .connect_timeout(CONNECT.min(reach.timeout))
                .timeout(reach.timeout)
                .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")));
            match &reach.proxy {
                // The error could quote the proxy's password.
                Some(proxy) => reqwest::Proxy::all(proxy.expose_secret())
                    .map(|proxy| builder.proxy(proxy))
                    .map_err(|_| {
                        Fault::Refused("the proxy is not of the form http://HOST:PORT".into())
                    }),
                None => Ok(builder),
            }
        };
        let failed = |error| Fault::Refused(plain(error));
        let lookup = Arc::new(PublicOnly { setting: reach.setting });
        Ok(Self {
            public: builder()?.dns_resolver(lookup).build().map_err(failed)?,
            trusting: builder()?.build().map_err(failed)?,
            trusted: reach.trusted_hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
            setting: reach.setting,
        })
    }

    /// Whether an address may be asked at all.
    ///
    /// # Errors
    /// [`Fault::Refused`] with what is wrong with it.
    pub fn check(&self, address: &str) -> Result<Url, Fault> {
        let wrong = |why: &str| Err(Fault::Refused(format!("the address {why}")));
        let Ok(url) = Url::parse(address) else { return wrong("is no web address") };
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
            return wrong("is no web address");
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return wrong("has a name, a password or a fragment in it");
        }
        if self.trusts(&url) {
            return Ok(url);
        }
        let setting = self.setting;
        if url.scheme() != "https" {
            return wrong(&format!("is not https, and {setting} does not name its host"));
        }
        let inside = match url.host() {
            Some(Host::Ipv4(address)) => !is_public(address.into()),
            Some(Host::Ipv6(address)) => !is_public(address.into()),
            Some(Host::Domain(_)) | None => false,
        };
        if inside {
            return wrong(&format!("is not on the internet, and {setting} does not name its host"));
        }
        Ok(url)
    }

    /// The HTTP client that may reach the address, with the address.
    ///
    /// # Errors
    /// As [`Client::check`].
    pub fn to(&self, address: &str) -> Result<(&reqwest::Client, Url), Fault> {
        let url = self.check(address)?;
        let client = if self.trusts(&url) { &self.trusting } else { &self.public };
        Ok((client, url))
    }

    fn trusts(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
        self.trusted.iter().any(|trusted| trusted == host || Some(trusted) == with_port.as_ref())
    }
}

/// Connecting takes at most so long.
const CONNECT: Duration = Duration::from_secs(5);

/// Sends a request and reads the whole answer: the status, and at most `most` bytes.
///
/// # Errors
/// [`Fault::Away`], [`Fault::TooLarge`].
pub async fn finish(request: RequestBuilder, most: usize) -> Result<(u16, Bytes), Fault> {
    let response = request.send().await.map_err(|error| Fault::Away(plain(error)))?;
    let status = response.status().as_u16();
    Ok((status, read(response, most).await?))
}

async fn read(mut response: Response, most: usize) -> Result<Bytes, Fault> {
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len().saturating_add(chunk.len()) > most => {
                return Err(Fault::TooLarge);
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body.freeze()),
            Err(error) => return Err(Fault::Away(plain(error))),
        }
    }
}

/// An error with its causes and without the URL, which could hold what is not for logs.
pub(crate) fn plain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = Error::source(&error);
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

/// Looks names up, and gives only addresses of the internet. The connection is made to exactly what
/// was checked, so a name that changes its mind in between gains nothing.
struct PublicOnly {
    setting: &'static str,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let setting = self.setting;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> =
                found.into_iter().filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                let why = "the host is not on the internet";
                return Err(format!("{why}, and {setting} does not name it").into());
            }
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str]) -> Client {
        let trusted_hosts = trusted.iter().map(|host| (*host).to_owned()).collect();
        let timeout = Duration::from_secs(5);
        Client::new(&Reach { trusted_hosts, setting: "the.setting", timeout, proxy: None }).unwrap()
    }

    #[test]
    fn only_what_is_trusted_may_be_inside_or_plain() {
        let client = client(&["127.0.0.1:9000", "login.internal"]);
        for good in [
            "https://login.example.com/check?x=y",
            "http://127.0.0.1:9000/check",
            "http://LOGIN.internal/",
            "https://login.internal:8443/",
        ] {
            assert!(client.check(good).is_ok(), "{good}");
        }
        for bad in [
            "http://login.example.com/",
            "http://127.0.0.1:9001/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://2130706433/",
            "https://169.254.169.254/latest/meta-data",
            "https://user:pass@login.example.com/",
            "https://login.example.com/#fragment",
            "file:///etc/passwd",
            "login.example.com",
        ] {
            assert!(client.check(bad).is_err(), "{bad}");
        }
        let told = client.check("http://127.0.0.1:9001/").unwrap_err().to_string();
        assert_eq!(told, "the address is not https, and the.setting does not name its host");
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        let client = client(&[]);
        // A name that every machine resolves to itself.
        let (http, url) = client.to("https://localhost:9/").unwrap();
        let fault = finish(http.get(url), 10).await.unwrap_err();
        assert!(fault.to_string().contains("not on the internet"), "{fault}");
    }
}

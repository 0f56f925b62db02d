//! The one HTTP client. An administrator of a workspace may name any address, so it must not
//! become a way into our own network: only https and only addresses of the internet are reached,
//! checked after the name was looked up, except hosts that the operator trusts. No redirects.

use std::{
    error::Error,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use reqwest::{
    RequestBuilder, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use serde::de::DeserializeOwned;
use url::{Host, Url};

use crate::Fault;

/// No answer that we can use is larger.
const MAX_ANSWER: usize = 256 * 1024;

/// How to reach log-in services.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `HOST` or `HOST:PORT` of those that may be private or without https.
    pub trusted_hosts: Vec<String>,
    /// How long a call may take as a whole.
    pub timeout: Duration,
}

/// A client of log-in services; cheap to clone.
#[derive(Clone)]
pub struct Client {
    /// Reaches the internet alone.
    public: reqwest::Client,
    /// Reaches whatever the operator trusts.
    trusting: reqwest::Client,
    trusted: Arc<[String]>,
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
    /// [`Fault::Settings`] when TLS cannot be set up.
    pub fn new(settings: &Settings) -> Result<Self, Fault> {
        // A second installation fails and changes nothing, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            reqwest::Client::builder()
                .redirect(redirect::Policy::none())
                .no_proxy()
                .connect_timeout(settings.timeout)
                .timeout(settings.timeout)
                .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
        };
        let failed = |error| Fault::Settings(plain(error));
        Ok(Self {
            public: builder().dns_resolver(Arc::new(PublicOnly)).build().map_err(failed)?,
            trusting: builder().build().map_err(failed)?,
            trusted: settings.trusted_hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        })
    }

    /// Whether an address may be asked at all.
    ///
    /// # Errors
    /// [`Fault::Settings`] with what is wrong with it.
    pub fn check(&self, address: &str) -> Result<Url, Fault> {
        let wrong = |why: &str| Err(Fault::Settings(format!("the address {why}")));
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
        if url.scheme() != "https" {
            return wrong("is not https, and linking.trusted_hosts does not name its host");
        }
        let inside = match url.host() {
            Some(Host::Ipv4(address)) => !is_public(address.into()),
            Some(Host::Ipv6(address)) => !is_public(address.into()),
            Some(Host::Domain(_)) | None => false,
        };
        if inside {
            return wrong(
                "is not on the internet, and linking.trusted_hosts does not name its host",
            );
        }
        Ok(url)
    }

    /// The client that may reach the address, with the address.
    pub(crate) fn to(&self, address: &str) -> Result<(&reqwest::Client, Url), Fault> {
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

/// Sends a request and reads the whole answer.
pub(crate) async fn finish(request: RequestBuilder) -> Result<(u16, Bytes), Fault> {
    let response = request.send().await.map_err(|error| Fault::Away(plain(error)))?;
    let status = response.status().as_u16();
    Ok((status, read(response).await?))
}

/// Reads JSON out of an answer. What it says instead is not repeated: it may hold secrets.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8], what: &str) -> Result<T, Fault> {
    serde_json::from_slice(body)
        .map_err(|_| Fault::Wrong(format!("{what} is not the JSON agreed on")))
}

async fn read(mut response: Response) -> Result<Bytes, Fault> {
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len().saturating_add(chunk.len()) > MAX_ANSWER => {
                return Err(Fault::Wrong("the answer is too large".into()));
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
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> =
                found.into_iter().filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("the host is not on the internet, and linking.trusted_hosts does not \
                            name it"
                    .into());
            }
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address is one of the internet. (IANA special-purpose address registries)
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Ways to write an IPv4 address: mapped, compatible, NAT64, 6to4.
    let [a, b, .., y, z] = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([p, q], [r, s]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(p, q, r, s))
    };
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    if (a, b) == (0x64, 0xff9b) {
        return embedded(y, z);
    }
    if a == 0x2002 {
        let [_, high, low, ..] = address.segments();
        return embedded(high, low);
    }
    // All that is given out for use lies in 2000::/3; in it, 2001::/23 and the documentation are not.
    (a & 0xe000) == 0x2000
        && !(a == 0x2001 && b < 0x200)
        && (a, b) != (0x2001, 0xdb8)
        && (a & 0xfff0) != 0x3ff0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str]) -> Client {
        let trusted_hosts = trusted.iter().map(|host| (*host).to_owned()).collect();
        Client::new(&Settings { trusted_hosts, timeout: Duration::from_secs(5) }).unwrap()
    }

    #[test]
    fn what_is_inside_is_not_public() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.9",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "fec0::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for public in
            ["8.8.8.8", "31.13.66.35", "2606:4700::1111", "2a03:2880::1", "::ffff:8.8.8.8"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
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
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        let client = client(&[]);
        // A name that every machine resolves to itself.
        let (http, url) = client.to("https://localhost:9/").unwrap();
        let fault = finish(http.get(url)).await.unwrap_err();
        assert!(fault.to_string().contains("not on the internet"), "{fault}");
    }
}
